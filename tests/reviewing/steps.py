"""What tests of reviews do over and over."""

from __future__ import annotations

from typing import Any

from httpx import Response

from exam_engine.kit.database import transaction
from exam_engine.kit.identity import Principal
from item_bank.review.verdicts import CHECKLIST, Rules
from item_bank.storage import queries as storage
from item_bank.storage import review_queries
from tests.accounts.school import add_staff, see, send
from tests.sittings.world import World

WELL = {f"answer-{name}": "yes" for name in CHECKLIST}


async def items_of(world: World) -> list[str]:
    async with transaction(world.engine) as connection:
        found = await storage.versions_by_id(connection, world.versions)
    return [found[version].item_public_id for version in world.versions]


async def status_of(world: World, item: str) -> tuple[str, int]:
    """The state of an item and the number of its newest version."""
    async with transaction(world.engine) as connection:
        found = await storage.newest_version(connection, item)
    assert found
    return found.status, found.number


async def ask_for(world: World, reviews: int, *, two: bool = False, team: tuple[int, ...] = ()) -> None:
    async with transaction(world.engine) as connection:
        bank = await storage.bank_by_public_id(connection, world.bank)
        assert bank
        await review_queries.set_rules(connection, bank["id"], Rules(reviews), released_by_two=two)
        await review_queries.set_team(connection, bank["id"], team)


async def send_to_review(world: World, *items: str) -> None:
    await world.enter("author")
    for item in items:
        assert (await send(world.client, f"/items/{item}/state", status="in_review")).status_code == 303


async def verdict(world: World, item: str, which: str, *, version: str = "1", **form: Any) -> Response:
    answers = WELL if which == "approve" else {}
    await see(world.client, f"/review/{item}")
    return await send(
        world.client, f"/review/{item}", verdict=which, version=version, **{"reasons": "", **answers, **form}
    )


async def second_reviewer(world: World) -> Any:
    async with transaction(world.engine) as connection:
        return await add_staff(connection, world.school.school, world.school.school, "reviewer", "second-reviewer")


def reviewing(person: Any, path: str) -> Principal:
    return Principal("staff", person.id, permissions={"items.review": (path,)})
