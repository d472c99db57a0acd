"""Answer copying without a response model: how often persons with as many wrong answers share the source's mistakes.

Directed: each pair has a copier and a source. All of the family condition on the source's wrong answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, poisson

from item_bank.statistics.responses import Floats
from item_bank.statistics.similarity.poisson_binomial import Integers

#: Estimated chances outside 0 to 1 are set to these (Sotaridona & Meijer 2002).
LEAST, MOST = 0.001, 0.999

ROUNDS = 50

#: Sources that are worked on together: of each there is a number for every person.
SOURCES = 256


@dataclass(frozen=True, slots=True)
class KIndices:
    """Each (pairs,); small p-values speak for copying.

    copier, source: rows. source_wrong: wrong answers of the source, w_s. matches: of these, how many the copier has
    with the same wrong answer, m. group: persons with as many wrong answers as the copier, the copier included.
    k: P(Bin(w_s, p) ≥ m), p the mean share of the source's mistakes in that group (Holland 1996).
    k1, k2: p by a regression on the share of wrong answers over all groups, a line or a parabola
    (Sotaridona & Meijer 2002). s1: the mean number by a Poisson regression instead, P(m ≤ X ≤ w_s); s2: shared right
    answers count too, the more the rarer they are (Sotaridona & Meijer 2003).
    NaN where the source has no wrong answer, and where there are too few groups for the regression.
    """

    copier: Integers
    source: Integers
    source_wrong: Integers
    matches: Integers
    group: Integers
    k: Floats
    k1: Floats
    k2: Floats
    s1: Floats
    s2: Floats


def k_indices(
    answers: NDArray[np.integer],
    key: Sequence[int],
    copier: ArrayLike,
    source: ArrayLike,
    *,
    options: int,
) -> KIndices:
    """answers: (n, k) category numbers from 0, negative = no answer (neither right nor wrong). key: (k,) right ones.
    copier, source: (pairs,) rows. options: how many options an item has, for the weights of s2.

    One matrix product over all persons, then a regression for each source that occurs; memory is bounded.
    """
    given, right_answer = np.asarray(answers), np.asarray(key)
    copiers, sources = np.atleast_1d(np.asarray(copier, np.int64)), np.atleast_1d(np.asarray(source, np.int64))
    _check(given, right_answer, copiers, sources, options)
    who, place = np.unique(sources, return_inverse=True)
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(SOURCES, who.size, SOURCES))
    parts = [_of_sources(given, right_answer, copiers[rows], sources[rows], options) for rows in np.split(order, ends)]
    back = np.argsort(order)
    return KIndices(*(np.concatenate(column)[back] for column in zip(*parts, strict=True)))


def _of_sources(
    given: NDArray[np.integer], key: NDArray[np.integer], copiers: Integers, sources: Integers, options: int
) -> tuple[NDArray[np.generic], ...]:
    """As the fields of KIndices."""
    who, place = np.unique(sources, return_inverse=True)
    shared = _Shared.of(given, key, who, options)
    own = shared.wrongs[copiers]
    m, w = shared.mistakes[copiers, place], shared.wrongs[sources]
    k1, k2, s1, s2 = _chances(shared, place, own)
    rare = _rare_matches(shared, copiers, place)
    return (
        copiers,
        sources,
        w,
        m.astype(np.int64),
        shared.size[own],
        np.where(w > 0, binom.sf(m - 1, w, shared.share_with_source[own, place]), np.nan),
        np.asarray(binom.sf(m - 1, w, k1)),
        np.asarray(binom.sf(m - 1, w, k2)),
        _between(m, w, np.minimum(s1, w)),
        _between(m + rare, np.full_like(w, shared.items), np.minimum(s2, shared.items)),
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """For each of the sources in `who`; groups are persons with g = 0…k wrong answers.

    wrongs: (n,) wrong answers. size: (groups,). mistakes: (n, sources) same wrong answers as the source. right: (n, k).
    share_with_source: (groups, sources) mean share of the source's mistakes, the source among the persons;
    share: the same without the source, NaN for an empty group. facility: (groups, k) share right of each group.
    """

    who: Integers
    wrongs: Integers
    size: Integers
    mistakes: Floats
    right: Floats
    share_with_source: Floats
    share: Floats
    facility: Floats
    base: float

    @property
    def items(self) -> int:
        return int(self.right.shape[1])

    @classmethod
    def of(cls, given: NDArray[np.integer], key: NDArray[np.integer], who: Integers, options: int) -> _Shared:
        right, answered = given == key, given >= 0
        wrongs = (answered & ~right).sum(axis=1)
        mistakes = np.zeros((given.shape[0], who.size))
        for category in range(int(given.max(initial=0)) + 1):
            picked = ((given == category) & ~right).astype(np.float64)
            mistakes += picked @ picked[who].T
        group = (wrongs == np.arange(given.shape[1] + 1)[:, None]).astype(np.float64)
        size, sums, of_source = group.sum(axis=1), group @ mistakes, wrongs[who]
        others = np.repeat(size[:, None], who.size, axis=1)
        sums_without = sums.copy()
        columns = np.arange(who.size)
        others[of_source, columns] -= 1
        sums_without[of_source, columns] -= of_source
        with np.errstate(divide="ignore", invalid="ignore"):
            share_with = sums / size[:, None] / of_source
            share = sums_without / others / of_source
            facility = group @ right / size[:, None]
        guess = 1 / options
        base = float(-(1 + guess) / guess * (np.log((1 + guess) / (1 - guess)) + 1))
        counts, solved = size.astype(np.int64), right.astype(np.float64)
        return cls(who, wrongs, counts, mistakes, solved, share_with, share, facility, base)

    def facility_without(self, source: int, group: int) -> Floats:
        """(k,): the facility in the source's own group of the others there."""
        size = self.size[group]
        return np.asarray((self.facility[group] * size - self.right[self.who[source]]) / (size - 1))

    def weighted_rights(self) -> Floats:
        """(groups, sources): mean sum of the weights of right answers shared with the source."""
        rare = self.facility * np.exp(self.base * self.facility)
        weighted = rare @ self.right[self.who].T
        for source, group in enumerate(self.wrongs[self.who]):
            if self.size[group] > 1:
                facility = self.facility_without(source, group)
                weighted[group, source] = (facility * np.exp(self.base * facility)) @ self.right[self.who[source]]
        return np.asarray(weighted)


