"""Marking a sitting again: first what would change, then the change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal
from exam_engine.scoring import marking, queries
from exam_engine.scoring.marking import Marked, result_values
from exam_engine.scoring.rules import AttemptMark


@dataclass(frozen=True, slots=True)
class Change:
    """`before` None: the attempt had no result."""

    attempt_id: int
    before: Decimal | None
    after: Decimal
    exact_before: Fraction | None
    exact_after: Fraction

    @property
    def shown(self) -> Decimal:
        """The difference of the marks as pages show them."""
        return self.after - (self.before or Decimal(0))

    @property
    def gain(self) -> Fraction:
        return self.exact_after - (self.exact_before or Fraction(0))


@dataclass(frozen=True, slots=True)
class Preview:
    """`changes`: every attempt whose result would get a new version, the greatest loss first. `means`: of the rounded
    scores, before and after, of the `counted` ones: those that have a result already, guests not among them; `spread`:
    how many of them have each rounded score, before and after. `fingerprint` names this outcome attempt by attempt:
    applying asks for it, so that nobody applies what they have not seen."""

    marked: int
    changes: tuple[Change, ...]
    means: tuple[Fraction, Fraction] | None
    counted: int
    fingerprint: str
    spread: tuple[Mapping[Decimal, int], Mapping[Decimal, int]] = ({}, {})

    @property
    def moved(self) -> tuple[Change, ...]:
        """Those whose total changes."""
        return tuple(change for change in self.changes if change.gain or change.before is None)

    @property
    def gains(self) -> int:
        return sum(1 for change in self.changes if change.gain > 0)

    @property
    def losses(self) -> int:
        return sum(1 for change in self.changes if change.gain < 0)

    @property
    def same(self) -> int:
        return self.marked - self.gains - self.losses


async def preview(connection: AsyncConnection, sitting_id: int) -> Preview:
    return await compare(connection, await marking.mark(connection, sitting_id))


async def apply(
    connection: AsyncConnection, events: Events, principal: Principal, sitting: RowMapping, expected: str | None = None
) -> Preview:
    """Marks again and keeps the former results as older versions."""
    await queries.lock_results(connection, sitting["id"])
    marked = await marking.mark(connection, sitting["id"])
    found = await compare(connection, marked)
    if expected is not None and found.fingerprint != expected:
        raise outdated()
    await marking.store(connection, sitting["id"], marked, "remark", principal.id or None)
    await marking.tell_when_complete(connection, events, sitting["id"])
    await audit.record(
        connection, principal, "marked_again", "sitting", sitting["id"],
        unit_id=sitting["unit_id"], marked=found.marked, changed=len(found.changes),
    )  # fmt: skip
    return found


def outdated() -> Refused:
    return Refused("preview_outdated", 409, _("The results have changed since this preview. Look at it again."))


async def compare(connection: AsyncConnection, marked: Marked) -> Preview:
    changes: list[Change] = []
    before, after = Fraction(0), Fraction(0)
    known = 0
    spread: tuple[Counter[Decimal], Counter[Decimal]] = (Counter(), Counter())
    seen = hashlib.sha256(str(len(marked.marks)).encode())
    for some in marking.chunks(marked.marks):
        stored = await queries.current_results(connection, some)
        for attempt_id in some:
            values, former = result_values(marked.marks[attempt_id]), stored.get(attempt_id)
            if former is not None and not former["guest"]:
                known += 1
                before += Fraction(former["rounded"])
                after += Fraction(values["rounded"])
                spread[0][former["rounded"]] += 1
                spread[1][values["rounded"]] += 1
            if marking.differs(former, values):
                change = _change(attempt_id, former, marked.marks[attempt_id])
                changes.append(change)
                version = former["version"] if former else 0
                seen.update(f"{attempt_id}/{version}/{change.exact_after}/{values['pending']};".encode())
    means = (before / known, after / known) if known else None
    ordered = sorted(changes, key=lambda change: change.gain)
    return Preview(len(marked.marks), tuple(ordered), means, known, seen.hexdigest()[:24], spread)


def _change(attempt_id: int, former: RowMapping | None, mark: AttemptMark) -> Change:
    before = Fraction(former["exact"]) if former else None
    after = Decimal(mark.paper.text)
    return Change(attempt_id, former["rounded"] if former else None, after, before, mark.paper.total)
