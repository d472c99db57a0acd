"""The end of attempts: one transaction sets the states, makes the receipts and tells the features above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries, deadline, receipts
from exam_engine.delivery import deed_queries as sql
from exam_engine.delivery.answers import last_counting
from exam_engine.delivery.attempt import Action, Allowed, State, permits
from exam_engine.delivery.events import AttemptsClosed, Closed
from exam_engine.kit.database import FlushConnection
from exam_engine.kit.events import Events
from exam_engine.kit.keys import Keys

_BY = {Action.SUBMIT: "candidate", Action.EXPIRE: "deadline", Action.END: "staff"}

#: Attempt → its journal, in canonical order.
Journals = Mapping[int, Sequence[Any]]


async def journals(connection: FlushConnection, attempts: Sequence[int]) -> Journals:
    """Read under the attempts' exclusive locks: nothing is added until this transaction ends."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in await connection.fetch(sql.ENTRIES, attempts):
        found[row["attempt_id"]].append(row)
    return found


async def close_all(
    connection: FlushConnection, keys: Keys, events: Events, due: Sequence[tuple[Any, Action]], read: Journals
) -> dict[int, tuple[dict[str, Any], receipts.Receipt]]:
    """`due`: attempts as they were read under the exclusive lock, with an action that is permitted in their state.
    Attempt → how it ended, and its receipt."""
    made: dict[int, tuple[dict[str, Any], receipts.Receipt]] = {}
    for found, action in due:
        answer = permits(State(found["state"]), action)
        assert isinstance(answer, Allowed)
        end = {"state": str(answer.state), "ended_at": found["now"], "ended_by": _BY[action]}
        made[found["attempt_id"]] = end, receipts.issue(keys, read.get(found["attempt_id"], ()))
    rows = [
        (attempt_id, *end.values(), receipt.code, receipt.answers, receipt.entries, receipt.digest, receipt.signature)
        for attempt_id, (end, receipt) in made.items()
    ]
    await connection.fetch(sql.CLOSE, *map(list, zip(*rows, strict=True)))
    closed = (
        Closed(found["attempt_id"], found["sitting_id"], last_counting(read.get(found["attempt_id"], ())))
        for found, _action in due
    )
    await events.publish(connection.alchemy, AttemptsClosed(tuple(closed)))
    return made


async def close(connection: AsyncConnection, keys: Keys, events: Events, found: Any, action: Action) -> State:
    """One attempt, in a transaction of the edge's or a job's."""
    raw, attempt_id = await FlushConnection.of(connection), found["attempt_id"]
    made = await close_all(raw, keys, events, [(found, action)], await journals(raw, [attempt_id]))
    return State(made[attempt_id][0]["state"])


async def expire(connection: AsyncConnection, keys: Keys, events: Events, attempt_id: int) -> bool:
    """Closes the attempt if it is still due, now that nobody else can move its deadline."""
    found = await attempt_queries.locked_attempt(connection, attempt_id)
    if found is None or isinstance(permits(State(found["state"]), Action.EXPIRE), Allowed) is False:
        return False
    if found["now"] <= deadline.expires(found["deadline"], found["held_until"], found["grace_s"]):
        return False
    await close(connection, keys, events, found, Action.EXPIRE)
    return True
