"""Hand in: what is still unsent first, then one short exclusive transaction that closes and makes the receipts of all
who hand in at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from exam_engine.delivery import closing, deadline, receipt_views, tokens
from exam_engine.delivery import deed_queries as sql
from exam_engine.delivery.attempt import Action, Denied, State, permits
from exam_engine.delivery.entry_number import MOST_COUNTER, packed
from exam_engine.delivery.receipts import Receipt
from exam_engine.delivery.refusals import denied
from exam_engine.delivery.tokens import Bearer
from exam_engine.delivery.turns import turns
from exam_engine.kit.database import FlushConnection
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.events import Events
from exam_engine.kit.flush import Flush
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from exam_engine.sittings import policy as policies

_WITH_RECEIPT = frozenset({State.SUBMITTED, State.EXPIRED, State.ENDED})
#: Closed together at most: each brings its whole journal and is marked in the same transaction.
AT_MOST = 16
#: From the queue to the receipt: at the bell a whole hall hands in, and a place in the queue is worth more than the
#: way back to its end.
PATIENCE_S = 30.0
MOST_MISSING = 100

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HandIn:
    bearer: Bearer
    counter: int | None  # the last one that the device has used; None: it has lost some


def make_hand_ins(settings: Settings, keys: Keys, events: Events) -> Flush[HandIn, Document | Refused]:
    assert settings.database_url is not None
    return Flush(
        settings.database_url,
        Closer(keys, events).write,
        limit=settings.save_queue_limit,
        at_most=AT_MOST,
        patience_s=PATIENCE_S,
        opening=opening,
    )


def opening(asked: Sequence[HandIn]) -> str:
    return sql.locks(sorted({one.bearer.attempt_id for one in asked}))


class Closer:
    def __init__(self, keys: Keys, events: Events) -> None:
        self._keys = keys
        self._events = events

    async def write(
        self, connection: FlushConnection, asked: Sequence[HandIn], _repeat: bool
    ) -> list[Document | Refused]:
        """Under the locks (`opening`): the receipts, of attempts that are closed now or were before: handing in twice
        gives the same one."""
        ids = [one.bearer.attempt_id for one in asked]
        results: list[Document | Refused] = [tokens.unknown()] * len(asked)
        for turn in turns(ids):
            told = await self._turn(connection, {attempt_id: asked[position] for attempt_id, position in turn.items()})
            for attempt_id, result in told.items():
                results[turn[attempt_id]] = result
        return results

    async def _turn(self, connection: FlushConnection, asked: dict[int, HandIn]) -> dict[int, Document | Refused]:
        facts = {row["attempt_id"]: row for row in await connection.fetch(sql.FACTS, sorted(asked))}
        over = [attempt_id for attempt_id, found in facts.items() if found["state"] in _WITH_RECEIPT]
        results = await _given_before(connection, {attempt_id: facts.pop(attempt_id) for attempt_id in over})
        read = await closing.journals(connection, list(facts)) if facts else {}
        due: list[tuple[Any, Action]] = []
        for attempt_id, found in facts.items():
            try:
                due.append((found, _action(asked[attempt_id], found, read.get(attempt_id, ()))))
            except Refused as refused:
                results[attempt_id] = refused
        if due:
            for attempt_id, (end, receipt) in (
                await closing.close_all(connection, self._keys, self._events, due, read)
            ).items():
                results[attempt_id] = receipt_views.told(receipt, end)
        return results


async def _given_before(connection: FlushConnection, facts: dict[int, Any]) -> dict[int, Document | Refused]:
    results: dict[int, Document | Refused] = {attempt_id: receipt_views.not_closed() for attempt_id in facts}
    if facts:
        for row in await connection.fetch(sql.RECEIPTS, list(facts)):
            results[row["attempt_id"]] = receipt_views.told(Receipt(*row[1:]), facts[row["attempt_id"]])
    return results


def _action(asked: HandIn, found: Any, entries: Sequence[Any]) -> Action:
    """Hand-in or, where the time is over, expiry. Refused where it may not be closed now."""
    answer = permits(State(found["state"]), Action.SUBMIT)
    if isinstance(answer, Denied):
        raise denied(answer)
    if asked.bearer.resume != found["resume"]:
        message = _("This attempt continues on another device. Hand in there.")
        raise Refused("other_device", 409, message)
    if asked.counter is not None:
        _refuse_gaps(asked.bearer.resume, asked.counter, entries)
    if found["now"] > deadline.closing(found["deadline"], found["held_until"]):
        return Action.EXPIRE
    _refuse_too_early(found)
    return Action.SUBMIT


def _refuse_gaps(resume: int, last: int, entries: Sequence[Any]) -> None:
    """An answer that the device has and the journal lacks would be lost by closing now. Numbers that no journal takes
    are missing, too: the device learns so and hands in what there is."""
    held = {row["entry"] for row in entries}
    used = range(1, min(last, MOST_COUNTER + MOST_MISSING) + 1)
    gaps = (counter for counter in used if packed(resume, counter) not in held)
    missing = list(islice(gaps, MOST_MISSING))
    if missing:
        message = _("Some answers have not reached the server yet. They are being sent; then hand in again.")
        raise Refused("entries_missing", 409, message, extra={"missing": missing})


def _refuse_too_early(found: Any) -> None:
    """Nobody waits longer than the rule says, and without a rule nobody waits, wherever the clock went meanwhile."""
    after = timedelta(seconds=policies.decode(found["policy"]).earliest_submit_s)
    left = min(after, found["started_at"] + after - found["now"])
    if left > timedelta(0):
        minutes = -(-int(left.total_seconds()) // 60)
        message = _("Handing in is possible in %(minutes)s minutes. Use the time to check your answers.")
        raise Refused("too_early", 409, message, minutes=minutes)
