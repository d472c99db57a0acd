"""Sum scores under a response model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from item_bank.statistics.irt.models import Item, probabilities
from item_bank.statistics.irt.quadrature import Grid
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """For each sum score 0, 1, … of category numbers: mean and standard deviation of the ability given that score
    (Thissen, Pommerich, Billeaud & Williams 1995, eq. 4 and 5), and the score's probability under the model."""

    theta: Floats
    error: Floats
    probability: Floats


def score_distribution(shares: Sequence[Floats]) -> Floats:
    """Probability of each sum score (Lord & Wingersky 1984, eq. 7–8; for any categories Hanson 1994).

    shares: per item (q, categories), category probabilities at each of q abilities. → (q, scores), 0 to the highest.
    """
    if not shares:
        raise ValueError("a sum score needs at least one item")
    return _add(np.ones((shares[0].shape[0], 1)), shares)


def without_each(shares: Sequence[Floats]) -> list[Floats]:
    """Per item the distribution (q, scores) of the sum of all the others.

    Halving the items again and again needs about k log₂ k steps in place of k², and no division.
    """
    found: list[Floats] = []

    def split(others: Floats, some: Sequence[Floats]) -> None:
        if len(some) == 1:
            found.append(others)
            return
        half = len(some) // 2
        split(_add(others, some[half:]), some[:half])
        split(_add(others, some[:half]), some[half:])

    if shares:
        split(np.ones((shares[0].shape[0], 1)), shares)
    return found


def in_points(share: Floats, points: Sequence[int]) -> Floats:
    """(q, categories) → (q, points): of an item whose categories are worth other points than their number.

    points: of each category, whole and from 0 (quarter points as 1, 2, …); several categories may be worth the same.
    """
    if len(points) != share.shape[1] or min(points) < 0:
        raise ValueError("points: one whole number from 0 for each category")
    spread = np.zeros((share.shape[0], max(points) + 1))
    for category, worth in enumerate(points):
        spread[:, worth] += share[:, category]
    return spread


def sum_score_abilities(
    items: Sequence[Item], density: Grid, points: Sequence[Sequence[int]] | None = None
) -> ScoreTable:
    """EAP from the sum score alone: what a table of a form's scores is printed from.

    points: per item those of each category, as of `in_points`; by default the category numbers. Scores that no
    answers add up to have probability 0, and NaN.
    """
    shares = probabilities(items, density.points)
    if points is not None:
        shares = tuple(in_points(share, worth) for share, worth in zip(shares, points, strict=True))
    joint = score_distribution(shares) * density.weights[:, None]
    probability = joint.sum(axis=0)
    centred = density.points - density.mean
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = centred @ joint / probability
        square = centred**2 @ joint / probability
    return ScoreTable(mean + density.mean, np.sqrt(np.maximum(square - mean**2, 0.0)), probability)


def _add(sums: Floats, shares: Sequence[Floats]) -> Floats:
    for share in shares:
        wider = np.zeros((sums.shape[0], sums.shape[1] + share.shape[1] - 1))
        for category in np.flatnonzero(share.any(axis=0)):
            wider[:, category : category + sums.shape[1]] += sums * share[:, category : category + 1]
        sums = wider
    return sums
