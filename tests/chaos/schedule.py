"""What happens in one schedule, drawn from a seed. Pure: the same seed gives the same schedule on every machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from tests.chaos.relay import CLEAR, Weather

OWN, OUTSIDE = "own", "outside"

#: Faults by the kind of service that they can be done to, with the seconds for which they last (0: a moment).
EVERYWHERE = {
    "web worker killed": 0.0,
    "all web workers killed": 0.0,
    "work process killed": 0.0,
    "web worker hung": 1.5,
    "parent killed": 0.0,
    "players cut off": 1.5,
    "players' network hung": 1.5,
    "replies lost": 1.0,
}
BY_KIND = {
    OWN: EVERYWHERE | {"PostgreSQL killed": 0.0, "power cut": 0.0},
    OUTSIDE: EVERYWHERE
    | {
        "PostgreSQL killed": 1.0,
        "PostgreSQL restarted, fast": 0.5,
        "PostgreSQL restarted, immediate": 0.5,
        "PostgreSQL hung": 2.0,
        "database sessions ended": 0.0,
        "database cut off": 1.5,
        "database silent": 2.0,
        "database silent, then reset": 1.5,
        "database replies lost": 1.0,
        "slow fsync": 2.0,
        "disk full": 1.5,
        "connections taken": 2.0,
        "pool held": 2.0,
        "application clock jumps": 1.0,
        "database clock jumps": 1.0,
    },
}
WEATHERS = {
    "clear": CLEAR,
    "slow": Weather(delay_s=0.15),
    "lossy": Weather(delay_s=0.03, stalled=0.08, stall_s=0.6, reset=0.02),
    "torn": Weather(reset=0.02, torn=0.06),
}


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault at `at` seconds after the bell, mended `length` seconds later."""

    at: float
    fault: str
    length: float


@dataclass(frozen=True, slots=True)
class Act:
    """Staff at `at`: "pause" (and go on after `length`), "end" (and reopen), "add time"; `share` of the sitting, 1.0
    being one order to all of it."""

    at: float
    action: str
    length: float
    share: float


@dataclass(frozen=True, slots=True)
class Schedule:
    """`views`: this share of steps says how long a slot was shown; `doubled`: this share of saves is sent twice;
    `hand_overs`: this share of candidates goes on at another device."""

    seed: int
    kind: str
    candidates: int
    answers: int
    seconds: float
    weather: str = "clear"
    views: float = 0.0
    doubled: float = 0.0
    hand_overs: float = 0.0
    has_officer: bool = True
    acts: tuple[Act, ...] = ()
    strikes: tuple[Strike, ...] = ()
    signed_in_first: bool = False  # so that a fault meets saves, however slow the machine is

    def __str__(self) -> str:
        strikes = [f"{one.at:.1f} s {one.fault} ({one.length:.1f} s)" for one in self.strikes]
        acts = [f"{one.at:.1f} s staff {one.action} {one.share:.0%} ({one.length:.1f} s)" for one in self.acts]
        return (
            f"seed {self.seed}: {self.kind} database, {self.candidates} candidates × {self.answers} answers in "
            f"{self.seconds:.1f} s, network {self.weather}, views {self.views:.0%}, doubled {self.doubled:.0%}, "
            f"hand-overs {self.hand_overs:.0%}, officer {self.has_officer}; " + "; ".join([*strikes, *acts])
        )


def drawn(seed: int) -> Schedule:
    random = Random(f"chaos/{seed}")
    kind = OUTSIDE if random.random() < 0.75 else OWN
    schedule = Schedule(
        seed=seed,
        kind=kind,
        candidates=random.randint(6, 24),
        answers=random.randint(6, 14),
        seconds=random.uniform(2.0, 3.5),
        weather=random.choices(list(WEATHERS), (5, 2, 2, 2))[0],
        views=random.choice((0.0, 0.3)),
        doubled=random.choice((0.0, 0.0, 0.2)),
        hand_overs=random.choice((0.0, 0.2)),
        has_officer=random.random() < 0.5,
    )
    strikes = sorted((_strike(random, kind, schedule.seconds) for _ in range(random.randint(1, 4))), key=_moment)
    acts = sorted((_act(random, schedule.seconds) for _ in range(random.choice((0, 1, 1, 2)))), key=_moment)
    return replace(schedule, strikes=tuple(strikes), acts=tuple(acts))


def _strike(random: Random, kind: str, seconds: float) -> Strike:
    faults = BY_KIND[kind]
    fault = random.choice(list(faults))
    return Strike(random.uniform(0.1, 0.9) * seconds, fault, faults[fault] * random.uniform(0.3, 1.0))


def _act(random: Random, seconds: float) -> Act:
    action = random.choice(("pause", "end", "add time"))
    share = random.choice((0.1, 0.3, 1.0))
    return Act(random.uniform(0.1, 0.9) * seconds, action, random.uniform(0.1, 0.8), share)


def _moment(one: Strike | Act) -> float:
    return one.at
