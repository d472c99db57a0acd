"""What share of candidates will earn an item's points, where nobody has calibrated it, and how sure that is.

The level an author gives an item (recognise, understand, apply) says what kind of thinking it asks for, not how hard it
is: here a kind lends its mean and its spread to items without a history, no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import norm

from item_bank.assembly.optimal.request import Floats, Integers

#: Standard deviation of an author's estimate around the facility found later, on items of middle difficulty: ours, as
#: such estimates are rough (Impara & Plake 1998, *Journal of Educational Measurement* 35).
AUTHORS_ERROR = 0.17
#: Facilities of a kind lie this far apart where there are too few items with a history to tell.
_SPREAD = 0.2
#: Items with a history that a kind needs to have a mean and a spread of its own.
_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Facilities:
    """expected (items,): between 0 and 1; error (items,): the standard deviation of what is still not known of it."""

    expected: Floats
    error: Floats


class Likeness(StrEnum):
    ALIKE = "alike"
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # the forms may or may not be alike: too little is known of their items


@dataclass(frozen=True, slots=True)
class Comparison:
    """Expected points of the first form less those of the second, with its standard error and what that comes to."""

    difference: float
    error: float
    likeness: Likeness


def expected_facilities(earned: Floats, answered: Floats, kind: Integers, estimate: Floats | None = None) -> Facilities:
    """History shrunk towards the mean of the item's kind in this bank (beta-binomial, empirical Bayes).

    earned (items,): sum of the shares of the item's points that candidates earned; answered (items,): how many
    candidates that was, 0 without a history; kind (items,): a number for its type and level; estimate (items,): the
    author's, NaN for none. Mean and spread of a kind by moments (Kleinman 1973, *JASA* 68, weights n);
    kinds with fewer than five items with a history share those of the whole bank. An estimate counts as so many
    candidates as would err by `AUTHORS_ERROR`. Raises ValueError for numbers that can't be.
    """
    seen = answered > 0
    if (answered < 0).any() or (earned < 0).any() or (earned > answered).any():
        raise ValueError("candidates earn between nothing and everything")
    if estimate is not None and ((estimate < 0) | (estimate > 1)).any():
        raise ValueError("an estimated facility lies between 0 and 1")
    whole = _prior(earned[seen], answered[seen], (0.5, _SPREAD))
    mean, candidates = np.empty(earned.size), np.empty(earned.size)
    for one in np.unique(kind):
        here = kind == one
        history = here & seen
        own = _prior(earned[history], answered[history], whole) if history.sum() >= _ENOUGH else whole
        mean[here], candidates[here] = own[0], _worth(own[0], own[1])
    first, second = mean * candidates, (1 - mean) * candidates
    if estimate is not None:
        told = ~np.isnan(estimate)
        guess = np.clip(np.where(told, estimate, 0.5), 0.02, 0.98)
        worth = np.where(told, _worth(guess, AUTHORS_ERROR), 0.0)
        first, second = first + guess * worth, second + (1 - guess) * worth
    first, second = first + earned, second + answered - earned
    total = first + second
    return Facilities(first / total, np.sqrt(first * second / (total**2 * (total + 1))))


def expected_points(form: Integers, points: Floats, facilities: Facilities) -> tuple[float, float]:
    """Of a form (columns): the mean of its scores that is to be expected, and its standard error from the items'."""
    mean = float(points[form] @ facilities.expected[form])
    return mean, float(np.sqrt((points[form] ** 2) @ (facilities.error[form] ** 2)))


def compare(
    one: Integers, other: Integers, points: Floats, facilities: Facilities, *, margin: float, level: float = 0.95
) -> Comparison:
    """Whether two forms are to be expected equally hard: by two one-sided tests (Schuirmann 1987, *Journal of
    Pharmacokinetics and Biopharmaceutics* 15) their difference lies within ± margin points.

    Items that both have tell no difference. ALIKE where the interval of `level` lies within the margin, DIFFERENT
    where it lies beyond it, UNKNOWN in between.
    """
    mine, theirs = np.setdiff1d(one, other), np.setdiff1d(other, one)
    (first, error_of_first), (second, error_of_second) = (
        expected_points(form, points, facilities) for form in (mine, theirs)
    )
    difference, error = first - second, float(np.hypot(error_of_first, error_of_second))
    reach = float(norm.ppf(0.5 + level / 2)) * error
    if abs(difference) + reach <= margin:
        return Comparison(difference, error, Likeness.ALIKE)
    return Comparison(difference, error, Likeness.DIFFERENT if abs(difference) - reach > margin else Likeness.UNKNOWN)


def _prior(earned: Floats, answered: Floats, otherwise: tuple[float, float]) -> tuple[float, float]:
    """Mean and standard deviation of facilities among items with a history."""
    if earned.size < _ENOUGH:
        return otherwise
    share, weight = earned / answered, answered / answered.sum()
    mean = float(np.clip(weight @ share, 0.02, 0.98))
    chance = mean * (1 - mean)
    between = float(weight @ (share - mean) ** 2)
    by_sampling = chance * float((weight / answered * (1 - weight)).sum())
    room = chance * float((weight * (1 - weight)).sum() - (weight / answered * (1 - weight)).sum())
    ratio = (between - by_sampling) / room if room > 0 else 0.0
    return mean, float(np.sqrt(chance * np.clip(ratio, 0.002, 0.5)))


def _worth(mean: Floats | float, deviation: float) -> Floats:
    """How many candidates leave that standard deviation: a + b of the beta distribution, at least 1."""
    return np.asarray(np.maximum(mean * (1 - mean) / deviation**2 - 1, 1.0))
