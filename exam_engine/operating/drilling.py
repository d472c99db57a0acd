"""The drill: the newest backup is replayed beside the service, verified, compared, thrown away, and the date noted."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exam_engine.kit.settings import Settings
from exam_engine.operating import place as places
from exam_engine.operating import queries
from exam_engine.operating.backing_up import asked
from exam_engine.operating.obstacle import CannotOperate
from exam_engine.operating.place import Base, Place
from exam_engine.operating.restoring import Proof, choose, replayed


async def drill(settings: Settings, root: Path, folder: Path | None = None) -> dict[str, Any]:
    """``settings`` name the running database; ``folder``: where the copy is replayed, default: in the backup place."""
    place = Place(root)
    base = choose(place, None, None)
    with place.alone():
        try:
            found = await _replay(settings, place, base, folder or root)
        except CannotOperate as failed:
            place.note(last_drill=places.now(), drill_ok=False, drill_told=str(failed))
            raise
        place.note(last_drill=places.now(), drill_ok=found["ok"], drill_told="; ".join(found["problems"]))
    return found


async def _replay(settings: Settings, place: Place, base: Base, beside: Path) -> dict[str, Any]:
    room = beside / "drill"
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        proof = await replayed(place, base, room / "cluster", settings.master_key_file)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        live = await queries.counts(connection)
    problems = compared(base, proof, live)
    return {
        "ok": not problems,
        "backup": base.name,
        "problems": problems,
        "at_the_backup": dict(base.counts),
        "replayed": dict(proof.counts),
        "now": dict(live),
        "last_answer_at": proof.last_answer_at,
        "thrown_away": not room.exists(),
    }


def compared(base: Base, proof: Proof, live: Mapping[str, int]) -> list[str]:
    """Nothing that stood there when the backup began is missing, and nothing stands there that the service has not."""
    problems = [] if proof.ok else ["verify found something that is not in order"]
    for name, count in proof.counts.items():
        if count < base.counts[name]:
            problems.append(f"{name}: {count} replayed, {base.counts[name]} stood there when the backup began")
        if count > live[name]:
            problems.append(
                f"{name}: {count} replayed, {live[name]} in the service: some were deleted, or this is another database"
            )
    return problems
