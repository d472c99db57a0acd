"""The log beside the base backups: one folder for each stretch without a gap."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from exam_engine.operating.keeping import SEGMENT_NAME
from exam_engine.operating.place import Base, Place, now

UNFINISHED = ".partial"


def current(place: Place, system: str, *, fresh: bool) -> Path:
    """Where the log of this database goes on, or begins anew."""
    known = place.chains(system)
    if known and not fresh:
        return known[-1]
    made = place.wal / system / f"{now():%Y-%m-%dT%H%M%S.%fZ}"
    made.mkdir(mode=0o700, parents=True)
    return made


def files_since(place: Place, base: Base) -> list[tuple[Path, str]]:
    """(file, name that a server looks for), from the base's first segment on; histories of all timelines.

    A segment that flows still is called .partial; a whole one of the same name comes before it."""
    found: dict[str, Path] = {}
    first = base.first_segment[8:]
    for chain in place.chains(base.system):
        for path in sorted(chain.iterdir()):
            name = path.name.removesuffix(UNFINISHED)
            if len(name) == SEGMENT_NAME and name[8:] < first:
                continue
            if name not in found or not path.name.endswith(UNFINISHED):
                found[name] = path
    return [(path, name) for name, path in sorted(found.items())]


def lay_out(place: Place, base: Base, folder: Path, own: Callable[[Path], None]) -> int:
    """Into pg_wal itself, where a server in recovery looks when its archive has nothing. Returns the bytes."""
    size = 0
    for path, name in files_since(place, base):
        target = folder / name
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError:  # the receiver has just finished this segment and renamed it
            shutil.copyfile(path.with_name(name), target)
        own(target)
        size += target.stat().st_size
    return size
