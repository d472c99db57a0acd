"""Breslow–Day: whether the odds ratio is the same at every score. If it is not, DIF is not uniform."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2 as chi_square

from item_bank.statistics.dif.rows import rows
from item_bank.statistics.dif.strata import Tables


@dataclass(frozen=True, slots=True)
class BreslowDay:
    """One item. strata: those in which both groups and both answers occur. chi2, df, p: Breslow & Day (1980, eq. 4.30)
    with df = strata − 1, without Tarone's term. trend, trend_p: whether the odds ratio rises or falls with the score,
    1 degree of freedom (Breslow & Day 1980, eq. 4.31; Penfield 2003). NaN with fewer than two strata."""

    strata: int
    chi2: float
    df: int
    p: float
    trend: float
    trend_p: float


def breslow_day(tables: Tables) -> tuple[BreslowDay, ...]:
    """All items of two groups, at the Mantel–Haenszel odds ratio."""
    a, b, c, d = (np.nan_to_num(part) for part in tables.right_and_wrong())
    reference, focal, right, total = a + b, c + d, a + c, a + b + c + d
    used = (reference > 0) & (focal > 0) & (right > 0) & (b + d > 0)
    n = np.where(used, total, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        above, below = (np.where(used, part / n, 0.0).sum(axis=1) for part in (a * d, b * c))
        odds = np.where((above > 0) & (below > 0), above / below, np.nan)[:, None]
        # E solves E(focal − right + E) = odds·(reference − E)(right − E): x² (1 − odds) + x·linear − constant = 0.
        linear = odds * (reference + right) + (focal - right)
        constant = odds * reference * right
        # Written so that nothing cancels, and so that odds of 1 give reference·right / n.
        expected = 2 * constant / (linear + np.sqrt(linear**2 - 4 * (odds - 1) * constant))
        cells = (expected, reference - expected, right - expected, focal - right + expected)
        variance = np.where(used, 1 / sum(1 / cell for cell in cells), 0.0)
        away = np.where(used, a - expected, 0.0)
        chi2 = np.where(used, away**2 / variance, 0.0).sum(axis=1)
        score = tables.values
        spread = variance @ score**2 - (variance @ score) ** 2 / variance.sum(axis=1)
        trend = (away @ score) ** 2 / spread
    strata = used.sum(axis=1)
    enough = strata > 1
    df = np.maximum(strata - 1, 0)
    chi2, trend = np.where(enough, chi2, np.nan), np.where(enough & (spread > 1e-12), trend, np.nan)
    return rows(BreslowDay, strata, chi2, df, chi_square.sf(chi2, df), trend, chi_square.sf(trend, 1))
