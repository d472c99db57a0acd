"""The drill: the newest backup is replayed beside the service, verified, compared, thrown away, and the date noted."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from exam_engine.kit.settings import Settings
from exam_engine.operating import flowing, queries
from exam_engine.operating import place as places
from exam_engine.operating.backing_up import asked
from exam_engine.operating.place import Base, Place
from exam_engine.operating.receiving import SLOT
from exam_engine.operating.restoring import Proof, choose, replayed

LEFT_OVER = "drill-"


class Demand(NamedTuple):
    """What the replay has to hold at least."""

    counts: Mapping[str, int]
    since: str


async def drill(settings: Settings, root: Path, folder: Path | None = None) -> dict[str, Any]:
    """``settings`` name the running database; ``folder``: where the copy is replayed, default: in the backup place."""
    place = Place(root)
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        system = str((await queries.slot(connection, SLOT))["system"])
    base = choose(place, None, None, system=system)
    with place.alone(), place.noting(_failed):
        _throw_away_leftovers(root)
        found = await _replay(settings, place, base, folder or root)
        place.note(last_drill=places.now(), drill_ok=found["ok"], drill_told="; ".join(found["problems"]))
    return found


@contextmanager
def _room(beside: Path) -> Iterator[Path]:
    """A folder of its own, since what else lies there is somebody's; gone afterwards."""
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=LEFT_OVER, dir=beside))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _is_gone(room: Path) -> bool:
    return not room.exists()


def _throw_away_leftovers(root: Path) -> None:
    """Of drills that were killed; only in the backup place, where nobody else's folder is called so."""
    for copy in root.glob(f"{LEFT_OVER}*"):
        shutil.rmtree(copy, ignore_errors=True)


def _failed(why: str) -> dict[str, Any]:
    return {"last_drill": places.now(), "drill_ok": False, "drill_told": why}


async def _replay(settings: Settings, place: Place, base: Base, beside: Path) -> dict[str, Any]:
    demand = await _demand(settings, place, base)
    with _room(beside) as room:
        proof = await replayed(place, base, room / "cluster", settings.master_key_file)
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        live = await queries.counts(connection)
    problems = compared(demand, proof, live)
    return {
        "ok": not problems,
        "backup": base.name,
        "problems": problems,
        "at_the_backup": dict(base.counts),
        "demanded": dict(demand.counts),
        "demanded_as": demand.since,
        "replayed": dict(proof.counts),
        "now": dict(live),
        "last_answer_at": proof.last_answer_at,
        "thrown_away": _is_gone(room),
    }


async def _demand(settings: Settings, place: Place, base: Base) -> Demand:
    """Where the log flows, a restore has to bring back what stands in the service now; elsewhere (a copy of the place,
    a backup without log) what stood there when the backup began."""
    assert settings.database_url is not None
    if settings.backup_dir is None or settings.backup_dir.resolve() != place.root.resolve():
        return Demand(base.counts, "when the backup began")
    return Demand(await flowing.received_counts(settings.database_url), "when the drill began")


def compared(demand: Demand, proof: Proof, live: Mapping[str, int]) -> list[str]:
    """Nothing that is demanded is missing, and nothing stands there that the service has not."""
    problems = [] if proof.ok else ["verify found something that is not in order"]
    if proof.missing is not None:
        problems.append(proof.missing)
    for name, count in proof.counts.items():
        if count < demand.counts[name]:
            problems.append(f"{name}: {count} replayed, {demand.counts[name]} stood there {demand.since}")
        if count > live[name]:
            problems.append(
                f"{name}: {count} replayed, {live[name]} in the service: some were deleted, or this is another database"
            )
    return problems
