"""A rehearsal against a service that lies: it must fail, and name every lie."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from tests.chaos.case import Case, Found, Ground
from tests.chaos.commands import command
from tests.chaos.lying_service import LyingService
from tests.live import LiveServer, free_port

DAY = ("--candidates", "12", "--minutes", "1", "--speed", "10", "--before", "0", "--seed", "7", "--language", "en")
PATIENCE_S = 150.0


async def lied_to(ground: Ground) -> Found:
    port = free_port()
    where: dict[str, Any] = {"port": port, "public_url": f"http://127.0.0.1:{port}", "workers": 1}
    settings = Settings.from_environment({}, data_dir=ground.folder / "data", log_level="warning", **where)
    service = LiveServer(settings)
    try:
        await asyncio.to_thread(service.start)
        return await asyncio.to_thread(_rehearsed, settings, ground.folder / "report.json")
    finally:
        await asyncio.to_thread(service.stop)
        await asyncio.to_thread(Embedded(settings.data_dir).stop)


def _rehearsed(settings: Settings, report: Path) -> Found:
    result = Found(faults=["one save in ten is acknowledged and dropped"])
    with LyingService(settings.port) as liar:
        arguments = (*DAY, "--url", liar.url, "--json", str(report))
        done = command(settings, "rehearse", *arguments, within=PATIENCE_S)
    if done.returncode != 1:
        result.differs.append(f"the rehearsal ended with {done.returncode}: {done.stderr[-200:]}")
    found = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {"reconciled": {}}
    sums = found["reconciled"]
    result.acknowledged, result.stored = sums.get("acknowledged", 0), sums.get("stored", 0)
    if not liar.lies or sums.get("lost") != liar.lies or not sums.get("differing"):
        result.differs.append(f"{liar.lies} lies, {sums.get('lost')} found")
    return result


CASES: tuple[Case, ...] = (Case("a service that lies to a rehearsal", lied_to),)
