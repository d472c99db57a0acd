"""A backup in mid-storm, a drill beside the service, the database destroyed, and what a restore brings back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any

from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from tests.chaos.case import Case, Found, Ground
from tests.chaos.commands import command
from tests.hall import found
from tests.live import LiveServer, free_port
from tests.operating.disaster import destroy, texts_of, until_received
from tests.operating.storm import Storm

CANDIDATES, MOST = 12, 400
#: The database is copied, checked and replayed while others take the machine.
PATIENCE_S, LIMIT_S = 150.0, 600.0


def _settings(folder: Path) -> Settings:
    port = free_port()
    return Settings.from_environment(
        {}, data_dir=folder / "data", backup_dir=folder / "backups", port=port,
        public_url=f"http://127.0.0.1:{port}", workers=2, drain_seconds=3, log_level="warning",
    )  # fmt: skip


def destroyed(*, to_a_moment: bool) -> Callable[[Ground], Awaitable[Found]]:
    async def run(ground: Ground) -> Found:
        settings = _settings(ground.folder)
        service, database = LiveServer(settings), Embedded(settings.data_dir)
        await asyncio.to_thread(service.start)
        try:
            return await _played(settings, service, database, Random(ground.seed), to_a_moment=to_a_moment)
        finally:
            await asyncio.to_thread(service.stop)
            await asyncio.to_thread(database.stop)

    return run


async def _played(
    settings: Settings, service: LiveServer, database: Embedded, random: Random, *, to_a_moment: bool
) -> Found:
    hall = await found(settings, database.url())
    room = await hall.sitting(CANDIDATES)
    storm = Storm(settings.port, room.seats)
    await storm.begin()
    await storm.reach(random.randint(0, MOST))
    backup = asyncio.create_task(asyncio.to_thread(_told, settings, "backup"))
    await storm.reach(len(storm.acknowledged) + random.randint(0, MOST))
    await backup
    early = list(storm.acknowledged)
    async with transaction(hall.engine) as connection:
        moment = await clock.read(connection)
    told = len(storm.acknowledged)
    await storm.reach(len(early) + random.randint(1, MOST))
    drill = await asyncio.to_thread(_told, settings, "restore", "--drill")
    everything = await storm.end()
    await hall.close()
    await until_received(database.url())
    await asyncio.to_thread(destroy, service, database)

    wanted = ("--to-time", moment.isoformat()) if to_a_moment else ()
    restored = await asyncio.to_thread(_told, settings, "restore", *wanted)
    texts = await texts_of(settings)
    result = Found(faults=["PostgreSQL and its data destroyed"], stored=len(texts))
    expected = early if to_a_moment else everything
    result.acknowledged = len(expected)
    _judge(result, expected, everything, texts)
    if to_a_moment:
        result.differs += after_the_moment(everything[told:], texts)
    result.differs += [] if drill.get("ok") else [f"drill: {drill}"]
    result.differs += [] if restored.get("verified") else [f"restore: {restored}"]
    await asyncio.to_thread(service.start)
    again = await asyncio.to_thread(_told, settings, "backup", "--keep", "1")
    if again.get("timeline") != 2 or len(again.get("removed", ())) != 1:
        result.differs.append(f"the backup after the restore: {again}")
    return result


def _judge(result: Found, expected: list[str], everything: list[str], texts: list[str]) -> None:
    if missing := set(expected) - set(texts):
        result.differs.append(f"{len(missing)} acknowledged answers are missing, among them {min(missing)}")
    if unasked := set(texts) - set(everything):
        result.differs.append(f"{len(unasked)} answers that were never acknowledged")
    if len(texts) != len(set(texts)):
        result.differs.append("answers stand twice")


def after_the_moment(acknowledged: list[str], texts: list[str]) -> list[str]:
    """`acknowledged`: what candidates were told after the moment was read. The first of each may have been written
    before it; everything else was sent after it, and must be gone, or the restore went on to the end."""
    first: dict[str, str] = {}
    later = {text for text in acknowledged if first.setdefault(text.partition("/")[0], text) != text}
    if not later:
        return ["nothing was acknowledged after the moment: nothing was tried"]
    back = later & set(texts)
    return [f"{len(back)} of {len(later)} answers from after the moment are there"] if back else []


def _told(settings: Settings, *arguments: str) -> dict[str, Any]:
    done = command(settings, *arguments, "--json", within=PATIENCE_S)
    told: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"error": done.stderr}
    return told


CASES: tuple[Case, ...] = (
    Case("database destroyed, restored to the end of the log", destroyed(to_a_moment=False), limit_s=LIMIT_S),
    Case("database destroyed, restored to a moment", destroyed(to_a_moment=True), limit_s=LIMIT_S),
)
