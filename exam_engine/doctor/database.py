"""Version, schema, settings that an acknowledged answer rests on, and connections against what all workers take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine import migrations
from exam_engine.app import connections_of
from exam_engine.doctor import queries
from exam_engine.doctor.finding import Finding, look, ok, wrong
from exam_engine.kit.settings import MIB, Settings

OLDEST = 15
#: Of the work process, beside its pool: queue, sweep, the log's receiver, a command that somebody runs.
WORK_BESIDE = 5
WHY = {
    "fsync": "what was acknowledged would be gone with the power",
    "full_page_writes": "a power cut could tear pages for good",
}


async def examine(connection: AsyncConnection, settings: Settings) -> list[Finding]:
    known = await queries.settings(connection)
    sizes = {name: await queries.bytes_of(connection, name) for name in ("shared_buffers", "max_wal_size")}
    used = await queries.connections(connection)
    return [
        _version(known),
        await _schema(connection),
        _encoding(known),
        *_durability(known),
        *(_log(known) if settings.backup_dir is not None else ()),
        *_standby(known, int(used["synchronous"])),
        _checksums(known),
        _connections(known, int(used["now"]), settings),
        *_sizes(sizes),
    ]


def _version(known: Mapping[str, str]) -> Finding:
    number = int(known["server_version_num"])
    told = f"PostgreSQL {number // 10000}.{number % 10000}"
    if number // 10000 < OLDEST:
        return wrong("database version", told, f"PostgreSQL {OLDEST} or newer")
    return ok("database version", told)


async def _schema(connection: AsyncConnection) -> Finding:
    found, wanted = await migrations.current(connection), migrations.head()
    if found == wanted:
        return ok("schema", f"at {found}, as this program wants it")
    return wrong("schema", f"at {found}, this program wants {wanted}", "exam-engine backup, then exam-engine migrate")


def _encoding(known: Mapping[str, str]) -> Finding:
    encoding = known["server_encoding"]
    if encoding == "UTF8":
        return ok("encoding", encoding)
    told = f"{encoding}: not every name and answer can be stored"
    return wrong("encoding", told, "a database with encoding 'UTF8' and template template0, and everything into it")


def _durability(known: Mapping[str, str]) -> Iterator[Finding]:
    for name, why in WHY.items():
        if known[name] == "on":
            yield ok(name, "on")
        else:
            yield wrong(name, f"{known[name]}: {why}", _set(name))
    commit = known["synchronous_commit"]
    if commit in {"on", "remote_apply", "remote_write"}:
        yield ok("synchronous_commit", commit)
    elif commit == "local" and not known["synchronous_standby_names"]:
        yield ok("synchronous_commit", "local")
    else:
        told = f"{commit}: answers are acknowledged before they are safe"
        yield wrong("synchronous_commit", told, _set("synchronous_commit"))


def _log(known: Mapping[str, str]) -> Iterator[Finding]:
    """What the backup place needs of the server, and the server of the backup place."""
    level = known["wal_level"]
    if level == "minimal":
        told = f"{level}: no backup can be made, and no log received"
        yield wrong("wal_level", told, "wal_level = replica, then restart PostgreSQL")
    else:
        yield ok("wal_level", level)
    kept = known["max_slot_wal_keep_size"]
    if kept.startswith("-1"):
        told = "no end: while the backup place is away the log fills the database's disk"
        yield wrong("max_slot_wal_keep_size", told, _set("max_slot_wal_keep_size", "'8GB'"))
    else:
        yield ok("max_slot_wal_keep_size", kept)


def _set(name: str, value: str = "on") -> str:
    """What was set this way wins over every file."""
    return f"psql: ALTER SYSTEM SET {name} = {value}; SELECT pg_reload_conf()"


def _standby(known: Mapping[str, str], synchronous: int) -> Iterator[Finding]:
    wanted = known["synchronous_standby_names"]
    if not wanted:
        return
    if synchronous:
        yield ok("standby", f"{synchronous} synchronous, of {wanted}")
    else:
        yield wrong("standby", f"{wanted} is wanted, and none is there: commits wait", "patronictl list")


def _checksums(known: Mapping[str, str]) -> Finding:
    if known["data_checksums"] == "on":
        return ok("page checksums", "on")
    return look("page checksums", "off: a disk's silent error is not noticed", "pg_checksums --enable, server stopped")


def _connections(known: Mapping[str, str], now: int, settings: Settings) -> Finding:
    """Own authority: each worker has two doors, and a pool for each (docs/operations.md)."""
    doors = 2 if settings.own_authority else 1
    each, work = connections_of(settings), settings.pool_size + WORK_BESIDE
    wanted = settings.workers * doors * each + work
    most = int(known["max_connections"]) - int(known["superuser_reserved_connections"])
    told = (
        f"{most} allowed, {now} taken; this machine takes up to {wanted} "
        f"({settings.workers} workers × {doors} ways in × {each}, and {work})"
    )
    if wanted > most:
        return wrong("connections", told, "a smaller EXAM_ENGINE_POOL_SIZE, a larger max_connections, or a pooler")
    return look("connections", told, "no other machine fits") if 2 * wanted > most else ok("connections", told)


def _sizes(sizes: Mapping[str, int]) -> Iterator[Finding]:
    buffers, log = sizes["shared_buffers"] // MIB, sizes["max_wal_size"] // MIB
    small = buffers < 128
    yield (look if small else ok)("shared_buffers", f"{buffers} MiB", *(["256MB or more"] if small else []))
    if log < 1024:
        yield look("max_wal_size", f"{log} MiB: checkpoints in mid-exam", "max_wal_size = 2GB")
    else:
        yield ok("max_wal_size", f"{log} MiB")
