"""Person fit of response times, alone and together with answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2, norm

from item_bank.statistics.irt.models import Item
from item_bank.statistics.irt.person_fit import corrected_log_likelihood
from item_bank.statistics.responses import Floats
from item_bank.statistics.times.lognormal import TimeModel, log_times, speeds


@dataclass(frozen=True, slots=True)
class TimeFit:
    """Each (n,). statistic: sum of squared standardised log-time residuals at the ML speed, chi-squared with `df` =
    times − 1 under the model (Sinharay 2018, L_T); p: its upper tail. NaN for fewer than two times."""

    statistic: Floats
    df: Floats
    p: Floats


@dataclass(frozen=True, slots=True)
class JointFit:
    """Each (n,).

    score: standardised log-likelihood of the answers, corrected for the estimated ability (l_z*, Snijders 2001), low =
    aberrant; score_p its lower tail. time: L_T. combined: both p-values as chi-squared values added, 2 degrees of
    freedom (Q_ST), high = aberrant. standardised: log-likelihood of answers and times together (L_ST), low = aberrant.
    The last two are of Gorney, Sinharay & Liu (2024). NaN where the person has no answer or fewer than two times.
    """

    score: Floats
    score_p: Floats
    time: TimeFit
    combined: Floats
    combined_p: Floats
    standardised: Floats
    standardised_p: Floats


def time_fit(times: ArrayLike, model: TimeModel) -> TimeFit:
    """times: (n, k) seconds, NaN = none."""
    residuals = standardised_residuals(times, model)
    count = (~np.isnan(residuals)).sum(axis=1).astype(np.float64)
    enough = count >= 2
    statistic = np.where(enough, np.nansum(residuals**2, axis=1), np.nan)
    df = np.where(enough, count - 1, np.nan)
    return TimeFit(statistic, df, np.asarray(chi2.sf(statistic, df)))


def standardised_residuals(times: ArrayLike, model: TimeModel) -> Floats:
    """(n, k): alpha · (ln t − beta + tau) at the person's ML speed; NaN where there is no time or no parameter."""
    logs, _ = log_times(times)
    tau = speeds(times, model).tau
    return np.asarray(model.alpha * (logs - model.beta + tau[:, None]))


def joint_fit(
    responses: NDArray[np.integer], items: Sequence[Item], theta: Floats, times: ArrayLike, model: TimeModel
) -> JointFit:
    """responses: (n, k) category numbers, negative = no answer. theta: (n,) finite ML abilities (limit them, e.g. to
    −4 to 4, for perfect scores). times: (n, k) seconds, NaN = none."""
    answers, abilities = np.asarray(responses), np.asarray(theta, dtype=np.float64)
    residuals = standardised_residuals(times, model)
    if answers.shape != residuals.shape or answers.shape != (abilities.size, len(items)):
        raise ValueError(f"responses {answers.shape}, times {residuals.shape}, abilities and items do not fit together")
    timed = time_fit(times, model)
    away, variance = corrected_log_likelihood(np.maximum(answers, -1), items, abilities)
    enough = (variance > 0) & (timed.df > 0)
    score = np.divide(away, np.sqrt(variance), out=np.full(away.shape, np.nan), where=variance > 0)
    surprise = np.nansum((1 - residuals**2) / 2, axis=1)
    together = np.sqrt(variance + (timed.df + 1) / 2, where=enough, out=np.ones_like(variance))
    standardised = np.where(enough, (away + surprise) / together, np.nan)
    score_p = norm.cdf(score)
    combined = chi2.isf(score_p, 1) + chi2.isf(timed.p, 1)
    return JointFit(
        score, score_p, timed, combined, np.asarray(chi2.sf(combined, 2)), standardised, norm.cdf(standardised)
    )
