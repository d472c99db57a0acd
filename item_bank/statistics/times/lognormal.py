"""The lognormal model of response times: how long items take, and how fast persons work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.responses import Floats

ROUNDS = 5000
TOLERANCE = 1e-9

#: Least residual variance, of the spread of all log times: an item that the others predict wholly would reach 0.
LEAST = 1e-8
#: So near to it, in multiples of it, a variance is on its way there: EM creeps at the end.
NEARLY = 100.0


@dataclass(frozen=True, slots=True)
class TimeModel:
    """ln t = beta − tau + e / alpha, e standard normal (van der Linden 2006, eq. 3).

    beta: (k,) time intensity, the mean log time of a person of speed 0. alpha: (k,) discrimination, one over the
    residual standard deviation of log times.
    """

    beta: Floats
    alpha: Floats


@dataclass(frozen=True, slots=True)
class TimeCalibration:
    """Maximum marginal likelihood with speed tau ~ N(0, variance) in the group.

    n: persons with a time. counts: (k,) times of each item. Errors are large-sample ones from the expected
    information given who has which times. An item without a time has NaN, and so has one that took everybody the same
    time; alpha has it too where times leave no residual, as those of a copy of another item. `warnings` names such
    items (from 0).
    """

    model: TimeModel
    variance: float
    beta_error: Floats
    alpha_error: Floats
    variance_error: float
    log_likelihood: float
    n: int
    counts: NDArray[np.int64]
    converged: bool
    iterations: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speeds:
    """tau, error, items: (n,) speed (high = fast), its standard error, and times it rests on."""

    tau: Floats
    error: Floats
    items: NDArray[np.int64]


def calibrate(times: ArrayLike) -> TimeCalibration:
    """times: (n, k) seconds above 0, NaN = none. At least two items and two persons with times.

    A factor model with all loadings −1: EM with the mean of tau free in between (parameter-expanded, Liu, Rubin & Wu
    1998), because the plain step would move all intensities together only slowly.
    """
    logs, there = log_times(times)
    counts = there.sum(axis=0)
    alike = (counts > 1) & (_range(logs, there) < 1e-9)
    used = np.flatnonzero((counts > 0) & ~alike)
    persons = there[:, used].any(axis=1)
    if used.size < 2 or persons.sum() < 2:
        raise ValueError(
            "response times are modelled from at least two items and two persons with times, which must vary by person"
        )
    data = _Data.of(logs[np.ix_(persons, used)], there[np.ix_(persons, used)])
    state = data.start()
    before, converged, rounds = -np.inf, False, 0
    while rounds < ROUNDS and not converged:
        rounds += 1
        after, likelihood = data.step(state)
        moved = max(float(np.abs(new - old).max()) for new, old in zip(after, state, strict=True))
        converged = moved < TOLERANCE and abs(likelihood - before) < TOLERANCE * max(1.0, abs(likelihood))
        state, before = after, likelihood
    _, likelihood = data.step(state)
    return _calibration(data, state, likelihood, counts, used, converged, rounds)


def speeds(times: ArrayLike, model: TimeModel, variance: float | None = None) -> Speeds:
    """times: (n, k) seconds, NaN = none; items without parameters do not count.

    With the variance of tau, above 0: EAP, the mean of the posterior, under N(0, variance). Without: maximum likelihood
    (van der Linden 2006, eq. 17), NaN for a person without times.
    """
    logs, there = log_times(times)
    if logs.shape[1:] != model.beta.shape or (variance is not None and not variance > 0):
        fit = f"times of {logs.shape[1]} items, a model of {model.beta.size}"
        raise ValueError(f"{fit}: both must be of the same items, and the variance above 0")
    known = there & np.isfinite(model.alpha) & np.isfinite(model.beta)
    weight = np.where(np.isfinite(model.alpha), model.alpha, 0.0) ** 2
    away = np.where(known, np.nan_to_num(model.beta) - np.where(known, logs, 0.0), 0.0)
    precision = known @ weight + (0.0 if variance is None else 1 / variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Speeds(away @ weight / precision, np.where(precision > 0, precision**-0.5, np.nan), known.sum(axis=1))


def log_times(times: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    """(n, k) natural logs, and where there is a time."""
    values = np.array(times, dtype=np.float64, ndmin=2)
    there = ~np.isnan(values)
    if not (np.isfinite(values[there]).all() and (values[there] > 0).all()):
        raise ValueError("response times are above 0 seconds; leave out (NaN) those that were not measured")
    return np.log(values, where=there, out=np.full(values.shape, np.nan)), there


def _range(logs: Floats, there: NDArray[np.bool_]) -> Floats:
    """(k,) of log times; not defined without any."""
    highest = np.where(there, logs, -np.inf).max(axis=0, initial=-np.inf)
    return np.asarray(highest - np.where(there, logs, np.inf).min(axis=0, initial=np.inf))


class _State(NamedTuple):
    beta: Floats
    residual: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class _Data:
    """logs: (n, k) centred on `middle` (k,), 0 where there is none; there: (n, k) 1 or 0; squares: (k,) of logs."""

    logs: Floats
    there: Floats
    middle: Floats
    squares: Floats
    floor: float

    @classmethod
    def of(cls, logs: Floats, there: NDArray[np.bool_]) -> _Data:
        mask = there.astype(np.float64)
        middle = np.where(there, logs, 0.0).sum(axis=0) / mask.sum(axis=0)
        centred = np.where(there, logs - middle, 0.0)
        squares = (centred**2).sum(axis=0)
        return cls(centred, mask, middle, squares, LEAST * max(float(squares.sum() / mask.sum()), 1e-12))

    def start(self) -> _State:
        persons = -(self.logs.sum(axis=1) / self.there.sum(axis=1))
        total = self.squares / self.there.sum(axis=0)
        variance = max(float(persons.var()), self.floor)
        return _State(np.zeros(total.size), np.maximum(total - variance, total / 2 + self.floor), np.array(variance))

    def step(self, state: _State) -> tuple[_State, float]:
        """One round of EM, and the log-likelihood where it began."""
        weight = 1 / state.residual
        total = self.there @ weight
        precision = total + 1 / state.variance
        away = self.there @ (weight * state.beta) - self.logs @ weight
        tau, spread = away / precision, 1 / precision
        squares = (self.squares - 2 * state.beta * self.logs.sum(axis=0)) @ weight
        squares += float((self.there @ (weight * state.beta**2)).sum())
        constant = self.there.sum() * np.log(2 * np.pi) + float((self.there @ np.log(state.residual)).sum())
        deviance = constant + np.log1p(state.variance * total).sum() + squares - (away * tau).sum()
        n = self.there.sum(axis=0)
        beta = (self.logs.sum(axis=0) + tau @ self.there) / n
        residual = (self.squares + 2 * (tau @ self.logs) + (tau**2 + spread) @ self.there) / n - beta**2
        mean = tau.mean()
        variance = np.maximum((tau**2 + spread).mean() - mean**2, self.floor)
        return _State(beta - mean, np.maximum(residual, self.floor), variance), float(-deviance / 2)

    def errors(self, state: _State) -> tuple[Floats, Floats, float]:
        """Standard errors of beta, residual variances and the variance of tau, from the expected information.

        The inverse covariance of a person's log times is W − W11ᵀW / (1/variance + 1ᵀW1), W = diag(1/residual)."""
        weight, variance = 1 / state.residual, float(state.variance)
        total = self.there @ weight
        rest = 1 / (total + 1 / variance)
        own = self.there * weight
        of_beta = np.diag(own.sum(axis=0)) - (own * rest[:, None]).T @ own
        crossed = (own**2 * (rest**2)[:, None]).T @ own**2
        np.fill_diagonal(crossed, ((own - own**2 * rest[:, None]) ** 2).sum(axis=0))
        mixed = ((own * (rest / variance)[:, None]) ** 2).sum(axis=0)
        corner = ((total - total**2 * rest) ** 2).sum()
        of_spread = np.block([[crossed, mixed[:, None]], [mixed[None, :], np.array([[corner]])]]) / 2
        beta, spread = _roots(of_beta), _roots(of_spread)
        return beta, spread[:-1], float(spread[-1])


