"""Whether a web worker can serve: what /readyz says, and a load balancer goes by, every second or two."""

from __future__ import annotations

import asyncio
import time

import sqlalchemy.exc
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine import migrations
from exam_engine.kit import stopping
from exam_engine.kit.database import transaction

WITHIN_S = 3.0
#: A schema that was right is looked at again after so long; one that was not, whenever somebody asks.
SCHEMA_HOLDS_S = 10.0
_WRITES = text("select not pg_is_in_recovery()")


class Readiness:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._fits_until = 0.0

    async def obstacle(self) -> str:
        """Why not, in a few words; empty: it can."""
        if stopping.announced():
            return "stopping"
        try:
            async with asyncio.timeout(WITHIN_S), transaction(self._engine) as connection:
                if not (await connection.execute(_WRITES)).scalar():
                    return "the database takes no writes"
                if not await self._fits(connection):
                    return "the database has no schema that this program serves: exam-engine migrate"
        except (OSError, sqlalchemy.exc.SQLAlchemyError):
            self._fits_until = 0.0  # what comes back may be another database
            return "the database does not answer"
        return ""

    async def _fits(self, connection: AsyncConnection) -> bool:
        """The same rule as at the start (`migrations.Schema.serves`): a newer one is served where it allows that."""
        now = time.monotonic()
        if now < self._fits_until:
            return True
        serves = (await migrations.schema(connection)).serves
        self._fits_until = now + SCHEMA_HOLDS_S if serves else 0.0
        return serves
