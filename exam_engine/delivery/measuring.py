"""What Prometheus is told of saving: once for each flush, never for each save."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Sequence
from typing import Any

from exam_engine.delivery.entries import Entry
from exam_engine.kit.database import Busy
from exam_engine.kit.metrics import Counter, Gauge, Histogram

DEPTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)

_STANDINGS = ("counts", "late", "superseded", "after_submission", "conflicting_repeat", "after_closing")
_BUSY, _REFUSED = "busy", "refused_by_database"

ENTRIES = Counter(
    "saved_entries_total",
    "Entries acknowledged, by the standing that the reply names",
    ("standing",),
    known=((one,) for one in _STANDINGS),
)
UNSAVED = Counter(
    "unsaved_entries_total", "Entries that were not written, by why", ("why",), known=((_BUSY,), (_REFUSED,))
)
REQUESTS = Counter("save_requests_total", "Saves and hand-ins whose entries were in a flush")
DEPTH = Histogram("flush_entries", "Entries of one flush", buckets=DEPTHS)
TIME = Histogram("flush_seconds", "From the first statement of a flush to the end of its commit")
COMMIT = Histogram("commit_seconds", "The statement that commits a flush: fsync, and the synchronous standby's")
WAIT = Histogram("save_wait_seconds", "From arrival to acknowledgement, of the entry of each flush that waited longest")
WAITING = Gauge("save_queue_entries", "Entries that wait for a writer")


def flushed(
    entries: Sequence[Entry], results: Sequence[Any], callers: int, waiting: int, seconds: float, commit: float
) -> None:
    tally = Tally(type(one) if isinstance(one, Exception) else one.standing for one in results)
    for found, count in tally.items():
        if isinstance(found, type):
            UNSAVED.add(count, _BUSY if issubclass(found, Busy) else _REFUSED)
        else:
            ENTRIES.add(count, _STANDINGS[found])
    REQUESTS.add(callers)
    DEPTH.note(len(entries))
    TIME.note(seconds)
    COMMIT.note(commit)
    WAIT.note(time.monotonic() - min(entry.arrived for entry in entries))
    WAITING.put(waiting)
