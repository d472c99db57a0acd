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


def pairs_within(groups: ArrayLike) -> tuple[Integers, Integers]:
    """Rows of all pairs of persons of the same group. groups: (n,) labels, for example the room of each person."""
    labels = np.asarray(groups)
    if labels.ndim != 1:
        raise ValueError("one label for each person")
    _, number = np.unique(labels, return_inverse=True)
    members = [np.flatnonzero(number == group) for group in range(int(number.max(initial=-1)) + 1)]
    chosen = [(rows[first], rows[second]) for rows in members for first, second in [all_pairs(rows.size)]]
    if not chosen:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    first, second = (np.concatenate(side) for side in zip(*chosen, strict=True))
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
