"""The end of an attempt: one transaction sets the state, makes the receipt and tells the features above."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries, deadline, receipts
from exam_engine.delivery.attempt import Action, Allowed, State, permits
from exam_engine.delivery.events import AttemptClosed
from exam_engine.kit.events import Events
from exam_engine.kit.keys import Keys

_BY = {Action.SUBMIT: "candidate", Action.EXPIRE: "deadline", Action.END: "staff"}


async def close(connection: AsyncConnection, keys: Keys, events: Events, found: Any, action: Action) -> State:
    """`found` was read under the exclusive lock, and `action` is permitted in its state."""
    answer = permits(State(found["state"]), action)
    assert isinstance(answer, Allowed)
    await attempt_queries.set_attempt(
        connection,
        found["attempt_id"],
        state=answer.state,
        ended_at=found["now"],
        ended_by=_BY[action],
        paused_at=None,
        held_until=None,
        device_waiting="",
    )
    await receipts.issue(connection, keys, found["attempt_id"])
    await events.publish(connection, AttemptClosed(found["attempt_id"], found["sitting_id"]))
    return answer.state


async def expire(connection: AsyncConnection, keys: Keys, events: Events, attempt_id: int) -> bool:
    """Closes the attempt if it is still due, now that nobody else can move its deadline."""
    found = await attempt_queries.locked_attempt(connection, attempt_id)
    if found is None or isinstance(permits(State(found["state"]), Action.EXPIRE), Allowed) is False:
        return False
    if found["now"] <= deadline.expires(found["deadline"], found["held_until"], found["grace_s"]):
        return False
    await close(connection, keys, events, found, Action.EXPIRE)
    return True
