"""Items of several points and clusters: Mantel, generalised Mantel–Haenszel, standardised mean difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2 as chi_square

from item_bank.statistics.dif.rows import rows
from item_bank.statistics.dif.standardisation import standardised
from item_bank.statistics.dif.strata import Purification, Study, Tables, purify
from item_bank.statistics.responses import Booleans, Floats


@dataclass(frozen=True, slots=True)
class Mantel:
    """One item of ordered categories 0, 1, 2 …; n: persons in strata of two or more.

    chi2, p: of the focal group's sum of scores, 1 degree of freedom (Mantel 1963, eq. 3); for an item of 0 and 1 that
    of Mantel–Haenszel without correction for continuity.
    smd: standardised mean difference focal − reference in points, negative = harder for the focal group (Dorans &
    Schmitt 1991); smd_error: its standard error, scores independent within strata. effect: smd / standard deviation of
    the item among all persons. ets: AA if p ≥ 0.05 or |effect| ≤ 0.17, BB to 0.25, CC above (Zwick, Thayer & Mazzeo
    1997). NaN and "" where no stratum has both groups and scores that vary.
    """

    n: int
    chi2: float
    p: float
    smd: float
    smd_error: float
    effect: float
    ets: str


@dataclass(frozen=True, slots=True)
class Generalised:
    """One item, two or more groups, categories without an order. n: persons in strata of two or more. chi2, df, p:
    generalised Mantel–Haenszel (Mantel & Haenszel 1959, § "several"; Somes 1986, eq. 2; for groups Penfield 2001);
    df = (groups − 1)(categories − 1), less what no stratum tells apart. NaN with df 0."""

    n: int
    chi2: float
    df: int
    p: float


def mantel(tables: Tables) -> tuple[Mantel, ...]:
    """All items of two groups."""
    score = np.arange(tables.counts.shape[3], dtype=np.float64)
    persons = tables.persons
    both = persons.sum(axis=1)
    used = both > 1
    n = np.where(used, both, 2.0)
    totals, squares = tables.counts.sum(axis=1) @ score, tables.counts.sum(axis=1) @ score**2
    reference, focal = persons[:, 0], persons[:, 1]
    away = np.where(used, tables.counts[:, 1] @ score - focal * totals / n, 0.0).sum(axis=1)
    spread = reference * focal * (n * squares - totals**2) / (n**2 * (n - 1))
    variance = np.where(used, spread, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = np.where(variance > 1e-12, away**2 / variance, np.nan)
        _, _, smd, error = standardised(tables)
        effect = smd / _deviation(tables, score)
    p = chi_square.sf(chi2, 1)
    persons_used = np.where(used, both, 0.0).sum(axis=1).astype(int)
    return rows(Mantel, persons_used, chi2, p, smd, error, effect, ets_class_of_smd(effect, p))


def purified_mantel(study: Study, *, level: float = 0.05, rounds: int = 20) -> tuple[tuple[Mantel, ...], Purification]:
    """The same with items of p < `level` taken out of the total that the others are matched on."""

    def flagged(anchor: Booleans) -> Booleans:
        return np.array([row.p < level for row in mantel(study.tables(anchor))], dtype=np.bool_)

    pure = purify(flagged, study.items, rounds)
    return mantel(study.tables(pure.anchor)), pure


def generalised(tables: Tables) -> tuple[Generalised, ...]:
    """All items of all groups of a study at once."""
    return tuple(_generalised(counts) for counts in tables.counts)


def ets_class_of_smd(effect: Floats, p: Floats) -> list[str]:
    """AA, BB or CC; "" where a number is missing."""
    size = np.abs(effect)
    letters = np.select([(p >= 0.05) | (size <= 0.17), size <= 0.25], ["AA", "BB"], "CC")
    return [str(one) for one in np.where(np.isnan(effect) | np.isnan(p), "", letters)]


def _generalised(counts: Floats) -> Generalised:
    """counts: (groups, s, categories). Sums over strata the focal counts' distance from their mean given both margins,
    and its multivariate hypergeometric covariance, groups × categories."""
    by_group, by_category = counts.sum(axis=2).T, counts.sum(axis=0)  # (s, groups), (s, categories)
    n = by_group.sum(axis=1)
    used = n > 1
    cells, by_group, by_category, n = counts[:, used].transpose(1, 0, 2), by_group[used], by_category[used], n[used]
    away = (cells - by_group[:, :, None] * by_category[:, None, :] / n[:, None, None]).sum(axis=0)[1:, 1:].ravel()
    groups, categories = (_multinomial(margin[:, 1:], n) for margin in (by_group, by_category))
    weight = 1 / (n**2 * (n - 1))
    covariance = np.einsum("s,sgh,sij->gihj", weight, groups, categories).reshape(away.size, away.size)
    df = int(np.linalg.matrix_rank(covariance, tol=1e-10 * max(float(np.trace(covariance)), 1e-300), hermitian=True))
    if df == 0:
        return Generalised(int(n.sum()), float("nan"), 0, float("nan"))
    chi2 = float(away @ np.linalg.pinv(covariance, rcond=1e-10, hermitian=True) @ away)
    return Generalised(int(n.sum()), chi2, df, float(chi_square.sf(chi2, df)))


def _multinomial(margin: Floats, n: Floats) -> Floats:
    """(s, m) counts → (s, m, m): n·diag(margin) − margin marginᵀ."""
    product = margin[:, :, None] * margin[:, None, :]
    return np.asarray(n[:, None, None] * margin[:, :, None] * np.eye(margin.shape[1]) - product)


def _deviation(tables: Tables, score: Floats) -> Floats:
    """(k,) standard deviation of an item's score among all persons, divisor n − 1."""
    counts = tables.counts.sum(axis=(1, 2))
    n, total = counts.sum(axis=1), counts @ score
    variance = (counts @ score**2 - total**2 / n) / (n - 1)
    return np.sqrt(np.where(variance > 1e-12, variance, np.nan))
