"""Staff who act on a sitting while it storms, and try again until it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

import asyncpg
import sqlalchemy.exc
from sqlalchemy import select

from exam_engine.delivery import attempt_queries, intervening
from exam_engine.delivery.attempt import Action
from exam_engine.delivery.intervening import Order
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import Principal, public_id
from exam_engine.sittings.tables import sitting
from tests.chaos.schedule import Act
from tests.hall import Hall, Room, Seat

AWAY = (OSError, sqlalchemy.exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, EOFError)
TIMES = 100
PAUSE_S = 0.3
FOLLOWED_BY = {"pause": Action.UNPAUSE, "end": Action.REOPEN}
ACTIONS = {"pause": Action.PAUSE, "end": Action.END, "add time": Action.ADD_TIME}
SECONDS = {Action.ADD_TIME: 60, Action.REOPEN: 2700}


async def act(hall: Hall, room: Room, one: Act, random: Random) -> None:
    seats = None if one.share == 1.0 else random.sample(room.seats, max(1, round(one.share * len(room.seats))))
    await _order(hall, room, seats, ACTIONS[one.action])
    if following := FOLLOWED_BY.get(one.action):
        await asyncio.sleep(one.length)
        await _order(hall, room, seats, following)


async def _order(hall: Hall, room: Room, seats: Sequence[Seat] | None, action: Action) -> None:
    """Whoever hears nothing orders it once more: what is done already is passed over."""
    act = public_id()
    for _ in range(TIMES):
        try:
            await _try(hall, room, seats, action, act)
            return
        except AWAY:
            await asyncio.sleep(PAUSE_S)
    raise AssertionError(f"staff could not {action} within {TIMES * PAUSE_S:.0f} s")


async def _try(hall: Hall, room: Room, seats: Sequence[Seat] | None, action: Action, act: str) -> None:
    order = Order(action, "Sự cố kĩ thuật", SECONDS.get(action, 0))
    principal = Principal("staff", 7, permissions={intervening.PERMISSION: (hall.school.school.path,)})
    keys, events = hall.state.keyring, hall.state.events
    if seats is None:
        async with transaction(hall.engine) as connection:
            found = (await connection.execute(select(sitting).where(sitting.c.id == room.id))).mappings().one()
        await intervening.intervene_in_all(hall.engine, keys, events, principal, found, order, act)
        return
    for seat in seats:
        try:
            await _one(hall, room, principal, seat, order)
        except Refused as refused:  # this candidate has handed in since, or it was done before
            if refused.status != 409:
                raise


async def _one(hall: Hall, room: Room, principal: Principal, seat: Seat, order: Order) -> None:
    async with transaction(hall.engine) as connection:
        found = await attempt_queries.attempt_by_id(connection, seat.attempt)
        assert found is not None
        await intervening.intervene(
            connection, hall.state.keyring, hall.state.events, principal, room.public, found["candidate_public_id"],
            order,
        )  # fmt: skip
