"""Time that an outage took: proposed to the officer, granted by itself where a sitting has none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries, outage_queries
from exam_engine.delivery.attempt import State
from exam_engine.delivery.deadline import AFTER_OUTAGE, SILENCE
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.identity import SYSTEM, Principal
from exam_engine.sittings import policy as policies

#: How long beyond the proposed credit an attempt is held for an officer's decision.
DECISION = timedelta(minutes=15)


async def after_outage(connection: AsyncConnection, began_at: datetime, ended_at: datetime) -> int | None:
    """Records the outage, if it took time from anybody, and proposes (or grants) the credit. Returns the outage's id.

    Adding the outage's length to a deadline gives back exactly what was left of the time when the outage began."""
    touched = await outage_queries.attempts_during(connection, began_at, ended_at)
    if not touched:
        return None
    outage_id = await outage_queries.add_outage(connection, began_at, ended_at)
    await audit.record(connection, SYSTEM, "outage", "outage", outage_id, seconds=_seconds(ended_at - began_at))
    await outage_queries.lock_attempts(connection, sorted(row["id"] for row in touched))
    lost: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in touched:
        if seconds := _seconds(_lost(row, began_at, ended_at)):
            lost[row["sitting_id"], seconds].append(row)
    for (sitting_id, seconds), rows in lost.items():
        await _propose(connection, outage_id, sitting_id, rows, seconds, began_at, ended_at)
    return outage_id


async def hold_undecided(connection: AsyncConnection) -> None:
    """An attempt that ends later than those which an outage held at once, while nobody has decided about its time: it
    is held as soon as its end is near."""
    await outage_queries.hold_undecided(connection, AFTER_OUTAGE, DECISION)


def _lost(row: Any, began_at: datetime, ended_at: datetime) -> timedelta:
    """Who has not begun loses time only where the clock runs without them."""
    if row["state"] != State.READY:
        return _lost_at_work(row, began_at, ended_at)
    keeps = row["timing"] == "individual" and policies.decode(row["policy"]).late_start_keeps_time
    return timedelta(0) if keeps else ended_at - max(began_at, row["starts_at"])


def _lost_at_work(row: Any, began_at: datetime, ended_at: datetime) -> timedelta:
    """While the attempt's own clock ran. What staff did to it before the outage was noted, the service did for them: if
    they set it going, it stood before, and what is left is nobody's outage unless it lasts as long as one."""
    whole = ended_at - began_at
    if row["stood_until"] is not None:
        left: timedelta = ended_at - max(began_at, row["stood_until"])
        return left if left > SILENCE else timedelta(0)
    if row["state"] != State.PAUSED:
        return whole
    # Rounded up to the minute: those who were paused one after the other are one question to the officer, not thirty.
    minutes = -((began_at - row["paused_at"]) // timedelta(minutes=1))
    return min(whole, timedelta(minutes=minutes))


async def _propose(
    connection: AsyncConnection,
    outage_id: int,
    sitting_id: int,
    attempts: Sequence[Any],
    seconds: int,
    began_at: datetime,
    ended_at: datetime,
) -> None:
    decided = not policies.decode(attempts[0]["policy"]).has_officer
    # Only what they had written was still on its way: the grace time comes back, and there is nothing to decide.
    over = {row["id"] for row in attempts if row["end"] is not None and row["end"] < began_at}
    if over and not decided:
        await _grant(connection, SYSTEM, sorted(over), seconds)
    ids = [row["id"] for row in attempts if decided or row["id"] not in over]
    if not ids:
        return
    proposal = await outage_queries.add_proposal(
        connection, outage_id=outage_id, sitting_id=sitting_id, seconds=seconds, attempts=ids
    )
    if decided:
        await _grant(connection, SYSTEM, ids, seconds)
        await outage_queries.decide_proposal(connection, proposal, "granted", None)
        return
    beyond = timedelta(seconds=seconds) + DECISION
    await outage_queries.hold_attempts(connection, ids, began_at, ended_at, beyond)


async def decide(
    connection: AsyncConnection, principal: Principal, scopes: Iterable[str], proposal_id: int, *, grant: bool
) -> None:
    """The officer's word: everybody in the proposal gets the time, or nobody. Whoever was held is let go, unless
    another proposal still waits."""
    proposal = await outage_queries.locked_proposal(connection, proposal_id, scopes)
    if proposal is None:
        raise not_found()
    if proposal["state"] != "proposed":
        raise Refused("conflict", 409, _("Somebody has already decided about this time."))
    await outage_queries.lock_attempts(connection, proposal["attempts"])
    if grant:
        await _grant(connection, principal, proposal["attempts"], proposal["seconds"])
    undecided = await outage_queries.attempts_undecided(connection, proposal["sitting_id"], proposal_id)
    await outage_queries.release_holds(connection, [found for found in proposal["attempts"] if found not in undecided])
    await outage_queries.decide_proposal(
        connection, proposal_id, "granted" if grant else "declined", principal.id or None
    )
    await audit.record(
        connection, principal, "credit_granted" if grant else "credit_declined", "credit_proposal", proposal_id
    )


async def _grant(connection: AsyncConnection, principal: Principal, attempts: Sequence[int], seconds: int) -> None:
    """In a few statements however many they are: an outage of a province touches tens of thousands."""
    given = await outage_queries.credit_attempts(connection, attempts, seconds)
    await attempt_queries.add_interventions(
        connection, given, action="outage_credit", seconds=seconds, reason="", by=principal.id or None
    )


def more_time(found: Any, seconds: int) -> dict[str, Any]:
    """`found` was read under the exclusive lock. Before the start the credit waits for the deadline to be made. Whoever
    an outage holds stays held: an officer has yet to decide about that time."""
    moved = None if found["deadline"] is None else found["deadline"] + timedelta(seconds=seconds)
    return {"credit_s": found["credit_s"] + seconds, "deadline": moved}


def _seconds(length: timedelta) -> int:
    """Rounded up: a minute owed is never taken."""
    return -int(-length.total_seconds() // 1)
