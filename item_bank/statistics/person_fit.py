"""Person fit without a response model: does a person fail what is easy and solve what is hard?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from item_bank.statistics.responses import Booleans, Floats


@dataclass(frozen=True, slots=True)
class PersonFit:
    """Each (n,). High values are aberrant, but for `norm_conformity` and `ht`, where low ones are.

    items: items that the person was scored on. score: how many of them are right.
    guttman: pairs of items of which the harder is right and the easier wrong (Guttman 1944).
    guttman_share: guttman / (score · (items − score)), 0 to 1 (van der Flier 1977; U1, G*).
    norm_conformity: 1 − 2 · guttman_share, −1 to 1 (Tatsuoka & Tatsuoka 1983).
    u3: the same idea with items weighted by ln(p/(1 − p)), 0 to 1; zu3: u3 standardised given the score, roughly
    normal for items of very different difficulty (van der Flier 1982, eqs. 4 to 10).
    caution: C (Sato 1975). modified_caution: MC, C*, 0 to 1 (Harnisch & Linn 1981).
    ht: covariance with all others over its greatest possible value, at most 1 (Sijtsma 1986).
    NaN for a person with nothing or everything right, whom no pattern can contradict; ht also for persons who were not
    scored on all items, and zu3 where all items are equally hard.
    """

    items: Floats
    score: Floats
    guttman: Floats
    guttman_share: Floats
    norm_conformity: Floats
    u3: Floats
    zu3: Floats
    caution: Floats
    modified_caution: Floats
    ht: Floats


def person_fit(scores: ArrayLike) -> PersonFit:
    """scores: (n, k) 0 or 1, NaN = not presented. Items are ordered by the share right of those presented with them;
    equally hard ones by their column. O(n k) but for the sort of n scores."""
    values = np.array(scores, dtype=np.float64, ndmin=2)
    if not values.size:
        raise ValueError("person fit needs at least one person and one item")
    there = ~np.isnan(values)
    if not np.isin(values[there], (0.0, 1.0)).all():
        raise ValueError("person fit without a model needs scores of 0 and 1 (NaN for not presented)")
    right = np.where(there, values, 0.0)
    p = right.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    order = np.argsort(-p, kind="stable")
    right, there, p = right[:, order], there[:, order], p[order]
    items, score = there.sum(axis=1).astype(np.float64), right.sum(axis=1)
    mixed = (score > 0) & (score < items)
    errors = np.where(mixed, _guttman(right, there), np.nan)
    share = _ratio(errors, score * (items - score))
    with np.errstate(divide="ignore"):
        logit = np.log(p / (1 - p), where=(p > 0) & (p < 1), out=np.zeros_like(p))
    u3, zu3 = _u3(right, there, p, logit)
    caution, modified = _caution(right, there, p)
    return PersonFit(
        items=items,
        score=score,
        guttman=errors,
        guttman_share=share,
        norm_conformity=1 - 2 * share,
        u3=np.where(mixed, u3, np.nan),
        zu3=np.where(mixed, zu3, np.nan),
        caution=np.where(mixed, caution, np.nan),
        modified_caution=np.where(mixed, modified, np.nan),
        ht=np.where(mixed, _ht(right, there), np.nan),
    )


def _guttman(right: Floats, there: Booleans) -> Floats:
    wrong = there - right
    easier_wrong = np.cumsum(wrong, axis=1) - wrong
    return np.asarray((right * easier_wrong).sum(axis=1))


def _extremes(weights: Floats, right: Floats, there: Booleans) -> tuple[Floats, Floats, Floats]:
    """Weighted score as it is, with the same number right on the easiest, and on the hardest of the person's items."""
    score = right.sum(axis=1, keepdims=True)
    place = np.cumsum(there, axis=1)
    easiest = there & (place <= score)
    hardest = there & (place > place[:, -1:] - score)
    return right @ weights, easiest @ weights, hardest @ weights


def _u3(right: Floats, there: Booleans, p: Floats, logit: Floats) -> tuple[Floats, Floats]:
    found, highest, lowest = _extremes(logit, right, there)
    variance = p * (1 - p)
    spread, cross = there @ variance, there @ (variance * logit)
    expected = there @ (p * logit) + _ratio(cross * (right.sum(axis=1) - there @ p), spread)
    deviation = np.sqrt(np.maximum(there @ (variance * logit**2) - _ratio(cross**2, spread), 0.0))
    # Standardising takes the range of u3 out again.
    return _ratio(highest - found, highest - lowest), _ratio(expected - found, deviation)


def _caution(right: Floats, there: Booleans, p: Floats) -> tuple[Floats, Floats]:
    found, highest, lowest = _extremes(p, right, there)
    independent = right.sum(axis=1) * _ratio(there @ p, there.sum(axis=1).astype(np.float64))
    return _ratio(highest - found, highest - independent), _ratio(highest - found, highest - lowest)


def _ht(right: Floats, there: Booleans) -> Floats:
    """Sums over the other persons by the sum of all patterns and by sorted scores: no matrix of persons."""
    n, k = right.shape
    whole = there.all(axis=1)
    share = right[whole].mean(axis=1) if k else np.zeros(0)
    covariance = right[whole] @ right[whole].sum(axis=0) / max(k, 1) - share * share.sum() - share * (1 - share)
    ascending = np.sort(share)
    below = np.concatenate(([0.0], np.cumsum(ascending)))
    rank = np.searchsorted(ascending, share, side="right")
    # The greatest covariance of two persons: the lower share times the higher one's complement.
    greatest = (
        below[rank] * (1 - share) + share * ((share.size - rank) - (below[-1] - below[rank])) - share * (1 - share)
    )
    values = np.full(n, np.nan)
    values[whole] = _ratio(covariance, greatest)
    return values


def _ratio(above: Floats, below: Floats) -> Floats:
    """NaN where the divisor is nothing but rounding."""
    empty = np.full(np.shape(above), np.nan)
    return np.asarray(np.divide(above, below, out=empty, where=np.abs(below) > 1e-12))
