"""The one way to open a connection to PostgreSQL, made for servers that fail over, hang, or sit behind a pooler.

Each host of the URL gets a few seconds of its own, beginning with the one that was right last time: the driver's own
limit is for the whole list, and a first host that hangs would use it up (docs/decisions/fail-over.md). A server that
takes no writes is refused. The other side's silence is noticed: by the kernel where it is gone, by `patience_s` where
it only hangs.
"""

from __future__ import annotations

import socket
from typing import Any

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import make_url

SERVER_SETTINGS = {"application_name": "exam-engine", "timezone": "UTC"}
#: For one host to accept a connection and sign us in.
HOST_PATIENCE_S = 3.0
#: In the URL's query, from `EXAM_ENGINE_DATABASE_POOLER`.
POOLER = "pooler"

#: An idle connection to a machine that vanished ends within 14 s, one with unanswered data within 10 s.
_NOTICING = (
    ("SOL_SOCKET", "SO_KEEPALIVE", 1),
    ("IPPROTO_TCP", "TCP_KEEPIDLE", 5),
    ("IPPROTO_TCP", "TCP_KEEPINTVL", 3),
    ("IPPROTO_TCP", "TCP_KEEPCNT", 3),
    ("IPPROTO_TCP", "TCP_USER_TIMEOUT", 10_000),
)

#: This host, now: another one, or a moment later, may do.
_NOT_NOW = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # "takes no writes" among them
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,  # an account or an access list that has not come there yet
)

#: The same on the server's side: what a machine that vanished has locked is free again before long.
_NOTICING_THERE = {
    "tcp_keepalives_idle": "5", "tcp_keepalives_interval": "3", "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}  # fmt: skip

_right_last_time: dict[tuple[Any, ...], Any] = {}


class Connection(asyncpg.Connection):  # type: ignore[misc]
    """Never asks the server to cancel a statement. A cancelled COMMIT ends its wait for the synchronous standby and
    is visible on a primary that may be dying; behind a pooler the request can hit another client's statement. What
    takes too long loses its connection instead."""

    def _cancel_current_command(self, waiter: Any, cancel_waiter: Any = None) -> None:
        for one in (waiter, cancel_waiter):
            if one is not None and not one.done():
                one.set_result(None)
        self._loop.call_soon(self.terminate)


def pooled(url: str) -> bool:
    """A pooler in transaction mode lies between: nothing may be left on a server connection."""
    return POOLER in make_url(url).query


def driver_arguments(url: str, patience_s: float | None, *, planned_once: bool = False) -> dict[str, Any]:
    """For SQLAlchemy's `connect_args`; the rest it takes from the URL itself. `planned_once`: a prepared statement is
    planned when it is first used, and not five times more for the values given; right for looks by a key."""
    given: dict[str, Any] = {"async_creator_fn": connect, "patience_s": patience_s}
    if pooled(url):
        given["prepared_statement_cache_size"] = 0
    elif planned_once:
        given["server_settings"] = SERVER_SETTINGS | _NOTICING_THERE | {"plan_cache_mode": "force_generic_plan"}
    return given


async def connect_to(url: str, patience_s: float | None = None) -> asyncpg.Connection:
    """A connection outside of SQLAlchemy, from the same URL."""
    dialect: Any = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
    _nothing, arguments = dialect.create_connect_args(make_url(url))
    return await connect(patience_s=patience_s, **arguments)


async def connect(
    *, host: Any = None, port: Any = None, pooler: str = "", patience_s: float | None = None, **arguments: Any
) -> asyncpg.Connection:
    """`patience_s`: the longest that one statement may take; None where long work is done."""
    arguments = {
        "timeout": HOST_PATIENCE_S, "target_session_attrs": "read-write", "command_timeout": patience_s,
        "server_settings": SERVER_SETTINGS | ({} if pooler else _NOTICING_THERE),
        "connection_class": Connection, **arguments,
    }  # fmt: skip
    if pooler:
        arguments["statement_cache_size"] = 0
    places = _places(host, port)
    key, last = tuple(places), None
    for place in sorted(places, key=lambda one: one != _right_last_time.get(key)):
        try:
            connection = await asyncpg.connect(host=place[0], port=place[1], **arguments)
        except _NOT_NOW as error:
            last = error
            continue
        _right_last_time[key] = place
        _notice_silence(connection)
        return connection
    assert last is not None
    raise ConnectionError(str(last) or "no answer in time") from last


def _places(host: Any, port: Any) -> list[tuple[Any, Any]]:
    if not isinstance(host, list):
        return [(host, port)]
    return list(zip(host, port, strict=True))


def _notice_silence(connection: asyncpg.Connection) -> None:
    found = connection._transport.get_extra_info("socket")  # noqa: SLF001 - the driver has no other way to its socket
    if found is None or found.family == socket.AF_UNIX:
        return
    for level, name, value in _NOTICING:
        if hasattr(socket, name):  # not on every system
            found.setsockopt(getattr(socket, level), getattr(socket, name), value)
