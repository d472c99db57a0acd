"""The whole examination, in the order in which things are put right: machine, disk, database, safety, sitting."""

from __future__ import annotations

from pathlib import Path

from exam_engine import preparing
from exam_engine.doctor import clocks, database, disk, machine, safety, sitting
from exam_engine.doctor.finding import Finding, wrong
from exam_engine.kit.embedded import DatabaseUnavailable, Embedded
from exam_engine.kit.settings import Settings
from exam_engine.operating.backing_up import asked


def here(settings: Settings) -> list[Finding]:
    """What needs no database."""
    return [
        *machine.examine(settings),
        *clocks.examine_machine(),
        *disk.examine(settings),
        *safety.examine_certificates(settings),
        *safety.examine_keys(settings),
        *safety.examine_backups(settings),
    ]


async def in_database(
    settings: Settings, *, serving: bool, public: str | None, rehearsal: Path | None
) -> list[Finding]:
    """``settings`` name a database that answers."""
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        found = [*await clocks.examine(connection, settings), *await database.examine(connection, settings)]
        found += await safety.examine_log(connection, settings, serving=serving)
        if public is not None:
            found += await sitting.examine(connection, public, rehearsal)
        return found


def examine(settings: Settings, *, public: str | None = None, rehearsal: Path | None = None) -> list[Finding]:
    import asyncio

    found = here(settings)
    serving = not settings.embedded or Embedded(settings.data_dir).pid is not None
    try:
        with preparing.running_database(settings) as named:
            return found + asyncio.run(in_database(named, serving=serving, public=public, rehearsal=rehearsal))
    except (DatabaseUnavailable, preparing.CannotStart) as reason:
        return [*found, wrong("database", str(reason), "EXAM_ENGINE_DATABASE_URL, or its own log")]
