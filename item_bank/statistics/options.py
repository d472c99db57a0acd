"""How the options of a choice item work: who chose what, by ability group."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.correlation import correlation
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class OptionStatistics:
    """One option among the persons who met the item.

    n: persons who chose it; share: of all who met the item, also those who chose nothing.
    by_group: (groups,) persons of each score group who chose it, from the lowest group up; `shares` the same as shares
    of the group. discrimination: share in the highest group minus share in the lowest.
    total, rest: Pearson's r of having chosen it with the total score, with and without this item's own score.
    """

    option: Hashable
    n: int
    share: float
    by_group: tuple[int, ...]
    shares: tuple[float, ...]
    discrimination: float
    total: float
    rest: float


def score_groups(totals: Floats, groups: int = 3) -> NDArray[np.int_]:
    """(n,) totals → (n,) group from 0: cut at the quantiles 1/g, 2/g, … (type 7 of Hyndman & Fan 1996), each group
    with its upper cut. Equal totals are never parted, so groups differ in size, and one may be empty."""
    cuts = np.quantile(totals, np.arange(1, groups) / groups)
    # A hair above the cut, because totals are sums of floats.
    return np.asarray(np.searchsorted(cuts + 1e-9, totals, side="left"))


def option_statistics(
    chosen: Sequence[Hashable], options: Sequence[Hashable], scores: Floats, totals: Floats, groups: int = 3
) -> tuple[OptionStatistics, ...]:
    """chosen: (n,) the option of each person who met the item, anything else for none. scores, totals: (n,) points on
    the item and on the whole test. Groups are made of these persons."""
    if not len(chosen) == scores.size == totals.size > 0:
        raise ValueError(f"shapes do not fit: {len(chosen)} choices, {scores.size} scores, {totals.size} totals")
    group = score_groups(totals, groups)
    sizes = np.bincount(group, minlength=groups)
    made = []
    for option in options:
        took = np.array([one == option for one in chosen], dtype=np.float64)
        counts = np.bincount(group, weights=took, minlength=groups)
        with np.errstate(invalid="ignore"):
            shares = counts / sizes
        made.append(
            OptionStatistics(
                option=option,
                n=int(took.sum()),
                share=float(took.mean()),
                by_group=tuple(int(count) for count in counts),
                shares=tuple(shares.tolist()),
                discrimination=float(shares[-1] - shares[0]),
                total=correlation(took, totals),
                rest=correlation(took, totals - scores),
            )
        )
    return tuple(made)
