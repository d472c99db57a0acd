"""Whether a journal entry counts, and if not, why. Nothing is refused away: what does not count is kept all the same.

The rule for time, as it is told to people: *An answer counts if it reaches the server by the end. In the grace time
after the end it counts if the device says that it was written between the start and the end.* The device's clock
decides nothing else: at worst it gives its owner the grace time. While an attempt is paused, what arrives counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

import msgspec

from exam_engine.delivery import deadline
from exam_engine.delivery.attempt import Action, Denied, State, permits


class Standing(IntEnum):
    COUNTS = 0
    LATE = 1
    SUPERSEDED = 2  # another device has taken over
    AFTER_SUBMISSION = 3
    CONFLICTING_REPEAT = 4  # the same counter with another value: the first one stands
    AFTER_CLOSING = 5  # staff had ended the attempt


_CLOSED = {
    "already_submitted": Standing.AFTER_SUBMISSION,
    "time_over": Standing.LATE,
    "ended_by_staff": Standing.AFTER_CLOSING,
    "marked_absent": Standing.AFTER_CLOSING,
    "not_started": Standing.AFTER_CLOSING,
}


class Told(msgspec.Struct, frozen=True, gc=False):
    """What a reply says of an attempt. Over at its deadline by rule, whether or not the sweep has been there yet."""

    now_ms: int
    closing_ms: int | None
    state: str
    notices: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """One attempt as the flush reads it, after the lock. `closing`: up to when the candidate works."""

    now: datetime
    state: State
    resume: int
    started_at: datetime | None
    closing: datetime | None
    grace_s: int
    told: Told


def facts(
    now: datetime,
    state: State,
    resume: int,
    started_at: datetime | None,
    deadline_at: datetime | None,
    held_until: datetime | None,
    grace_s: int,
    notices: int,
) -> Facts:
    end = None if deadline_at is None else deadline.closing(deadline_at, held_until)
    now_ms = int(now.timestamp() * 1000)
    end_ms = None if end is None else int(end.timestamp() * 1000)
    over = end is not None and now > end and state is State.RUNNING
    told = Told(now_ms, end_ms, State.EXPIRED if over else state, notices)
    return Facts(now, state, resume, started_at, end, grace_s, told)


def standing(known: Facts, resume: int, arrived_at: datetime, written_ms: int) -> Standing:
    """`written_ms`: when the change was made, ms since 1970 in the server's time: arrival less the age that the device
    reports, or the device's own word where it reports none."""
    answer = permits(known.state, Action.SAVE)
    if isinstance(answer, Denied):
        return _CLOSED[answer.reason]
    if resume != known.resume:
        return Standing.SUPERSEDED
    end = known.closing
    if end is None or arrived_at <= end or known.state is State.PAUSED:
        return Standing.COUNTS
    if arrived_at <= end + timedelta(seconds=known.grace_s) and _written_in_time(known, end, written_ms):
        return Standing.COUNTS
    return Standing.LATE


def _written_in_time(known: Facts, end: datetime, written_ms: int) -> bool:
    start_ms = known.started_at.timestamp() * 1000 - 1000 if known.started_at else 0
    return start_ms <= written_ms <= end.timestamp() * 1000
