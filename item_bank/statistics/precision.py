"""How precise scores are where it matters: standard errors by score, and how many are classified rightly at cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincinv, betaln

from item_bank.statistics.checks import known
from item_bank.statistics.responses import Floats

#: Points of Gauss–Legendre quadrature in each true category.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(80)


@dataclass(frozen=True, slots=True)
class TrueScores:
    """Beta distribution of true proportions between `low` and `high`, with shape parameters alpha and beta.
    parameters: 4; 3 where the limits that fit all four moments leave 0…1: then one limit stays at its end, and the
    other comes closest to the skewness; 2 where that is best with both at their ends, or the length is below 3.
    length: effective test length, items."""

    alpha: float
    beta: float
    low: float
    high: float
    parameters: int
    length: float


@dataclass(frozen=True, slots=True)
class Classification:
    """C categories between C − 1 cuts, from the lowest.

    true_observed: (C, C) share of persons with this true (row) and this observed (column) category; accuracy its
    diagonal sum. false_high, false_low: observed above, below the true category. observed_twice: (C, C) shares over
    two parallel forms; consistency its diagonal sum, chance that of two unrelated forms, kappa = (consistency −
    chance)/(1 − chance), NaN where all fall into one category. true_scores: of Livingston & Lewis, None otherwise.
    """

    true_observed: Floats
    observed_twice: Floats
    accuracy: float
    false_high: float
    false_low: float
    consistency: float
    chance: float
    kappa: float
    true_scores: TrueScores | None = None


def binomial_errors(scores: Floats, items: int, ratio: float = 1.0) -> Floats:
    """Standard error at each number-right score (n,) on `items` 0/1 items: √(x(k − x)/(k − 1) · ratio), Lord (1957).

    ratio: 1 takes items as a random sample; (1 − reliability)/(1 − KR-21) makes the mean square that of the test's own
    SEM (Keats 1957).
    """
    if items < 2:
        raise ValueError("a conditional standard error needs at least two items")
    known("scores", scores)
    if ((scores < 0) | (scores > items)).any() or not ratio >= 0:
        raise ValueError("scores lie between 0 and the number of items, and the ratio is not negative")
    return np.asarray(np.sqrt(scores * (items - scores) / (items - 1) * ratio))


def conditional_errors(conditional: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Under a response model: (q, s) probability of each sum score at q abilities, points (s,) → expected score and
    its standard error, each (q,) (Kolen, Zeng & Hanson 1996)."""
    _check_conditional(conditional, points)
    mean = conditional @ points
    return mean, np.sqrt(np.maximum(conditional @ points**2 - mean**2, 0.0))


def lee(conditional: Floats, weights: Floats, points: Floats, cuts: Sequence[float]) -> Classification:
    """Classification under a response model (Lee 2010).

    conditional: (q, s) probability of each sum score at q abilities (Lord & Wingersky 1984); weights: (q,) of the
    abilities: a quadrature's for the population, equal ones with the abilities of the persons; points: (s,) of the sum
    scores; cuts: lowest points of each category but the first, ascending. The true score is the expected one.
    """
    _check_conditional(conditional, points)
    edges = _checked_cuts(cuts)
    if weights.shape != conditional.shape[:1] or not (weights >= 0).all() or not 0 < weights.sum() < np.inf:
        raise ValueError("weights: one for each ability, none missing or negative, not all 0")
    place = np.searchsorted(edges, points + 1e-9, side="right")
    by_category = np.stack([conditional[:, place == one].sum(axis=1) for one in range(edges.size + 1)], axis=1)
    true = np.searchsorted(edges, conditional @ points + 1e-9, side="right")
    return _classified(by_category, true, weights / weights.sum())


def livingston_lewis(
    scores: Floats, reliability: float, cuts: Sequence[float], minimum: float, maximum: float
) -> Classification:
    """Classification of one administration, whatever the scale of points (Livingston & Lewis 1995).

    scores: (n,) totals; reliability: of these totals, above 0 and below 1; cuts as in `lee`; minimum, maximum: the
    points that can be had. The effective length (eq. 5) is rounded to whole items; true proportions follow the beta
    distribution with the same factorial moments (Lord 1965); observed ones are binomial, with the incomplete beta
    function between whole scores.
    """
    edges = _checked_cuts(cuts)
    if not 0 < reliability < 1:
        raise ValueError("a classification needs a reliability above 0 and below 1")
    known("scores", scores)
    if not minimum < maximum or (scores < minimum - 1e-9).any() or (scores > maximum + 1e-9).any() or scores.size < 2:
        raise ValueError("scores of at least two persons between the minimum and a larger maximum are needed")
    true = _true_scores((scores - minimum) / (maximum - minimum), reliability)
    shares = np.clip((edges - minimum) / (maximum - minimum), 0.0, 1.0)
    limits = betainc(true.alpha, true.beta, np.clip((shares - true.low) / (true.high - true.low), 0.0, 1.0))
    bounds = np.concatenate(([0.0], limits, [1.0]))
    widths = np.diff(bounds)
    ranks = bounds[:-1, None] + widths[:, None] * (NODES + 1) / 2
    weights = (widths[:, None] * WEIGHTS / 2).ravel()
    p = true.low + (true.high - true.low) * betaincinv(true.alpha, true.beta, ranks.ravel())
    at_least = _at_least(true.length, shares * true.length, p)
    reached = np.concatenate((np.ones((p.size, 1)), at_least, np.zeros((p.size, 1))), axis=1)
    categories = np.repeat(np.arange(widths.size), NODES.size)
    return _classified(-np.diff(reached, axis=1), categories, weights, true)


