"""A candidate's network: most are good; a bad one loses replies, is slow, and goes away for tens of seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from loadtests.rehearsal.plan import Networks


@dataclass(frozen=True, slots=True)
class Network:
    """`outages`: (from, to) in seconds since the candidate's start."""

    bad: bool
    loss: float = 0.0
    latency_s: tuple[float, float] = (0.0, 0.0)
    outages: Sequence[tuple[float, float]] = ()

    def is_out(self, now: float) -> bool:
        return any(begin <= now < end for begin, end in self.outages)


GOOD = Network(bad=False)


def network_of(networks: Networks, seconds: float, speed: float, chance: Random) -> Network:
    if chance.random() >= networks.bad:
        return GOOD
    outages = []
    for _outage in range(networks.outages):
        begin = chance.uniform(0.05, 0.9) * seconds
        outages.append((begin, begin + chance.uniform(*networks.outage_s) / speed))
    return Network(True, networks.loss, networks.latency_s, tuple(outages))
