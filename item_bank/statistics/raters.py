"""Agreement of markers: weighted kappa of two, intraclass correlations of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.stats import f as f_distribution

from item_bank.statistics.checks import known, together
from item_bank.statistics.responses import Floats

Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True, slots=True)
class Kappa:
    """n scripts that both marked. kappa: agreement beyond chance, at most 1; error: its large-sample standard error
    (Fleiss, Cohen & Everitt 1969). observed, expected: weighted agreement, and that of independent markers. exact,
    adjacent: share with the same category, and with the same or a neighbouring one. difference: mean of the second
    marker's category minus the first's. kappa is NaN where both markers gave one and the same category to all."""

    n: int
    kappa: float
    error: float
    observed: float
    expected: float
    exact: float
    adjacent: float
    difference: float


@dataclass(frozen=True, slots=True)
class Coefficient:
    """An intraclass correlation with its interval; NaN where scripts or marks do not vary."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class IntraclassCorrelations:
    """n scripts, each marked by k markers (Shrout & Fleiss 1979; intervals of McGraw & Wong 1996, table 7).

    one_way: every script had other markers, ICC(1,1). agreement: the same markers, drawn from many, whose severity
    counts as error, ICC(2,1) = ICC(A,1). consistency: the same with severity left out, ICC(3,1) = ICC(C,1). The
    `_mean` ones are of the mean of k marks.
    """

    n: int
    k: int
    one_way: Coefficient
    agreement: Coefficient
    consistency: Coefficient
    one_way_mean: Coefficient
    agreement_mean: Coefficient
    consistency_mean: Coefficient


def weighted_kappa(
    first: Floats, second: Floats, categories: Sequence[float] | None = None, weights: Weights = "quadratic"
) -> Kappa:
    """Cohen's kappa (1960), weighted (1968). first, second: (n,) marks, NaN = not marked. categories: all possible
    marks in order; by default those given. Weights fall with the distance of category numbers: 1 − d/(c − 1), or with
    its square; `none` counts exact agreement only."""
    together("marks of both", first, second)
    if weights not in get_args(Weights):
        raise ValueError(f"weights are {', '.join(get_args(Weights))}, not {weights}")
    both = ~(np.isnan(first) | np.isnan(second))
    n = int(both.sum())
    given = np.concatenate((first[both], second[both]))
    known("marks", given)
    there = np.unique(given) if categories is None else np.asarray(categories, dtype=np.float64)
    if not (np.diff(there) > 0).all():
        raise ValueError("categories: all possible marks, each once, in ascending order")
    c = there.size
    if c == 0 or n == 0:
        return Kappa(n, *[float("nan")] * 7)
    one, other = (_places(marks[both], there) for marks in (first, second))
    p = np.bincount(one * c + other, minlength=c * c).reshape(c, c) / n
    distance = np.abs(np.subtract.outer(np.arange(c), np.arange(c)))
    w = _agreement(distance, weights)
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float((p * w).sum()), float(rows @ w @ columns)
    kappa = error = float("nan")
    if expected < 1 - 1e-12:
        kappa = (observed - expected) / (1 - expected)
        pull = np.add.outer(w @ columns, rows @ w) * (1 - kappa)
        variance = float((p * (w - pull) ** 2).sum()) - (kappa - expected * (1 - kappa)) ** 2
        error = float(np.sqrt(max(variance, 0.0) / n) / (1 - expected))
    near = float(p[distance <= 1].sum())
    return Kappa(n, kappa, error, observed, expected, float(np.trace(p)), near, float((other - one).mean()))


