"""Before anything is served: a database that runs, exists and has the schema of this program."""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
import struct
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import asyncpg
import sqlalchemy.exc
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine import migrations
from exam_engine.accounts import account_queries
from exam_engine.kit.connecting import connect_to
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from exam_engine.migrations import applying

LOCK_FILE = "service.lock"
#: C's struct flock on Linux: kind, whence, start, length, process.
_LOCK = "hhqqi"


def _say_nothing(_line: str) -> None:
    pass


class CannotStart(RuntimeError):
    """An expected obstacle; the message is one line for whoever typed the command."""


@contextmanager
def running_database(settings: Settings, *, take_over: bool = False) -> Iterator[Settings]:
    """Settings that name a database which answers; the embedded one is stopped again if this started it, and made where
    there is none yet. Commands that only look at what is there use :func:`existing_database`.

    ``take_over``: or if a service that was killed has left it running; only for the one who holds :func:`only_service`.
    """
    if settings.database_url is not None:
        asyncio.run(_refuse_silence(settings))
        yield settings
        return
    server = Embedded(settings.data_dir)
    already = server.pid is not None
    server.start()
    try:
        named = replace(settings, database_url=server.url())
        asyncio.run(_create_if_missing(server))
        yield named
    finally:
        if take_over or not already:
            server.stop()


@contextmanager
def existing_database(settings: Settings) -> Iterator[Settings]:
    """Like :func:`running_database`, of an installation that is there. A setting that was mistyped or not read must not
    end in a new and empty one of which everything can be said to be in order."""
    server = Embedded(settings.data_dir)
    if settings.embedded and not _is_there(server):
        raise CannotStart(_nothing(f"in the data directory {settings.data_dir}"))
    with running_database(settings) as named:
        if asyncio.run(_schema(named)).found is None:
            raise CannotStart(_nothing("in that database" if settings.database_url else f"in {server.cluster}"))
        yield named


def _is_there(server: Embedded) -> bool:
    try:
        return server.cluster.exists()
    except PermissionError:  # the start will say which folder is closed
        return True


def _nothing(where: str) -> str:
    return (
        f"there is no installation {where}: look at EXAM_ENGINE_DATA_DIR and EXAM_ENGINE_DATABASE_URL "
        "(exam-engine serve or migrate makes a new one)"
    )


async def _create_if_missing(server: Embedded) -> None:
    name = make_url(server.url()).database
    connection = await connect_to(server.url("postgres"))
    try:
        if not await connection.fetchval("select true from pg_database where datname = $1", name):
            await connection.execute(f'create database "{name}"')
    finally:
        await connection.close()


async def _refuse_silence(settings: Settings) -> None:
    async with _connected(settings):
        pass


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[AsyncConnection]:
    settings = settings.past_the_pooler()
    assert settings.database_url is not None
    where = make_url(settings.database_url).render_as_string(hide_password=True)
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with transaction(engine) as connection:
            yield connection
    except (OSError, asyncpg.PostgresError, sqlalchemy.exc.OperationalError, sqlalchemy.exc.InterfaceError) as failed:
        reason = str(failed).splitlines()[0]
        raise CannotStart(f"the database at {where} does not answer: {reason}") from failed
    finally:
        await engine.dispose()


def upgrade(settings: Settings, revision: str = "head", tell: applying.Tell = _say_nothing) -> str | None:
    """Returns the revision found before."""
    return asyncio.run(_migrate(settings, revision, tell, down=False))


def downgrade(settings: Settings, revision: str, tell: applying.Tell = _say_nothing) -> str | None:
    return asyncio.run(_migrate(settings, revision, tell, down=True))


def leads_down(settings: Settings, revision: str) -> bool:
    """Whether there is anything to take back on the way down to ``revision``."""
    try:
        return bool(applying.steps(asyncio.run(revision_of(settings)), revision, down=True))
    except applying.NoWay as refused:
        raise CannotStart(str(refused)) from None


