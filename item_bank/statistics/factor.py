"""One common factor behind the items, and omega: the share of the total's variance that is due to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from item_bank.statistics.responses import Floats

#: A unique variance stays above this share of the item's own: where it would not, the solution is Heywood's.
LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class OneFactor:
    """loadings, unique: (k,) loading and unique variance of each item, the factor with variance 1.

    omega: (Σλ)² / ((Σλ)² + Σψ), McDonald's coefficient (1999, eq. 6.20) with the variance of the total that the model
    implies; omega_observed: with the observed one; omega_unique: 1 − Σψ / observed variance. omega_error: standard
    error of `omega` by the delta method from the expected information; NaN for least squares and Heywood cases.
    loglik: normal log-likelihood with means free, NaN for least squares. n persons. heywood: a unique variance reached
    its bound. converged, iterations: of the search.
    """

    n: int
    loadings: tuple[float, ...]
    unique: tuple[float, ...]
    omega: float
    omega_error: float
    omega_observed: float
    omega_unique: float
    loglik: float
    heywood: bool
    converged: bool
    iterations: int


def maximum_likelihood(covariance: Floats, n: int) -> OneFactor:
    """One factor by normal maximum likelihood (Jöreskog 1967): with the loadings that are best for given unique
    variances, ½ times the misfit is a function of the latter alone.

    covariance: (k, k) with divisor n, k ≥ 3, every item varying; n persons, more than items are needed for it to be
    positive definite. ValueError otherwise.
    """
    scale = _checked(covariance, n)
    if np.linalg.eigvalsh(_correlations(covariance)).min() < 1e-10:
        raise ValueError("the covariances are singular: leave out items that others determine, or use minres")
    start = np.clip(1 / np.diagonal(np.linalg.inv(_correlations(covariance))), 0.05, 1.0)
    found = minimize(
        _misfit, np.log(start), args=(_correlations(covariance),), jac=True, method="L-BFGS-B",
        bounds=[(np.log(LEAST), 0.0)] * len(start), options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9},
    )  # fmt: skip
    unique = np.exp(found.x)
    loadings = _best_loadings(_correlations(covariance), unique)
    heywood = bool((unique <= LEAST * 1.01).any())
    loadings, unique = loadings * scale, unique * scale**2
    sign, level = np.linalg.slogdet(_implied(loadings, unique))
    fitted = float(np.trace(np.linalg.solve(_implied(loadings, unique), covariance)))
    loglik = -n / 2 * (len(scale) * float(np.log(2 * np.pi)) + float(sign * level) + fitted)
    error = float("nan") if heywood else _omega_error(loadings, unique, n)
    converged = _settled(found.success, found.jac, found.x)
    return _result(n, covariance, loadings, unique, error, loglik, heywood, converged, int(found.nit))


def minres(covariance: Floats, n: int) -> OneFactor:
    """One factor by least squares of the off-diagonal correlations (Harman & Jones 1966). omega and all parameters
    are of standardised items.

    covariance: (k, k), also of correlations, k ≥ 3, every item varying; it may be singular.
    """
    _checked(covariance, n)
    r = _correlations(covariance)
    values, vectors = np.linalg.eigh(r)
    start = vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.1))
    found = minimize(
        _residual, start * (1 if start.sum() >= 0 else -1), args=(r,), jac=True, method="L-BFGS-B",
        bounds=[(-1.0, 1.0)] * len(start), options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-10},
    )  # fmt: skip
    loadings = found.x * (1 if found.x.sum() >= 0 else -1)
    unique = 1 - loadings**2
    heywood = bool((unique < LEAST).any())
    error, loglik = float("nan"), float("nan")
    converged = _settled(found.success, found.jac, np.zeros(0))
    return _result(n, r, loadings, unique, error, loglik, heywood, converged, int(found.nit))


def _result(
    n: int, observed: Floats, loadings: Floats, unique: Floats, error: float, loglik: float,
    heywood: bool, converged: bool, iterations: int,
) -> OneFactor:  # fmt: skip
    common, rest, whole = float(loadings.sum() ** 2), float(unique.sum()), float(observed.sum())
    return OneFactor(
        n=n,
        loadings=tuple(loadings.tolist()),
        unique=tuple(unique.tolist()),
        omega=common / (common + rest),
        omega_error=error,
        omega_observed=common / whole if whole > 0 else float("nan"),
        omega_unique=1 - rest / whole if whole > 0 else float("nan"),
        loglik=loglik,
        heywood=heywood,
        converged=converged,
        iterations=iterations,
    )


def _checked(covariance: Floats, n: int) -> Floats:
    """Standard deviations."""
    if covariance.ndim != 2 or covariance.shape[0] != covariance.shape[1] or len(covariance) < 3:
        raise ValueError("a factor needs the covariances of at least three items")
    if n < 2 or not np.isfinite(covariance).all():
        raise ValueError("covariances are missing: leave out items that too few persons have together")
    if (np.diagonal(covariance) <= 1e-14).any():
        raise ValueError("an item does not vary: leave it out")
    return np.sqrt(np.diagonal(covariance))


def _correlations(covariance: Floats) -> Floats:
    spread = np.sqrt(np.diagonal(covariance))
    return np.asarray(covariance / np.outer(spread, spread))


def _implied(loadings: Floats, unique: Floats) -> Floats:
    return np.outer(loadings, loadings) + np.diag(unique)


def _best_loadings(r: Floats, unique: Floats) -> Floats:
    """Out of the first eigenvector of the covariances in units of the unique spread (Lawley & Maxwell 1971, 4.4)."""
    spread = np.sqrt(unique)
    values, vectors = np.linalg.eigh(r / np.outer(spread, spread))
    loadings = spread * vectors[:, -1] * np.sqrt(max(float(values[-1]) - 1, 0.0))
    return np.asarray(loadings if loadings.sum() >= 0 else -loadings)


def _misfit(log_unique: Floats, r: Floats) -> tuple[float, Floats]:
    """ln|Σ| + tr(SΣ⁻¹) and its slopes by the logarithms of the unique variances."""
    unique = np.exp(log_unique)
    loadings = _best_loadings(r, unique)
    # Σ⁻¹ by Sherman & Morrison: Σ is a diagonal and one product.
    weighted = loadings / unique
    inside = 1 + float(loadings @ weighted)
    inverse = np.diag(1 / unique) - np.outer(weighted, weighted) / inside
    value = float(log_unique.sum() + np.log(inside) + np.einsum("ij,ji->", r, inverse))
    slope = np.diagonal(inverse) - np.einsum("ij,jk,ki->i", inverse, r, inverse, optimize=True)
    return value, np.asarray(slope * unique)


def _residual(loadings: Floats, r: Floats) -> tuple[float, Floats]:
    off = r - np.outer(loadings, loadings)
    np.fill_diagonal(off, 0.0)
    return float((off**2).sum() / 2), np.asarray(-2 * off @ loadings)


def _settled(success: bool, slope: Floats, log_unique: Floats) -> bool:
    """A line search may give up within rounding of the optimum: judge by the slope, but at a bound."""
    inside = log_unique > np.log(LEAST) + 0.01 if log_unique.size else np.ones(slope.size, dtype=np.bool_)
    return bool(success or np.abs(slope[inside]).max(initial=0.0) < 1e-5)


def _omega_error(loadings: Floats, unique: Floats, n: int) -> float:
    """Expected information of (λ, ψ), with A = Σ⁻¹: n[(Aλ)ᵢ(Aλ)ⱼ + Aᵢⱼ λ′Aλ], n Aᵢⱼ(Aλ)ⱼ and n/2 Aᵢⱼ²."""
    inverse = np.linalg.inv(_implied(loadings, unique))
    pull = inverse @ loadings
    both = np.outer(pull, pull) + inverse * float(loadings @ pull)
    cross = inverse * pull[None, :]
    information = n * np.block([[both, cross], [cross.T, inverse**2 / 2]])
    total, rest = float(loadings.sum()), float(unique.sum())
    whole = (total**2 + rest) ** 2
    slopes = np.repeat([2 * total * rest / whole, -(total**2) / whole], len(loadings))
    try:
        variance = float(slopes @ np.linalg.solve(information, slopes))
    except np.linalg.LinAlgError:
        return float("nan")
    return float(np.sqrt(variance)) if variance >= 0 else float("nan")
