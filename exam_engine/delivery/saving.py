"""Saving: entries wait in this worker's queue, are judged under the lock, written, committed, and then acknowledged."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from exam_engine.delivery import journal_queries as sql
from exam_engine.delivery import measuring
from exam_engine.delivery.attempt import State
from exam_engine.delivery.entries import SIGNAL, Entry
from exam_engine.delivery.entry_number import packed, unpacked, written_ms
from exam_engine.delivery.events import SaveAccepted, Seen, SignalEntry
from exam_engine.delivery.standing import Facts, Standing, Told, facts, standing
from exam_engine.kit.database import FlushConnection
from exam_engine.kit.events import Events
from exam_engine.kit.flush import Flush
from exam_engine.kit.recent import Recent
from exam_engine.kit.settings import Settings

#: What has not been committed by then, from its way into the queue on, is given up and answered with 503: nobody was
#: told "saved".
PATIENCE_S = 15.0

_STATES = {str(state): state for state in State}

#: (attempt, number of the entry): the journal's own.
Key = tuple[int, int]
#: The journal's columns, in order.
Row = tuple[Any, ...]
_NOT_ORDINARY: tuple[int, Told | None] = (0, None)
#: Attempts whose newest entry a worker keeps in mind.
_REMEMBERED = 262_144
#: Conflicts that stand in the audit log: who sends one again and again fills no log.
_AUDITED = 16_384


class Saved(msgspec.Struct, frozen=True, gc=False):
    """What became of one entry; `told` is None where the attempt does not exist any more."""

    counter: int
    standing: int
    told: Told | None


def make_flush(settings: Settings, events: Events) -> Flush[Entry, Saved]:
    assert settings.database_url is not None
    writer = Writer(events)
    return Flush(
        settings.database_url,
        writer.write,
        opening=opening,
        at_once=writer.at_once,
        limit=settings.save_queue_limit,
        at_most=settings.flush_max,
        patience_s=PATIENCE_S,
        seen=measuring.flushed if settings.metrics_port else None,
        weigh=weight,
    )


def weight(entries: Sequence[Entry]) -> int:
    """In characters: nearly everything that an entry keeps in memory while it waits."""
    return len(entries[0].value) if len(entries) == 1 else sum([len(entry.value) for entry in entries])


def opening(entries: Sequence[Entry]) -> str:
    """Locks for those whose entries are to be written; a sign of life reads facts and needs none."""
    return sql.locks_shared(sorted({entry.attempt_id for entry in entries if entry.counter}))


class Writer:
    """Writes one flush. READ COMMITTED: locks first (`opening`), facts in a new statement, then the insert."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._newest: Recent[int, int] = Recent(_REMEMBERED)
        self._audited: Recent[Key, bool] = Recent(_AUDITED)

    async def at_once(self, connection: FlushConnection, entries: Sequence[Entry]) -> list[Saved | None]:
        """What surely counts, and signs of life, in one statement. None: to be judged and written the long way."""
        chosen = _ordinary(entries)
        again = {key for key in chosen if key[1] <= (self._newest.get(key[0]) or 0)}
        self._remember(chosen)
        asked = list({entry.attempt_id for entry in entries})
        results = _taken(
            entries, chosen, again, await connection.fetch(sql.SAVE_ORDINARY, asked, *_given(chosen, again))
        )
        await self._see(entries)
        return results

    def _remember(self, keys: Iterable[Key]) -> None:
        newest = self._newest
        for attempt_id, number in keys:
            if number > (newest.get(attempt_id) or 0):
                newest.put(attempt_id, number)

    async def write(self, connection: FlushConnection, entries: Sequence[Entry], repeat: bool) -> list[Saved]:
        ids = list({entry.attempt_id for entry in entries})
        known_by_id = {row[0]: _facts(row) for row in await connection.fetch(sql.FACTS, ids)}
        moment = time.monotonic()
        rows: dict[Key, Row] = {}
        clashes: set[int] = set()
        for position, entry in enumerate(entries):
            known = known_by_id.get(entry.attempt_id)
            if known is None or not entry.counter:
                continue
            key = _key(entry)
            other = rows.get(key)
            if other is None:
                rows[key] = _row(entry, known, moment)
            elif other[4:6] != (entry.slot, entry.kind) or other[7] != _kept(entry):
                clashes.add(position)
        fresh, again = (({}, rows) if repeat else self._parted(rows)) if rows else (rows, rows)
        stored: dict[Key, int] = {key: row[6] for key, row in fresh.items()}
        if fresh:
            await connection.fetch(sql.ADD, *_columns(fresh.values()))
        if again:
            stored_again, fresh_again = await self._add_or_repeat(connection, again)
            stored |= stored_again
            fresh = fresh | fresh_again
        results = [
            _result(entry, known_by_id, stored, clash=position in clashes) for position, entry in enumerate(entries)
        ]
        if again or clashes:
            await self._audit_conflicts(connection, entries, results)
        await self._tell(connection, entries, fresh)
        return results

    async def _audit_conflicts(
        self, connection: FlushConnection, entries: Sequence[Entry], results: Sequence[Saved]
    ) -> None:
        refused = {
            _key(entry): (entry.attempt_id, entry.resume, entry.counter)
            for entry, result in zip(entries, results, strict=True)
            if result.standing == Standing.CONFLICTING_REPEAT and not self._audited.get(_key(entry))
        }
        if refused:
            await connection.fetch(sql.AUDIT_CONFLICTS, *_columns(refused.values()))
            for key in refused:
                self._audited.put(key, True)

    def _parted(self, rows: dict[Key, Row]) -> tuple[dict[Key, Row], dict[Key, Row]]:
        """Those that are new, and those that this worker has probably written before: a repeat among them would cost
        the whole flush a second run. Whoever is taken for the wrong one is written rightly all the same."""
        again = {key: row for key, row in rows.items() if row[1] <= (self._newest.get(row[0]) or 0)}
        fresh = {key: row for key, row in rows.items() if key not in again} if again else rows
        self._remember(fresh)
        return fresh, again

    async def _add_or_repeat(
        self, connection: FlushConnection, rows: dict[Key, Row]
    ) -> tuple[dict[Key, int], dict[Key, Row]]:
        """Standings as first acknowledged (or conflicting), and the rows that were new."""
        stored: dict[Key, int] = {}
        fresh: dict[Key, Row] = {}
        for row in await connection.fetch(sql.ADD_OR_REPEAT, *_columns(rows.values())):
            key = (row["attempt_id"], row["entry"])
            sent = rows[key]
            if (row["slot"], row["kind"], row["value"]) != (sent[4], sent[5], sent[7]):
                stored[key] = Standing.CONFLICTING_REPEAT
                continue
            stored[key] = row["standing"]
            if row["arrived_at"] == sent[2]:
                fresh[key] = sent
        return stored, fresh

    async def _tell(self, connection: FlushConnection, entries: Sequence[Entry], fresh: dict[Key, Row]) -> None:
        """News for features above, in the same transaction, only where somebody wants it."""
        if self._events.wanted(SaveAccepted):
            told = {_key(one): one.value for one in reversed(entries) if one.kind == SIGNAL}
            signals = tuple(
                SignalEntry(row[0], *unpacked(row[1]), written_ms(row[2], row[3]), row[2], told[key])
                for key, row in fresh.items()
                if row[5] == SIGNAL
            )
            if signals:
                await self._events.publish(connection.alchemy, SaveAccepted(signals))
        await self._see(entries)

    async def _see(self, entries: Sequence[Entry]) -> None:
        if self._events.wanted(Seen) and (seen := [entry.attempt_id for entry in entries if not entry.counter]):
            await self._events.publish(None, Seen(seen))


