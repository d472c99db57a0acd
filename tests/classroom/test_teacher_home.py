"""A teacher's first page begins with the own classes, what runs now, and a quick quiz."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.settings import Settings
from tests.classroom.my_world import ClassWorld, build
from tests.delivery.conftest import served


@pytest_asyncio.fixture(loop_scope="session")
async def home_client(app: Litestar, settings: Settings) -> AsyncIterator[AsyncClient]:
    async with served(app, settings) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def world(app: Litestar, real_engine: AsyncEngine, home_client: AsyncClient) -> ClassWorld:
    return await build(app, real_engine, home_client)


async def home(world: ClassWorld, role: str) -> Any:
    found = await (await world.staff(role)).get("/")
    assert found.status_code == 200, found.text
    return found.text


async def test_a_new_teacher_finds_class_and_quick_quiz_first(world: ClassWorld) -> None:
    page = await home(world, "teacher")
    assert page.index("My classes") < page.index("What needs you now")
    assert "1 pupil" in page
    assert "Nothing planned." in page
    assert f'name="unit" value="{world.school.class_.public_id}"' in page
    assert world.school.other_class.public_id not in page
    assert page.index('href="/classes"') < page.index('href="/quiz"') < page.index('href="/bank"')


async def test_what_runs_is_counted_and_what_is_over_can_be_copied(world: ClassWorld) -> None:
    homework = await world.test("homework", "Vectors at home", closes=9000)
    await world.test("practice", "Practise vectors")
    old = await world.test("quiz", "Vectors quiz", closes=60)
    pupil = await world.pupil()
    await pupil.post(f"/my/sittings/{old}/enter")
    device = pupil.device()
    assert (await device.start()).status_code == 200
    await device.submit()
    await world.set(old, state="closed")
    page = await home(world, "teacher")
    assert "0 of 1 handed in" in page
    assert "0 of 1 have practised" in page
    assert f"/quiz/{homework}" in page
    assert f"/quiz/{old}/copy" in page
    assert "marks wait to be confirmed: 1" in page
    await world.set(old, marks_confirmed_at=datetime.now(UTC))
    assert "wait to be confirmed" not in await home(world, "teacher")


async def test_others_see_no_week_of_a_teacher(world: ClassWorld) -> None:
    await world.test("homework", "Vectors at home")
    for role in ("exam_officer", "administrator", "marker", "outsider"):
        page = await home(world, role)
        assert "Vectors at home" not in page, role
        assert "my-classes" not in page, role
