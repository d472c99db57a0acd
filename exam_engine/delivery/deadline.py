"""When an attempt ends. Pure; every moment comes from the database's `exam.now()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

#: How long after the last moment at which an answer may count the sweep waits before it makes the receipt: longer
#: than an accepted answer can wait for its commit (`saving.PATIENCE_S`, in the queue and over all tries together), so
#: that none slips behind the receipt.
SETTLING = timedelta(seconds=20)

#: A longer silence of the heartbeat was an outage.
SILENCE = timedelta(seconds=30)

#: An outage holds attempts whose deadline fell in it or within this time after it.
AFTER_OUTAGE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class TimeRule:
    """What the sitting and the candidate's accommodation say about time."""

    timing: Literal["individual", "common_end"]
    starts_at: datetime
    closes_at: datetime
    duration_s: int
    extra_percent: int = 0
    extra_minutes: int = 0
    late_start_keeps_time: bool = True

    @property
    def extra(self) -> timedelta:
        """Accommodations together, rounded up to the second."""
        percent = -(-self.duration_s * self.extra_percent // 100)
        return timedelta(seconds=percent, minutes=self.extra_minutes)


def deadline(rule: TimeRule, started_at: datetime, credit_s: int = 0) -> datetime:
    """Individual time runs from the start, and past the window's end where the start was late but allowed.

    Where a late start loses its time, the clock runs from the sitting's start whenever the candidate came. A common
    end is the same for all but for accommodations and credits.
    """
    credit = timedelta(seconds=credit_s)
    if rule.timing == "common_end":
        return rule.closes_at + rule.extra + credit
    begins = started_at if rule.late_start_keeps_time else min(started_at, rule.starts_at)
    return begins + timedelta(seconds=rule.duration_s) + rule.extra + credit


def closing(deadline_at: datetime, held_until: datetime | None) -> datetime:
    """The moment up to which the candidate works: later than the deadline while an outage holds the attempt."""
    return deadline_at if held_until is None else max(deadline_at, held_until)


def expires(deadline_at: datetime, held_until: datetime | None, grace_s: int) -> datetime:
    """When the sweep closes the attempt and makes its receipt."""
    return closing(deadline_at, held_until) + timedelta(seconds=grace_s) + SETTLING
