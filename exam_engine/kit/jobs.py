"""Long work (DESIGN D9): enqueued in the transaction that causes it, run by `exam-engine work`, its progress shown.

The queue is PgQueuer in the schema `jobs` (its tables come from our migrations); `exam.job` is what people see.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from litestar.datastructures import State
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.kit import clock
from exam_engine.kit.connecting import connect_to
from exam_engine.kit.database import GONE, SHORT_S, gone, transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import Principal, public_id
from exam_engine.kit.tables import job

if TYPE_CHECKING:
    import asyncpg

os.environ.setdefault("PGQUEUER_SCHEMA", "jobs")

log = logging.getLogger("exam_engine.jobs")

ENTRYPOINT = "job"
#: Pause before a database that went away is asked again.
AGAIN_S = 2.0
ATTEMPTS = 60


@dataclass(frozen=True, slots=True)
class Progress:
    """Tells the page how far the work is; each report is its own short transaction."""

    engine: AsyncEngine
    job_id: int

    async def report(self, done: int, total: int, message: str = "") -> None:
        async with transaction(self.engine) as connection:
            await connection.execute(
                update(job).where(job.c.id == self.job_id).values(done=done, total=total, message=message)
            )


#: (the service's state as `create_app` makes it, progress, payload) → result shown on the page and by `--json`.
Handler = Callable[[State, Progress, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]


async def enqueue(
    connection: AsyncConnection,
    kind: str,
    payload: Mapping[str, Any],
    *,
    principal: Principal,
    unit_id: int | None = None,
) -> str:
    """Returns the job's public id. Nothing runs if the caller's transaction fails."""
    from pgqueuer.queries import Queries

    row = (
        await connection.execute(
            insert(job)
            .values(
                public_id=public_id(),
                kind=kind,
                unit_id=unit_id,
                created_by=principal.id or None,
                payload=dict(payload),
            )
            .returning(job.c.id, job.c.public_id)
        )
    ).one()
    raw = cast("asyncpg.Connection", (await connection.get_raw_connection()).driver_connection)
    await Queries.from_asyncpg_connection(raw).enqueue(ENTRYPOINT, json.dumps({"id": row.id}).encode())
    return str(row.public_id)


class Jobs:
    """The kinds of work this service knows; `app.py` and the worker register the same ones."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def register(self, kind: str, handler: Handler) -> None:
        self._handlers[kind] = handler

    async def perform(self, state: State, job_id: int) -> None:
        """Runs one job to its end; what went wrong is on the job's row, in words a person can act on. A database that
        went away in the middle is waited for, and the job begins anew: it has committed whole steps only."""
        for _attempt in range(ATTEMPTS - 1):
            try:
                return await self._perform(state, job_id)
            except Exception as error:
                if not gone(error):
                    raise
                log.warning("job %s waits for the database: %s", job_id, type(error).__name__)
                await asyncio.sleep(AGAIN_S)
        return await self._perform(state, job_id)

    async def _perform(self, state: State, job_id: int) -> None:
        engine: AsyncEngine = state.engine
        async with transaction(engine) as connection:
            row = (
                await connection.execute(
                    update(job).where(job.c.id == job_id).values(state="running").returning(job.c.kind, job.c.payload)
                )
            ).one()
        try:
            result = await self._handlers[row.kind](state, Progress(engine, job_id), row.payload)
        except Refused as refused:
            reason = {"message": refused.message, "params": {name: str(one) for name, one in refused.params.items()}}
            told = refused.message % refused.params
            await _finish(engine, job_id, "failed", message=told, result={"refused": reason})
        except Exception as error:
            if gone(error):
                raise
            await _finish(engine, job_id, "failed", message=f"{type(error).__name__}: {error}"[:500])
            raise
        else:
            await _finish(engine, job_id, "done", result=dict(result))

    async def run(self, state: State) -> None:
        """Serves the queue until cancelled; a database that went away is waited for."""
        while True:
            try:
                return await self._serve(state)
            except GONE as error:
                log.warning("the queue waits for the database: %s", type(error).__name__)
                await asyncio.sleep(AGAIN_S)

    async def _serve(self, state: State) -> None:
        from pgqueuer import AsyncpgDriver, PgQueuer
        from pgqueuer.models import Job

        raw = await connect_to(state.settings.database_url, SHORT_S)
        try:
            queue = PgQueuer(AsyncpgDriver(raw))
            raw.add_termination_listener(lambda _connection: queue.shutdown.set())

            @queue.entrypoint(ENTRYPOINT, concurrency_limit=2)
            async def perform(found: Job) -> None:
                await self.perform(state, json.loads(found.payload or b"{}")["id"])

            await queue.run()
            if raw.is_closed():
                raise ConnectionError("the connection ended")
        finally:
            raw.terminate()


async def _finish(
    engine: AsyncEngine, job_id: int, state: str, *, message: str = "", result: dict[str, Any] | None = None
) -> None:
    async with transaction(engine) as connection:
        await connection.execute(
            update(job)
            .where(job.c.id == job_id)
            .values(state=state, message=message, result=result, finished_at=clock.now())
        )


async def job_by_public_id(connection: AsyncConnection, public: str, principal: Principal) -> Mapping[str, Any] | None:
    """The job as its page shows it, to the person who asked for it."""
    row = await connection.execute(select(job).where(job.c.public_id == public, job.c.created_by == principal.id))
    found = row.mappings().one_or_none()
    return None if found is None else {**found}