def _ordinary(entries: Sequence[Entry]) -> dict[Key, Entry]:
    """To be written if it counts. The long way goes what comes twice in one flush or without the device's clock, and a
    signal, as features above write in its transaction."""
    chosen: dict[Key, Entry] = {}
    for entry in entries:
        if entry.counter and entry.sent_ms is not None and entry.kind != SIGNAL:
            chosen.setdefault(_key(entry), entry)
    return chosen


def _given(chosen: Mapping[Key, Entry], again: set[Key]) -> list[Sequence[Any]]:
    """What `exam.save_ordinary` takes, column by column."""
    moment, sent = time.monotonic(), chosen.values()
    attempts = [attempt_id for attempt_id, _number in chosen]
    return [
        sorted(set(attempts)),
        attempts,
        [number for _attempt_id, number in chosen],
        [moment - entry.arrived for entry in sent],
        [max(0, entry.sent_ms - entry.client_ms) / 1000 for entry in sent if entry.sent_ms is not None],
        [entry.slot for entry in sent],
        [entry.kind for entry in sent],
        [entry.value for entry in sent],
        [key in again for key in chosen],
    ]


def _taken(
    entries: Sequence[Entry], chosen: Mapping[Key, Entry], again: set[Key], found: Sequence[Any]
) -> list[Saved | None]:
    """`found`: a row for each attempt whose new entries count and are written, and one for each repeat that is."""
    told: dict[int, tuple[int, Told]] = {}
    stood: dict[Key, int] = {}
    for attempt_id, number, was, resume, notices, end_ms, now_ms in found:
        if number:
            stood[attempt_id, number] = was
        else:
            told[attempt_id] = resume, Told(now_ms, end_ms, State.RUNNING, notices)
    results: list[Saved | None] = []
    for entry in entries:
        resume, known = told.get(entry.attempt_id, _NOT_ORDINARY)
        key = _key(entry)
        stands: int | None = None
        if known is None:
            pass
        elif not entry.counter:
            stands = Standing.COUNTS
        elif chosen.get(key) is entry and resume == entry.resume:
            stands = stood.get(key) if key in again else Standing.COUNTS
        results.append(None if stands is None else Saved(entry.counter, stands, known))
    return results


