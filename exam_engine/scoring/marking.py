"""Marking from the journal: the same function whether one attempt was just handed in or a sitting is marked again.

A new result is written under the attempt's exclusive lock, then the sitting's results lock (shared for one attempt,
exclusive for the whole sitting): so no version rests on hand marks that another transaction is about to change.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.delivery.answers import Answer, counting_answers
from exam_engine.delivery.events import AttemptsClosed, Closed
from exam_engine.kit.database import FlushConnection, gone
from exam_engine.kit.events import Events
from exam_engine.kit.packed import packed, unpacked
from exam_engine.scoring import queries, ruling_queries, scripts
from exam_engine.scoring.events import SittingMarked
from exam_engine.scoring.item_rulings import ItemRuling, ruled_slots
from exam_engine.scoring.rules import AttemptMark, HandMark, Memory, Slot, mark_attempt, scheme_of, slots_of
from exam_engine.sittings.confirming import load_content
from item_bank.content.marking import Scheme
from item_bank.content.model import Composite, Essay

log = logging.getLogger("exam_engine.scoring")

#: Attempts that are read, marked and stored at a time.
CHUNK = 250
#: Answers of a form whose marks a worker keeps; what is typed freely differs without end.
_MOST_REMEMBERED = 5_000

#: (attempts done, attempts in all)
Report = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True)
class KnownForm:
    """What marking needs of a form. Neither the form nor the versions that it pins ever change; what is decided about
    its items later makes another one of these."""

    slots: tuple[Slot, ...]
    scheme: Scheme
    cluster_table: tuple[str, ...] | None
    known: Memory = field(default_factory=dict, compare=False)  # marks of answers met at closings

    @cached_property
    def by_hand(self) -> bool:
        return any(isinstance(slot.item.interaction, Essay | Composite) for slot in self.slots)

    def ruled(self, in_force: Mapping[int, ItemRuling]) -> KnownForm:
        return replace(self, slots=ruled_slots(self.slots, in_force, self.cluster_table), known={})


@dataclass(frozen=True)
class Marked:
    """Attempts marked but not yet stored: what a preview compares and what `store` writes."""

    marks: Mapping[int, AttemptMark]
    forms: Mapping[int, KnownForm]  # by attempt


async def mark_closed(events: Events, connection: AsyncConnection, event: AttemptsClosed) -> None:
    """Marks attempts the moment they end, in the same transaction, whose locks on the attempts are held.

    A hand-in never fails because marking does: the answers are safe, and marking can be done again at any time.
    """
    raw = await FlushConnection.of(connection)
    closed = {one.attempt_id: one for one in event.attempts}
    sittings = sorted({one.sitting_id for one in event.attempts})
    try:
        await raw.raw.execute(queries.savepoint_and_locks(sittings))
        await _tell_when_complete(raw, events, await _mark_closed(raw, closed))
    except Exception as error:
        log.exception("attempts that ended together are marked one by one: %s", list(closed))
        await raw.raw.execute(queries.BACK_TO_SAVEPOINT)
        await raw.raw.execute(queries.locks(sittings))
        await _mark_apart(raw, events, closed, _unreadable(error))


async def _mark_apart(raw: FlushConnection, events: Events, closed: Mapping[int, Closed], unreadable: set[int]) -> None:
    """Whatever cannot be marked costs nobody else a mark. `unreadable`: sittings not to be tried again and again."""
    still_open: dict[int, int] = {}
    for attempt_id, one in closed.items():
        if one.sitting_id in unreadable:
            log.error(_NOT_MARKED, attempt_id)
            continue
        await raw.raw.execute(queries.ONE)
        try:
            still_open |= await _mark_closed(raw, {attempt_id: one})
            await raw.raw.execute(queries.ONE_IS_DONE)
        except Exception as error:
            log.exception(_NOT_MARKED, attempt_id)
            await raw.raw.execute(queries.BACK_TO_ONE)
            unreadable |= _unreadable(error)
    await raw.raw.execute(queries.ONE)
    try:
        await _tell_when_complete(raw, events, still_open)
    except Exception:
        log.exception("what waits for the end of sittings was not told of it: %s", sorted(still_open))
        await raw.raw.execute(queries.BACK_TO_ONE)


_NOT_MARKED = "closed but not marked: attempt %s; mark the sitting again"


class _Unreadable(Exception):
    """What was asked in this sitting cannot be loaded."""

    def __init__(self, sitting_id: int) -> None:
        super().__init__(f"the content of sitting {sitting_id} cannot be loaded")
        self.sitting_id = sitting_id


def _unreadable(error: Exception) -> set[int]:
    return {error.sitting_id} if isinstance(error, _Unreadable) else set()


async def _mark_closed(raw: FlushConnection, closed: Mapping[int, Closed]) -> dict[int, int]:
    """Sitting → how many of its attempts are still open."""
    rows = await raw.fetch(queries.CLOSING, list(closed))
    stored: list[tuple[Any, ...]] = []
    for row in rows:
        form, attempt_id = await _form_of(raw, row), row["id"]
        hand = await queries.hand_marks(raw.alchemy, [attempt_id] if form.by_hand else [])
        mark = _mark_one(form, closed[attempt_id].answers, hand.get(attempt_id, ()), form.known)
        values = result_values(mark)
        if differs({**row, "marks": unpacked(row["marks"])} if row["version"] else None, values):
            values["marks"] = packed(values["marks"])
            stored.append((attempt_id, row["sitting_id"], (row["version"] or 0) + 1, *values.values()))
        if form.by_hand:
            await scripts.keep(raw.alchemy, row["sitting_id"], {attempt_id: mark}, {attempt_id: form.slots})
    again = [one[0] for one in stored if one[2] > 1]
    if again:
        await raw.fetch(queries.NO_LONGER_CURRENT, again)
    if stored:
        await raw.fetch(queries.STORE_CLOSED, *map(list, zip(*stored, strict=True)))
    return {row["sitting_id"]: row["open"] for row in rows}


async def _form_of(raw: FlushConnection, row: Any) -> KnownForm:
    names = {row["form_id"]: row["form"]}
    try:
        return (await forms(raw.alchemy, row["sitting_id"], names, tuple(row["rulings"] or ())))[row["form_id"]]
    except Exception as error:
        if gone(error):
            raise
        raise _Unreadable(row["sitting_id"]) from error


async def _tell_when_complete(raw: FlushConnection, events: Events, still_open: Mapping[int, int]) -> None:
    """Only near the end: whoever else is closing the same sitting commits first, and the next statement sees it."""
    if not events.wanted(SittingMarked):
        return
    for sitting_id in sorted(still_open):
        if still_open[sitting_id] == queries.MANY:
            continue
        await raw.fetch(queries.LOCK_END, sitting_id)
        if not (await raw.fetch(queries.ANY_OPEN, sitting_id))[0][0]:
            await events.publish(raw.alchemy, SittingMarked(sitting_id))


async def mark_one(
    connection: AsyncConnection, events: Events, sitting_id: int, attempt_id: int, cause: str, by: int | None = None
) -> int:
    """The caller holds the attempt's exclusive lock."""
    await queries.lock_results(connection, sitting_id, alone=False)
    changed = await store(connection, sitting_id, await mark(connection, sitting_id, only=attempt_id), cause, by)
    await tell_when_complete(connection, events, sitting_id, by_hand_too=cause == "hand")
    return changed