async def _migrate(settings: Settings, revision: str, tell: applying.Tell, *, down: bool) -> str | None:
    before = await revision_of(settings)
    settings = settings.past_the_pooler()
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=2)
    try:
        await applying.migrate(engine, revision, down=down, tell=tell)
    except (applying.GaveUp, applying.NoWay) as refused:
        raise CannotStart(str(refused)) from None
    finally:
        await engine.dispose()
    return before


def settle_schema(settings: Settings) -> None:
    """An empty database is filled; an older one is left to whoever has made a backup first."""
    if asyncio.run(_schema(settings)).found is None:
        upgrade(settings)
    else:
        refuse_other_schema(settings)


def refuse_missing_key(settings: Settings) -> None:
    """The key is made where an installation begins, and nowhere else: beside old data a new one opens no PIN and proves
    no receipt, and the right one is then refused as another key."""
    if not settings.master_key_file.exists() and asyncio.run(_has_accounts(settings)):
        raise CannotStart(
            f"the master key {settings.master_key_file} is missing, and this database was begun with one: "
            "exam-engine restore --keys FILE --only-keys, or a copy of it to that place"
        )


async def _has_accounts(settings: Settings) -> bool:
    async with _connected(settings) as connection:
        return await account_queries.any_account(connection)


def refuse_other_schema(settings: Settings) -> None:
    schema = asyncio.run(_schema(settings))
    if not schema.serves:
        raise CannotStart(schema.refusal)


async def _schema(settings: Settings) -> migrations.Schema:
    async with _connected(settings) as connection:
        return await migrations.schema(connection)


async def revision_of(settings: Settings) -> str | None:
    async with _connected(settings) as connection:
        return await migrations.current(connection)


def refuse_backups_beside_keys(settings: Settings) -> None:
    if settings.backup_dir is not None:
        from exam_engine.operating.backing_up import refuse_keys_beside

        refuse_keys_beside(settings, settings.backup_dir)


def refuse_taken_port(settings: Settings) -> None:
    """Workers share their port (SO_REUSEPORT), so that a second service would quietly take half of the requests."""
    _refuse_taken(settings.host, settings.port, "PORT=8080 with make, --port or EXAM_ENGINE_PORT otherwise")
    if settings.tls:
        _refuse_taken(settings.host, settings.tls_port, "--tls-port or EXAM_ENGINE_TLS_PORT")


def _refuse_taken(host: str, port: int, ways: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refused:
            raise CannotStart(
                f"cannot listen on {host}:{port} ({refused.strerror}): choose another port, {ways}"
            ) from None


@contextmanager
def only_service(settings: Settings, *, as_found: bool = False) -> Iterator[None]:
    """Two services on one data directory would stop each other's PostgreSQL.

    ``as_found``: for a command that, when it fails, leaves no trace of itself where there was no data directory."""
    path = settings.data_dir / LOCK_FILE
    made = [one for one in (path, settings.data_dir) if as_found and not one.exists()]
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        lock = path.open("a")
    except OSError as refused:
        raise CannotStart(
            f"cannot write to the data directory {settings.data_dir} ({refused.strerror}): "
            "make room or rights there, or choose another EXAM_ENGINE_DATA_DIR"
        ) from None
    with lock as file:
        try:  # not flock: the forked children would hold it, and finish what they have begun when the parent is gone
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # which of the two is the system's choice
            raise CannotStart(
                f"a service already runs with the data directory {settings.data_dir}: stop it first"
            ) from None
        try:
            yield
        except BaseException:
            _take_away(made)
            raise


def _take_away(made: Sequence[Path]) -> None:
    """Files, and folders that nobody has put anything else into."""
    for one in made:
        with suppress(OSError):
            one.rmdir() if one.is_dir() else one.unlink()


def pid_of_service(settings: Settings) -> int | None:
    """The process that holds :func:`only_service`; None where there is none, or the system does not tell."""
    if sys.platform != "linux":  # the structure is another one elsewhere
        return None
    asked = struct.pack(_LOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    try:
        with (settings.data_dir / LOCK_FILE).open("rb") as file:
            kind, _whence, _start, _length, pid = struct.unpack(_LOCK, fcntl.fcntl(file, fcntl.F_GETLK, asked))
    except OSError:
        return None
    return int(pid) if kind != fcntl.F_UNLCK and pid > 0 else None