def _true_scores(shares: Floats, reliability: float) -> TrueScores:
    mean, spread = float(shares.mean()), float(shares.var())
    if spread <= 1e-14:
        raise ValueError("the scores do not vary: nothing can be classified")
    length = float(max(round((mean * (1 - mean) - reliability * spread) / (spread * (1 - reliability))), 2))
    moments, factor = [], np.ones_like(shares)
    for order in range(min(4, int(length))):
        factor = factor * (shares * length - order) / (length - order)
        moments.append(float(factor.mean()))
    m1 = moments[0]
    variance = moments[1] - m1**2
    if variance <= 0:
        variance = reliability * spread
    four = _four_parameters(moments, variance) if len(moments) == 4 else None
    if four:
        return TrueScores(*four, 4, length)
    skew = _skewness(moments, variance) if len(moments) > 2 else None
    alpha, beta, low, high = _limited(m1, variance, skew)
    return TrueScores(alpha, beta, low, high, 2 if low == 0 and high == 1 else 3, length)


def _limited(mean: float, variance: float, skew: float | None) -> tuple[float, float, float, float]:
    """Shapes and limits with at least one limit at its end of 0…1."""
    low, high = np.linspace(0, mean, 1000, endpoint=False), np.linspace(1, mean, 1000, endpoint=False)
    limits = np.concatenate((np.stack((low, np.ones_like(low))), np.stack((np.zeros_like(high), high))), axis=1)
    below, above = mean - limits[0], limits[1] - mean
    total = below * above / variance - 1
    if skew is None or not (total > 0).any():
        # Scores at both ends only leave no room between: the widest distribution that still has a density.
        total = max(mean * (1 - mean) / variance - 1, 1e-3)
        return mean * total, (1 - mean) * total, 0.0, 1.0
    room = total > 0
    limits, total = limits[:, room], total[room]
    share = (below / (below + above))[room]
    alpha, beta = share * total, (1 - share) * total
    leans = 2 * (beta - alpha) * np.sqrt(total + 1) / ((total + 2) * np.sqrt(alpha * beta))
    best = int(np.argmin(np.abs(leans - skew)))
    return float(alpha[best]), float(beta[best]), float(limits[0, best]), float(limits[1, best])


def _four_parameters(moments: Sequence[float], variance: float) -> tuple[float, float, float, float] | None:
    """Shapes and limits from four raw moments (Hanson 1991); None where they leave 0…1 or do not exist."""
    m1, m2, m3, m4 = moments
    skew = _skewness(moments, variance)
    kurtosis = (m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4) / variance**2
    below = 6 + 3 * skew**2 - 2 * kurtosis
    if abs(below) < 1e-12:
        return None
    r = 6 * (kurtosis - skew**2 - 1) / below
    inside = (r + 2) ** 2 * skew**2 + 16 * (r + 1)
    if r <= 0 or inside <= 0:
        return None
    lean = (r + 2) * abs(skew) / float(np.sqrt(inside))
    alpha, beta = r / 2 * (1 - np.sign(skew) * lean), r / 2 * (1 + np.sign(skew) * lean)
    if min(alpha, beta) <= 0 or not np.isfinite(betaln(alpha, beta)):
        return None
    low = m1 - float(np.sqrt(variance * alpha * (r + 1) / beta))
    high = m1 + float(np.sqrt(variance * beta * (r + 1) / alpha))
    return (float(alpha), float(beta), low, high) if low >= 0 and high <= 1 else None


def _skewness(moments: Sequence[float], variance: float) -> float:
    return float((moments[2] - 3 * moments[0] * moments[1] + 2 * moments[0] ** 3) / variance**1.5)


def _at_least(length: float, cuts: Floats, p: Floats) -> Floats:
    """(q, cuts) P(X ≥ cut) for X binomial with `length` trials of probability p (q,)."""
    within = np.clip(cuts, 1e-12, length)
    chances = betainc(within, length - within + 1, p[:, None])
    return np.asarray(np.where(cuts <= 0, 1.0, chances))


def _classified(
    by_category: Floats, true: np.ndarray[tuple[int], np.dtype[np.int_]], weights: Floats,
    true_scores: TrueScores | None = None,
) -> Classification:  # fmt: skip
    """by_category: (q, C) of observed categories at each true score; true: (q,) category; weights: (q,) sum to 1."""
    weighted = by_category * weights[:, None]
    members = np.equal.outer(np.arange(by_category.shape[1]), true).astype(np.float64)
    joint, twice = members @ weighted, by_category.T @ weighted
    margin = twice.sum(axis=0)
    consistency, chance = float(np.trace(twice)), float(margin @ margin)
    return Classification(
        true_observed=joint,
        observed_twice=twice,
        accuracy=float(np.trace(joint)),
        false_high=float(np.triu(joint, 1).sum()),
        false_low=float(np.tril(joint, -1).sum()),
        consistency=consistency,
        chance=chance,
        kappa=(consistency - chance) / (1 - chance) if chance < 1 - 1e-12 else float("nan"),
        true_scores=true_scores,
    )


def _checked_cuts(cuts: Sequence[float]) -> Floats:
    edges = np.asarray(cuts, dtype=np.float64)
    if edges.size == 0 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise ValueError("cuts: at least one, ascending")
    return edges


def _check_conditional(conditional: Floats, points: Floats) -> None:
    if conditional.ndim != 2 or points.shape != conditional.shape[1:]:
        raise ValueError(f"shapes do not fit: conditional {conditional.shape}, points {points.shape}")
    known("points", points)
    if not (conditional >= -1e-9).all() or not (np.abs(conditional.sum(axis=1) - 1) <= 1e-6).all():
        raise ValueError("every row of conditional probabilities sums to 1")
