"""`exam-engine restore --list`: which backups are whole, what stands in them, until when the log goes on from each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from exam_engine.operating import chains
from exam_engine.operating.place import Base, Place, shown

HEAD = ("name", "ended (UTC)", "size", "attempts", "entries", "receipts", "log until (UTC)")
_WHEN = "%Y-%m-%d %H:%M:%S"


def document(place: Place) -> str:
    return json.dumps({base.name: {**shown(base), "log_until": log_until(place, base)} for base in place.whole()})


def lines(place: Place) -> list[str]:
    rows = [HEAD, *(tuple(_row(place, base)) for base in place.whole())]
    if len(rows) == 1:
        return [f"{place.root} holds no whole backup"]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip() for row in rows]


def _row(place: Place, base: Base) -> Iterator[str]:
    yield base.name
    yield f"{base.ended_at.astimezone(UTC):{_WHEN}}"
    yield f"{base.size / 1e6:.0f} MB"
    for counted in ("attempts", "entries", "receipts"):
        yield str(base.counts.get(counted, "–"))
    yield log_until(place, base)


def log_until(place: Place, base: Base) -> str:
    """When the log after this backup was last written; or what of it is missing, where a replay ends."""
    if lacking := chains.gap(place, base):
        return lacking
    written = [path.stat().st_mtime for path, _name in chains.files_since(place, base) if path.exists()]
    return f"{datetime.fromtimestamp(max(written), UTC):{_WHEN}}" if written else "none: the backup alone"
