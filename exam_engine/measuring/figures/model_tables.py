"""Tables that a response model gives: information and errors by ability, abilities by score, classification at cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.figures.modelling import Fitted
from exam_engine.measuring.figures.precision import DIFFERENT, classified
from exam_engine.measuring.figures.steps import largest_step
from exam_engine.measuring.named import Found
from item_bank.statistics.irt.information import test_information
from item_bank.statistics.irt.models import Item, probabilities
from item_bank.statistics.irt.quadrature import normal_grid
from item_bank.statistics.irt.sums import in_points, score_distribution, sum_score_abilities
from item_bank.statistics.precision import conditional_errors, lee
from item_bank.statistics.responses import Floats

#: Abilities at which information is told: at least from −4 to 4, and 4 standard deviations to each side of the mean,
#: but no further than 20: beyond a calibration ran away.
REACH, APART, MOST = 4.0, 0.5, 20.0
#: Points on which candidates are classified: true categories change at a point, which a coarse grid would miss.
FINE = 1001
#: Standard deviations (at least logits) to each side within which expected scores are looked for.
FURTHEST = 10.0


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of points as whole steps. items: those that vary, with the points of each of their categories in steps;
    always: steps that everybody earned on the others. most: steps that can be had."""

    step: float
    items: tuple[Item, ...]
    points: tuple[tuple[int, ...], ...]
    always: int
    most: int

    @property
    def scores(self) -> Floats:
        """(s,) points of 0, 1, … steps on the items that vary."""
        top = sum(max(one) for one in self.points)
        return np.asarray((np.arange(top + 1) + self.always) * self.step)

    def conditional(self, theta: Floats) -> Floats:
        """(q, s): probability of each of `scores` at abilities."""
        shares = probabilities(self.items, theta)
        return score_distribution([in_points(share, worth) for share, worth in zip(shares, self.points, strict=True)])


def totals(fitted: Fitted) -> Totals:
    """Raises ValueError where candidates met different items, or points keep to no step."""
    marked = fitted.marked
    if not marked.responses.presented.all():
        raise ValueError(DIFFERENT)
    each = [np.asarray(one) for one in fitted.answers.points]
    most = float(sum(one.max() for one in each))
    step = largest_step(np.concatenate(each), most)
    steps = [tuple(np.rint(one / step).astype(int).tolist()) for one in each]
    known = set(fitted.determined.tolist())
    return Totals(
        step,
        tuple(fitted.items[place] for place in sorted(known)),
        tuple(steps[place] for place in sorted(known)),
        sum(one[0] for place, one in enumerate(steps) if place not in known),
        round(most / step),
    )


def information(fitted: Fitted, sums: Totals | None) -> list[Found]:
    """Test information and standard error by ability; with `sums` the expected score and its error, in points."""
    population = fitted.calibration.populations[0]
    low = max(-MOST, min(-REACH, population.mean - REACH * population.sd))
    high = min(MOST, max(REACH, population.mean + REACH * population.sd))
    theta = np.arange(np.floor(low / APART), np.ceil(high / APART) + 1) * APART
    found = test_information([fitted.items[place] for place in fitted.determined], theta)
    with np.errstate(divide="ignore"):
        columns: dict[str, Floats] = {"theta": theta, "information": found, "se": 1 / np.sqrt(found)}
    if sums:
        mean, error = conditional_errors(sums.conditional(theta), sums.scores)
        columns |= {"expected_score": mean, "score_se": error}
    return _rows(columns)


def by_score(fitted: Fitted, sums: Totals) -> list[Found]:
    """Sum-score EAP: each score that can be had, how many had it, the ability that it tells and its probability."""
    table = sum_score_abilities(sums.items, fitted.calibration.grid(), sums.points)
    had = np.rint(fitted.marked.responses.totals() / sums.step).astype(np.int64) - sums.always
    counts: NDArray[np.int64] = np.bincount(had, minlength=table.theta.size)
    columns = {
        "score": sums.scores, "n": counts, "theta": table.theta, "se": table.error, "probability": table.probability,
        "score_se": _errors(fitted, sums),
    }  # fmt: skip
    possible = table.probability > 0
    return _rows({name: column[possible] for name, column in columns.items()})


def classification(fitted: Fitted, sums: Totals, cuts: Sequence[float]) -> Found:
    """Lee's, over the population of the calibration."""
    population = fitted.calibration.populations[0]
    grid = normal_grid(FINE, mean=population.mean, variance=population.variance)
    return classified(lee(sums.conditional(grid.points), grid.weights, sums.scores, sorted(set(cuts))))


def _errors(fitted: Fitted, sums: Totals) -> Floats:
    """(s,) standard error in points where the expected score is this one; NaN beyond what is expected of anybody, as
    below what guessing earns, and where expectations do not rise with ability."""
    population = fitted.calibration.populations[0]
    reach = FURTHEST * max(1.0, population.sd)
    theta = np.linspace(population.mean - reach, population.mean + reach, FINE)
    mean, error = conditional_errors(sums.conditional(theta), sums.scores)
    if (np.diff(mean) < -1e-9).any():
        return np.full_like(sums.scores, np.nan)
    return np.asarray(np.interp(sums.scores, mean, error, left=np.nan, right=np.nan))


def _rows(columns: dict[str, Any]) -> list[Found]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
