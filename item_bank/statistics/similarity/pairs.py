"""Which pairs to compare, and which of them to look at: all pairs of a room, with false-discovery control."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from item_bank.statistics.dif.multiplicity import Adjustment, adjusted
from item_bank.statistics.responses import Booleans, Floats
from item_bank.statistics.similarity.poisson_binomial import Integers


def all_pairs(n: int) -> tuple[Integers, Integers]:
    """Rows of all n(n − 1)/2 pairs of n persons, the first the smaller one, in order."""
    first, second = np.triu_indices(n, 1)
    return first.astype(np.int64), second.astype(np.int64)


@dataclass(frozen=True, slots=True)
class NumberedPairs:
    """All pairs of persons of the same group, numbered from 0, so that the fifty million of ten thousand persons need
    not be in memory. order: rows of the persons, group by group. begins: (n + 1,) number of each person's first pair;
    the pairs of a person are those with the later ones of the group."""

    order: Integers
    begins: Integers

    @classmethod
    def within(cls, groups: ArrayLike) -> NumberedPairs:
        """groups: (n,) labels, for example the room of each person; the same one for all for all pairs."""
        labels = np.asarray(groups)
        if labels.ndim != 1:
            raise ValueError("one label for each person")
        _, number, sizes = np.unique(labels, return_inverse=True, return_counts=True)
        later = np.repeat(np.cumsum(sizes), sizes) - 1 - np.arange(labels.size)
        return cls(np.argsort(number, kind="stable"), np.concatenate(([0], np.cumsum(later))).astype(np.int64))

    @property
    def count(self) -> int:
        return int(self.begins[-1])

    def at(self, numbers: Integers) -> tuple[Integers, Integers]:
        """Rows of the pairs with these numbers, the first the smaller one."""
        place = np.searchsorted(self.begins, numbers, side="right") - 1
        return self.order[place], self.order[place + 1 + numbers - self.begins[place]]


def pairs_within(groups: ArrayLike) -> tuple[Integers, Integers]:
    """Rows of all pairs of persons of the same group, in order. groups: (n,) labels, as the room of each person."""
    pairs = NumberedPairs.within(groups)
    first, second = pairs.at(np.arange(pairs.count))
    order = np.lexsort((second, first))
    return first[order], second[order]


@dataclass(frozen=True, slots=True)
class Screening:
    """adjusted: (pairs,) p-values for the whole family of pairs; flagged: (pairs,) those at or below `level`.
    tested: pairs with a p-value."""

    adjusted: Floats
    flagged: Booleans
    level: float
    tested: int


def screened(p: ArrayLike, level: float = 0.01, method: Adjustment = "benjamini-hochberg") -> Screening:
    """Which of many pairs are beyond chance. p: (pairs,) of one index and one family, such as all pairs of a sitting.

    Benjamini & Hochberg (1995) hold the expected share of false flags at `level`, proven for independent and for
    positively dependent p-values (Benjamini & Yekutieli 2001). Pairs that share a person depend on each other; "holm"
    is safe under any dependence. A flag is a reason to look at seats, times and the journal, never a proof.
    NaN is not tested and never flagged.
    """
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not {level}")
    values = adjusted(p, method)
    known = ~np.isnan(values)
    return Screening(values, np.asarray(known & (np.nan_to_num(values, nan=1.0) <= level)), level, int(known.sum()))
