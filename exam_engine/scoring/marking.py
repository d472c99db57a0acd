"""Marking from the journal: the same function whether one attempt was just handed in or a sitting is marked again.

A new result is written under the attempt's exclusive lock, then the sitting's results lock (shared for one attempt,
exclusive for the whole sitting): so no version rests on hand marks that another transaction is about to change.
"""

from __future__ import annotations

import logging
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
from exam_engine.kit.events import Events
from exam_engine.scoring import queries, scripts
from exam_engine.scoring.events import SittingMarked
from exam_engine.scoring.rules import AttemptMark, HandMark, Slot, mark_attempt, scheme_of, slots_of
from exam_engine.sittings.confirming import load_content
from item_bank.content.marking import Scheme
from item_bank.content.model import Essay

log = logging.getLogger("exam_engine.scoring")


@dataclass(frozen=True)
class KnownForm:
    """What marking needs of a form; neither the form nor the versions that it pins ever change."""

    slots: tuple[Slot, ...]
    scheme: Scheme

    @property
    def by_hand(self) -> bool:
        return any(isinstance(slot.item.interaction, Essay) for slot in self.slots)


@dataclass(frozen=True)
class Marked:
    """Attempts marked but not yet stored: what a preview compares and what `store` writes."""

    marks: Mapping[int, AttemptMark]
    forms: Mapping[int, KnownForm]  # by attempt


async def mark_closed(events: Events, connection: AsyncConnection, event: AttemptClosed) -> None:
    """Marks one attempt the moment it ends, in the same transaction, whose lock on the attempt is held.

    A hand-in never fails because marking does: the answers are safe, and marking can be done again at any time.
    """
    try:
        async with connection.begin_nested():
            await mark_one(connection, events, event.sitting_id, event.attempt_id, "closed")
    except Exception:
        log.exception("attempt %s is closed but not marked; mark the sitting again", event.attempt_id)


async def mark_one(
    connection: AsyncConnection, events: Events, sitting_id: int, attempt_id: int, cause: str, by: int | None = None
) -> int:
    """The caller holds the attempt's exclusive lock."""
    await queries.lock_results(connection, sitting_id, alone=False)
    changed = await store(connection, sitting_id, await mark(connection, sitting_id, only=attempt_id), cause, by)
    await tell_when_complete(connection, events, sitting_id, by_hand_too=cause == "hand")
    return changed


async def mark(connection: AsyncConnection, sitting_id: int, *, only: int | None = None) -> Marked:
    """Writes nothing: from forms, journal, rulings and hand marks to marks."""
    attempts = await queries.closed_attempts(connection, sitting_id, only)
    known = await forms(connection, sitting_id, {row["form_id"]: row["form"] for row in attempts})
    form_of = {row["id"]: known[row["form_id"]] for row in attempts}
    answers = await counting_answers(connection, form_of)
    hand = await queries.hand_marks(connection, [one for one, form in form_of.items() if form.by_hand])
    marks = {
        attempt_id: _mark_one(form, answers.get(attempt_id, {}), hand.get(attempt_id, ()))
        for attempt_id, form in form_of.items()
    }
    return Marked(marks, form_of)


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
    by_hand = {one: found for one, found in marked.marks.items() if marked.forms[one].by_hand}
    await scripts.keep(connection, sitting_id, by_hand, {one: marked.forms[one].slots for one in by_hand})
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


#: By the form's public id, which is unique everywhere.
_known_forms: dict[str, KnownForm] = {}
_KNOWN_FORMS_LIMIT = 500


async def forms(connection: AsyncConnection, sitting_id: int, names: Mapping[int, str]) -> Mapping[int, KnownForm]:
    """`names`: form → its public id. Loaded once per process, so that closing an attempt reads no content."""
    missing = [form_id for form_id, public in names.items() if public not in _known_forms]
    found = {form_id: _known_forms[public] for form_id, public in names.items() if public in _known_forms}
    if missing:
        definition = definitions.decode(await queries.definition_of(connection, sitting_id))
        content = await load_content(connection, definition)
        for row in await queries.key_maps(connection, missing):
            form = KnownForm(slots_of(row["key_map"], content.items, definition.cluster_table), scheme_of(definition))
            found[row["id"]] = _known_forms[names[row["id"]]] = form
    while len(_known_forms) > _KNOWN_FORMS_LIMIT:
        del _known_forms[next(iter(_known_forms))]
    return found


def _mark_one(form: KnownForm, answers: Mapping[int, Answer], hand: Sequence[RowMapping]) -> AttemptMark:
    values = {slot: answer.value for slot, answer in answers.items()}
    given = {row["slot"]: HandMark(Fraction(row["points"]), row["response_digest"]) for row in hand}
    return mark_attempt(form.slots, values, given, form.scheme)


async def tell_when_complete(
    connection: AsyncConnection, events: Events, sitting_id: int, *, by_hand_too: bool = False
) -> None:
    """With `by_hand_too` only once the last response is marked, not after every one."""
    if events.wanted(SittingMarked) and await queries.is_complete(connection, sitting_id, by_hand_too=by_hand_too):
        await events.publish(connection, SittingMarked(sitting_id))