def intraclass(marks: Floats, level: float = 0.95) -> IntraclassCorrelations:
    """marks: (scripts, markers); scripts with a NaN are left out. At least two scripts and two markers."""
    if not 0 < level < 1:
        raise ValueError("the level of an interval lies between 0 and 1")
    if marks.ndim != 2:
        raise ValueError("marks: one row for each script, one column for each marker")
    complete = marks[~np.isnan(marks).any(axis=1)]
    known("marks", complete)
    n, k = complete.shape
    if n < 2 or k < 2:
        raise ValueError("intraclass correlations need at least two scripts that at least two markers marked")
    scripts, severity, rest, within = _mean_squares(complete)
    tail = (1 + level) / 2
    one_way = _from_ratio(scripts, within, n - 1, n * (k - 1), k, tail)
    consistency = _from_ratio(scripts, rest, n - 1, (n - 1) * (k - 1), k, tail)
    agreement = _agreement_interval(scripts, severity, rest, n, k, tail)
    means = [
        Coefficient(*(_spearman_brown(x, k) for x in (one.value, one.lower, one.upper)))
        for one in (one_way, agreement, consistency)
    ]
    return IntraclassCorrelations(n, k, one_way, agreement, consistency, *means)


def _places(marks: Floats, known: Floats) -> np.ndarray[tuple[int], np.dtype[np.int_]]:
    places = np.minimum(np.searchsorted(known, marks - 1e-9), known.size - 1)
    if (np.abs(known[places] - marks) > 1e-9).any():
        raise ValueError("a mark is not among the categories, which must be in order")
    return np.asarray(places, dtype=np.int_)


def _agreement(distance: np.ndarray[tuple[int, int], np.dtype[np.int_]], weights: Weights) -> Floats:
    most = max(int(distance.max(initial=0)), 1)
    match weights:
        case "none":
            return np.asarray(distance == 0, dtype=np.float64)
        case "linear":
            return np.asarray(1 - distance / most)
        case "quadratic":
            return np.asarray(1 - (distance / most) ** 2)


def _mean_squares(marks: Floats) -> tuple[float, float, float, float]:
    """Between scripts, between markers, what is left, and within scripts."""
    n, k = marks.shape
    away = marks - marks.mean()
    between = k * float((away.mean(axis=1) ** 2).sum())
    markers = n * float((away.mean(axis=0) ** 2).sum())
    residual = away - away.mean(axis=1, keepdims=True) - away.mean(axis=0, keepdims=True)
    left = float((residual**2).sum())
    return between / (n - 1), markers / (k - 1), left / ((n - 1) * (k - 1)), (markers + left) / (n * (k - 1))


def _from_ratio(scripts: float, error: float, df: int, df_error: int, k: int, tail: float) -> Coefficient:
    if scripts <= 1e-14 and error <= 1e-14:
        return Coefficient(*[float("nan")] * 3)
    if error <= 1e-14 * scripts:
        return Coefficient(1.0, 1.0, 1.0)
    ratio = scripts / error
    bounds = ratio / f_distribution.ppf(tail, df, df_error), ratio * f_distribution.ppf(tail, df_error, df)
    return Coefficient(*(float((x - 1) / (x + k - 1)) for x in (ratio, *bounds)))


def _agreement_interval(scripts: float, severity: float, rest: float, n: int, k: int, tail: float) -> Coefficient:
    whole = scripts + (k - 1) * rest + k * (severity - rest) / n
    if whole <= 1e-14:
        return Coefficient(*[float("nan")] * 3)
    value = (scripts - rest) / whole
    if severity <= 1e-14 * scripts and rest <= 1e-14 * scripts:
        return Coefficient(1.0, 1.0, 1.0)
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    parts = (a * severity) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1))
    if parts <= 0:
        # Markers differ by their severity only, and scripts do not differ.
        return Coefficient(value, float("nan"), float("nan"))
    df = (a * severity + b * rest) ** 2 / parts
    low, high = f_distribution.ppf(tail, n - 1, df), f_distribution.ppf(tail, df, n - 1)
    other = k * severity + (k * n - k - n) * rest
    lower = n * (scripts - low * rest) / (low * other + n * scripts)
    upper = n * (high * scripts - rest) / (other + n * high * scripts)
    return Coefficient(value, float(lower), float(upper))


def _spearman_brown(single: float, k: int) -> float:
    """Of the mean of k; below −1/(k − 1), which no single correlation of k marks has, NaN."""
    below = 1 + (k - 1) * single
    return k * single / below if below > 1e-12 else float("nan")
