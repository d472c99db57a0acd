"""What staff do to attempts from the room page: each with a reason that the candidate sees, and with its trace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries, deadline, receipt_queries
from exam_engine.delivery.attempt import Action, Allowed, Denied, State, permits
from exam_engine.delivery.closing import close
from exam_engine.delivery.crediting import add_time
from exam_engine.delivery.refusals import denied
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, invalid, not_found
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys

PERMISSION = "rooms.act"
MOST_SECONDS = 4 * 3600
LONGEST_REASON = 500

#: Actions that staff may take; the others belong to candidates and to the clock.
ACTIONS = frozenset(
    {
        Action.ADMIT,
        Action.ALLOW_DEVICE,
        Action.ADD_TIME,
        Action.PAUSE,
        Action.UNPAUSE,
        Action.END,
        Action.REOPEN,
        Action.MARK_ABSENT,
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """One act. `seconds` matters to ADD_TIME (added) and REOPEN (time from now on)."""

    action: Action
    reason: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    acted: int
    passed_over: int  # where the state did not permit it


async def intervene(
    connection: AsyncConnection,
    keys: Keys,
    events: Events,
    principal: Principal,
    sitting: str,
    candidate: str | None,
    order: Order,
    room: str | None = None,
) -> Done:
    """`sitting`, `candidate` and `room` are public ids; without a candidate the order goes to the whole sitting or
    room, and attempts whose state does not permit it are passed over. For one candidate the refusal is told."""
    _check(order)
    ids = await attempt_queries.attempts_in_scope(connection, sitting, candidate, principal.scopes(PERMISSION), room)
    if not ids:
        raise not_found()
    acted = 0
    for attempt_id in ids:
        answer = await _one(connection, keys, events, principal, attempt_id, order)
        if isinstance(answer, Allowed):
            acted += 1
        elif candidate is not None:
            raise denied(answer)
    return Done(acted, len(ids) - acted)


def _check(order: Order) -> None:
    if order.action not in ACTIONS:
        raise invalid(_("This is nothing that staff can do to an attempt."))
    if not order.reason.strip() or len(order.reason) > LONGEST_REASON or "\0" in order.reason:
        raise invalid(_("Please give a reason of at most 500 characters. The candidate sees it."))
    if order.action in (Action.ADD_TIME, Action.REOPEN) and not 0 < order.seconds <= MOST_SECONDS:
        raise Refused("invalid", 422, _("Please give a time between 1 second and 4 hours."))


async def _one(
    connection: AsyncConnection, keys: Keys, events: Events, principal: Principal, attempt_id: int, order: Order
) -> Allowed | Denied:
    found = await attempt_queries.locked_attempt(connection, attempt_id)
    assert found is not None
    answer = permits(State(found["state"]), order.action)
    if isinstance(answer, Denied):
        return answer
    if order.action is Action.PAUSE and found["now"] > deadline.closing(found["deadline"], found["held_until"]):
        return Denied("time_over")
    if order.action is Action.END:
        await close(connection, keys, events, found, order.action)
        await attempt_queries.set_attempt(connection, attempt_id, notices=found["notices"] + 1)
    else:
        await _ACTS[order.action](connection, found, order)
    await attempt_queries.add_intervention(
        connection,
        attempt_id=attempt_id,
        action=str(order.action),
        seconds=order.seconds,
        reason=order.reason.strip(),
        by=principal.id or None,
    )
    await audit.record(connection, principal, f"attempt_{order.action}", "attempt", attempt_id, seconds=order.seconds)
    return answer


async def _set(connection: AsyncConnection, found: Any, **values: Any) -> None:
    await attempt_queries.set_attempt(connection, found["attempt_id"], notices=found["notices"] + 1, **values)


async def _admit(connection: AsyncConnection, found: Any, _order: Order) -> None:
    await _set(connection, found, admitted=True)


async def _allow_device(connection: AsyncConnection, found: Any, _order: Order) -> None:
    await _set(connection, found, device_allowed=True)


async def _add_time(connection: AsyncConnection, found: Any, order: Order) -> None:
    await add_time(connection, found, order.seconds)


async def _pause(connection: AsyncConnection, found: Any, _order: Order) -> None:
    await _set(connection, found, state=State.PAUSED, paused_at=found["now"])


async def _unpause(connection: AsyncConnection, found: Any, _order: Order) -> None:
    """What was left of the time when the clock stopped is left now."""
    stood: timedelta = max(found["now"] - found["paused_at"], timedelta(0))
    held = found["held_until"] and found["held_until"] + stood
    await _set(
        connection, found, state=State.RUNNING, paused_at=None, deadline=found["deadline"] + stood, held_until=held
    )


async def _reopen(connection: AsyncConnection, found: Any, order: Order) -> None:
    """The receipt of the closing before is withdrawn: the next one covers everything."""
    await receipt_queries.drop_receipt(connection, found["attempt_id"])
    if found["state"] == State.ABSENT:
        await _set(connection, found, state=State.READY)
        return
    end = found["now"] + timedelta(seconds=order.seconds)
    await _set(connection, found, state=State.RUNNING, deadline=end, ended_at=None, ended_by="", held_until=None)


async def _mark_absent(connection: AsyncConnection, found: Any, _order: Order) -> None:
    await _set(connection, found, state=State.ABSENT)


_ACTS: dict[Action, Callable[[AsyncConnection, Any, Order], Awaitable[None]]] = {
    Action.ADMIT: _admit,
    Action.ALLOW_DEVICE: _allow_device,
    Action.ADD_TIME: _add_time,
    Action.PAUSE: _pause,
    Action.UNPAUSE: _unpause,
    Action.REOPEN: _reopen,
    Action.MARK_ABSENT: _mark_absent,
}
