"""Equating through response models on one scale: of true scores, and of observed scores.

Kolen & Brennan 2014, chapter 6. Scores are sums of category numbers, or of the points that categories are worth. Items
of form Y are on form X's scale already: see `irt_linking.Link.item`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from item_bank.statistics.equating.concordance import Concordance
from item_bank.statistics.equating.designs import Design
from item_bank.statistics.equating.observed import same_rank
from item_bank.statistics.equating.tables import Scale, Table
from item_bank.statistics.irt.models import Item, Nominal, probabilities
from item_bank.statistics.irt.quadrature import Grid
from item_bank.statistics.irt.sums import in_points, score_distribution
from item_bank.statistics.responses import Floats

#: Of each item what each category is worth, in whole steps from 0.
Points = Sequence[Sequence[int]]
#: Abilities between which a true score is looked for; beyond them every score is at its end.
FARTHEST = 200.0


def equate_true_scores(
    x: Sequence[Item],
    y: Sequence[Item],
    design: Design,
    *,
    n: tuple[int, int],
    points: tuple[Points, Points] | None = None,
    names: tuple[Sequence[str], Sequence[str]] | None = None,
) -> Concordance:
    """The true score on form Y at the ability at which form X's is each score (Lord 1980, chapter 13).

    Scores at or below what guessing alone earns have no ability: they go to form Y's by the line through nothing and
    that score (Kolen 1981). n: persons behind the calibrations of both forms, told on. points: of form X and form Y, by
    default category numbers. names: of their items, for what is told of them; by default their numbers, from 1.
    ValueError for nominal items, negative slopes, or points that fall from one category to the next, under which a true
    score can have several abilities.
    """
    named = _named(x, y, names)
    _check(x, y, named)
    of_x, of_y = points or (numbers(x), numbers(y))
    _check_rising(x, y, of_x, of_y, named)
    scores = np.arange(highest(x, of_x) + 1, dtype=np.float64)
    floor_x, floor_y = _floor(x, of_x), _floor(y, of_y)
    equivalents = np.where(scores > floor_x, true_score(y, ability_of(x, scores, of_x), of_y), 0.0)
    if floor_x > 0:
        equivalents = np.where(scores <= floor_x, scores / floor_x * floor_y, equivalents)
    equivalents[-1] = highest(y, of_y)
    return _concordance(design, "true-score, response model", n, highest(y, of_y), scores, equivalents)


def equate_observed_scores(
    x: Sequence[Item],
    y: Sequence[Item],
    of_x: Grid,
    of_y: Grid,
    design: Design,
    *,
    weight: float = 0.5,
    n: tuple[int, int],
    points: tuple[Points, Points] | None = None,
    names: tuple[Sequence[str], Sequence[str]] | None = None,
) -> Concordance:
    """Equipercentile equating of the score distributions that the model expects of both forms in a synthetic population
    (Lord & Wingersky 1984).

    of_x, of_y: ability distributions of the groups that took form X and form Y, on one scale. weight: share of the
    first in the synthetic population, from 0 to 1. points, names: as of `equate_true_scores`.
    """
    _check(x, y, _named(x, y, names))
    if not 0 <= weight <= 1:
        raise ValueError(f"a weight of the group of form X lies from 0 to 1: {weight}")
    worth = points or (numbers(x), numbers(y))
    first, second = (
        weight * _expected(form, of_x, one) + (1 - weight) * _expected(form, of_y, one)
        for form, one in zip((x, y), worth, strict=True)
    )
    tops = first.size - 1, second.size - 1
    equivalents = same_rank(Table(Scale(tops[0]), first), Table(Scale(tops[1]), second))
    scores = np.arange(first.size, dtype=np.float64)
    return _concordance(design, "observed-score, response model", n, tops[1], scores, equivalents)


def numbers(items: Sequence[Item]) -> Points:
    """Each category is worth its number."""
    return tuple(tuple(range(item.categories)) for item in items)


def true_score(items: Sequence[Item], theta: Floats, points: Points | None = None) -> Floats:
    """(q,) expected sum of category numbers, or of points."""
    worth = numbers(items) if points is None else points
    shares = probabilities(items, theta)
    return np.asarray(
        np.sum([share @ np.array(one, dtype=np.float64) for share, one in zip(shares, worth, strict=True)], axis=0)
    )


def ability_of(items: Sequence[Item], scores: Floats, points: Points | None = None) -> Floats:
    """(q,) abilities with these true scores, by bisection; ± FARTHEST for scores that none has."""
    low, high = np.full(scores.size, -FARTHEST), np.full(scores.size, FARTHEST)
    for _ in range(60):
        middle = (low + high) / 2
        above = true_score(items, middle, points) > scores
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray((low + high) / 2)


def highest(items: Sequence[Item], points: Points) -> int:
    for item, one in zip(items, points, strict=True):
        if len(one) != item.categories:
            raise ValueError(
                f"an item has points for {len(one)} categories and was calibrated with {item.categories}: take persons "
                "among whom each category occurs, or leave the item out of the scores"
            )
    return sum(max(one) for one in points)


def _expected(items: Sequence[Item], grid: Grid, points: Points) -> Floats:
    highest(items, points)
    shares = score_distribution(
        [in_points(share, one) for share, one in zip(probabilities(items, grid.points), points, strict=True)]
    )
    weights: Floats = grid.weights / grid.weights.sum()
    return np.asarray(weights @ shares)


def _floor(items: Sequence[Item], points: Points) -> float:
    """What the least able earn: by guessing, and points that every category is worth."""
    chances = [getattr(item, "c", 0.0) for item in items]
    return float(sum(one[0] + chance * (one[-1] - one[0]) for chance, one in zip(chances, points, strict=True)))


def _concordance(
    design: Design, method: str, n: tuple[int, int], top: int, scores: Floats, equivalents: Floats
) -> Concordance:
    unknown = np.full(scores.size, np.nan)
    return Concordance(design, method, *n, Scale(top), scores, equivalents, error=unknown, count=unknown)


#: How the items of form X and of form Y are told.
_Named = tuple[list[str], list[str]]


def _named(x: Sequence[Item], y: Sequence[Item], names: tuple[Sequence[str], Sequence[str]] | None) -> _Named:
    if names:
        return [f"“{name}”" for name in names[0]], [f"“{name}”" for name in names[1]]
    return [str(place + 1) for place in range(len(x))], [str(place + 1) for place in range(len(y))]


def _check(x: Sequence[Item], y: Sequence[Item], names: _Named) -> None:
    for form, items, told in zip("XY", (x, y), names, strict=True):
        if not items:
            raise ValueError("a form has one item or more")
        for name, item in zip(told, items, strict=True):
            if not np.isfinite(item.curves(np.zeros(1)).probability).all():
                raise ValueError(
                    f"item {name} of form {form} has no parameters, so no model says what the form's scores are "
                    "worth: leave the item out of the scores, or equate without a response model"
                )


def _check_rising(x: Sequence[Item], y: Sequence[Item], of_x: Points, of_y: Points, names: _Named) -> None:
    for form, items, points, told in zip("XY", (x, y), (of_x, of_y), names, strict=True):
        highest(items, points)
        for name, item, one in zip(told, items, points, strict=True):
            if isinstance(item, Nominal) or item.a <= 0 or any(low > high for low, high in pairwise(one)):
                raise ValueError(
                    f"item {name} of form {form} need not rise with ability: leave it out, or equate observed scores"
                )
