"""How long backups are kept: the newest N of a database, and its log from the oldest of them on."""

from __future__ import annotations

import shutil
from pathlib import Path

from exam_engine.operating.place import Place

SEGMENT_NAME = 24


def prune(place: Place, keep: int, system: str) -> list[str]:
    """Returns the names of what was removed. A backup that is being removed loses its name first.

    Only of the database that was just backed up: what lies beside it belongs to another one, or is the last that is
    left of a database that is gone."""
    known = [base for base in place.whole() if base.system == system]
    old, kept = known[:-keep], known[-keep:]
    for base in old:
        half = place.bases / f"{base.name}.partial"
        (place.bases / base.name).rename(half)
        shutil.rmtree(half, ignore_errors=True)
    first = min((base.first_segment[8:] for base in kept), default="")
    for chain in place.chains(system):
        _forget_before(chain, first)
    return [base.name for base in old]


def _forget_before(chain: Path, first: str) -> None:
    """A segment's place in the log is its name without the timeline (as pg_archivecleanup compares)."""
    for path in chain.iterdir():
        if len(path.name) == SEGMENT_NAME and path.name[8:] < first:
            path.unlink()
