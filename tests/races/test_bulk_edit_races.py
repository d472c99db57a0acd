"""Two persons change the same items at once, one presses twice, one takes back while it is still applied."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from litestar import Litestar
from litestar.datastructures import State
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring import bulk_editing
from exam_engine.authoring.relabelling import Change
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import Principal, public_id
from exam_engine.kit.jobs import Progress
from item_bank.storage import edit_queries
from item_bank.storage import queries as storage
from item_bank.storage.tables import item
from tests.accounts.school import Client, send
from tests.sittings.world import World, build, choice

pytestmark = pytest.mark.race
ITEMS = 30


@pytest_asyncio.fixture(loop_scope="session")
async def world(app_client: Client, app: Litestar, real_engine: AsyncEngine) -> World:
    found = await build(app_client, app, real_engine)
    async with transaction(real_engine) as connection:
        bank = await storage.bank_by_public_id(connection, found.bank)
        assert bank
        for n in range(ITEMS):
            await storage.add_item(connection, bank_id=bank["id"], public_id=f"many{n:012}", content=choice(1000 + n))
    return found


class Editor:
    def __init__(self, world: World, person: int) -> None:
        self.world, self.principal = world, Principal("staff", person)

    async def propose(self, change: Change, items: slice) -> str:
        public = public_id()
        async with transaction(self.world.engine) as connection:
            bank = await storage.bank_by_public_id(connection, self.world.bank)
            assert bank
            await edit_queries.propose(
                connection,
                bank["id"],
                self.principal.id,
                public_id=public,
                change=msgspec.to_builtins(change),
                chosen=[f"many{n:012}" for n in range(ITEMS)[items]],
            )
        return public

    async def do(self, public: str, *, undoing: bool = False) -> bool:
        """As the door does; False where it was done before."""
        async with transaction(self.world.engine) as connection:
            bank = await storage.bank_by_public_id(connection, self.world.bank)
            assert bank
            edit = await edit_queries.edit_of(connection, public, bank["id"], self.principal.id, held=True)
            assert edit
            if edit["state"] != ("applied" if undoing else "proposed"):
                return False
            await bulk_editing.carry_out(connection, self.principal, bank, edit, undoing=undoing)
        return True

    async def counts(self, public: str) -> dict[str, int]:
        async with transaction(self.world.engine) as connection:
            bank = await storage.bank_by_public_id(connection, self.world.bank)
            assert bank
            edit = await edit_queries.edit_of(connection, public, bank["id"], self.principal.id)
            assert edit
            return await edit_queries.counts(connection, edit["id"])


async def levels(world: World) -> list[str]:
    statement = select(item.c.level).where(item.c.public_id.like("many%")).order_by(item.c.public_id)
    async with transaction(world.engine) as connection:
        return list((await connection.execute(statement)).scalars())


async def test_each_item_is_changed_by_one_of_two_and_the_other_is_told(world: World) -> None:
    one, two = Editor(world, 101), Editor(world, 102)
    edits = [
        await one.propose(Change({"level": "Hiểu"}), slice(0, 20)),
        await two.propose(Change({"level": "Biết"}), slice(10, 30)),
    ]
    assert await asyncio.gather(one.do(edits[0]), two.do(edits[1])) == [True, True]
    first, second = await one.counts(edits[0]), await two.counts(edits[1])
    assert first["changed"] + second["changed"] == ITEMS
    assert first.get("touched", 0) + second.get("touched", 0) == 10
    found = await levels(world)
    assert (found.count("Hiểu"), found.count("Biết")) == (first["changed"], second["changed"])
    # Both take back at once: everything says again what it said.
    assert await asyncio.gather(one.do(edits[0], undoing=True), two.do(edits[1], undoing=True)) == [True, True]
    assert await levels(world) == [""] * ITEMS


async def test_pressing_twice_changes_once(world: World) -> None:
    editor = Editor(world, 101)
    edit = await editor.propose(Change({}, add_tag="ôn"), slice(0, ITEMS))
    assert sorted(await asyncio.gather(*(editor.do(edit) for _n in range(3)))) == [False, False, True]
    async with transaction(world.engine) as connection:
        numbers = text(
            "select distinct v.number from item_bank.item i join item_bank.item_version v"
            " on v.id = i.version_id where i.public_id like 'many%'"
        )
        assert list((await connection.execute(numbers)).scalars()) == [2]


async def test_a_job_stops_where_somebody_takes_the_change_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_editing, "AT_ONCE", 10)
    editor = Editor(world, world.school.staff["author"].id)
    edit = await editor.propose(Change({"level": "Hiểu"}), slice(0, ITEMS))
    await world.enter("author")
    place = f"/bank/{world.bank}/edits/{edit}"
    assert (await send(world.client, place, do="apply")).headers["location"].startswith("/jobs/")
    async with world.engine.connect() as connection:
        jobs = text("select id, payload from exam.job where kind = :kind order by id")
        (job,) = (await connection.execute(jobs, {"kind": bulk_editing.JOB})).all()
    state = State({**world.app.state.dict(), "engine": world.engine})

    class Interrupted(Progress):
        async def report(self, done: int, total: int, message: str = "") -> None:
            if done == 10:
                assert (await send(world.client, place, do="undo")).status_code == 303

    result: Any = await bulk_editing.perform(state, Interrupted(world.engine, job.id), job.payload)
    assert result["items"] == 10
    assert await levels(world) == [""] * ITEMS
    assert await editor.counts(edit) == {"undone": 10, "waiting": 20}
