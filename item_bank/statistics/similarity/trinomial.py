"""Exact tails of two counts that exclude each other item by item, for many pairs of persons at once: what M4 needs."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from item_bank.statistics.responses import Floats
from item_bank.statistics.similarity.poisson_binomial import Integers

#: Probabilities that are worked on together, of so many pairs as there is room for: they fit in a cache.
ROOM = 131_072
PAIRS = 512

#: Tails are sums in different orders: cells as unlikely as the observed one may differ from it in the last digits.
SAME = 1 + 1e-12


def unlikeliness(right: Floats, wrong: Floats, rights: Integers, wrongs: Integers) -> Floats:
    """(pairs,) p-value of M4 (Maynes 2014, p. 59): the probability of all outcomes (i, j) whose upper tail
    U(i, j) = P(I ≥ i, J ≥ j) is at most that of the observed one.

    right, wrong: (k, pairs) probabilities of the first and of the second kind for each trial; together at most 1.
    rights, wrongs: (pairs,) observed counts of both kinds.

    Exact. Counts are followed only up to a cap, at which they are held; nothing is lost as long as reaching the cap
    is no more likely than the observed tail, which is looked at afterwards: pairs that fail go through without caps.
    O(k · caps · pairs) operations; memory beyond the arguments is bounded.
    """
    caps = _caps(right, wrong, rights, wrongs)
    values = np.full(rights.size, np.nan)
    _fill(values, np.lexsort(caps), caps, right, wrong, rights, wrongs)
    missed = np.flatnonzero(np.isnan(values))
    _fill(values, missed, np.full_like(caps, right.shape[0]), right, wrong, rights, wrongs)
    return np.asarray(np.minimum(values, 1.0))


def _fill(
    values: Floats, order: Integers, caps: Integers, right: Floats, wrong: Floats, rights: Integers, wrongs: Integers
) -> None:
    start = 0
    while start < order.size:
        cap = caps[:, order[start : start + PAIRS]].max(axis=1)
        block = order[start : start + together(int(cap[0]), int(cap[1]))]
        counts = distribution(right[:, block], wrong[:, block], int(cap[0]), int(cap[1]))
        values[block] = _as_unlikely(counts, rights[block], wrongs[block], right.shape[0])
        start += block.size


def together(cap_right: int, cap_wrong: int) -> int:
    """How many pairs to work on at once."""
    return min(max(ROOM // ((cap_right + 1) * (cap_wrong + 1)), 16), PAIRS)


def _caps(right: Floats, wrong: Floats, rights: Integers, wrongs: Integers) -> Integers:
    """(2, pairs): counts that are about as unlikely as the observed tail, by normal tails. A guess that costs time
    where it is too high, and a second pass where it is too low."""
    trials = right.shape[0]
    tail = np.zeros(rights.size)
    moments = []
    for chances, observed in ((right, rights), (wrong, wrongs)):
        mean, spread = chances.sum(axis=0), np.sqrt((chances * (1 - chances)).sum(axis=0)) + 0.1
        tail += norm.logsf((observed - 0.5 - mean) / spread)
        moments.append((mean, spread))
    far = np.clip(norm.isf(np.exp(np.maximum(tail, -600.0))), -8.0, 40.0)
    # Small counts are skewed: their tails are heavier than normal ones.
    guesses = np.stack([mean + spread * far + 2 + 0.1 * far**2 for mean, spread in moments])
    return np.asarray(np.clip(guesses, 1, trials).astype(np.int64))


def distribution(right: Floats, wrong: Floats, cap_right: int, cap_wrong: int) -> Floats:
    """(cap_right + 1, cap_wrong + 1, pairs): probability of each pair of counts, the last of either with all above."""
    now = np.zeros((cap_right + 1, cap_wrong + 1, right.shape[1]))
    now[0, 0] = 1.0
    after, moving = np.zeros_like(now), np.empty_like(now)
    for trial, (first, second) in enumerate(zip(right, wrong, strict=True)):
        rows, columns = min(trial + 2, cap_right + 1), min(trial + 2, cap_wrong + 1)
        was, new, part = (array[:rows, :columns] for array in (now, after, moving))
        np.multiply(was, np.maximum(1 - first - second, 0.0), out=new)
        np.multiply(was, first, out=part)
        new[1:] += part[:-1]
        new[-1] += part[-1]
        np.multiply(was, second, out=part)
        new[:, 1:] += part[:, :-1]
        new[:, -1] += part[:, -1]
        now, after = after, now
    return now


def _as_unlikely(counts: Floats, rights: Integers, wrongs: Integers, trials: int) -> Floats:
    """NaN where a cap hides which outcomes are as unlikely as the observed one."""
    last_right, last_wrong, pairs = counts.shape[0] - 1, counts.shape[1] - 1, np.arange(rights.size)
    tails = upper(counts)
    seen = tails[np.minimum(rights, last_right), np.minimum(wrongs, last_wrong), pairs] * SAME
    hidden = (rights > last_right) | (wrongs > last_wrong)
    if last_right < trials:
        hidden |= tails[-1, 0] > seen
    if last_wrong < trials:
        hidden |= tails[0, -1] > seen
    return np.where(hidden, np.nan, (counts * (tails <= seen)).sum(axis=0).sum(axis=0))


def upper(counts: Floats) -> Floats:
    """(rights, wrongs, …) probabilities of outcomes → of as many or more of both."""
    return np.asarray(np.flip(np.cumsum(np.cumsum(np.flip(counts, (0, 1)), axis=0), axis=1), (0, 1)))
