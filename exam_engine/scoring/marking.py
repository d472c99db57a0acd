"""Marking from the journal: the same function whether one attempt was just handed in or a sitting is marked again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.delivery.answers import Answer, counting_answers
from exam_engine.delivery.events import AttemptClosed
from exam_engine.scoring import queries
from exam_engine.scoring.rules import AttemptMark, Slot, mark_attempt, scheme_of, slots_of
from exam_engine.sittings.confirming import load_content
from item_bank.content.interactions import Response
from item_bank.content.marking import Scheme


@dataclass(frozen=True)
class Marked:
    """A sitting's attempts marked but not yet stored: what a preview compares and what `store` writes."""

    marks: Mapping[int, AttemptMark]
    forms: Mapping[int, tuple[Slot, ...]]
    form_of: Mapping[int, int]


async def mark_closed(connection: AsyncConnection, event: AttemptClosed) -> None:
    """Marks one attempt the moment it ends, in the same transaction."""
    await mark_and_store(connection, event.sitting_id, "closed", only=event.attempt_id)


async def mark_and_store(
    connection: AsyncConnection, sitting_id: int, cause: str, *, by: int | None = None, only: int | None = None
) -> int:
    """Marks the sitting's closed attempts and stores a new version where anything differs. Returns how many did."""
    if only is None:
        await queries.lock_results(connection, sitting_id)
    return await store(connection, sitting_id, await mark(connection, sitting_id, only=only), cause, by)


async def mark(connection: AsyncConnection, sitting_id: int, *, only: int | None = None) -> Marked:
    forms, scheme = await _forms(connection, sitting_id)
    attempts = await queries.closed_attempts(connection, sitting_id, only)
    ids = [row["id"] for row in attempts]
    answers = await counting_answers(connection, ids)
    hand = await queries.hand_marks(connection, ids)
    form_of = {row["id"]: row["form_id"] for row in attempts}
    marks = {
        attempt_id: _mark_one(forms[form_of[attempt_id]], answers.get(attempt_id, {}), hand.get(attempt_id, ()), scheme)
        for attempt_id in ids
    }
    return Marked(marks, forms, form_of)


async def store(connection: AsyncConnection, sitting_id: int, marked: Marked, cause: str, by: int | None) -> int:
    current = await queries.current_results(connection, marked.marks)
    rows = []
    for attempt_id, found in marked.marks.items():
        values = result_values(found)
        former = current.get(attempt_id)
        if former is None or any(former[name] != values[name] for name in values):
            version = former["version"] + 1 if former else 1
            ids = {"attempt_id": attempt_id, "sitting_id": sitting_id, "version": version, "cause": cause, "by": by}
            rows.append({**ids, **values})
    await queries.store_results(connection, rows)
    return len(rows)


def result_values(found: AttemptMark) -> dict[str, Any]:
    """What a result row holds of a mark: exact rationals as text, the rounded total as a decimal."""
    scores = found.paper.scores
    return {
        "marks": [
            {
                "share": None if mark.share is None else str(mark.share),
                "points": None if score is None else str(score),
                "counted": counted,
                "detail": dict(mark.detail),
            }
            for mark, score, counted in zip(found.slots, scores, found.paper.counted, strict=True)
        ],
        "exact": str(found.paper.total),
        "rounded": Decimal(found.paper.text),
        "pending": found.pending,
    }


def response_digest(response: Response) -> str:
    """Tells whether a later response is the one that a marker has read."""
    return hashlib.sha256(repr(response).encode()).hexdigest()


#: Form (by its public id, unique everywhere) → what marking needs of it. Forms and pinned versions never change.
_known_forms: dict[str, tuple[Slot, ...]] = {}
_KNOWN_FORMS_LIMIT = 500


async def _forms(connection: AsyncConnection, sitting_id: int) -> tuple[dict[int, tuple[Slot, ...]], Scheme]:
    definition = definitions.decode(await queries.definition_of(connection, sitting_id))
    names = await queries.form_names(connection, sitting_id)
    if missing := [form_id for form_id, public in names.items() if public not in _known_forms]:
        content = await load_content(connection, definition)
        for row in await queries.key_maps(connection, missing):
            _known_forms[names[row["id"]]] = slots_of(row["key_map"], content.items)
    found = {form_id: _known_forms[public] for form_id, public in names.items()}
    while len(_known_forms) > _KNOWN_FORMS_LIMIT:
        del _known_forms[next(iter(_known_forms))]
    return found, scheme_of(definition)


def _mark_one(
    slots: Sequence[Slot], answers: Mapping[int, Answer], hand: Sequence[RowMapping], scheme: Scheme
) -> AttemptMark:
    values = {slot: answer.value for slot, answer in answers.items()}
    given = {row["slot"]: Fraction(row["points"]) for row in hand}
    return mark_attempt(slots, values, given, scheme)
