"""Which pairs to compare, and which of them to look at: all pairs of a room, with false-discovery control."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

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
