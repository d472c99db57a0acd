"""Options that hardly anybody chose: they share a slope, as one choice does not tell how it hangs on ability."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from item_bank.statistics.irt.models import Nominal
from item_bank.statistics.similarity.poisson_binomial import Integers


def pooled(counts: ArrayLike, right: int, least: int) -> Integers:
    """(categories,) number of the pool of each, from 0 without gaps: wrong options that fewer than `least` chose are
    one pool, with the next rarest one where together they are still fewer. counts: (categories,) who chose each."""
    chosen = np.asarray(counts, dtype=np.int64)
    order = np.argsort(chosen, kind="stable")
    wrong = order[order != right]
    rare = int((chosen[wrong] < least).sum())
    if rare and chosen[wrong[:rare]].sum() < least:
        rare += 1
    numbers = np.arange(chosen.size)
    numbers[wrong[:rare]] = wrong[:rare].min(initial=chosen.size)
    return np.unique(numbers, return_inverse=True)[1]


def separated(item: Nominal, pools: Integers, counts: ArrayLike) -> Nominal:
    """The item with each option by itself, from one that was calibrated with pools as categories.

    It is the maximum of the likelihood under equal slopes within a pool: given the pool, which option was chosen does
    not hang on ability then, so that chances are as the counts, and intercepts differ by their logarithms. Raises
    ValueError for an option that nobody chose.
    """
    chosen = np.asarray(counts, dtype=np.float64)
    if chosen.shape != pools.shape or (chosen < 1).any():
        raise ValueError("each option needs its pool, and somebody who chose it")
    slopes = np.asarray(item.slopes)[pools]
    intercepts = np.asarray(item.intercepts)[pools] + np.log(chosen / np.bincount(pools, chosen)[pools])
    return Nominal(tuple((slopes - slopes.mean()).tolist()), tuple((intercepts - intercepts.mean()).tolist()))
