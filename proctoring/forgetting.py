"""Signals are behaviour of people, often children: they go when the sitting's own time for them is over."""

from __future__ import annotations

import logging

from litestar.datastructures import State

from exam_engine.kit import audit
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM
from exam_engine.sittings.policy import SittingPolicy
from proctoring import queries

log = logging.getLogger("exam_engine.proctoring")


async def forget(state: State) -> int:
    """Once a day, in the worker process. How much was deleted is on record, not what."""
    async with transaction(state.engine) as connection:
        gone = await queries.forget_signals(connection, SittingPolicy().signal_days)
        if gone:
            await audit.record(connection, SYSTEM, "signals_deleted", "signal", None, count=gone)
    return gone
