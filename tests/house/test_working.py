"""The process that works: jobs, sweep and daily steps share it, and none of them may end the others."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from litestar.datastructures import State

from exam_engine.kit.feature import Feature
from exam_engine.working import daily


@pytest.mark.parametrize("error", [asyncpg.DiskFullError("full"), KeyError("unforeseen")])
async def test_a_daily_step_that_fails_keeps_nothing_from_going_on(error: Exception) -> None:
    done = asyncio.Event()

    async def fails(_state: State) -> None:
        raise error

    async def goes(_state: State) -> None:
        done.set()

    steps = asyncio.create_task(daily(State({"features": (Feature("one", daily=(fails, goes)),)})))
    await asyncio.wait({steps, asyncio.create_task(done.wait())}, return_when=asyncio.FIRST_COMPLETED)
    assert done.is_set()
    assert not steps.done()
    steps.cancel()
