"""Ordinal logistic regression: cumulative logits of an item's categories on score and group (Zumbo 1999)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from scipy.stats import chi2 as chi_square

from item_bank.statistics.dif.logistic import size_classes
from item_bank.statistics.dif.regression import informative, nagelkerke
from item_bank.statistics.dif.strata import Tables
from item_bank.statistics.responses import Floats

ROUNDS = 60


@dataclass(frozen=True, slots=True)
class OrdinalTest:
    """lrt: likelihood-ratio chi-squared with `df`, p. delta_r2: gain of Nagelkerke's R²; classes as of `logistic`."""

    df: int
    lrt: float
    lrt_p: float
    delta_r2: float
    zumbo_thomas: str
    jodoin_gierl: str


@dataclass(frozen=True, slots=True)
class OrdinalDif:
    """One item of n persons: logit P(X ≥ h) = τ_h + b₁·score + b₂·focal + b₃·score·focal (McCullagh 1980; Zumbo 1999).

    thresholds: τ for the categories that occur, beginning with the second. coefficients, errors: b₁, b₂, b₃.
    Tests as in `logistic`, which this is for two categories. NaN if scores, groups or answers do not vary;
    converged false, and errors not to be used, if the estimates run away.
    """

    n: int
    both: OrdinalTest
    uniform: OrdinalTest
    nonuniform: OrdinalTest
    thresholds: tuple[float, ...]
    coefficients: tuple[float, ...]
    errors: tuple[float, ...]
    converged: bool
    iterations: int


@dataclass(frozen=True, slots=True)
class _Fit:
    parameters: Floats
    covariance: Floats
    log_likelihood: float
    converged: bool
    iterations: int


def ordinal(tables: Tables) -> tuple[OrdinalDif, ...]:
    """All items of two groups."""
    return tuple(_item(counts, tables.values) for counts in tables.counts)


def _item(counts: Floats, values: Floats) -> OrdinalDif:
    """counts: (2, s, categories)."""
    cells = counts.reshape(-1, counts.shape[2])
    occupied = cells.sum(axis=1) > 0
    cells = cells[occupied][:, cells.sum(axis=0) > 0]
    score, focal = np.tile(values, 2)[occupied], np.repeat((0.0, 1.0), values.size)[occupied]
    n = cells.sum()
    centre = float(cells.sum(axis=1) @ score / n) if n else 0.0
    spread = float(np.sqrt(cells.sum(axis=1) @ (score - centre) ** 2 / n)) if n else 0.0
    standard = (score - centre) / (spread or 1.0)
    design = np.stack((standard, focal, standard * focal), axis=1)
    if cells.shape[1] < 2 or np.linalg.matrix_rank(np.column_stack((np.ones(len(design)), design))) < 4:
        return _undefined(int(n))
    by_score, uniform, whole = (_fit(cells, design[:, :q]) for q in (1, 2, 3))
    share = cells.sum(axis=0) / n
    null = float(n * (share @ np.log(share)))
    m = cells.shape[1] - 1
    back = _back(m, centre, spread)
    found = back @ whole.parameters
    errors = np.sqrt(np.diagonal(back @ whole.covariance @ back.T))
    return OrdinalDif(
        int(n),
        _test(whole, by_score, 2, null, n),
        _test(uniform, by_score, 1, null, n),
        _test(whole, uniform, 1, null, n),
        tuple(found[:m].tolist()),
        tuple(found[m:].tolist()),
        tuple(errors[m:].tolist()),
        whole.converged,
        whole.iterations,
    )


def _back(thresholds: int, centre: float, spread: float) -> Floats:
    """What takes parameters back from the standardised score to the score itself."""
    m = thresholds
    back = np.eye(m + 3)
    back[m, m] = back[m + 2, m + 2] = 1 / spread
    back[:m, m] = back[m + 1, m + 2] = -centre / spread
    return back


def _fit(cells: Floats, design: Floats) -> _Fit:
    """Fisher scoring on thresholds and slopes, steps halved while they lower the likelihood. cells: (m, categories)."""
    share = cells.sum(axis=0) / cells.sum()
    above = 1 - np.cumsum(share)[:-1]
    parameters = np.concatenate((np.log(above / (1 - above)), np.zeros(design.shape[1])))
    reached, score, information = _derivatives(cells, design, parameters)
    greatest = information
    still, iteration = False, 0
    while iteration < ROUNDS and not still:
        iteration += 1
        step = np.linalg.pinv(information, hermitian=True) @ score
        found = _derivatives(cells, design, parameters + step)
        for _ in range(20):
            if found[0] >= reached - 1e-10 * abs(reached):
                break
            step = step / 2
            found = _derivatives(cells, design, parameters + step)
        still = abs(found[0] - reached) <= 1e-11 * (abs(found[0]) + 0.05)
        parameters = np.asarray(parameters + step)
        reached, score, information = found
    regular = bool(informative(information[None], greatest[None])[0])
    covariance = np.linalg.inv(information) if regular else information * np.nan
    return _Fit(parameters, np.asarray(covariance), reached, regular and still, iteration)


def _derivatives(cells: Floats, design: Floats, parameters: Floats) -> tuple[float, Floats, Floats]:
    """Log-likelihood, score and expected information; −∞ where the thresholds are out of order."""
    m = cells.shape[1] - 1
    at_least = expit(parameters[:m] + (design @ parameters[m:])[:, None])
    edge = np.ones((len(cells), 1))
    chance = -np.diff(np.concatenate((edge, at_least, 0 * edge), axis=1), axis=1)
    if not (np.diff(parameters[:m]) < 0).all():
        return -np.inf, parameters, np.eye(parameters.size)
    chance = np.maximum(chance, 1e-300)
    slope = at_least * (1 - at_least)
    # Each threshold's move changes the categories on both its sides; a slope moves all thresholds together.
    turn = np.zeros((len(cells), m + 1, m + design.shape[1]))
    place = np.arange(m)
    turn[:, place, place] = -slope
    turn[:, place + 1, place] = slope
    turn[:, :, m:] = turn[:, :, :m].sum(axis=2)[:, :, None] * design[:, None, :]
    score = np.einsum("sc,scp->p", cells / chance, turn)
    weight = cells.sum(axis=1)[:, None] / chance
    information = np.einsum("sc,scp,scq->pq", weight, turn, turn, optimize=True)
    return float((cells * np.log(chance)).sum()), score, information


def _test(larger: _Fit, smaller: _Fit, df: int, null: float, n: float) -> OrdinalTest:
    lrt = max(2 * (larger.log_likelihood - smaller.log_likelihood), 0.0)
    both = nagelkerke(
        np.array([larger.log_likelihood, smaller.log_likelihood]), np.array([null] * 2), np.array([n] * 2)
    )
    gain = both[:1] - both[1:]
    classes = (str(letters[0]) for letters in size_classes(gain))
    return OrdinalTest(df, lrt, float(chi_square.sf(lrt, df)), float(gain[0]), *classes)


def _undefined(n: int) -> OrdinalDif:
    nan = float("nan")
    both, one = (OrdinalTest(df, nan, nan, nan, "", "") for df in (2, 1))
    return OrdinalDif(n, both, one, one, (), (nan,) * 3, (nan,) * 3, False, 0)
