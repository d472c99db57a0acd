"""Maximising a marginal likelihood: quasi-Newton steps that begin as those of EM and end as Newton's.

The first steps use the information of complete data (gradient EM, Lange 1995a), with the changes of gradients seen
since then worked in (limited-memory BFGS: Lange 1995b; Jamshidian & Jennrich 1997). Near the solution the observed
information takes its place, and convergence is quadratic.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from item_bank.statistics.irt.errors import observed_information, price, score_products
from item_bank.statistics.irt.marginal import Marginal, Point
from item_bank.statistics.responses import Floats

#: No parameter moves further than this in one step.
LONGEST = 1.5
#: Patterns that tell second derivatives well enough to find the way.
ENOUGH = 10_000
#: Multiplications (about ten seconds) that the observed information may take on the way to a solution.
DEAREST = 3e11
#: What parameters may move before the lattice is looked at again.
FAR = 0.05
#: Steps after which second derivatives are taken anew.
LONG = 8
#: Expected gain, per estimated parameter, below which the observed information is worth its price.
NEAR = 0.05


@dataclass(slots=True)
class Curvature:
    """What is believed about second derivatives: a factored matrix and the last pairs of steps and gradient changes."""

    matrix: Floats
    factor: tuple[Floats, bool]
    observed: bool
    pairs: deque[tuple[Floats, Floats]] = field(default_factory=lambda: deque(maxlen=12))

    def direction(self, gradient: Floats) -> Floats:
        """The step that these second derivatives promise to be best (two-loop recursion, Nocedal 1980)."""
        left, used = gradient.copy(), []
        for step, change in reversed(self.pairs):
            share = float(step @ left) / float(step @ change)
            used.append(share)
            left -= share * change
        left = np.asarray(cho_solve(self.factor, left, check_finite=False))
        for (step, change), share in zip(self.pairs, reversed(used), strict=True):
            left += step * (share - float(change @ left) / float(step @ change))
        return left

    def learn(self, step: Floats, change: Floats) -> None:
        if step @ change > 1e-10 * np.sqrt((step @ step) * (change @ change)):
            self.pairs.append((step, change))


@dataclass(frozen=True, slots=True)
class Climb:
    """Where an ascent ended; unconverged on an exhausted lattice when parameters ran away. gain: what a further step is
    expected to add to the log-likelihood."""

    marginal: Marginal
    estimated: Floats
    point: Point
    iterations: int
    converged: bool
    gain: float
    curvature: Curvature


def ascend(
    marginal: Marginal,
    start: Floats,
    tolerance: float,
    limit: int,
    fineness: float,
    curvature: Curvature | None = None,
) -> Climb:
    """From `start` until the expected gain of a step is below `tolerance`, or after `limit` steps."""
    estimated, point = start, marginal.at(start)
    gain, moved, iteration, stale = np.inf, 0.0, 0, 0
    for iteration in range(1, limit + 1):
        fresh = curvature is None
        curvature = curvature or complete(marginal, point)
        direction = curvature.direction(point.gradient)
        gain = float(point.gradient @ direction) / 2
        if gain >= tolerance and (stale > LONG or (not curvature.observed and gain < NEAR * estimated.size)):
            curvature, stale = observed(marginal, estimated, point) or complete(marginal, point), 0
            direction = curvature.direction(point.gradient)
            gain = float(point.gradient @ direction) / 2
        if gain < tolerance:
            return Climb(marginal, estimated, point, iteration, True, gain, curvature)
        step, ahead = _search(marginal, estimated, point, direction)
        if ahead is None:
            if fresh:
                break
            curvature = None
            continue
        curvature.learn(step, point.gradient - ahead.gradient)
        estimated, point, stale = estimated + step, ahead, stale + 1
        moved += float(np.abs(step).max())
        if moved > FAR:
            moved, lattice = 0.0, marginal.refined(point.full, fineness)
            if lattice is not marginal.lattice:
                marginal = replace(marginal, lattice=lattice)
                point = marginal.at(estimated)
        if marginal.lattice.exhausted:  # a slope or a variance runs away
            break
    assert curvature is not None
    return Climb(marginal, estimated, point, iteration, False, gain, curvature)


def complete(marginal: Marginal, point: Point) -> Curvature:
    matrix = marginal.layout.reduce_matrix(marginal.complete_information(point, expected=True))
    # A hair more than it is, for parameters that these answers tell nothing about.
    diagonal = np.diag_indices_from(matrix)
    matrix[diagonal] += 1e-6 * matrix[diagonal].max(initial=1.0)
    return Curvature(matrix, cho_factor(matrix, lower=True), observed=False)


def observed(marginal: Marginal, estimated: Floats, point: Point) -> Curvature | None:
    """From a part of very many patterns. None where the likelihood does not bend downwards in every direction, and
    where it takes too long to tell."""
    part = marginal.thinned(ENOUGH)
    if price(part) > DEAREST:
        return None
    if part is not marginal:
        point = part.at(estimated)
    found = _factored(grown(observed_information(part, point), part, marginal))
    if found is None and part is not marginal:  # a part may bend upwards where the whole does not
        found = _factored(grown(score_products(part, point), part, marginal))
    return found


def rescaled(curvature: Curvature, part: Marginal, whole: Marginal) -> Curvature | None:
    """What a part's observed information says of that of all its patterns."""
    return _factored(grown(curvature.matrix, part, whole)) if curvature.observed else None


def grown(matrix: Floats, part: Marginal, whole: Marginal) -> Floats:
    """Answers tell more in proportion to the persons; a prior tells the same."""
    prior = np.diag(part.prior_information())
    return (matrix - prior) * (whole.persons / part.persons) + prior


def _factored(matrix: Floats) -> Curvature | None:
    try:
        return Curvature(matrix, cho_factor(matrix, lower=True), observed=True)
    except (LinAlgError, ValueError):
        return None


def _search(marginal: Marginal, estimated: Floats, point: Point, direction: Floats) -> tuple[Floats, Point | None]:
    """Halves the step until the likelihood rises as it should (Armijo 1966); None where it never does."""
    step = direction * min(1.0, LONGEST / float(np.abs(direction).max(initial=1e-300)))
    rounding = 1e-13 * abs(point.value)
    for _ in range(25):
        ahead = marginal.at(estimated + step)
        if ahead.value >= point.value + 1e-4 * float(point.gradient @ step) - rounding:
            return step, ahead
        step = step / 2
    return step, None
