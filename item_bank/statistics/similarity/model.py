"""What the indices that follow a response model share: answers, chances of each, and the pairs asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from item_bank.statistics.irt.models import Item, Nominal, probabilities
from item_bank.statistics.responses import Booleans, Floats
from item_bank.statistics.similarity.poisson_binomial import Integers

Answers = NDArray[np.integer]

#: Pairs whose probabilities are held at once: 2.6 MB for each array of a test with 40 items.
CHUNK = 8_192

#: Pairs whose chances of each answer are held at once: they fit in a cache.
TOGETHER = 512


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """answers: (k, n) category numbers, negative = none. chances: (n, categories, k), categories that an item lacks
    with 0; those of a person lie together, as pairs are looked up by person."""

    answers: Answers
    chances: Floats

    @property
    def n(self) -> int:
        return int(self.answers.shape[1])

    @classmethod
    def of(cls, responses: Answers, items: Sequence[Item], theta: Floats) -> AnswerModel:
        """responses: (n, k), theta: (n,). Raises ValueError where they do not fit each other."""
        answers, abilities = np.asarray(responses), np.asarray(theta, dtype=np.float64)
        if answers.ndim != 2 or answers.shape != (abilities.size, len(items)) or not len(items):
            raise ValueError(f"responses {answers.shape} do not fit {abilities.size} abilities and {len(items)} items")
        sizes = np.array([item.categories for item in items])
        if not np.issubdtype(answers.dtype, np.integer) or (answers >= sizes).any():
            raise ValueError("responses must be category numbers of the items, counted from 0; negative for no answer")
        if not np.isfinite(abilities).all():
            raise ValueError("every person needs a finite ability: use EAP or MAP for perfect and zero scores")
        chances = np.zeros((abilities.size, int(sizes.max()), len(items)))
        for number, curve in enumerate(probabilities(items, abilities)):
            chances[:, : curve.shape[1], number] = curve
        return cls(np.ascontiguousarray(np.maximum(answers.T, -1), dtype=np.int16), chances)

    def same(self, first: Integers, second: Integers) -> Floats:
        """(k, pairs): chance that both give the same answer."""
        chance = np.empty((len(self.answers), first.size))
        for start in range(0, first.size, TOGETHER):
            pairs = slice(start, start + TOGETHER)
            products = self.chances[first[pairs]]
            products *= self.chances[second[pairs]]
            chance[:, pairs] = products.sum(axis=1).T
        return chance

    def matched(self, first: Integers, second: Integers) -> tuple[Booleans, Booleans, Answers]:
        """Each (k, pairs): whether both answered, whether they answered the same, and what the first did."""
        ours, theirs = (np.take(self.answers, rows, axis=1, mode="clip") for rows in (first, second))
        both = (ours >= 0) & (theirs >= 0)
        return both, both & (ours == theirs), ours


def standardised(away: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Sum over items of deviations over the root of the summed variances, and its normal upper tail."""
    spread = np.sqrt(variance.sum(axis=0))
    value = np.divide(away.sum(axis=0), spread, out=np.full(spread.shape, np.nan), where=spread > 0)
    return value, norm.sf(value)


def given_answered(item: Nominal, blank: int) -> Nominal:
    """The same item among those who answered it, where `blank` is the category of those who did not. What remains of a
    nominal model without a category is one again: ratios of the other chances do not hang on it (Bock 1972)."""
    slopes, intercepts = (np.delete(values, blank) for values in (item.slopes, item.intercepts))
    return Nominal(tuple((slopes - slopes.mean()).tolist()), tuple((intercepts - intercepts.mean()).tolist()))


def chunks(first: Integers, second: Integers) -> list[tuple[Integers, Integers]]:
    """At least one, so that no pairs give empty arrays."""
    starts = range(0, max(first.size, 1), CHUNK)
    return [(first[start : start + CHUNK], second[start : start + CHUNK]) for start in starts]


def checked_pairs(first: ArrayLike, second: ArrayLike, n: int) -> tuple[Integers, Integers]:
    """Raises ValueError for persons who are not among the n, or who are compared with themselves."""
    rows, others = np.atleast_1d(np.asarray(first, np.int64)), np.atleast_1d(np.asarray(second, np.int64))
    if rows.shape != others.shape or rows.ndim != 1:
        raise ValueError(f"each pair needs two persons: {rows.shape} and {others.shape}")
    if rows.size and (min(rows.min(), others.min()) < 0 or max(rows.max(), others.max()) >= n):
        raise ValueError(f"a pair names a person outside rows 0 to {n - 1}")
    if (rows == others).any():
        raise ValueError("a person cannot be compared with themselves")
    return rows, others


def checked_key(key: Sequence[int], items: Sequence[Item]) -> Integers:
    """Raises ValueError unless each item has one of its categories."""
    right = np.asarray(key, np.int64)
    sizes = np.array([item.categories for item in items])
    if right.shape != sizes.shape or (right < 0).any() or (right >= sizes).any():
        raise ValueError("the key needs one category number of each item, counted from 0")
    return right