async def mark(
    connection: AsyncConnection,
    sitting_id: int,
    *,
    only: int | None = None,
    instead: Mapping[int, ItemRuling] | None = None,
    report: Report | None = None,
) -> Marked:
    """Writes nothing: from forms, journal, rulings and hand marks to marks. `instead`: marks as if these decisions
    about items were in force and no others."""
    attempts = await queries.closed_attempts(connection, sitting_id, only)
    names = {row["form_id"]: row["form"] for row in attempts}
    if instead is None:
        ids = tuple(attempts[0]["rulings"] or ()) if attempts else ()
        known = await forms(connection, sitting_id, names, ids)
    else:
        known = {
            form_id: form.ruled(instead) for form_id, form in (await _written(connection, sitting_id, names)).items()
        }
    form_of = {row["id"]: known[row["form_id"]] for row in attempts}
    marks: dict[int, AttemptMark] = {}
    for some in chunks(form_of):
        answers = await counting_answers(connection, some)
        hand = await queries.hand_marks(connection, [one for one in some if form_of[one].by_hand])
        chunk = [(one, form_of[one], answers.get(one, {}), hand.get(one, ())) for one in some]
        # A worker also serves others: only what takes long goes to a thread.
        marks |= await asyncio.to_thread(_mark_all, chunk) if len(chunk) > 1 else _mark_all(chunk)
        if report:
            await report(len(marks), len(form_of))
    return Marked(marks, form_of)


