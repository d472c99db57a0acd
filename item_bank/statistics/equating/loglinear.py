"""Log-linear smoothing of score distributions (Holland & Thayer 1987, 2000): moments are kept, noise is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

from item_bank.statistics.equating.designs import possible
from item_bank.statistics.equating.tables import Joint, Scale, Table
from item_bank.statistics.responses import Floats

MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class LogLinear:
    """A fitted distribution. counts: as given, smoothed. deviance: 2 Σ n log(n / fitted), with `degrees` of freedom;
    aic, bic: deviance plus 2, or log of the number of persons, for each parameter but the total's."""

    counts: Floats
    deviance: float
    degrees: int
    aic: float
    bic: float
    converged: bool
    iterations: int


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How many moments smoothing keeps: of a single score `degree`; of a total with its anchor `joint[0]` and
    `joint[1]` of each, and the cross-moments xⁱvʲ up to i = `joint[2]`, j = `joint[3]`.

    structural: cells that an internal anchor rules out stay empty. By default they are smoothed as any other, as
    peers do.
    """

    degree: int = 6
    joint: tuple[int, int, int, int] = (4, 4, 2, 2)
    structural: bool = False

    @property
    def name(self) -> str:
        return f"log-linear smoothed (degree {self.degree})"

    @property
    def joint_name(self) -> str:
        return f"log-linear smoothed (degrees {', '.join(map(str, self.joint))})"

    def table(self, table: Table) -> Table:
        """ValueError where no such distribution has the observed moments."""
        return Table(table.scale, _needs(smooth(table, self.degree)).counts)

    def pair(self, joint: Joint, *, internal: bool) -> Joint:
        allowed = possible(joint) if self.structural and internal else None
        return Joint(joint.down, joint.across, _needs(smooth_joint(joint, self.joint, allowed)).counts)


def smooth(table: Table, degree: int) -> LogLinear:
    """Log of the expected count is a polynomial of the score; the first `degree` moments stay as observed."""
    return _fit(table.counts, _powers(table.scale, degree)[:, 1:])


def smooth_joint(
    joint: Joint, degrees: tuple[int, int, int, int], allowed: NDArray[np.bool_] | None = None
) -> LogLinear:
    """The same of two scores. degrees: as in `Smoothing.joint`. allowed: cells that can have persons, by default
    all."""
    first, second, down, across = degrees
    rows, columns = _powers(joint.down, max(first, down)), _powers(joint.across, max(second, across))
    powers = [(i, 0) for i in range(1, first + 1)] + [(0, j) for j in range(1, second + 1)]
    powers += [(i, j) for i in range(1, down + 1) for j in range(1, across + 1)]
    basis = np.stack([np.outer(rows[:, i], columns[:, j]).ravel() for i, j in powers], axis=1)
    cells = np.ones(joint.counts.size, dtype=np.bool_) if allowed is None else allowed.ravel()
    fitted = _fit(joint.counts.ravel()[cells], basis[cells])
    counts = np.zeros(cells.size)
    counts[cells] = fitted.counts
    return LogLinear(
        counts.reshape(joint.counts.shape),
        fitted.deviance,
        fitted.degrees,
        fitted.aic,
        fitted.bic,
        fitted.converged,
        fitted.iterations,
    )


def choose_degree(table: Table, most: int = 6) -> int:
    """The degree from 1 to `most` with the lowest AIC among those that can be fitted (Moses & Holland 2009)."""
    fits = {degree: smooth(table, degree) for degree in range(1, min(most, table.scale.size - 1) + 1)}
    found = {degree: fit.aic for degree, fit in fits.items() if fit.converged}
    if not found:
        raise ValueError("no smooth distribution has these moments: more persons or no smoothing")
    return min(found, key=lambda degree: found[degree])


def _powers(scale: Scale, degree: int) -> Floats:
    """(points, degree + 1) Legendre polynomials over the scale: the same space as powers of the score, but steady."""
    if degree < 1:
        raise ValueError("smoothing keeps one moment or more")
    if degree >= scale.size:
        raise ValueError(f"a scale of {scale.size} scores has no {degree} free moments: lower the degree")
    return np.asarray(legendre.legvander(np.linspace(-1.0, 1.0, scale.size), degree))


def _fit(counts: Floats, basis: Floats) -> LogLinear:
    """Newton's method with halved steps on the multinomial likelihood of the shares, so that the total always stays."""
    n, parameters = counts.sum(), basis.shape[1]
    drawn = 0.8 * counts + 0.2 * counts.mean()
    steady = _orthogonal(basis, drawn)
    # Least squares on logs of counts drawn towards their mean is a good start (Holland & Thayer 1987).
    beta = steady.T @ (drawn * np.log(drawn)) / n
    share, best = _multinomial(steady, beta, counts)
    before = np.inf
    for step in range(1, MOST_STEPS + 1):
        mean = share @ steady
        centred = steady - mean
        away = counts @ steady - n * mean
        move, _, rank, _ = np.linalg.lstsq(n * (centred.T * share) @ centred, away, rcond=None)
        gain = abs(float(away @ move))
        if gain < 1e-18 * n:
            # Towards an optimum that lies at infinity, steps gain e times less each time; near another, far less.
            found = rank == parameters and gain < 0.1 * before
            return _result(counts, n * share, parameters, found, step)
        before = gain
        for _ in range(30):
            share, value = _multinomial(steady, beta + move, counts)
            if value >= best - 1e-12 * abs(best):
                best = value
                break
            move = move / 2
        beta = beta + move
    return _result(counts, n * share, parameters, False, MOST_STEPS)


def _orthogonal(basis: Floats, counts: Floats) -> Floats:
    """The same space, of mean 0 and uncorrelated with variance 1 in a population with these counts."""
    share = counts / counts.sum()
    centred = basis - share @ basis
    triangle = np.linalg.qr(centred * np.sqrt(share)[:, None])[1]
    return np.asarray(np.linalg.solve(triangle.T, centred.T).T)


def _multinomial(basis: Floats, beta: Floats, counts: Floats) -> tuple[Floats, float]:
    exponent = basis @ beta
    exponent -= exponent.max()
    weights = np.exp(exponent)
    return weights / weights.sum(), float(counts @ exponent - counts.sum() * np.log(weights.sum()))


def _result(counts: Floats, fitted: Floats, parameters: int, converged: bool, iterations: int) -> LogLinear:
    there = counts > 0
    deviance = 2 * float(counts[there] @ np.log(counts[there] / np.maximum(fitted[there], 1e-300)))
    return LogLinear(
        counts=fitted,
        deviance=deviance,
        degrees=counts.size - parameters - 1,
        aic=deviance + 2 * parameters,
        bic=deviance + float(np.log(counts.sum())) * parameters,
        converged=converged,
        iterations=iterations,
    )


def _needs(fitted: LogLinear) -> LogLinear:
    if not fitted.converged:
        raise ValueError("no smooth distribution has these moments: lower the degree, or use linear equating")
    return fitted
