"""What staff do to attempts from the room page: each with a reason that the candidate sees, and with its trace."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.delivery import attempt_queries, deadline, receipt_queries
from exam_engine.delivery.attempt import Action, Allowed, Denied, State, permits
from exam_engine.delivery.closing import close_all, journals
from exam_engine.delivery.crediting import more_time
from exam_engine.delivery.refusals import denied
from exam_engine.kit import audit
from exam_engine.kit.database import FlushConnection, transaction
from exam_engine.kit.errors import Refused, _, invalid, not_found
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys

PERMISSION = "rooms.act"
MOST_SECONDS = 4 * 3600
LONGEST_REASON = 500
#: Attempts that one transaction holds. Who saves waits for it, and so do all whose saves are in the same flush.
AT_ONCE = 100
#: The audit's entry for an order to a whole sitting or room; those of its attempts carry the same `act`.
ON_ALL = "acted_on_all"

_CHANGED = _(
    "This order has been given before with other values, and some candidates have them. Give it again as it was, so"
    " that all have the same; for anything more, open the room page anew."
)

Values = dict[str, Any]

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
) -> Done:
    """In the caller's transaction, so for one candidate or a class. `sitting` and `candidate` are public ids; without a
    candidate the order goes to the whole sitting, and attempts whose state does not permit it are passed over. For one
    candidate the refusal is told."""
    _check(order)
    ids = await attempt_queries.attempts_in_scope(connection, sitting, candidate, principal.scopes(PERMISSION))
    if not ids:
        raise not_found()
    answers = await _acted(connection, keys, events, principal, ids, order)
    refused = next((answer for answer in answers.values() if isinstance(answer, Denied)), None)
    if refused is not None and candidate is not None:
        raise denied(refused)
    return _done(answers)


async def intervene_in_all(
    engine: AsyncEngine,
    keys: Keys,
    events: Events,
    principal: Principal,
    sitting: RowMapping,
    order: Order,
    act: str,
    room: str | None = None,
) -> Done:
    """A sitting or one of its rooms, however large, portion by portion: a save waits for one of them, not for all.
    `act` names the order: ordered once more under that name, because the database went away in the middle, it goes on
    where it stopped, and counts those to whom it was done before. Another order under that name is refused: some have
    the first one."""
    _check(order)
    async with transaction(engine) as connection:
        scopes = principal.scopes(PERMISSION)
        ids = await attempt_queries.attempts_in_scope(connection, sitting["public_id"], None, scopes, room)
        if not ids:
            raise not_found()
        what: dict[str, Any] = {"what": str(order.action), "seconds": order.seconds, "room": room or "", "act": act}
        before = await audit.told_of(connection, ON_ALL, "sitting", sitting["id"], act=act)
        if any(told.get(name, value) != value for told in before for name, value in what.items()):
            raise Refused("order_changed", 409, _CHANGED)
        if not before:
            await audit.record(
                connection, principal, ON_ALL, "sitting", sitting["id"], unit_id=sitting["unit_id"], **what
            )
    done = Done(0, 0)
    for begin in range(0, len(ids), AT_ONCE):
        async with transaction(engine) as connection:
            answers = await _acted(connection, keys, events, principal, ids[begin : begin + AT_ONCE], order, act=act)
        more = _done(answers)
        done = Done(done.acted + more.acted, done.passed_over + more.passed_over)
    return done


def _done(answers: Mapping[int, Allowed | Denied]) -> Done:
    acted = sum(isinstance(answer, Allowed) for answer in answers.values())
    return Done(acted, len(answers) - acted)


def _check(order: Order) -> None:
    if order.action not in ACTIONS:
        raise invalid(_("This is nothing that staff can do to an attempt."))
    if not order.reason.strip() or len(order.reason) > LONGEST_REASON or "\0" in order.reason:
        raise invalid(_("Please give a reason of at most 500 characters. The candidate sees it."))
    if order.action in (Action.ADD_TIME, Action.REOPEN) and not 0 < order.seconds <= MOST_SECONDS:
        raise Refused("invalid", 422, _("Please give a time between 1 second and 4 hours."))


async def _acted(
    connection: AsyncConnection,
    keys: Keys,
    events: Events,
    principal: Principal,
    ids: Sequence[int],
    order: Order,
    **named: str,
) -> dict[int, Allowed | Denied]:
    """Attempt → what became of the order. All of them are locked from here to the end of the transaction."""
    found = await attempt_queries.locked_attempts(connection, ids)
    trace = f"attempt_{order.action}"
    before = await audit.subjects_of(connection, trace, "attempt", ids, **named) if named else set()
    answers = {
        one["attempt_id"]: Allowed(State(one["state"])) if one["attempt_id"] in before else _answer(one, order)
        for one in found
    }
    due = [one for one in found if one["attempt_id"] not in before and _allowed(answers[one["attempt_id"]])]
    if not due:
        return answers
    if order.action is Action.END:
        raw = await FlushConnection.of(connection)
        read = await journals(raw, [one["attempt_id"] for one in due])
        await close_all(raw, keys, events, [(one, order.action) for one in due], read)
    if order.action is Action.REOPEN:  # the receipt of the closing before is withdrawn: the next one covers everything
        for one in due:
            await receipt_queries.drop_receipt(connection, one["attempt_id"])
    changes = {one["attempt_id"]: _ACTS[order.action](one, order) | {"notices": one["notices"] + 1} for one in due}
    await attempt_queries.set_attempts(connection, changes)
    await attempt_queries.add_interventions(
        connection,
        list(changes),
        action=str(order.action),
        seconds=order.seconds,
        reason=order.reason.strip(),
        by=principal.id or None,
    )
    await audit.record_each(connection, principal, trace, "attempt", list(changes), seconds=order.seconds, **named)
    return answers


def _answer(found: Any, order: Order) -> Allowed | Denied:
    answer = permits(State(found["state"]), order.action)
    if isinstance(answer, Denied):
        return answer
    if order.action is Action.PAUSE and found["now"] > deadline.closing(found["deadline"], found["held_until"]):
        return Denied("time_over")
    return answer


def _allowed(answer: Allowed | Denied) -> bool:
    return isinstance(answer, Allowed)


def _admit(_found: Any, _order: Order) -> Values:
    return {"admitted": True}


def _allow_device(_found: Any, _order: Order) -> Values:
    return {"device_allowed": True}


def _add_time(found: Any, order: Order) -> Values:
    return more_time(found, order.seconds)


def _pause(found: Any, _order: Order) -> Values:
    return {"state": State.PAUSED, "paused_at": found["now"]}


def _unpause(found: Any, _order: Order) -> Values:
    """What was left of the time when the clock stopped is left now."""
    stood: timedelta = max(found["now"] - found["paused_at"], timedelta(0))
    held = found["held_until"] and found["held_until"] + stood
    return {"state": State.RUNNING, "paused_at": None, "deadline": found["deadline"] + stood, "held_until": held}


def _end(_found: Any, _order: Order) -> Values:
    return {}  # state and receipt are the closing's


def _reopen(found: Any, order: Order) -> Values:
    if found["state"] == State.ABSENT:
        return {"state": State.READY}
    end = found["now"] + timedelta(seconds=order.seconds)
    return {"state": State.RUNNING, "deadline": end, "ended_at": None, "ended_by": "", "held_until": None}


def _mark_absent(_found: Any, _order: Order) -> Values:
    return {"state": State.ABSENT}


_ACTS: dict[Action, Callable[[Any, Order], Values]] = {
    Action.ADMIT: _admit,
    Action.ALLOW_DEVICE: _allow_device,
    Action.ADD_TIME: _add_time,
    Action.PAUSE: _pause,
    Action.UNPAUSE: _unpause,
    Action.END: _end,
    Action.REOPEN: _reopen,
    Action.MARK_ABSENT: _mark_absent,
}
