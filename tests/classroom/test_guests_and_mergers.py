"""A guest is said to be a pupil whose two entries are merged at the same moment: real commits, in each order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import enrolling, founding, merging
from exam_engine.accounts.class_list import read_pasted
from exam_engine.classroom import quiz_queries, running
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal
from exam_engine.sittings import joining
from exam_engine.sittings.joining import Newcomer
from tests.classroom.my_world import ClassWorld


class Case:
    """Two entries of one pupil, both on the list of a quiz, and a guest in it."""

    def __init__(self, world: ClassWorld, number: int) -> None:
        self.world, self.number = world, number
        unit = world.school.class_
        self.officer = Principal("staff", world.school.staff["exam_officer"].id, permissions={
            "people.manage": (world.school.school.path,), "sittings.manage": (unit.path,),
        })  # fmt: skip

    async def build(self) -> None:
        name, world = f"Vũ Thị Trùng {'ABCDEFGH'[self.number]}", self.world
        async with transaction(world.engine) as connection:
            self.keep, self.drop = [
                await founding.add_pupil(connection, world.school.class_, name, code=f"8{self.number}{code}")
                for code in "12"
            ]
        public = await world.test("quiz", name)
        await world.set(public, guests=True)
        async with transaction(world.engine) as connection:
            found = await quiz_queries.quiz_in_scope(connection, public, self.officer.scopes("sittings.manage"))
            assert found is not None
            self.sitting, state = found, world.state
            place = await joining.join(
                connection, state.keyring, state.events, self.officer, found["id"], Newcomer("Siêu nhân")
            )
        self.candidate = place.candidate_id
        self.guest = (await world.fetch("select * from exam.candidate where id = :id", id=self.candidate))[0]

    async def match(self, connection: AsyncConnection, person: Any) -> None:
        await running.match_guest(connection, self.officer, self.sitting, self.guest, person.public_id)

    async def merge(self, connection: AsyncConnection) -> None:
        one, other = self.keep.public_id, self.drop.public_id
        form = Reading({"one": one, "other": other, "keep": one, "reason": "Nhập hai lần"})
        assert await merging.merge(connection, self.world.state.keyring, self.officer, form) is not None

    async def owners(self) -> list[int | None]:
        rows = await self.world.fetch(
            "select person_id from exam.candidate where sitting_id = :id and person_id = any(:people)",
            id=self.sitting["id"], people=[self.keep.id, self.drop.id],
        )  # fmt: skip
        return [row["person_id"] for row in rows]


@pytest_asyncio.fixture(loop_scope="session")
async def case(world: ClassWorld, request: pytest.FixtureRequest) -> Case:
    made = Case(world, len(await world.fetch("select id from exam.sitting")))
    await made.build()
    return made


async def second(world: ClassWorld, first: AsyncConnection, work: Any) -> asyncio.Task[Any]:
    """`work(connection)` in a transaction of its own, on its way until it waits for `first` or is done."""

    async def run() -> None:
        async with transaction(world.engine) as connection:
            await work(connection)

    task = asyncio.create_task(run())
    waits = text("select count(*) from pg_locks where not granted")
    for _look in range(200):
        if task.done() or (await first.execute(waits)).scalar_one():
            break
        await asyncio.sleep(0.02)
    return task


async def outcome(task: Awaitable[Any]) -> int:
    try:
        await task
    except Refused as refused:
        return refused.status
    return 200


@pytest.mark.parametrize(("who", "status"), [("keep", 200), ("drop", 404)])
async def test_the_merger_is_first(world: ClassWorld, case: Case, who: str, status: int) -> None:
    async with transaction(world.engine) as first:
        await case.merge(first)
        task = await second(world, first, lambda connection: case.match(connection, getattr(case, who)))
    assert await outcome(task) == status
    assert await case.owners() == [case.keep.id], "one place for one pupil"


@pytest.mark.parametrize("who", ["keep", "drop"])
async def test_the_match_is_first(world: ClassWorld, case: Case, who: str) -> None:
    async with transaction(world.engine) as first:
        await case.match(first, getattr(case, who))
        task = await second(world, first, case.merge)
    assert await outcome(task) == 200
    assert await case.owners() == [case.keep.id]


async def test_a_list_that_names_an_entry_in_the_middle_of_its_merger_is_checked_again(
    world: ClassWorld, case: Case
) -> None:
    async with transaction(world.engine) as connection:
        group = await founding.create_unit(connection, "class", "Nhóm Toán", world.school.school)

    async def enter(connection: AsyncConnection) -> None:
        found = read_pasted(f"{case.drop.code}, {case.drop.full_name}")
        assert await enrolling.enrol(connection, world.state.keyring, case.officer, group, found) == 1

    async with transaction(world.engine) as first:
        await case.merge(first)
        task = await second(world, first, enter)
    assert await outcome(task) == 200
    held = "select p.code from exam.class_member m join exam.person p on p.id = m.person_id where m.unit_id = :id"
    assert [row["code"] for row in await world.fetch(held, id=group.id)] == [case.drop.code], "a new entry"
