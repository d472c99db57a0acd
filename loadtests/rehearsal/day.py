"""The day's clock: when the bell rings, who comes when, and which part of the day it is. Seconds since the bell."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from loadtests.rehearsal.plan import Arrival, Plan

#: How long people take to press Start when the bell rings; people are not faster in a rehearsal that is.
REACTION_S = 20.0
LEAD_S = 3.0
LATE = 0.03
#: The last part, in which people hand in at the bell, as a share of the exam.
ENDING = 0.08
#: The service makes the receipts of those who did not hand in so long after the end (delivery.deadline.SETTLING).
SETTLING_S = 20.0

PHASES = ("arriving", "starting", "working", "ending", "after")


@dataclass(frozen=True, slots=True)
class Day:
    arrival: Arrival
    seconds: float
    before_s: float
    shifts: int
    grace_s: float

    @classmethod
    def of(cls, plan: Plan) -> Day:
        return cls(plan.arrival, float(plan.seconds), plan.before_s, max(1, plan.shifts), plan.grace_s)

    @property
    def lead_s(self) -> float:
        """From the beginning of the day to the (first) bell."""
        return LEAD_S + (0.0 if self.arrival == "steady" else self.before_s)

    @property
    def open_s(self) -> float:
        """From the bell on one may start for so long."""
        return self._last_bell + max(self.seconds, 30.0)

    @property
    def whole_s(self) -> float:
        """From the bell until everything should be over."""
        return self._last_bell + self.late_s + self.reaction_s + self.seconds + self.grace_s + SETTLING_S + 8.0

    @property
    def late_s(self) -> float:
        return 0.05 * self.seconds

    @property
    def reaction_s(self) -> float:
        return min(REACTION_S, self.seconds / 8)

    @property
    def _last_bell(self) -> float:
        if self.arrival == "steady":
            return self.seconds
        return self._shift_s * (self.shifts - 1) if self.arrival == "shifts" else 0.0

    @property
    def _shift_s(self) -> float:
        """One shift goes out, the next comes in."""
        return self.seconds + self.before_s

    def bell_of(self, position: int) -> float:
        """The bell at which this candidate starts."""
        return self._shift_s * (position % self.shifts) if self.arrival == "shifts" else 0.0

    def arrival_of(self, position: int, chance: Random) -> float:
        """Most come towards the end of the time before the bell, a few after it."""
        if self.arrival == "steady":
            return chance.uniform(0, self.seconds)
        bell = self.bell_of(position)
        if chance.random() < LATE:
            return bell + chance.uniform(0, self.late_s)
        return bell - chance.triangular(0, self.before_s, 0.3 * self.before_s)

    def start_of(self, position: int, arrived: float, chance: Random) -> float:
        bell = max(arrived, self.bell_of(position))
        return bell + (chance.uniform(0, self.reaction_s) if arrived < bell else chance.uniform(0, 2))

    def phase(self, now: float) -> str:
        if self.arrival != "bell":
            return "arriving" if now < 0 else "working" if now < self._last_bell + self.seconds else "after"
        if now < 0:
            return "arriving"
        if now < self.reaction_s + 2:
            return "starting"
        if now < self.seconds * (1 - ENDING):
            return "working"
        return "ending" if now < self.seconds + self.reaction_s + 2 else "after"
