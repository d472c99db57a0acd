"""Equating through response models on one scale: of true scores, and of observed scores.

Kolen & Brennan 2014, chapter 6. Scores are sums of category numbers. Items of form Y are on form X's scale
already: see `irt_linking.Link.item`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from item_bank.statistics.equating.concordance import Concordance
from item_bank.statistics.equating.designs import Design
from item_bank.statistics.equating.observed import same_rank
from item_bank.statistics.equating.tables import Scale, Table
from item_bank.statistics.irt.models import Item, Nominal, expected_score, probabilities
from item_bank.statistics.irt.quadrature import Grid
from item_bank.statistics.irt.sums import score_distribution
from item_bank.statistics.responses import Floats

#: Abilities between which a true score is looked for; beyond them every score is at its end.
FARTHEST = 200.0


def equate_true_scores(x: Sequence[Item], y: Sequence[Item], design: Design, *, n: tuple[int, int]) -> Concordance:
    """The true score on form Y at the ability at which form X's is each score (Lord 1980, chapter 13).

    Scores at or below what guessing alone earns have no ability: they go to form Y's by the line through nothing and
    that score (Kolen 1981). n: persons behind the calibrations of both forms, told on.
    ValueError for nominal items or negative slopes, under which a true score can have several abilities.
    """
    _check(x, y)
    _check_rising(x, y)
    scores = np.arange(highest(x) + 1, dtype=np.float64)
    floor_x, floor_y = _floor(x), _floor(y)
    equivalents = np.where(scores > floor_x, true_score(y, ability_of(x, scores)), 0.0)
    if floor_x > 0:
        equivalents = np.where(scores <= floor_x, scores / floor_x * floor_y, equivalents)
    equivalents[-1] = highest(y)
    return _concordance(design, "true-score, response model", n, highest(y), scores, equivalents)


def equate_observed_scores(
    x: Sequence[Item],
    y: Sequence[Item],
    of_x: Grid,
    of_y: Grid,
    design: Design,
    *,
    weight: float = 0.5,
    n: tuple[int, int],
) -> Concordance:
    """Equipercentile equating of the score distributions that the model expects of both forms in a synthetic population
    (Lord & Wingersky 1984).

    of_x, of_y: ability distributions of the groups that took form X and form Y, on one scale. weight: share of the
    first in the synthetic population, from 0 to 1.
    """
    _check(x, y)
    if not 0 <= weight <= 1:
        raise ValueError(f"a weight of the group of form X lies from 0 to 1: {weight}")
    first, second = (weight * _expected(form, of_x) + (1 - weight) * _expected(form, of_y) for form in (x, y))
    equivalents = same_rank(Table(Scale(highest(x)), first), Table(Scale(highest(y)), second))
    scores = np.arange(first.size, dtype=np.float64)
    return _concordance(design, "observed-score, response model", n, highest(y), scores, equivalents)


def true_score(items: Sequence[Item], theta: Floats) -> Floats:
    """(q,) expected sum of category numbers."""
    return np.asarray(np.sum([expected_score(item, theta) for item in items], axis=0), dtype=np.float64)


def ability_of(items: Sequence[Item], scores: Floats) -> Floats:
    """(q,) abilities with these true scores, by bisection; ± FARTHEST for scores that none has."""
    low, high = np.full(scores.size, -FARTHEST), np.full(scores.size, FARTHEST)
    for _ in range(60):
        middle = (low + high) / 2
        above = true_score(items, middle) > scores
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray((low + high) / 2)


def highest(items: Sequence[Item]) -> int:
    return sum(item.categories - 1 for item in items)


def _expected(items: Sequence[Item], grid: Grid) -> Floats:
    shares = score_distribution(probabilities(items, grid.points))
    weights: Floats = grid.weights / grid.weights.sum()
    return np.asarray(weights @ shares)


def _floor(items: Sequence[Item]) -> float:
    """What guessing alone earns."""
    return float(sum(getattr(item, "c", 0.0) for item in items))


def _concordance(
    design: Design, method: str, n: tuple[int, int], top: int, scores: Floats, equivalents: Floats
) -> Concordance:
    unknown = np.full(scores.size, np.nan)
    return Concordance(design, method, *n, Scale(top), scores, equivalents, error=unknown, count=unknown)


def _check(x: Sequence[Item], y: Sequence[Item]) -> None:
    for name, items in (("X", x), ("Y", y)):
        if not items:
            raise ValueError("a form has one item or more")
        for number, item in enumerate(items, start=1):
            if not np.isfinite(item.curves(np.zeros(1)).probability).all():
                raise ValueError(
                    f"item {number} of form {name} has no parameters, so no model says what the form's scores are "
                    "worth: leave the item out of the scores, or equate without a response model"
                )


def _check_rising(x: Sequence[Item], y: Sequence[Item]) -> None:
    for name, items in (("X", x), ("Y", y)):
        for number, item in enumerate(items, start=1):
            if isinstance(item, Nominal) or item.a <= 0:
                raise ValueError(
                    f"item {number} of form {name} need not rise with ability: leave it out, or equate observed scores"
                )
