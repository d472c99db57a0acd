"""The worker process (`exam-engine work`): long jobs from the queue, and the sweep that closes attempts."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress

from litestar.datastructures import State

from exam_engine.app import make_state
from exam_engine.delivery import sweeping
from exam_engine.features import FEATURES
from exam_engine.kit.jobs import Jobs
from exam_engine.kit.settings import Settings

log = logging.getLogger("exam_engine.work")

A_DAY_S = 24 * 3600.0
AGAIN_S = 60.0


async def work(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT; a job in progress is put back into the queue by its missing heartbeat."""
    settings = settings.past_the_pooler()
    state = make_state(settings)
    jobs = Jobs()
    for feature in FEATURES:
        for kind, handler in feature.jobs.items():
            jobs.register(kind, handler)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    tasks = [
        asyncio.create_task(sweeping.run(state, stop), name="sweep"),
        asyncio.create_task(jobs.run(state), name="jobs"),
        asyncio.create_task(daily(state), name="daily"),
    ]
    if settings.backup_dir is not None:
        from exam_engine.operating import receiving

        tasks.append(asyncio.create_task(receiving.keep(settings), name="log"))
    if settings.metrics_port:
        from exam_engine.operating import exposing

        tasks.append(asyncio.create_task(exposing.expose(settings, state.engine), name="metrics"))
    # After the queue's own handlers, so that one signal stops both.
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    stopped = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
    for task in (*tasks, stopped):
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
    await state.engine.dispose()


async def daily(state: State) -> None:
    """Every feature's daily steps; one that fails, because the database is away or for another reason, is tried again
    soon and keeps neither the others nor the sweep from going on."""
    while True:
        pause = A_DAY_S
        for step in (step for feature in state.features for step in feature.daily):
            try:
                await step(state)
            except Exception:
                log.exception("a daily step failed; it is tried again soon")
                pause = AGAIN_S
        await asyncio.sleep(pause)