def _chances(shared: _Shared, place: Integers, own: Integers) -> tuple[Floats, Floats, Floats, Floats]:
    """Estimates for each pair: chances of k1 and k2, mean counts of s1 and s2."""
    number = np.arange(shared.items + 1.0)
    portion = number / shared.items
    of_source = shared.wrongs[shared.who]
    counts = shared.share * of_source
    linear = _least_squares(np.stack((np.ones_like(portion), portion), axis=1), shared.share)
    parabola = _least_squares(np.stack((np.ones_like(portion), portion, portion**2), axis=1), shared.share)
    first = _poisson_regression(number, counts)
    second = _poisson_regression(number, counts + np.ceil(shared.weighted_rights() - 1e-12))
    chances = [np.clip(fitted[own, place], LEAST, MOST) for fitted in (linear, parabola)]
    return chances[0], chances[1], first[own, place], second[own, place]


def _least_squares(design: Floats, values: Floats) -> Floats:
    """Fitted values (groups, sources) of one regression for each source over its groups that are not empty."""
    fitted = np.full(values.shape, np.nan)
    there = np.isfinite(values)
    for source in range(values.shape[1]):
        rows = there[:, source]
        if rows.sum() >= design.shape[1]:
            coefficients, *_ = np.linalg.lstsq(design[rows], values[rows, source], rcond=None)
            fitted[:, source] = design @ coefficients
    return fitted


def _poisson_regression(number: Floats, counts: Floats) -> Floats:
    """Fitted means (groups, sources) of log-linear Poisson regressions of counts on the number wrong, one for each
    source, all at once by Newton's method. NaN for a source with fewer than two groups or no match at all."""
    there = np.isfinite(counts)
    seen = np.where(there, counts, 0.0)
    solvable = (there.sum(axis=0) >= 2) & (seen.sum(axis=0) > 0)
    centred = (number - number.mean())[:, None]
    level = np.log(np.maximum(seen.sum(axis=0), 1e-300) / np.maximum(there.sum(axis=0), 1))
    slope = np.zeros(counts.shape[1])
    for _ in range(ROUNDS):
        mean = np.where(there, np.exp(np.clip(level + slope * centred, -500, 500)), 0.0)
        away = seen - mean
        gradient = away.sum(axis=0), (away * centred).sum(axis=0)
        h0, h1, h2 = mean.sum(axis=0), (mean * centred).sum(axis=0), (mean * centred**2).sum(axis=0)
        determinant = np.where(h0 * h2 - h1**2 > 0, h0 * h2 - h1**2, np.inf)
        step_level = (h2 * gradient[0] - h1 * gradient[1]) / determinant
        step_slope = (h0 * gradient[1] - h1 * gradient[0]) / determinant
        level, slope = level + np.clip(step_level, -2, 2), slope + np.clip(step_slope, -0.5, 0.5)
        if max(np.abs(step_level).max(initial=0), np.abs(step_slope).max(initial=0)) < 1e-12:
            break
    return np.where(solvable, np.exp(np.clip(level + slope * centred, -500, 500)), np.nan)


def _rare_matches(shared: _Shared, copiers: Integers, place: Integers) -> Floats:
    """(pairs,): summed weights of the right answers that copier and source share, rounded up."""
    facility = shared.facility[shared.wrongs[copiers]]
    same_group = np.flatnonzero(shared.wrongs[copiers] == shared.wrongs[shared.who[place]])
    for pair in same_group:
        facility[pair] = shared.facility_without(int(place[pair]), int(shared.wrongs[copiers[pair]]))
    both = shared.right[copiers] * shared.right[shared.who[place]]
    return np.asarray(np.ceil((np.exp(shared.base * facility) * both).sum(axis=1) - 1e-12))


def _between(least: Floats, most: Integers, mean: Floats) -> Floats:
    """P(least ≤ X ≤ most) for X Poisson."""
    return np.asarray(poisson.sf(least - 1, mean) - poisson.sf(most, mean))


def _check(
    given: NDArray[np.integer], key: NDArray[np.integer], copiers: Integers, sources: Integers, options: int
) -> None:
    if given.ndim != 2 or not np.issubdtype(given.dtype, np.integer) or key.shape != given.shape[1:]:
        raise ValueError("answers must be category numbers (persons, items), and the key one for each item")
    if given.max(initial=-1) >= options or options < 2:
        raise ValueError(f"an answer is beyond the {options} options (numbered from 0), or there are fewer than 2")
    if copiers.shape != sources.shape or (copiers == sources).any():
        raise ValueError("each pair needs two different persons")
    rows = np.concatenate((copiers, sources))
    if rows.size and (rows.min() < 0 or rows.max() >= given.shape[0]):
        raise ValueError(f"a pair names a person outside rows 0 to {given.shape[0] - 1}")
