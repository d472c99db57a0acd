"""Start, and go on: after a reload on the same device, or on another one where the policy or staff allow it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries, deadline, entry_queries, outage_queries, tokens
from exam_engine.delivery import deed_queries as sql
from exam_engine.delivery.attempt import Action, Denied, State, permits
from exam_engine.delivery.entries import ANSWER, MARKUP
from exam_engine.delivery.entry_number import MOST_RESUME
from exam_engine.delivery.events import DeviceAsked
from exam_engine.delivery.papers import attempt_key
from exam_engine.delivery.refusals import denied
from exam_engine.delivery.turns import turns
from exam_engine.kit import audit
from exam_engine.kit.database import FlushConnection
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.events import Events
from exam_engine.kit.flush import Flush
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from exam_engine.sittings import policy as policies

#: Begun together at most: a start that waits for a lock holds up those that came with it.
AT_MOST = 32
PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class Begun:
    """What a device needs to go on. `counter` is the last one that the journal holds for this resume number."""

    token: str
    resume: int
    counter: int
    now: int
    deadline: int | None
    state: str
    key: str
    answers: Sequence[tuple[int, Any]]
    marks: Sequence[tuple[int, Any]]


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody with the session of that token's hash wants to begin, or go on, on this device."""

    token_hash: bytes
    device: str


def make_starts(settings: Settings, keys: Keys, events: Events) -> Flush[Wish, Begun | Refused | None]:
    assert settings.database_url is not None
    return Flush(
        settings.database_url,
        Starter(keys, events).write,
        limit=settings.save_queue_limit,
        at_most=AT_MOST,
        patience_s=PATIENCE_S,
    )


class Starter:
    """Those who come at the same moment begin in one transaction: the bell rings for all of them."""

    def __init__(self, keys: Keys, events: Events) -> None:
        self._keys = keys
        self._events = events

    async def write(
        self, connection: FlushConnection, wishes: Sequence[Wish], _repeat: bool
    ) -> list[Begun | Refused | None]:
        """Idempotent. None: no live session of a candidate. A refusal is a result like another: that a second device
        asked is committed."""
        hashes = list({wish.token_hash for wish in wishes})
        rows = await connection.fetch(sql.LOCKS_OF_SESSIONS, hashes)
        own = {bytes(row["token_hash"]): (row["attempt_id"], row["candidate_id"]) for row in rows}
        mine = [own.get(wish.token_hash, (None, 0)) for wish in wishes]
        results: list[Begun | Refused | None] = [None] * len(wishes)
        for turn in turns([attempt_id for attempt_id, _candidate in mine]):
            begins: list[tuple[Any, ...]] = []
            for found in await connection.fetch(sql.FACTS, sorted(turn)):
                position = turn[found["attempt_id"]]
                device, candidate_id = wishes[position].device, mine[position][1]
                results[position] = await self._result(connection.alchemy, candidate_id, found, device, begins)
            if begins:
                await connection.fetch(sql.BEGIN, *map(list, zip(*begins, strict=True)))
        return results

    async def _result(
        self, connection: AsyncConnection, candidate_id: int, found: Any, device: str, begins: list[tuple[Any, ...]]
    ) -> Begun | Refused:
        """`begins`: attempts that begin, with what the one write at the end sets."""
        try:
            if found["state"] != State.READY:
                return await self._again(connection, Principal("candidate", candidate_id), found, device)
            begun = await _begin(connection, found, device)
        except Refused as refused:
            return refused
        begins.append((found["attempt_id"], device, begun["started_at"], begun["deadline"]))
        return _begun(self._keys, {**found, **begun})

    async def _again(
        self, connection: AsyncConnection, principal: Principal, found: Any, device: str
    ) -> Begun | Refused:
        refused = await _go_on(connection, self._events, principal, found, device)
        return refused or await _gone_on(connection, self._keys, found["attempt_id"])


async def _begin(connection: AsyncConnection, found: Any, device: str) -> dict[str, Any]:
    """What the attempt is from now on; nothing is written yet."""
    now = found["now"]
    if found["sitting_state"] != "confirmed":
        raise Refused("not_open", 409, _("This exam is not open."))
    if now < found["starts_at"]:
        raise Refused("not_open_yet", 409, _("This exam has not begun yet."))
    rule = time_rule(found)
    end = deadline.deadline(rule, now, found["credit_s"])
    if now > found["closes_at"] and not await _still_open(connection, found, end):
        raise Refused("window_closed", 409, _("The time to begin this exam is over. Please tell the invigilator."))
    if not found["admitted"]:
        raise Refused("not_admitted", 409, _("Please wait: the invigilator has to admit you first."))
    return {"state": State.RUNNING, "resume": 1, "device": device, "started_at": now, "deadline": end}


