"""The sweep, in the worker process: every second the heartbeat, outages, and attempts whose time is over.

Only one worker of all machines sweeps at a time. Each step is its own short transaction. The heartbeat comes first: a
service that was away learns so before it closes anything. It is away, too, while no web worker gives a sign of life
(`beating`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from datetime import datetime

from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.delivery import closing, crediting, sweep_queries
from exam_engine.delivery.deadline import SETTLING, SILENCE
from exam_engine.kit.database import SHORT_S, gone, make_engine, transaction
from exam_engine.kit.events import Events
from exam_engine.kit.keys import Keys

log = logging.getLogger("exam_engine.sweep")

EVERY_S = 1.0
MOST_AT_ONCE = 500
#: Closing goes on in the next round, lest the heartbeat's pause be taken for an outage.
LONGEST_ROUND_S = 10.0
#: An attempt that cannot be closed is left alone for so long: every round would begin with it, and others wait behind.
PASSED_OVER_S = 60.0

#: Attempt → until when it is passed over, by this process's monotonic clock.
Passed = dict[int, float]


async def run(state: State, stop: asyncio.Event) -> None:
    """Sweeps until `stop` is set. A database that is away is waited for, and no other error ends the sweep: jobs run in
    the same process, and the next round may go well."""
    engine = make_engine(state.settings.database_url, pool_size=1, patience_s=SHORT_S)
    passed: Passed = {}
    try:
        while not stop.is_set():
            try:
                await sweep(engine, state.keyring, state.events, passed)
            except Exception as error:
                log.warning("the sweep begins anew: %s", type(error).__name__, exc_info=not gone(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY_S)
    finally:
        await engine.dispose()


async def sweep(engine: AsyncEngine, keys: Keys, events: Events, passed: Passed | None = None) -> list[int]:
    """One round. Returns the attempts that were closed; `passed` remembers those that could not be."""
    passed = {} if passed is None else passed
    async with transaction(engine) as connection:
        if not await sweep_queries.take_the_sweep(connection):
            return []
        now, before, served = await sweep_queries.last_beats(connection)
        if served is not None and now - served > SILENCE:
            return []  # nobody is served: an outage that is not over yet
        if before is not None and now - before > SILENCE:
            await _note_outage(connection, before, now)
        if before is None or now.minute != before.minute:
            await crediting.hold_undecided(connection)
        await sweep_queries.beat(connection, now if served is None else min(now, served))
        due = await sweep_queries.attempts_to_expire(connection, SETTLING.total_seconds(), MOST_AT_ONCE, _still(passed))
    closed, begun = [], time.monotonic()
    for attempt_id in due:
        if time.monotonic() - begun > LONGEST_ROUND_S:
            break
        if await _closed(engine, keys, events, attempt_id, passed):
            closed.append(attempt_id)
    return closed


async def _closed(engine: AsyncEngine, keys: Keys, events: Events, attempt_id: int, passed: Passed) -> bool:
    try:
        async with transaction(engine) as connection:
            return await closing.expire(connection, keys, events, attempt_id)
    except Exception as error:
        passed[attempt_id] = time.monotonic() + PASSED_OVER_S
        if gone(error):  # with the database, or with a journal that takes longer than it may: the next round tells
            raise
        log.exception("attempt %s cannot be closed; it is tried again in %s s", attempt_id, PASSED_OVER_S)
        return False


def _still(passed: Passed) -> list[int]:
    """Those whose time to be passed over is not up; the others are forgotten."""
    now = time.monotonic()
    for attempt_id in [one for one, until in passed.items() if until <= now]:
        del passed[attempt_id]
    return list(passed)


async def _note_outage(connection: AsyncConnection, began_at: datetime, ended_at: datetime) -> None:
    outage = await crediting.after_outage(connection, began_at, ended_at)
    if outage is not None:
        log.warning("the service was away from %s to %s: outage %s", began_at, ended_at, outage)
