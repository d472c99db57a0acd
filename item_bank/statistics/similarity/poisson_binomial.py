"""Exact tails of sums of independent trials that differ in their probabilities, for many sums at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.responses import Floats

Integers = NDArray[np.int64]

#: Sums that are worked on together: their distributions fit in a cache.
BLOCK = 512


def upper_tails(probabilities: Floats, observed: Integers) -> Floats:
    """P(X ≥ observed) for X = the number of successes of k independent trials: the Poisson-binomial distribution.

    probabilities: (k, sums), each from 0 to 1; a trial with 0 does not count. observed: (sums,) from 0 to k.
    Returns (sums,). By the recursion of Lord & Wingersky (1984): only positive terms are added, so that small tails
    keep their digits. O(k² · sums) operations, O(k · BLOCK) memory.
    """
    tails = np.empty(observed.size)
    for start in range(0, observed.size, BLOCK):
        block = slice(start, start + BLOCK)
        tails[block] = _tails(probabilities[:, block], observed[block])
    return np.minimum(tails, 1.0)


def _tails(probabilities: Floats, observed: Integers) -> Floats:
    trials, sums = probabilities.shape
    successes = np.zeros((trials + 1, sums))
    successes[0] = 1.0
    moving = np.empty_like(successes)
    for trial, chance in enumerate(probabilities):
        reached = trial + 1
        np.multiply(successes[:reached], chance, out=moving[:reached])
        successes[:reached] *= 1 - chance
        successes[1 : reached + 1] += moving[:reached]
    counted = np.arange(trials + 1)[:, None] >= observed
    return np.asarray((successes * counted).sum(axis=0))
