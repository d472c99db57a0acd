"""Standard errors of equating by the bootstrap (Efron 1979; Kolen & Brennan 2014, chapter 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from item_bank.statistics.equating.designs import Data
from item_bank.statistics.equating.observed import Method
from item_bank.statistics.responses import Floats

#: The share of the samples that must support the method.
ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """errors: standard deviation of each figure over `used` of `drawn` samples; the others could not support the
    method. NaN where fewer than `ENOUGH` of them could: those left are the ones in which the figure came out well, and
    their spread is no standard error."""

    errors: Floats
    used: int
    drawn: int


def few(drawn: Bootstrap) -> str:
    """What to add to the number of samples that failed."""
    return f": no standard error, which takes {ENOUGH:.0%} of them" if np.isnan(drawn.errors).all() else ""


def bootstrap(figures: Callable[[np.random.Generator], Floats], samples: int, rng: np.random.Generator) -> Bootstrap:
    """figures: draws persons again with the generator it is given and returns the same figures (m,) of them; a
    ValueError of it means that a sample cannot support the method. Give it a calibration and a link, and it serves
    equating through response models too."""
    if samples < 2:
        raise ValueError("a standard error needs two bootstrap samples or more; 200 for a look, 1,000 to publish")
    found = []
    for _ in range(samples):
        try:
            found.append(figures(rng))
        except ValueError:
            continue
    if len(found) < max(2.0, ENOUGH * samples):
        return Bootstrap(np.array(np.nan), len(found), samples)
    return Bootstrap(np.std(np.stack(found), axis=0, ddof=1), len(found), samples)


def bootstrap_equating(data: Data, method: Method, samples: int, rng: np.random.Generator) -> Bootstrap:
    """Persons are drawn again within each group. ValueError where counts are not of whole persons."""
    whole = all(np.array_equal(table.counts, np.rint(table.counts)) for table in (data.x, data.y))
    if not whole:
        raise ValueError("a bootstrap draws persons: give the observed counts, and smoothing to the method")
    drawn = bootstrap(lambda one: method.equivalents(data.resample(one)), samples, rng)
    return Bootstrap(np.broadcast_to(drawn.errors, data.x.scale.size).copy(), drawn.used, samples)
