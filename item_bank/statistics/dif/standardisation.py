"""Standardisation: the difference of two groups' means, weighed by where the focal group's persons are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from item_bank.statistics.dif.rows import letters, rows
from item_bank.statistics.dif.strata import Tables
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class Standardisation:
    """One item. n: focal persons with whom somebody of the reference group can be compared.

    p_dif: STD P-DIF, Σ w(P_focal − P_reference) / Σ w with w the focal persons of a stratum (Dorans & Kulick 1986, eq.
    1), −1 to 1, negative = harder for the focal group. p_dif_error: from binomial variances within strata. odds_ratio:
    of the two standardised shares, reference to focal (Dorans & Holland 1993). size: A below 0.05, B below 0.10, C.
    """

    n: int
    p_dif: float
    p_dif_error: float
    odds_ratio: float
    size: str


def standardisation(tables: Tables) -> tuple[Standardisation, ...]:
    """All items of two groups; NaN for items with more than two categories and where no stratum has both groups."""
    mean_reference, mean_focal, difference, error = standardised(tables)
    persons = tables.persons
    n = np.where((persons > 0).all(axis=1), persons[:, 1], 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = mean_reference / (1 - mean_reference) / (mean_focal / (1 - mean_focal))
    binary = tables.dichotomous
    p_dif, error, odds = (np.where(binary, part, np.nan) for part in (difference, error, odds))
    return rows(Standardisation, n.astype(int), p_dif, error, odds, letters(p_dif, (0.05, 0.10)))


def standardised(tables: Tables) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean of the reference group if it were spread as the focal group is, mean of the focal group, their difference
    focal − reference and its standard error, each (k,), over strata with persons of both groups.

    The standard error takes scores as independent within strata, with variances of divisor n.
    """
    n, mean, variance = tables.moments()
    both = (n > 0).all(axis=1)
    weight = np.where(both, n[:, 1], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = weight / weight.sum(axis=1, keepdims=True)
        of_mean = np.where(n > 1, variance * (n - 1) / n**2, 0.0).sum(axis=1)
    reference = (share * np.where(both, mean[:, 0], 0.0)).sum(axis=1)
    focal = (share * np.where(both, mean[:, 1], 0.0)).sum(axis=1)
    return reference, focal, focal - reference, np.sqrt((share**2 * of_mean).sum(axis=1))
