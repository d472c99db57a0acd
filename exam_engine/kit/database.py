"""The only places that commit: the request's transaction (also used by jobs and commands), and `Flush`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

__all__ = ["make_engine", "provide_connection", "transaction"]


def make_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """A bounded pool; a caller who waits longer than five seconds gets an error that the edge answers with 503."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=False,
        connect_args={"server_settings": {"application_name": "exam-engine", "timezone": "UTC"}},
    )


def dsn(url: str) -> str:
    """The URL as asyncpg itself reads it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction: committed when the block ends well, rolled back when it raises."""
    async with engine.begin() as connection:
        yield connection


async def provide_connection(state: State) -> AsyncGenerator[AsyncConnection, None]:
    """The request's transaction. Litestar runs the part after `yield` before the response is sent, so that a
    failed commit is an error and never a page that says "saved"."""
    async with transaction(state.engine) as connection:
        yield connection
