"""Hand in: what is still unsent first, then one short exclusive transaction that closes and makes the receipt."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries, deadline, entry_queries, tokens
from exam_engine.delivery.attempt import Action, Denied, State, permits
from exam_engine.delivery.closing import close
from exam_engine.delivery.refusals import denied
from exam_engine.delivery.tokens import Bearer
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.events import Events
from exam_engine.kit.keys import Keys
from exam_engine.sittings import policy as policies

_WITH_RECEIPT = frozenset({State.SUBMITTED, State.EXPIRED, State.ENDED})


async def submit(
    connection: AsyncConnection, keys: Keys, events: Events, bearer: Bearer, counter: int | None
) -> RowMapping:
    """The attempt as it is closed now, or was before: handing in twice gives the same receipt."""
    found = await attempt_queries.locked_attempt(connection, bearer.attempt_id)
    if found is None:
        raise tokens.unknown()
    state = State(found["state"])
    if state in _WITH_RECEIPT:
        return found
    answer = permits(state, Action.SUBMIT)
    if isinstance(answer, Denied):
        raise denied(answer)
    if bearer.resume != found["resume"]:
        message = _("This attempt continues on another device. Hand in there.")
        raise Refused("other_device", 409, message)
    if counter is not None:
        await _refuse_gaps(connection, bearer, counter)
    late = found["now"] > deadline.closing(found["deadline"], found["held_until"])
    if not late:
        _refuse_too_early(found)
    await close(connection, keys, events, found, Action.EXPIRE if late else Action.SUBMIT)
    closed = await attempt_queries.attempt_by_id(connection, bearer.attempt_id)
    assert closed is not None
    return closed


async def _refuse_gaps(connection: AsyncConnection, bearer: Bearer, counter: int) -> None:
    """An answer that the device has and the journal lacks would be lost by closing now."""
    missing = await entry_queries.missing_counters(connection, bearer.attempt_id, bearer.resume, counter)
    if missing:
        message = _("Some answers have not reached the server yet. They are being sent; then hand in again.")
        raise Refused("entries_missing", 409, message, extra={"missing": missing})


def _refuse_too_early(found: RowMapping) -> None:
    earliest = found["started_at"] + timedelta(seconds=policies.decode(found["policy"]).earliest_submit_s)
    if found["now"] < earliest:
        minutes = -(-int((earliest - found["now"]).total_seconds()) // 60)
        message = _("Handing in is possible in %(minutes)s minutes. Use the time to check your answers.")
        raise Refused("too_early", 409, message, minutes=minutes)