def _facts(row: Any) -> Facts:
    _id, now, state, resume, started_at, deadline_at, held_until, grace_s, notices = row
    return facts(now, _STATES[state], resume, started_at, deadline_at, held_until, grace_s, notices)


def _row(entry: Entry, known: Facts, moment: float) -> Row:
    """The journal's columns, in order. An entry is judged by its arrival at the socket: a queue makes nobody late."""
    arrived_at = known.now - timedelta(seconds=moment - entry.arrived)
    arrived_ms = int(arrived_at.timestamp() * 1000)
    age_ms = arrived_ms - entry.client_ms if entry.sent_ms is None else max(0, entry.sent_ms - entry.client_ms)
    return (
        entry.attempt_id,
        packed(entry.resume, entry.counter),
        arrived_at,
        age_ms / 1000,
        entry.slot,
        entry.kind,
        standing(known, entry.resume, arrived_at, arrived_ms - age_ms),
        _kept(entry),
    )


def _key(entry: Entry) -> Key:
    return entry.attempt_id, packed(entry.resume, entry.counter)


def _kept(entry: Entry) -> str:
    """Of a signal the journal keeps only that there was one: what it told is behaviour, and is deleted with time."""
    return "null" if entry.kind == SIGNAL else entry.value


def _columns(rows: Any) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True))


def _result(entry: Entry, known_by_id: dict[int, Facts], stored: dict[Key, int], *, clash: bool) -> Saved:
    known = known_by_id.get(entry.attempt_id)
    if known is None:
        return Saved(entry.counter, Standing.AFTER_CLOSING, None)
    if not entry.counter:
        return Saved(0, Standing.COUNTS, known.told)
    found = Standing.CONFLICTING_REPEAT if clash else stored[_key(entry)]
    return Saved(entry.counter, found, known.told)
