"""One class for all tests of a module: each test makes tests of its own in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import pupil_secrets
from exam_engine.app import create_app
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from tests.classroom.my_world import Browser, ClassWorld, build
from tests.delivery.conftest import served

SETTINGS = {"title": "Kiểm tra 15 phút", "kind": "quiz", "minutes": "15", "mixed": "1"}


@asynccontextmanager
async def class_of(database_url: str, engine: AsyncEngine, folder: Path) -> AsyncIterator[ClassWorld]:
    settings = Settings.from_environment(
        {}, database_url=database_url, data_dir=folder, pool_size=4, log_level="warning",
        public_url="http://127.0.0.1:8000",
    )  # fmt: skip
    app = create_app(settings)
    async with served(app, settings) as client:
        yield await build(app, engine, client)


async def pin_of(world: ClassWorld, person: Any) -> str:
    async with transaction(world.engine) as connection:
        found = await pupil_secrets.secrets_of(connection, world.state.keyring, [person.id])
        return found[person.id].pin


async def prepared(world: ClassWorld, teacher: Browser) -> str:
    """The address of a draft with three questions."""
    made = await teacher.post("/quiz/new", unit=world.school.class_.public_id)
    assert made.status_code == 303, made.text
    here = str(made.headers["location"])
    versions = {"shown": world.versions, "version": world.versions}
    assert (await teacher.post(f"{here}/items", **versions)).status_code == 303
    return here


async def started(world: ClassWorld, teacher: Browser, **settings: str) -> tuple[str, str]:
    """(address, join code) of a test that runs."""
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


async def row_of(world: ClassWorld, here: str) -> Any:
    """The sitting behind an address."""
    return (await world.fetch("select * from exam.sitting where public_id = :id", id=here.rsplit("/", 1)[-1]))[0]


def seen_marks(page: str) -> str:
    """The digest of the marks that a live page shows; empty where there is nothing to confirm."""
    found = re.search(r'name="seen_marks" value="(\w+)"', page)
    return found[1] if found else ""


async def confirm(teacher: Browser, here: str) -> Any:
    """As the teacher's button does, who sees the page."""
    return await teacher.post(f"{here}/marks/confirm", seen_marks=seen_marks((await teacher.get(here)).text))
