"""What blind guessing earns of an item, as a share of its maximum."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, isfinite

#: Nothing is earned by guessing what is to be typed.
SHORT_ANSWER = 0.0


def of_choice(options: int, right: int = 1) -> float:
    """One of `options` is taken, `right` of them earn the maximum: right/options."""
    if not 0 < right <= options:
        raise ValueError("a choice needs at least one right option among its options")
    return right / options


def of_cluster(table: Sequence[float], chance: float = 0.5) -> float:
    """Statements judged one by one, each right with probability `chance`: the expectation of the cluster's table.

    table: (s + 1,) share of the maximum for 0, 1, … s right statements. (0, 0.1, 0.25, 0.5, 1) gives 0.30625.
    """
    s = len(table) - 1
    if s < 1 or not 0 <= chance <= 1 or not all(isfinite(share) for share in table):
        raise ValueError("a cluster's table has an entry for no right statement and one for each further one")
    return sum(
        comb(s, right) * chance**right * (1 - chance) ** (s - right) * share for right, share in enumerate(table)
    )
