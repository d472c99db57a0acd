"""A web worker's sign of life. The sweep alone cannot know whether candidates are served: where its process reaches the
database and no web worker does, the service is away all the same, and time that candidates lose has to come back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from exam_engine.delivery import sweep_queries
from exam_engine.kit.connecting import connect_to
from exam_engine.kit.database import gone
from exam_engine.kit.settings import Settings

log = logging.getLogger("exam_engine.sweep")

#: Well within `deadline.SILENCE`, and seldom enough for a connection of its own each time.
EVERY_S = 8.0
PATIENCE_S = 5.0
#: After one that did not arrive: candidates go on as soon as the database is back, and an outage that is noted only
#: after they have handed in has given them nothing back.
AGAIN_S = 1.0


@asynccontextmanager
async def signs_of_life(settings: Settings) -> AsyncIterator[None]:
    """Given for as long as this worker serves."""
    assert settings.database_url is not None
    beats = asyncio.create_task(_beats(settings.database_url), name="beat")
    try:
        yield
    finally:
        beats.cancel()


async def _beats(url: str) -> None:
    while True:
        pause = EVERY_S
        try:
            await beat(url)
        except Exception as error:
            log.warning("no sign of life reaches the database: %s", type(error).__name__, exc_info=not gone(error))
            pause = AGAIN_S
        await asyncio.sleep(pause)


async def beat(url: str) -> None:
    connection = await connect_to(url, PATIENCE_S)
    try:
        await connection.execute(sweep_queries.SERVING)
    finally:
        connection.terminate()
