"""The log beside the base backups: one folder for each stretch without a gap."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from exam_engine.operating.keeping import SEGMENT_NAME
from exam_engine.operating.place import Base, Place, now

UNFINISHED = ".partial"
_BEGAN = "%Y-%m-%dT%H%M%S.%fZ"


def current(place: Place, system: str, *, fresh: bool) -> Path:
    """Where the log of this database goes on, or begins anew."""
    known = place.chains(system)
    if known and not fresh:
        return known[-1]
    made = place.wal / system / f"{now():{_BEGAN}}"
    made.mkdir(mode=0o700, parents=True)
    return made


def files_since(place: Place, base: Base) -> list[tuple[Path, str]]:
    """(file, name that a server looks for), from the base's first segment on; histories of all timelines.

    A segment that flows still is called .partial; a whole one of the same name comes before it, and what a newer chain
    holds of it before what an older one held when it broke off."""
    found: dict[str, Path] = {}
    first = base.first_segment[8:]
    for chain in place.chains(base.system):
        for path in sorted(chain.iterdir()):
            name = path.name.removesuffix(UNFINISHED)
            if len(name) == SEGMENT_NAME and name[8:] < first:
                continue
            known = found.get(name)
            if known is None or known.name.endswith(UNFINISHED) or not path.name.endswith(UNFINISHED):
                found[name] = path
    return [(path, name) for name, path in sorted(found.items())]


def number(name: str, segment_bytes: int) -> int:
    """A segment's place in the log, whatever its timeline."""
    return int(name[8:16], 16) * (0x1_0000_0000 // segment_bytes) + int(name[16:SEGMENT_NAME], 16)


def newest(place: Place, system: str, segment_bytes: int) -> int | None:
    """The segment that this database's log has reached here."""
    chains = place.chains(system)
    names = [path.name for path in chains[-1].iterdir()] if chains else []
    numbers = [number(name, segment_bytes) for name in names if len(name.removesuffix(UNFINISHED)) == SEGMENT_NAME]
    return max(numbers, default=None)


def uncovered(place: Place) -> str | None:
    """Why the newest backup and the log beside it do not bring the present back; None where they do, or nothing of
    either is there to be compared."""
    chain = max((one for folder in place.wal.glob("*") for one in place.chains(folder.name)), key=_began, default=None)
    known = place.whole()
    if chain is None or not known:
        return None
    of_it = [base for base in known if base.system == chain.parent.name]
    if not of_it:
        return "the log that flows is of another database than the backups"
    began = _began(chain)
    if began > of_it[-1].ended_at:
        return f"the log begins anew at {began:%Y-%m-%d %H:%M} UTC, after the newest backup: what lies between is lost"
    return gap(place, of_it[-1])


def _began(chain: Path) -> datetime:
    try:
        return datetime.strptime(chain.name, _BEGAN).replace(tzinfo=UTC)
    except ValueError:  # somebody else's folder
        return datetime.min.replace(tzinfo=UTC)


def gap(place: Place, base: Base) -> str | None:
    """The first stretch after the base that is missing although log of a later time is here."""
    held = {name for name in _names(place.cluster(base) / "pg_wal") if len(name) == SEGMENT_NAME}
    here = [(path, name) for path, name in files_since(place, base) if len(name) == SEGMENT_NAME]
    current = place.chains(base.system)[-1:]
    # Only the segment that is being received may be unfinished; where another chain breaks off, its end is missing.
    held |= {name for path, name in here if not path.name.endswith(UNFINISHED) or path.parent in current}
    last = _last([name for _path, name in here], base.segment_bytes)
    numbers = sorted({number(name, base.segment_bytes) for name in held})
    for one, following in pairwise(numbers):
        if following > one + 1 and one < last:
            return f"the log between {_named(held, one, base)} and {_named(held, following, base)} is missing"
    return None


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


def _named(names: set[str], wanted: int, base: Base) -> str:
    return max(name for name in names if number(name, base.segment_bytes) == wanted)


def _last(names: Sequence[str], segment_bytes: int) -> int:
    """On the newest timeline, which a replay follows: what an older one holds beyond its end counts no more."""
    timeline = max((name[:8] for name in names), default="")
    return max((number(name, segment_bytes) for name in names if name[:8] == timeline), default=-1)


def cut_short(laid: Sequence[str], base: Base, ended: int) -> str | None:
    """Whether a replay stopped (at byte ``ended`` of the log) before the end of what was laid out for it. The last
    segment may have come in without anything in it yet."""
    names = [name for name in laid if len(name) == SEGMENT_NAME]
    last = _last(names, base.segment_bytes)
    if last - ended // base.segment_bytes <= 1:
        return None
    newest_name = max(name for name in names if number(name, base.segment_bytes) == last)
    return f"the log could not be replayed to its end: {newest_name} lies here, and what comes before it does not fit"


def lay_out(place: Place, base: Base, folder: Path, own: Callable[[Path], None]) -> list[str]:
    """Into pg_wal itself, where a server in recovery looks when its archive has nothing. Returns the names."""
    laid = []
    for path, name in files_since(place, base):
        target = folder / name
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError:  # the receiver has just finished this segment and renamed it
            shutil.copyfile(path.with_name(name), target)
        own(target)
        laid.append(name)
    return laid
