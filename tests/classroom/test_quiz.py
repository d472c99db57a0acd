"""A teacher alone: a quick quiz from nothing to marks in the gradebook, as pages and forms."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from httpx import AsyncClient
from litestar import Litestar
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import pupil_secrets
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from tests.classroom.my_world import Browser, ClassWorld, build
from tests.delivery.conftest import served


@pytest_asyncio.fixture(loop_scope="session")
async def quiz_client(app: Litestar, settings: Settings) -> AsyncIterator[AsyncClient]:
    async with served(app, settings) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def world(app: Litestar, real_engine: AsyncEngine, quiz_client: AsyncClient) -> ClassWorld:
    return await build(app, real_engine, quiz_client)


async def pin_of(world: ClassWorld, person: Any) -> str:
    async with transaction(world.engine) as connection:
        found = await pupil_secrets.secrets_of(connection, world.state.keyring, [person.id])
        return found[person.id].pin


async def prepared(world: ClassWorld, teacher: Browser) -> str:
    """The address of a draft with three questions."""
    made = await teacher.post("/quiz/new", unit=world.school.class_.public_id)
    assert made.status_code == 303, made.text
    here = made.headers["location"]
    versions = {"shown": world.versions, "version": world.versions}
    assert (await teacher.post(f"{here}/items", **versions)).status_code == 303
    return str(here)


SETTINGS = {"title": "Kiểm tra 15 phút", "kind": "quiz", "minutes": "15", "mixed": "1"}


async def started(world: ClassWorld, teacher: Browser, **settings: str) -> tuple[str, str]:
    """(address, join code) of a running test."""
    here = await prepared(world, teacher)
    begun = await teacher.post(f"{here}/start", **{**SETTINGS, **settings})
    assert begun.status_code == 303, begun.text
    page = (await teacher.get(here)).text
    code = re.search(r'class="quiz-code number">(\d{3}) (\d{3})<', page)
    assert code, page
    return here, code[1] + code[2]


async def come_in(world: ClassWorld, code: str, person: Any) -> Browser:
    """A new browser, by the code, the name and the PIN."""
    pupil = Browser(world.client)
    names = await pupil.get(f"/join/{code}")
    assert person.full_name in names.text
    inside = await pupil.post(f"/join/{code}", person=person.public_id, pin=await pin_of(world, person))
    assert (inside.status_code, inside.headers.get("location")) == (303, "/play"), inside.text
    return pupil


async def test_from_nothing_to_the_gradebook(world: ClassWorld) -> None:
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher)
    pupil = await come_in(world, code, world.school.pupil)

    part = (await teacher.get(f"{here}/part")).text
    assert "Working" in part
    assert "0/3" in part
    device = pupil.device()
    await device.start()
    await device.submit()
    page = (await teacher.get(here)).text
    assert "Provisional" in page
    assert "Confirm the marks" in page

    assert (await teacher.post(f"{here}/end")).status_code == 303
    assert (await teacher.post(f"{here}/marks/confirm")).status_code == 303
    assert "Undo the confirmation" in (await teacher.get(here)).text

    file = await teacher.get(f"{here}/marks.xlsx")
    sheet = load_workbook(io.BytesIO(file.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][:3] == (1, world.school.pupil.full_name, "0001")
    assert rows[1][4] == 0
