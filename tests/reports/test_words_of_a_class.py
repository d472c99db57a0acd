"""A class's own test speaks of pupils, without the numbers of an exam; a formal exam of candidates."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring.definition import Afterwards
from exam_engine.kit.settings import Settings
from exam_engine.sittings.wording import in_class
from tests.classroom.my_world import ClassWorld, build
from tests.delivery.conftest import served


@pytest_asyncio.fixture(loop_scope="session")
async def my_client(app: Litestar, settings: Settings) -> AsyncIterator[AsyncClient]:
    async with served(app, settings) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def world(app: Litestar, real_engine: AsyncEngine, my_client: AsyncClient) -> ClassWorld:
    return await build(app, real_engine, my_client)


def words(page: str) -> str:
    """What a person reads on the page, without the navigation."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", main[0] if main else page).split())


async def test_a_quiz_speaks_of_pupils_on_every_page(world: ClassWorld) -> None:
    title = "Candidate number 7"
    public = await world.test("quiz", title, afterwards=Afterwards(score="at_submission"))
    pupil = await world.pupil()
    await pupil.post(f"/my/sittings/{public}/enter")
    device = pupil.device()
    assert (await device.start()).status_code == 200
    assert (await device.submit()).status_code == 200
    state = (await pupil.get("/play/state?device=x")).json()
    assert (state["sitting"]["kind"], state["candidate"]["class"]) == ("quiz", "12A1")
    assert (await pupil.get("/play/receipt.pdf")).content.startswith(b"%PDF")

    own = words((await pupil.get("/play/result")).text).replace(title, "")
    assert "Pupil" in own
    assert "Class 12A1" in own
    assert not re.search("(?i)candidate|form number|sitting", own)

    teacher = await world.staff("teacher")
    for page in ("", "/items", "/items/1", "/items/1/ruling", "/items/1/ruling/preview?act=full_marks", "/remark"):
        found = await teacher.get(f"/results/{public}{page}")
        assert found.status_code == 200, page
        shown = words(found.text)
        assert title in shown, page
        assert not re.search("(?i)candidate|form number|sitting", shown.replace(title, "")), page
    listed = (await teacher.get(f"/results/{public}")).text
    assert re.search(rf'<th scope="row"[^>]*><a [^>]*>{world.school.pupil.full_name}', listed)
    code = (await pupil.get("/play/receipt")).json()["code"]
    record = words((await teacher.get(f"/verify?code={code}")).text).replace(title, "")
    assert "Class 12A1" in record
    assert "Candidate" not in record


async def test_a_formal_exam_keeps_its_own_words(world: ClassWorld) -> None:
    public = await world.test("exam", "Thi thử")
    await world.set(public, policy={})
    officer = await world.staff("exam_officer")
    shown = words((await officer.get(f"/results/{public}")).text)
    assert "Candidates" in shown
    assert "Room" in shown


@pytest.mark.parametrize(("text", "told"), [("Thí sinh %(n)s", "Học sinh %(n)s"), ("của buổi thi", "của bài kiểm tra")])
def test_the_words_change_in_the_text_alone(text: str, told: str) -> None:
    assert in_class(text, "vi") == told
