"""Sent = acknowledged = stored, candidate by candidate: the players' ledgers beside the journal as exported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loadtests.rehearsal.examinee import digest

ANSWER = 0
MOST_NAMED = 50
#: (resume, counter)
Key = tuple[int, int]


@dataclass
class Reconciled:
    """`lost`: acknowledged and not in the journal, or there with another value: the one thing that must never be.
    `unasked`: in the journal, though nobody wrote it. `undelivered`: written, not acknowledged at the end."""

    candidates: int = 0
    sent: int = 0
    answers: int = 0
    acknowledged: int = 0
    stored: int = 0
    lost: int = 0
    unasked: int = 0
    undelivered: int = 0
    late: int = 0
    whole: int = 0
    differing: list[dict[str, Any]] = field(default_factory=list)


def reconcile(people: Iterable[Sequence[Any]], exported: Path) -> Reconciled:
    """`people`: as `crew` accounts for them."""
    stored, found = _stored(exported), Reconciled()
    for number, _stage, entries, late, *_rest in people:
        _compare(found, number, entries, late, stored.pop(number, {}))
    for number, rows in stored.items():
        found.unasked += len(rows)
        _name(found, number, {"unasked": len(rows)})
    return found


def _compare(
    found: Reconciled, number: str, entries: Sequence[Sequence[Any]], late: int, stored: dict[Key, tuple[int, int, int]]
) -> None:
    lost = undelivered = acknowledged = 0
    held = len(stored)
    for resume, counter, kind, slot, value, acked in entries:
        there = stored.pop((resume, counter), None)
        acknowledged += acked
        lost += bool(acked) and there != (kind, slot, value)
        undelivered += not acked
    found.candidates += 1
    found.sent += len(entries)
    found.answers += sum(entry[2] == ANSWER for entry in entries)
    found.acknowledged += acknowledged
    found.stored += held
    found.lost += lost
    found.undelivered += undelivered
    found.unasked += len(stored)
    found.late += late
    if lost or stored or undelivered:
        _name(found, number, {"lost": lost, "unasked": len(stored), "undelivered": undelivered})
    else:
        found.whole += 1


def _name(found: Reconciled, number: str, what: Mapping[str, int]) -> None:
    if len(found.differing) < MOST_NAMED:
        found.differing.append({"candidate": number, **what})


def _stored(exported: Path) -> dict[str, dict[Key, tuple[int, int, int]]]:
    """Candidate → (resume, counter) → (kind, slot, digest of the value)."""
    found: dict[str, dict[Key, tuple[int, int, int]]] = {}
    with exported.open(encoding="utf-8") as file:
        for line in file:
            number, resume, counter, kind, slot, value = json.loads(line)
            found.setdefault(number, {})[resume, counter] = (kind, slot, digest(json.loads(value)))
    return found