async def store(
    connection: AsyncConnection,
    sitting_id: int,
    marked: Marked,
    cause: str,
    by: int | None,
    ruling_id: int | None = None,
) -> int:
    """A new version of each result that changes; returns how many."""
    changed = 0
    for some in chunks(marked.marks):
        current = await queries.current_results(connection, some)
        rows = []
        for attempt_id in some:
            values, former = result_values(marked.marks[attempt_id]), current.get(attempt_id)
            if differs(former, values):
                ids = {"attempt_id": attempt_id, "sitting_id": sitting_id, "cause": cause, "by": by}
                rows.append(
                    {**ids, "version": former["version"] + 1 if former else 1, "ruling_id": ruling_id, **values}
                )
        await queries.store_results(connection, rows)
        by_hand = {one: marked.marks[one] for one in some if marked.forms[one].by_hand}
        await scripts.keep(connection, sitting_id, by_hand, {one: marked.forms[one].slots for one in by_hand})
        changed += len(rows)
    return changed


def chunks(attempts: Iterable[int]) -> Iterator[Sequence[int]]:
    ids = list(attempts)
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def differs(former: RowMapping | Mapping[str, Any] | None, values: Mapping[str, Any]) -> bool:
    """Whether the result in force is another one, in whatever it holds."""
    return former is None or any(former[name] != values[name] for name in values)


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


#: By the form's public id, which is unique everywhere, and the decisions in force about items of its sitting: one that
#: another process has made names other ids.
_known_forms: dict[tuple[str, tuple[int, ...]], KnownForm] = {}
_KNOWN_FORMS_LIMIT = 500


async def forms(
    connection: AsyncConnection, sitting_id: int, names: Mapping[int, str], rulings: tuple[int, ...] | None = None
) -> Mapping[int, KnownForm]:
    """`names`: form → its public id. Loaded once per process, so that closing an attempt reads no content. `rulings`:
    ids of the decisions in force, where the caller has read them in this transaction."""
    ids = await ruling_queries.ids_in_force(connection, sitting_id) if rulings is None else rulings
    if not ids:
        return await _written(connection, sitting_id, names)
    found = {form_id: _known_forms[public, ids] for form_id, public in names.items() if (public, ids) in _known_forms}
    if len(found) < len(names):
        in_force = await ruling_queries.by_ids(connection, ids)
        written = await _written(connection, sitting_id, names)
        found = {form_id: written[form_id].ruled(in_force) for form_id in names}
        _remember({(names[form_id], ids): form for form_id, form in found.items()})
    return found


async def _written(connection: AsyncConnection, sitting_id: int, names: Mapping[int, str]) -> Mapping[int, KnownForm]:
    """The forms as their authors wrote them."""
    missing = {form_id: public for form_id, public in names.items() if (public, ()) not in _known_forms}
    found = {form_id: _known_forms[public, ()] for form_id, public in names.items() if form_id not in missing}
    if missing:
        definition = definitions.decode(await queries.definition_of(connection, sitting_id))
        content = await load_content(connection, definition)
        table, scheme = definition.cluster_table, scheme_of(definition)
        for row in await queries.key_maps(connection, list(missing)):
            found[row["id"]] = KnownForm(slots_of(row["key_map"], content.items, table), scheme, table)
        _remember({(public, ()): found[form_id] for form_id, public in missing.items()})
    return found


def _remember(found: Mapping[tuple[str, tuple[int, ...]], KnownForm]) -> None:
    for name in list(_known_forms)[: max(0, len(_known_forms) + len(found) - _KNOWN_FORMS_LIMIT)]:
        del _known_forms[name]
    _known_forms.update(found)


_Closed = tuple[int, KnownForm, Mapping[int, Answer], Sequence[RowMapping]]


def _mark_all(attempts: Sequence[_Closed]) -> dict[int, AttemptMark]:
    memories: dict[int, Memory] = defaultdict(dict)
    return {
        attempt_id: _mark_one(form, answers, hand, memories[id(form)]) for attempt_id, form, answers, hand in attempts
    }


def _mark_one(
    form: KnownForm, answers: Mapping[int, Answer], hand: Sequence[RowMapping], memory: Memory
) -> AttemptMark:
    if len(memory) > _MOST_REMEMBERED:
        memory.clear()
    values = {slot: answer.value for slot, answer in answers.items()}
    given = {row["slot"]: HandMark(Fraction(row["points"]), row["response_digest"]) for row in hand}
    return mark_attempt(form.slots, values, given, form.scheme, memory)


async def tell_when_complete(
    connection: AsyncConnection, events: Events, sitting_id: int, *, by_hand_too: bool = False
) -> None:
    """With `by_hand_too` only once the last response is marked, not after every one."""
    if events.wanted(SittingMarked) and await queries.is_complete(connection, sitting_id, by_hand_too=by_hand_too):
        await events.publish(connection, SittingMarked(sitting_id))