def _roots(information: Floats) -> Floats:
    """Standard errors; NaN where the data tell nothing, as of an item with a single time."""
    variances = np.diag(np.linalg.pinv(information, hermitian=True))
    return np.sqrt(np.where(variances > 0, variances, np.nan))


def _calibration(
    data: _Data,
    state: _State,
    likelihood: float,
    counts: NDArray[np.int64],
    used: NDArray[np.intp],
    converged: bool,
    rounds: int,
) -> TimeCalibration:
    beta_error, residual_error, variance_error = data.errors(state)
    # At the floor the likelihood still rises: alpha has no greatest value.
    alpha = np.where(state.residual > NEARLY * data.floor, state.residual**-0.5, np.nan)
    alike = [item for item in np.flatnonzero(counts > 1) if item not in used]
    warnings = [f"item {item}: everybody took the same time, so it is left out" for item in alike]
    warnings += [
        f"item {used[place]}: its times leave no residual, so it has no alpha; are they also those of another item?"
        for place in np.flatnonzero(np.isnan(alpha))
    ]
    if not state.variance > NEARLY * data.floor:
        warnings.append("persons do not differ in speed: their speeds say nothing")
        variance_error = float("nan")

    def spread_out(values: Floats) -> Floats:
        whole = np.full(counts.size, np.nan)
        whole[used] = values
        return whole

    return TimeCalibration(
        model=TimeModel(spread_out(state.beta + data.middle), spread_out(alpha)),
        variance=float(state.variance),
        beta_error=spread_out(beta_error),
        alpha_error=spread_out(residual_error * alpha**3 / 2),
        variance_error=variance_error,
        log_likelihood=likelihood,
        n=int(data.logs.shape[0]),
        counts=counts,
        converged=converged,
        iterations=rounds,
        warnings=tuple(warnings),
    )
