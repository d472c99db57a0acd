"""Connections, and the request's transaction (also used by jobs and commands). Only it and `Flush` commit."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import sqlalchemy.exc
from litestar.datastructures import State
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction, create_async_engine
from sqlalchemy.pool import NullPool

from exam_engine.kit.connecting import POOLER, driver_arguments, pooled
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.metrics import Histogram

log = logging.getLogger("exam_engine.database")

POOL_WAIT = Histogram("database_pool_wait_seconds", "Until a request had its pooled connection; refused ones apart")

#: The longest that one statement of a flush or a question may take; its connection is given up then.
SHORT_S = 15.0


def make_engine(url: str, *, pool_size: int = 10, patience_s: float | None = None) -> AsyncEngine:
    """A bounded pool; a caller who waits longer than five seconds gets an error that the edge answers with 503.
    `patience_s`: the longest that a statement may take where nobody waits for long work."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=False,
        hide_parameters=True,  # errors go into the log, and parameters are names and answers
        connect_args=driver_arguments(url, patience_s),
    )
    event.listen(engine.sync_engine, "handle_error", _give_up_what_is_gone)
    return engine


def dsn(url: str) -> str:
    """The URL as asyncpg itself reads it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def _give_up_what_is_gone(context: ExceptionContext) -> None:
    """A server that is being shut down, hangs, or has become a standby would be asked again and again: its pooled
    connections are alive."""
    found = context.original_exception
    if isinstance(found.__cause__ or found, GONE):
        context.is_disconnect = True


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction: committed when the block ends well, rolled back when it raises. The error that ended it is the
    one to tell, also where the connection has gone with it and cannot even be rolled back."""
    async with engine.connect() as connection:
        begun = await connection.begin()
        try:
            yield connection
        except BaseException as error:
            await _undo(connection, begun, error)
            raise
        await begun.commit()


async def _undo(connection: AsyncConnection, begun: AsyncTransaction, error: BaseException) -> None:
    """SQLAlchemy throws away what is gone where its own statement failed; one on the raw driver it has not seen."""
    try:
        if isinstance(error, _SPENT):
            await connection.invalidate(error)
        await begun.rollback()
    except Exception as second:  # noqa: BLE001 - whatever it is, the next transaction gets a new connection
        log.warning("a transaction could not be rolled back: %s", type(second).__name__)
        await connection.invalidate(second)


async def provide_connection(state: State) -> AsyncGenerator[AsyncConnection, None]:
    """The request's transaction. Litestar runs the part after `yield` before the response is sent, so that a
    failed commit is an error and never a page that says "saved"."""
    begun = time.perf_counter()
    async with transaction(state.engine) as connection:
        POOL_WAIT.note(time.perf_counter() - begun)
        yield connection


class Busy(Refused):
    """503, to be asked again."""


def busy() -> Busy:
    """The jitter keeps those who are sent away together from coming back together."""
    message = _("The service is busy or its database is away for a moment. Nothing is lost; try again shortly.")
    return Busy("busy", 503, message, headers={"Retry-After": str(1 + secrets.randbelow(5))})


class FlushConnection:
    """The writer's own connection. `fetch` prepares a statement once, except behind a pooler, whose server connection
    is another one each time; `alchemy` is the same connection, and the same transaction, for subscribers of events."""

    def __init__(
        self, alchemy: AsyncConnection, raw: Any, *, prepares: bool = True, prepared: dict[str, Any] | None = None
    ) -> None:
        self.alchemy = alchemy
        self.raw = raw
        self._prepares = prepares
        self._prepared: dict[str, Any] = {} if prepared is None else prepared

    @classmethod
    async def of(cls, alchemy: AsyncConnection) -> FlushConnection:
        """The raw side of a transaction that SQLAlchemy has begun (with its first statement); what is prepared stays
        with the pooled connection."""
        record = await alchemy.get_raw_connection()
        prepares = POOLER not in alchemy.engine.url.query
        return cls(alchemy, record.driver_connection, prepares=prepares, prepared=record.info.setdefault("plain", {}))

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        if not self._prepares:
            asked: list[Any] = await self.raw.fetch(statement, *arguments)
            return asked
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._prepared[statement] = await self.raw.prepare(statement)
        found: list[Any] = await prepared.fetch(*arguments)
        return found


GONE = (
    OSError,  # TimeoutError and ConnectionError among them
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver's own word for a connection that ended in the middle of a statement
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
)
#: Of these the driver's own: after one of them nothing more is asked of a connection.
_SPENT = tuple(kind for kind in GONE if kind is not OSError)


class Raw:
    """Opens raw connections outside of any pool; whoever holds one says begin and commit itself, or needs neither."""

    def __init__(self, url: str, *, planned_once: bool = False) -> None:
        self._engine = create_async_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args=driver_arguments(url, SHORT_S, planned_once=planned_once),
        )
        self._prepares = not pooled(url)

    async def open(self) -> FlushConnection:
        alchemy = await self._engine.connect()
        raw = (await alchemy.get_raw_connection()).driver_connection
        return FlushConnection(alchemy, raw, prepares=self._prepares)

    async def close(self, connection: FlushConnection) -> None:
        """Cut off, as what it was asked last may still be under way."""
        connection.raw.terminate()
        with suppress(*GONE, sqlalchemy.exc.SQLAlchemyError):
            await connection.alchemy.close()

    async def dispose(self) -> None:
        await self._engine.dispose()


def gone(error: BaseException) -> bool:
    """The database is away, or not the one that takes writes; the same may succeed in a while."""
    return isinstance(cause(error), GONE)


def cause(error: BaseException) -> BaseException:
    """The driver's own error below SQLAlchemy's, where a subscriber's statement failed."""
    while isinstance(error, sqlalchemy.exc.DBAPIError) and error.orig is not None:
        error = error.orig.__cause__ or error.orig
    return error
