"""The pupil's own page: what is open, coming and past, and one tap into a test."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest_asyncio
from httpx import AsyncClient
from litestar import Litestar
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.signing_in import open_session
from exam_engine.authoring.definition import Afterwards
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from tests.classroom.my_world import Browser, ClassWorld, build
from tests.delivery.conftest import served
from tests.scoring.exam_world import essay


@pytest_asyncio.fixture(loop_scope="session")
async def my_client(app: Litestar, settings: Settings) -> AsyncIterator[AsyncClient]:
    async with served(app, settings) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def world(app: Litestar, real_engine: AsyncEngine, my_client: AsyncClient) -> ClassWorld:
    return await build(app, real_engine, my_client)


def part(page: str, name: str) -> str:
    """One section of the page, by the id of its heading; empty where there is none."""
    found = re.search(rf'<section[^>]*aria-labelledby="{name}">(.*?)</section>', page, re.DOTALL)
    return found[1] if found else ""


async def week(pupil: Browser) -> str:
    found = await pupil.get("/my")
    assert found.status_code == 200, found.text
    assert found.headers["cache-control"] == "private, no-store"
    return found.text


async def test_the_week_sorts_tests_by_what_can_be_done_with_them(world: ClassWorld) -> None:
    pupil = await world.pupil()
    empty = await week(pupil)
    assert "Nothing is open for you" in empty
    assert "No results yet" in empty
    await world.test("quiz", "Quiz now")
    await world.test("homework", "Home by tomorrow", closes=86_400)
    await world.test("practice", "Practise sines")
    await world.test("exam", "Formal now")
    await world.test("exam", "Formal later", opens=90_000, closes=100_000)
    await world.test("homework", "Homework later", opens=3000, closes=5000)
    await world.test("homework", "Homework missed", opens=-5000, closes=-10)
    page = await week(pupil)
    opened = part(page, "open")
    assert all(title in opened for title in ("Quiz now", "Home by tomorrow", "Formal now"))
    assert opened.count("/enter") == 2, "a formal exam is entered with the ticket, not from here"
    assert "Formal later" in part(page, "coming")
    assert "Homework later" in part(page, "coming")
    assert "/enter" not in part(page, "coming")
    assert "Practise sines" in part(page, "practice")
    assert "Homework missed" in part(page, "past")
    assert "Not taken" in part(page, "past")


async def test_one_tap_enters_and_the_same_page_is_there_again(world: ClassWorld) -> None:
    public = await world.test("quiz", "Quiz")
    pupil = await world.pupil()
    before = pupil.cookies[COOKIE]
    entered = await pupil.post(f"/my/sittings/{public}/enter")
    assert (entered.status_code, entered.headers["location"]) == (303, "/play")
    assert pupil.cookies[COOKIE] != before
    assert '"home":"/my"' in (await pupil.get("/play")).text
    device = pupil.device()
    assert (await device.start()).status_code == 200
    assert "You have begun this" in await week(pupil)
    again = await pupil.post(f"/my/sittings/{public}/enter")
    assert again.headers["location"] == "/play"
    rows = await world.fetch("select 1 from exam.candidate where person_id = :id", id=world.school.pupil.id)
    assert len(rows) == 1
    assert (await device.submit()).status_code == 200
    done = await pupil.post(f"/my/sittings/{public}/enter")
    assert done.headers["location"].startswith("/my/results/")
    assert "not been released" in (await pupil.get(done.headers["location"])).text
    old = Browser(world.client, {COOKIE: before})
    assert (await old.get("/my")).headers["location"].startswith("/pupil"), "the former session is over"


async def test_the_bare_address_leads_everybody_to_the_own_place(world: ClassWorld) -> None:
    nobody = await Browser(world.client).get("/")
    assert nobody.headers["location"] == "/welcome"
    doors = (await Browser(world.client).get("/welcome")).text
    assert all(f'href="{door}"' in doors for door in ("/join", "/pupil", "/candidate", "/sign-in"))
    pupil = await world.pupil()
    assert (await pupil.get("/")).headers["location"] == "/my"
    await pupil.post(f"/my/sittings/{await world.test('quiz', 'Quiz')}/enter")
    assert (await pupil.get("/")).headers["location"] == "/my", "also in mid-test: from there it goes on"
    rows = await world.fetch("select id from exam.candidate limit 1")
    async with transaction(world.engine) as connection:
        token = await open_session(connection, candidate_id=rows[0]["id"])
    assert (await Browser(world.client, {COOKIE: token}).get("/")).headers["location"] == "/play"


async def test_results_appear_when_they_are_released_and_to_nobody_else(world: ClassWorld) -> None:
    public = await world.test("quiz", "Quiz", afterwards=Afterwards())
    pupil = await world.pupil()
    await pupil.post(f"/my/sittings/{public}/enter")
    device = pupil.device()
    await device.start()
    await device.submit()
    assert "Your result appears here once" in part(await week(pupil), "past")
    await world.set(public, released_at=datetime.now(UTC))
    page = part(await week(pupil), "past")
    link = re.search(r'href="(/my/results/\w+)"', page)
    assert link
    own = await pupil.get(link[1])
    assert "Score" in own.text
    assert 'href="/my"' in own.text
    for other in (await world.pupil(world.school.other_pupil), await world.staff("teacher")):
        assert (await other.get(link[1])).status_code in (403, 404)


async def test_a_pupil_who_came_to_the_class_later_gets_in(world: ClassWorld) -> None:
    public = await world.test("homework", "Homework")
    pupil = await world.pupil(await world.newcomer("Phạm Thị Mới"))
    assert "Homework" in part(await week(pupil), "open")
    assert (await pupil.post(f"/my/sittings/{public}/enter")).headers["location"] == "/play"
    assert (await pupil.device().start()).status_code == 200


async def test_what_is_not_ones_own_or_not_open_is_not_entered(world: ClassWorld) -> None:
    public = await world.test("quiz", "Quiz")
    stranger = await world.pupil(world.school.other_pupil)
    assert "Quiz" not in await week(stranger)
    assert (await stranger.post(f"/my/sittings/{public}/enter")).status_code == 404
    pupil = await world.pupil()
    formal = await world.test("exam", "Formal")
    refused = await pupil.post(f"/my/sittings/{formal}/enter")
    assert refused.status_code == 409
    assert "with the ticket" in refused.text
    later = await world.test("homework", "Later", opens=1000)
    assert (await pupil.post(f"/my/sittings/{later}/enter")).status_code == 409
    over = await world.test("homework", "Over", opens=-1000, closes=-10)
    newcomer = await world.pupil(await world.newcomer("Phạm Thị Mới"))
    assert (await newcomer.post(f"/my/sittings/{over}/enter")).status_code == 410
    assert "Over" not in await week(newcomer), "who was not there has not missed it"
    for role in ("teacher", "administrator"):
        staff = await world.staff(role)
        assert (await staff.get("/my")).status_code == 403
        assert (await staff.post(f"/my/sittings/{public}/enter")).status_code == 403


async def test_practice_is_done_again_and_counts_nowhere(world: ClassWorld) -> None:
    public = await world.test("practice", "Practice")
    pupil = await world.pupil()
    for right in (1, 2):
        await round_of_practice(world, pupil, public, right)
    page = part(await week(pupil), "practice")
    assert "2 rounds done" in page
    assert "at best 2 of 3 right" in page
    assert "Practise again" in page
    rows = await world.fetch(
        "select c.round, a.state from exam.candidate c join exam.attempt a on a.candidate_id = c.id"
        " where c.person_id = :id order by 1",
        id=world.school.pupil.id,
    )
    assert [(row["round"], row["state"]) for row in rows] == [(1, "submitted"), (2, "submitted")]
    await pupil.post(f"/my/sittings/{public}/enter")
    await pupil.device().start()
    assert "Carry on with it" in part(await week(pupil), "practice"), "a round left open is resumed"
    teacher = await world.staff("teacher")
    for path in ("/results", "/marking", "/"):
        assert "released: " not in (await teacher.get(path)).text
    assert "Practice<" not in (await teacher.get("/results")).text
    assert (await teacher.get(f"/results/{public}")).status_code == 404
    items = await teacher.get(f"/results/{public}/items")
    assert "Practice has neither marks nor statistics" in items.text, "a wrong key can be mended, and no more"
    assert await world.fetch("select 1 from exam.job where kind = 'item_analysis'") == []


async def test_two_taps_at_once_begin_one_round(world: ClassWorld) -> None:
    public = await world.test("practice", "Practice")
    pupil = await world.pupil()
    await round_of_practice(world, pupil, public, 1)
    tabs = [Browser(world.client, dict(pupil.cookies)) for _tab in range(4)]
    async with transaction(world.engine) as connection:
        for tab in tabs:
            tab.cookies[COOKIE] = await open_session(connection, person_id=world.school.pupil.id, pupil=True)
    found = await asyncio.gather(*(tab.post(f"/my/sittings/{public}/enter") for tab in tabs))
    assert {one.status_code for one in found} == {303}
    rows = await world.fetch("select round from exam.candidate where person_id = :id", id=world.school.pupil.id)
    assert sorted(row["round"] for row in rows) == [1, 2]


async def round_of_practice(world: ClassWorld, pupil: Browser, public: str, right: int) -> None:
    """All three items are answered and checked; the first `right` ones rightly."""
    assert (await pupil.post(f"/my/sittings/{public}/enter")).headers["location"] == "/play"
    device = pupil.device()
    assert (await device.start()).status_code == 200
    state = (await device.get("/play/state")).json()
    assert state["policy"]["feedback"] == "item"
    form = await world.fetch(
        "select f.key_map from exam.form f join exam.sitting s on s.id = f.sitting_id where s.public_id = :id",
        id=public,
    )
    key_map: Any = form[0]["key_map"]
    for slot, entry in enumerate(key_map):
        item = world.versions.index(entry["version"])
        chosen = item if item < right else item + 1
        await device.answer(slot, entry["keys"][f"o{chosen}"])
        told = (await device.post("/play/feedback", {"slot": slot})).json()
        assert told["verdict"] == ("right" if item < right else "wrong")
    assert (await device.submit()).status_code == 200


async def test_an_essay_of_practice_waits_for_nobody(world: ClassWorld) -> None:
    await world.add_items([essay()])
    public = await world.test("practice", "Practice with an essay")
    pupil = await world.pupil()
    await pupil.post(f"/my/sittings/{public}/enter")
    device = pupil.device()
    await device.start()
    slots = (await world.fetch("select slots from exam.form f join exam.sitting s on s.id = f.sitting_id"))[0]["slots"]
    written = next(slot for slot, one in enumerate(slots) if one["type"] == "essay")
    await device.answer(written, "Quê em ở ven sông.")
    assert (await device.post("/play/feedback", {"slot": written})).json()["verdict"] == "by_person"
    assert (await device.submit()).status_code == 200
    assert await world.fetch("select 1 from exam.result where pending > 0"), "the pupil's own page knows it"
    teacher = await world.staff("teacher")
    assert "Practice with an essay" not in (await teacher.get("/marking")).text
    assert "written responses" not in (await teacher.get("/")).text


async def test_the_closing_time_of_homework_moves_and_takes_nothing_away(world: ClassWorld) -> None:
    public = await world.test("homework", "Dời hạn", closes=7200)
    await world.set(public, timing="common_end")
    address, teacher = f"/quiz/{public}/closing", await world.staff("teacher")
    assert address in (await teacher.get(f"/quiz/{public}")).text
    pupil = await world.pupil()
    await pupil.post(f"/my/sittings/{public}/enter")
    device = pupil.device()
    shown = (await device.start()).json()["deadline"]
    end = datetime.fromtimestamp(shown / 1000, ZoneInfo("Asia/Ho_Chi_Minh")).replace(second=0, microsecond=0)
    for closes, reason, status in (
        (end + timedelta(days=1), "", 422),
        (end - timedelta(hours=1), "Sớm hơn", 409),
        (end - timedelta(days=1), "Đã qua", 422),
    ):
        refused = await teacher.post(address, closes=f"{closes:%Y-%m-%dT%H:%M}", reason=reason)
        assert refused.status_code == status, refused.text
    assert (await device.get("/play/state")).json()["attempt"]["deadline"] == shown
    later = end + timedelta(days=1)
    moved = await teacher.post(address, closes=f"{later:%Y-%m-%dT%H:%M}", reason="Mất điện cả làng")
    assert (moved.status_code, moved.headers.get("location")) == (303, f"/quiz/{public}?done=closing")
    state = (await device.get("/play/state")).json()
    assert abs(state["attempt"]["deadline"] - later.timestamp() * 1000) < 1000
    assert state["sitting"]["closes"] == later.timestamp() * 1000
    assert state["interventions"][-1]["reason"] == "Mất điện cả làng"
    await device.submit()
    earlier = await teacher.post(address, closes=f"{end:%Y-%m-%dT%H:%M}", reason="Mọi người đã nộp")
    assert earlier.status_code == 303, "nobody is working any more"
    assert (await (await world.staff("marker")).get(address)).status_code in (403, 404)
    quiz = await world.test("quiz", "Không có hạn")
    soon = f"{later:%Y-%m-%dT%H:%M}"
    assert (await teacher.post(f"/quiz/{quiz}/closing", closes=soon, reason="Không được")).status_code == 409


async def test_the_gradebooks_file_says_which_marks_are_provisional(world: ClassWorld) -> None:
    await world.add_items([essay()])
    public = await world.test("homework", "Văn ở nhà")
    pupil = await world.pupil()
    await pupil.post(f"/my/sittings/{public}/enter")
    device = pupil.device()
    await device.start()
    await device.submit()
    teacher = await world.staff("teacher")
    notes = {}
    for pending in (1, 0):
        async with transaction(world.engine) as connection:
            await connection.execute(text("update exam.result set pending = :n"), {"n": pending})
        file = await teacher.get(f"/quiz/{public}/marks.xlsx")
        rows = list(load_workbook(io.BytesIO(file.content)).worksheets[0].iter_rows(values_only=True))
        assert rows[0][5] == "Note"
        own = next(row for row in rows if row[1] == world.school.pupil.full_name)
        assert isinstance(own[4], int | float), "the mark stays a number"
        notes[pending] = own[5]
    assert "by hand" in str(notes[1])
    assert notes[0] == "provisional: not confirmed yet"
