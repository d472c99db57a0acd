"""How long backups are kept: the newest N, and the log from the oldest of them on."""

from __future__ import annotations

import shutil
from pathlib import Path

from exam_engine.operating.place import Place

SEGMENT_NAME = 24


def prune(place: Place, keep: int) -> list[str]:
    """Returns the names of what was removed. A backup that is being removed loses its name first."""
    known = place.whole()
    old, kept = known[:-keep], known[-keep:]
    for base in old:
        half = place.bases / f"{base.name}.partial"
        (place.bases / base.name).rename(half)
        shutil.rmtree(half, ignore_errors=True)
    for system in {base.system for base in kept}:
        first = min(base.first_segment[8:] for base in kept if base.system == system)
        for chain in place.chains(system):
            _forget_before(chain, first)
    return [base.name for base in old]


def _forget_before(chain: Path, first: str) -> None:
    """A segment's place in the log is its name without the timeline (as pg_archivecleanup compares)."""
    for path in chain.iterdir():
        if len(path.name) == SEGMENT_NAME and path.name[8:] < first:
            path.unlink()
