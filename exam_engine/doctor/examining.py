"""The whole examination, in the order in which things are put right: machine, disk, database, safety, sitting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import asyncpg
import sqlalchemy.exc

from exam_engine import preparing
from exam_engine.doctor import clocks, database, disk, machine, safety, sitting
from exam_engine.doctor.finding import Finding, Level, look, wrong
from exam_engine.kit.embedded import DatabaseUnavailable, Embedded
from exam_engine.kit.settings import Settings
from exam_engine.operating.backing_up import asked


def here(settings: Settings) -> list[Finding]:
    """What needs no database."""
    return [
        *_seen("machine", lambda: machine.examine(settings)),
        *_seen("time service", clocks.examine_machine),
        *_seen("disk", lambda: disk.examine(settings)),
        *_seen("https", lambda: safety.examine_certificates(settings)),
        *_seen("keys", lambda: safety.examine_keys(settings)),
        *_seen("backup", lambda: _backups(settings)),
    ]


def _backups(settings: Settings) -> Iterable[Finding]:
    """Of several machines one has the place: whether another one is it the database knows (`safety.examine_log`)."""
    return safety.examine_backups(settings) if settings.backup_dir is not None or settings.embedded else ()


def _seen(subject: str, look_at: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """A folder that is closed to this account hides one part, and not what comes after it."""
    try:
        yield from look_at()
    except OSError as closed:
        told = f"cannot be looked at: {closed.strerror or closed}{f': {closed.filename}' if closed.filename else ''}"
        yield wrong(subject, told, "run this as the account of the service: sudo -u exam-engine …")


async def in_database(
    settings: Settings, *, serving: bool, public: str | None, rehearsal: Path | None
) -> list[Finding]:
    """``settings`` name a database that answers."""
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        found = [*await clocks.examine(connection, settings), *await database.examine(connection, settings)]
        found += await safety.examine_log(connection, settings, serving=serving)
        found += await safety.examine_lost_key(connection, settings)
        fits = all(one.level is Level.OK for one in found if one.subject == "schema")
        if public is not None and fits:
            found += await sitting.examine(connection, public, rehearsal)
        return found


def examine(settings: Settings, *, public: str | None = None, rehearsal: Path | None = None) -> list[Finding]:
    found = here(settings)
    own = Embedded(settings.data_dir)
    serving = not settings.embedded or own.pid is not None
    try:
        if settings.embedded and not own.cluster.exists():  # a doctor makes nothing, least of all under its own account
            return [*found, look("database", f"none yet at {own.cluster}", "exam-engine serve makes it")]
        with preparing.running_database(settings) as named:
            direct = named.past_the_pooler()
            told_by_it = asyncio.run(in_database(direct, serving=serving, public=public, rehearsal=rehearsal))
            return together(found, told_by_it)
    except (DatabaseUnavailable, preparing.CannotStart) as reason:
        told = str(reason)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, sqlalchemy.exc.SQLAlchemyError) as reason:
        told = str(getattr(reason, "orig", None) or reason)
    return [*found, wrong("database", told.splitlines()[0], _where_to_look(settings))]


def together(before: Sequence[Finding], inside: Sequence[Finding]) -> list[Finding]:
    """One word on each subject: the database knows better what was guessed without it."""
    settled = {one.subject for one in inside}
    return [*(one for one in before if one.subject not in settled), *inside]


def _where_to_look(settings: Settings) -> str:
    return (
        str(Embedded(settings.data_dir).log) if settings.embedded else "EXAM_ENGINE_DATABASE_URL, or the server's log"
    )
