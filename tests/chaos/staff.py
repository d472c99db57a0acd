"""Staff who act on a sitting while it storms, and try again until it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

import asyncpg
import sqlalchemy.exc

from exam_engine.delivery import attempt_queries, intervening
from exam_engine.delivery.attempt import TRANSITIONS, Action, State
from exam_engine.delivery.intervening import Order
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import Principal
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
    for _ in range(TIMES):
        try:
            await _try(hall, room, seats, action)
            return
        except AWAY:
            await asyncio.sleep(PAUSE_S)
    raise AssertionError(f"staff could not {action} within {TIMES * PAUSE_S:.0f} s")


async def _try(hall: Hall, room: Room, seats: Sequence[Seat] | None, action: Action) -> None:
    order = Order(action, "Sự cố kĩ thuật", SECONDS.get(action, 0))
    principal = Principal("staff", 7, permissions={intervening.PERMISSION: (hall.school.school.path,)})
    if seats is None:
        await _one(hall, room, principal, None, order)
        return
    for seat in seats:
        await _one(hall, room, principal, seat, order)


async def _one(hall: Hall, room: Room, principal: Principal, seat: Seat | None, order: Order) -> None:
    async with transaction(hall.engine) as connection:
        public = None
        if seat is not None:
            found = await attempt_queries.attempt_by_id(connection, seat.attempt)
            assert found is not None
            public = found["candidate_public_id"]
            if (State(found["state"]), order.action) not in TRANSITIONS:
                return
        await intervening.intervene(
            connection, hall.state.keyring, hall.state.events, principal, room.public, public, order
        )
