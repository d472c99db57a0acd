"""Two verdicts at once, a new version while a review is written, the same reviewer twice: on real commits."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import Principal
from exam_engine.reviewing.deciding import decide
from item_bank.review.states import Act
from item_bank.review.verdicts import CHECKLIST, Given
from item_bank.storage import queries as storage
from item_bank.storage.tables import approved_version, review
from tests.accounts.school import Client
from tests.reviewing import steps
from tests.sittings.world import World, build

pytestmark = pytest.mark.race


@pytest_asyncio.fixture(loop_scope="session")
async def world(app_client: Client, app: Litestar, real_engine: AsyncEngine) -> World:
    found = await build(app_client, app, real_engine)
    await steps.send_to_review(found, (await steps.items_of(found))[0])
    return found


class Review:
    def __init__(self, world: World, item: str) -> None:
        self.world, self.item = world, item

    async def say(self, person: Any, act: Act, version: int = 1) -> str:
        """The state that followed, or why not."""
        principal = Principal("staff", person.id, permissions={"items.review": (self.world.school.school.path,)})
        given = Given(person.id, version, act, dict.fromkeys(CHECKLIST, "yes"), "Vì sao")
        try:
            async with transaction(self.world.engine) as connection:
                return str((await decide(connection, principal, self.item, given)).state)
        except Refused as refused:
            return refused.code

    async def change(self) -> str:
        async with transaction(self.world.engine) as connection:
            stored = await storage.newest_version(connection, self.item)
            assert stored
            changed = msgspec.structs.replace(stored.content, topic="Mới")
            await storage.add_version(connection, item_id=stored.item_id, content=changed, created_by=1)
        return "changed"

    async def counted(self) -> tuple[int, int]:
        """Reviews and approvals that are stored."""
        async with transaction(self.world.engine) as connection:
            found = [
                (await connection.execute(select(func.count()).select_from(table))).scalar_one()
                for table in (review, approved_version)
            ]
        return found[0], found[1]


@pytest_asyncio.fixture(loop_scope="session")
async def race(world: World) -> Review:
    return Review(world, (await steps.items_of(world))[0])


async def test_two_verdicts_at_once_leave_one(race: Review) -> None:
    first, second = race.world.school.staff["reviewer"], await steps.second_reviewer(race.world)
    said = await asyncio.gather(race.say(first, Act.APPROVE), race.say(second, Act.RETURN))
    state, _number = await steps.status_of(race.world, race.item)
    if said[0] == "approved" and said[1] == "returned":  # the return came second, and takes the approval back
        assert (state, await race.counted()) == ("returned", (2, 0))
    else:
        assert said == ["review_outdated", "returned"]
        assert (state, await race.counted()) == ("returned", (1, 0))


async def test_the_same_reviewer_twice_counts_once(race: Review) -> None:
    await steps.ask_for(race.world, 2)
    person = race.world.school.staff["reviewer"]
    said = await asyncio.gather(*(race.say(person, Act.APPROVE) for _time in range(3)))
    assert sorted(said) == ["in_review", "reviewed_already", "reviewed_already"]
    assert await race.counted() == (1, 0)


async def test_two_approvals_at_once_are_both_counted(race: Review) -> None:
    await steps.ask_for(race.world, 2)
    first, second = race.world.school.staff["reviewer"], await steps.second_reviewer(race.world)
    said = await asyncio.gather(race.say(first, Act.APPROVE), race.say(second, Act.APPROVE))
    assert sorted(said) == ["approved", "in_review"]
    assert await race.counted() == (2, 1)


async def test_a_new_version_while_a_review_is_written_is_never_approved_by_it(race: Review) -> None:
    said = await asyncio.gather(race.say(race.world.school.staff["reviewer"], Act.APPROVE), race.change())
    assert said[0] in ("approved", "review_outdated")
    assert await steps.status_of(race.world, race.item) == ("draft", 2)
    await steps.send_to_review(race.world, race.item)
    assert await race.say(race.world.school.staff["reviewer"], Act.APPROVE) == "review_outdated"
    assert await race.say(race.world.school.staff["reviewer"], Act.APPROVE, 2) == "approved"
