"""Logistic regression of the answer on score, group and both together (Swaminathan & Rogers 1990)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2 as chi_square

from item_bank.statistics.dif.regression import Fits, cox_snell, fit, nagelkerke, null_log_likelihood
from item_bank.statistics.dif.rows import letters, rows
from item_bank.statistics.dif.strata import Purification, Study, Tables, purify
from item_bank.statistics.responses import Booleans, Floats

Kind = Literal["both", "uniform", "nonuniform"]


@dataclass(frozen=True, slots=True)
class EffectTest:
    """One item, one hypothesis with `df` parameters. lrt, wald: chi-squared by likelihood ratio and by Wald, with p.
    delta_r2: what Nagelkerke's R² gains, delta_cox_snell what Cox & Snell's does. Classes of the former, "" = NaN:
    zumbo_thomas A to 0.13, B to 0.26, then C (Zumbo & Thomas 1997); jodoin_gierl A to 0.035, B to 0.07, then C
    (Jodoin & Gierl 2001, p. 332). They go by size alone: look at p first."""

    df: int
    lrt: float
    lrt_p: float
    wald: float
    wald_p: float
    delta_r2: float
    delta_cox_snell: float
    zumbo_thomas: str
    jodoin_gierl: str


@dataclass(frozen=True, slots=True)
class LogisticDif:
    """One item of n persons: logit P = b₀ + b₁·score + b₂·focal + b₃·score·focal.

    uniform: b₂ with b₃ = 0. nonuniform: b₃. both: b₂ and b₃ (Swaminathan & Rogers 1990, eq. 6).
    coefficients, errors: b₀…b₃ of the whole model; uniform_coefficients: b₀…b₂ of that without b₃. Positive b₂ = easier
    for the focal group. converged: false, and Wald NaN, if estimates run away because a score or group parts right
    from wrong answers; the likelihood ratio holds even then. All NaN for an item of more than two categories, and if
    answers do not vary or scores and groups cannot be told apart.
    """

    n: int
    both: EffectTest
    uniform: EffectTest
    nonuniform: EffectTest
    coefficients: tuple[float, ...]
    errors: tuple[float, ...]
    uniform_coefficients: tuple[float, ...]
    converged: bool
    iterations: int


def logistic(tables: Tables) -> tuple[LogisticDif, ...]:
    """All items of two groups at once: few totals occur, so counts by score and group hold the whole likelihood."""
    right, wrong, right_focal, wrong_focal = (np.nan_to_num(part) for part in tables.right_and_wrong())
    hits = np.concatenate((right, right_focal), axis=1)
    persons = hits + np.concatenate((wrong, wrong_focal), axis=1)
    occupied = persons.sum(axis=0) > 0
    hits, persons = hits[:, occupied], persons[:, occupied]
    design, back = _design(tables.values, occupied)
    by_score, uniform, whole = (_restored(fit(hits, persons, design[:, :q]), back) for q in (2, 3, 4))
    null, n = null_log_likelihood(hits, persons), persons.sum(axis=1)
    tests = (
        _test(whole, by_score, (2, 3), null, n),
        _test(uniform, by_score, (2,), null, n),
        _test(whole, uniform, (3,), null, n),
    )
    errors = np.sqrt(np.diagonal(whole.covariance, axis1=1, axis2=2))
    return rows(
        LogisticDif,
        n.astype(int),
        *tests,
        [tuple(one) for one in whole.coefficients.tolist()],
        [tuple(one) for one in errors.tolist()],
        [tuple(one) for one in uniform.coefficients.tolist()],
        whole.converged,
        [whole.iterations] * n.size,
    )


def purified_logistic(
    study: Study, *, kind: Kind = "both", level: float = 0.05, rounds: int = 20
) -> tuple[tuple[LogisticDif, ...], Purification]:
    """The same with items whose likelihood ratio of `kind` has p < `level` taken out of the others' total."""

    def flagged(anchor: Booleans) -> Booleans:
        found = logistic(study.tables(anchor))
        return np.array([getattr(row, kind).lrt_p < level for row in found], dtype=np.bool_)

    pure = purify(flagged, study.items, rounds)
    return logistic(study.tables(pure.anchor)), pure


def size_classes(delta_r2: Floats) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """(k,) letters of Zumbo & Thomas, and of Jodoin & Gierl."""
    return letters(delta_r2, (0.13, 0.26), reached=False), letters(delta_r2, (0.035, 0.07), reached=False)


def _design(values: Floats, occupied: Booleans) -> tuple[Floats, Floats]:
    """Cells (m, 4), reference before focal, with the score standardised so that Newton's steps lose no digits, and the
    matrix (4, 4) that takes coefficients back to the score itself."""
    score = np.tile(values, 2)[occupied]
    focal = np.repeat((0.0, 1.0), values.size)[occupied]
    centre, spread = (float(score.mean()), float(score.std()) or 1.0) if score.size else (0.0, 1.0)
    standard = (score - centre) / spread
    back = np.eye(4)
    back[1, 1] = back[3, 3] = 1 / spread
    back[0, 1] = back[2, 3] = -centre / spread
    return np.stack((np.ones_like(standard), standard, focal, standard * focal), axis=1), back


def _restored(found: Fits, back: Floats) -> Fits:
    q = found.coefficients.shape[1]
    turn = back[:q, :q]
    covariance = turn @ found.covariance @ turn.T
    return Fits(found.coefficients @ turn.T, covariance, found.log_likelihood, found.converged, found.iterations)


def _test(larger: Fits, smaller: Fits, places: tuple[int, ...], null: Floats, n: Floats) -> tuple[EffectTest, ...]:
    lrt = np.maximum(2 * (larger.log_likelihood - smaller.log_likelihood), 0.0)
    chosen = list(places)
    estimate = larger.coefficients[:, chosen]
    covariance = larger.covariance[:, chosen][:, :, chosen]
    known = np.isfinite(covariance.sum(axis=(1, 2)))
    inverse = np.linalg.inv(np.where(known[:, None, None], covariance, np.eye(len(chosen))))
    wald = np.where(known, np.einsum("ki,kij,kj->k", estimate, inverse, estimate), np.nan)
    gain = nagelkerke(larger.log_likelihood, null, n) - nagelkerke(smaller.log_likelihood, null, n)
    plain = cox_snell(larger.log_likelihood, null, n) - cox_snell(smaller.log_likelihood, null, n)
    df = len(places)
    return rows(
        EffectTest,
        [df] * lrt.size,
        lrt,
        chi_square.sf(lrt, df),
        wald,
        chi_square.sf(wald, df),
        gain,
        plain,
        *size_classes(gain),
    )
