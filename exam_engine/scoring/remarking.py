"""Marking a sitting again: first what would change, then the change."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Change:
    """`before` None: the attempt had no result."""

    attempt_id: int
    before: Decimal | None
    after: Decimal
    exact_before: Fraction | None
    exact_after: Fraction

    @property
    def gain(self) -> Fraction:
        return self.exact_after - (self.exact_before or Fraction(0))


@dataclass(frozen=True, slots=True)
class Preview:
    """`changes`: every attempt whose result would get a new version, the greatest loss first. `fingerprint`
    names this outcome: applying asks for it, so that nobody applies what they have not seen."""

    marked: int
    changes: tuple[Change, ...]

    @property
    def gains(self) -> int:
        return sum(1 for change in self.changes if change.gain > 0)

    @property
    def losses(self) -> int:
        return sum(1 for change in self.changes if change.gain < 0)

    @property
    def fingerprint(self) -> str:
        return f"{self.marked}.{self.gains}.{self.losses}.{len(self.changes)}"


async def preview(connection: AsyncConnection, sitting_id: int) -> Preview:
    return await _compare(connection, await marking.mark(connection, sitting_id))


async def apply(
    connection: AsyncConnection, events: Events, principal: Principal, sitting: RowMapping, expected: str | None = None
) -> Preview:
    """Marks again and keeps the former results as older versions."""
    await queries.lock_results(connection, sitting["id"])
    marked = await marking.mark(connection, sitting["id"])
    found = await _compare(connection, marked)
    if expected is not None and found.fingerprint != expected:
        raise Refused("preview_outdated", 409, _("The results have changed since this preview. Look at it again."))
    await marking.store(connection, sitting["id"], marked, "remark", principal.id or None)
    await marking.tell_when_complete(connection, events, sitting["id"])
    await audit.record(
        connection, principal, "marked_again", "sitting", sitting["id"],
        unit_id=sitting["unit_id"], marked=found.marked, changed=len(found.changes),
    )  # fmt: skip
    return found


async def _compare(connection: AsyncConnection, marked: Marked) -> Preview:
    current = await queries.current_results(connection, marked.marks)
    changes = []
    for attempt_id, mark in marked.marks.items():
        values, former = result_values(mark), current.get(attempt_id)
        if former is None or any(former[name] != values[name] for name in values):
            before = Fraction(former["exact"]) if former else None
            rounded = former["rounded"] if former else None
            changes.append(Change(attempt_id, rounded, values["rounded"], before, mark.paper.total))
    return Preview(len(marked.marks), tuple(sorted(changes, key=lambda change: change.gain)))
