"""Mantel–Haenszel: the odds of a right answer in two groups, persons of equal score compared with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2 as chi_square

from item_bank.statistics.dif.rows import letters, rows
from item_bank.statistics.dif.strata import Purification, Study, Tables, purify
from item_bank.statistics.responses import Booleans, Floats

#: Points of the ETS delta scale per unit of log odds (Holland & Thayer 1988, eq. 4), negative: a high delta is hard.
DELTA = -2.35


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """One item. n: persons in strata of two or more.

    chi2, p: Mantel & Haenszel (1959), 1 degree of freedom. odds_ratio: common odds of a right answer in the reference
    group to those in the focal group, above 1 = harder for the focal group. delta: −2.35·ln(odds_ratio), negative =
    harder for the focal group; delta_error its standard error (Phillips & Holland 1987, eq. 6).
    ets: A, B or C by size and significance (Zieky 1993). effect_size: A, B or C by size alone.
    An odds ratio of 0 or infinity, where only one group ever fails, has an infinite delta without standard error.
    NaN, and "" for a letter, where no stratum compares right and wrong answers of both groups.
    """

    n: int
    chi2: float
    p: float
    odds_ratio: float
    delta: float
    delta_error: float
    ets: str
    effect_size: str


def mantel_haenszel(tables: Tables, *, correction: bool = True) -> tuple[MantelHaenszel, ...]:
    """All items of two groups. correction: for continuity, (|ΣA − ΣE| − ½)² as printed by Holland & Thayer (1988)."""
    a, b, c, d = tables.right_and_wrong()
    total = a + b + c + d
    a, b, c, d, total = (np.where(total > 1, part, 0.0) for part in (a, b, c, d, total))
    n = np.maximum(total, 2.0)  # An empty stratum adds 0 whatever it is divided by.
    reference, focal, right, wrong = a + b, c + d, a + c, b + d
    away = np.abs((a - reference * right / n).sum(axis=1)) - 0.5 * correction
    variance = (reference * focal * right * wrong / (n**2 * (n - 1))).sum(axis=1)
    for_reference, for_focal = (a * d / n).sum(axis=1), (b * c / n).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = np.where(variance > 0, away**2 / variance, np.nan)
        odds = for_reference / for_focal
        parts = (a * d + odds[:, None] * b * c) * (a + d + odds[:, None] * (b + c)) / n**2
        spread = parts.sum(axis=1) / (2 * for_reference**2)
        delta, error = DELTA * np.log(odds), abs(DELTA) * np.sqrt(spread)
        error = np.where(np.isfinite(delta), error, np.nan)
    persons = total.sum(axis=1).astype(int)
    p = chi_square.sf(chi2, 1)
    return rows(MantelHaenszel, persons, chi2, p, odds, delta, error, ets_class(delta, error, p), size_class(delta))


def purified_mantel_haenszel(
    study: Study, *, correction: bool = True, level: float = 0.05, rounds: int = 20
) -> tuple[tuple[MantelHaenszel, ...], Purification]:
    """The same with items of p < `level` taken out of the total that the others are matched on."""

    def flagged(anchor: Booleans) -> Booleans:
        found = mantel_haenszel(study.tables(anchor), correction=correction)
        return np.array([row.p < level for row in found], dtype=np.bool_)

    pure = purify(flagged, study.items, rounds)
    return mantel_haenszel(study.tables(pure.anchor), correction=correction), pure


def ets_class(delta: Floats, error: Floats, p: Floats) -> list[str]:
    """C: |delta| ≥ 1.5 and above 1 at the 5 % level, one-sided. A: |delta| < 1 or not different from 0 at 5 %,
    two-sided. Otherwise B (Zieky 1993). An infinite delta is C or A by p. "" where a number is missing."""
    size = np.abs(delta)
    found = np.full(delta.shape, "B")
    found[(size >= 1.5) & (size - 1 > 1.645 * error)] = "C"
    found[(size < 1) | (size < 1.96 * error)] = "A"
    endless = np.isinf(delta)
    found[endless] = np.where(p[endless] < 0.05, "C", "A")
    found[np.isnan(delta) | ~endless & np.isnan(error)] = ""
    return [str(letter) for letter in found]


def size_class(delta: Floats) -> list[str]:
    """A below 1, B below 1.5, then C, by |delta| alone."""
    return [str(letter) for letter in letters(delta, (1.0, 1.5))]
