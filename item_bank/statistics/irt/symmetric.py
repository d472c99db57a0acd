"""Answers given the number right in a Rasch model: conditional log-likelihood, slope and information.

The elementary symmetric functions γ_r of ε = exp(−b) come as γ_r = Π(1 + ε) · P(R = r | θ = 0): sums of probabilities,
which cannot overflow, by the Lord–Wingersky recursion.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from item_bank.statistics.irt.likelihood import Categories
from item_bank.statistics.irt.sums import score_distribution, without_each
from item_bank.statistics.responses import Floats

_IN_BLOCK = 512


class ShorterTests(NamedTuple):
    """Each group of persons with answers to the same items: shown (tests, k), 1 or 0; persons by number right,
    (tests, k + 1)."""

    shown: Floats
    persons: Floats

    def blocks(self, size: int) -> Iterator[ShorterTests]:
        for start in range(0, len(self.shown), size):
            yield ShorterTests(self.shown[start : start + size], self.persons[start : start + size])


def shorter_tests(used: Categories) -> ShorterTests:
    shown, test = np.unique(used >= 0, axis=0, return_inverse=True)
    right, size = (used == 1).sum(axis=1), used.shape[1] + 1
    cells = np.bincount(test.reshape(-1) * size + right, minlength=len(shown) * size)
    return ShorterTests(shown.astype(np.float64), cells.reshape(-1, size).astype(np.float64))


def conditional_log_likelihood(difficulty: Floats, right: Floats, tests: ShorterTests) -> tuple[float, Floats]:
    """Conditional log-likelihood −Σ s_i b_i − Σ n_r log γ_r, and its slope."""
    height, slope = -float(right @ difficulty), -right.copy()
    for block in tests.blocks(_IN_BLOCK):
        chances, shares, gamma = _gamma(difficulty, block)
        seen = block.persons > 0
        # γ is scaled by Π(1 + ε) of the items shown.
        height -= float(block.persons[seen] @ np.log(gamma[seen]))
        height -= float(block.persons.sum(axis=1) @ block.shown @ np.logaddexp(0.0, -difficulty))
        weights = np.where(seen, block.persons, 0.0) / np.where(seen, gamma, 1.0)
        for item, rest in enumerate(without_each(shares)):
            slope[item] += float((weights[:, 1:] * rest).sum(axis=1) @ chances[:, item])
    return height, slope


def conditional_information(difficulty: Floats, tests: ShorterTests) -> Floats:
    """(k, k): the negative curvature of the log-likelihood, which is the covariance of the answers given the sums."""
    k = difficulty.size
    information = np.zeros((k, k))
    for block in tests.blocks(_IN_BLOCK // k + 1):
        chances, shares, gamma = _gamma(difficulty, block)
        seen = block.persons > 0
        persons, under = np.where(seen, block.persons, 0.0), np.where(seen, gamma, 1.0)
        # (items, tests, scores): right on the item, given the number right.
        given = np.stack([rest * chances[:, item, None] for item, rest in enumerate(without_each(shares))])
        given = np.where(seen, np.pad(given, ((0, 0), (0, 0), (1, 0))), 0.0) / under
        information -= np.einsum("itr,jtr,tr->ij", given, given, persons, optimize=True)
        both = _both(chances, persons / under)
        np.fill_diagonal(both, np.einsum("itr,tr->i", given, persons))
        information += both
    return information


def _gamma(difficulty: Floats, tests: ShorterTests) -> tuple[Floats, list[Floats], Floats]:
    """Chances of being right at θ = 0, 0 where not shown, (tests, k); the same for each item as (tests, 2); and the
    distribution of the number right, (tests, k + 1)."""
    chances = expit(-difficulty) * tests.shown
    shares = [np.stack((1 - chance, chance), axis=1) for chance in chances.T]
    return chances, shares, score_distribution(shares)


def _both(chances: Floats, weights: Floats) -> Floats:
    """(k, k): Σ weights · P(R = r, i and j right | θ = 0); the diagonal means nothing.

    In row (test, i) of every share item i is taken out, so that leaving out each j in turn leaves out both.
    """
    tests, k = chances.shape
    alone = np.repeat(chances[:, None, :], k, axis=1) * (1 - np.eye(k))
    shares = [np.stack((1 - chance, chance), axis=1) for chance in alone.reshape(-1, k).T]
    both = np.empty((k, k))
    for item, rest in enumerate(without_each(shares)):
        sums = np.einsum("tir,tr->ti", rest.reshape(tests, k, k)[:, :, : k - 1], weights[:, 2:])
        both[:, item] = (sums * chances * chances[:, item, None]).sum(axis=0)
    return both