async def _still_open(connection: AsyncConnection, found: Any, end: datetime) -> bool:
    """Past the window: time that staff have given counts, and so does time at the door that an outage took."""
    if found["timing"] == "common_end":
        return bool(found["now"] < end)
    lost = await outage_queries.time_lost_at_the_door(connection, found["sitting_id"])
    return bool(found["now"] <= found["closes_at"] + lost + timedelta(seconds=found["credit_s"]))


async def _go_on(
    connection: AsyncConnection, events: Events, principal: Principal, found: Any, device: str
) -> Refused | None:
    answer = permits(State(found["state"]), Action.RESUME)
    if isinstance(answer, Denied):
        raise denied(answer)
    end = deadline.closing(found["deadline"], found["held_until"])
    if found["state"] == State.RUNNING and found["now"] > end:
        raise denied(Denied("time_over"))
    if device == found["device"]:
        return None
    free = policies.decode(found["policy"]).device_change == "free"
    if found["resume"] >= MOST_RESUME or (not free and not found["device_allowed"]):
        return await _ask(connection, events, found, device)
    await attempt_queries.set_attempt(
        connection,
        found["attempt_id"],
        resume=found["resume"] + 1,
        device=device,
        device_allowed=False,
        device_waiting="",
        notices=found["notices"] + 1,
    )
    await attempt_queries.add_intervention(
        connection, attempt_id=found["attempt_id"], action="device_changed", reason="", by=None
    )
    await audit.record(
        connection, principal, "device_changed", "attempt", found["attempt_id"], resume=found["resume"] + 1
    )
    return None


async def _ask(connection: AsyncConnection, events: Events, found: Any, device: str) -> Refused:
    if found["device_waiting"] != device:
        await attempt_queries.set_attempt(
            connection, found["attempt_id"], device_waiting=device, notices=found["notices"] + 1
        )
        await events.publish(connection, DeviceAsked(found["attempt_id"], device))
    message = _("This attempt is open on another device. To go on here, ask the invigilator to allow it.")
    return Refused("other_device", 409, message)


async def _gone_on(connection: AsyncConnection, keys: Keys, attempt_id: int) -> Begun:
    found = await attempt_queries.attempt_by_id(connection, attempt_id)
    assert found is not None
    counter = await entry_queries.last_counter(connection, attempt_id, found["resume"])
    answers = _values(await entry_queries.last_counting_values(connection, attempt_id, ANSWER))
    return _begun(
        keys, found, counter, answers, _values(await entry_queries.last_counting_values(connection, attempt_id, MARKUP))
    )


def _begun(
    keys: Keys,
    found: Any,
    counter: int = 0,
    answers: Sequence[tuple[int, Any]] = (),
    marks: Sequence[tuple[int, Any]] = (),
) -> Begun:
    """Of an attempt that begins now nothing is in the journal, and nothing has to be asked."""
    attempt_id = found["attempt_id"]
    bearer = tokens.Bearer(attempt_id, found["resume"], found["form_id"], found["sitting_id"])
    return Begun(
        token=tokens.issue(keys, bearer),
        resume=found["resume"],
        counter=counter,
        now=milliseconds(found["now"]),
        deadline=milliseconds(deadline.closing(found["deadline"], found["held_until"])),
        state=str(found["state"]),
        key=base64.urlsafe_b64encode(attempt_key(keys, found["paper_key"], attempt_id)).decode(),
        answers=answers,
        marks=marks,
    )


def time_rule(found: Any) -> deadline.TimeRule:
    return deadline.TimeRule(
        timing=found["timing"],
        starts_at=found["starts_at"],
        closes_at=found["closes_at"],
        duration_s=found["duration_s"],
        extra_percent=found["extra_percent"],
        extra_minutes=found["extra_minutes"],
        late_start_keeps_time=policies.decode(found["policy"]).late_start_keeps_time,
    )


def milliseconds(moment: Any) -> int:
    return int(moment.timestamp() * 1000)


def _values(rows: list[tuple[int, str]]) -> list[tuple[int, Any]]:
    return [(slot, msgspec.json.decode(value)) for slot, value in rows]
