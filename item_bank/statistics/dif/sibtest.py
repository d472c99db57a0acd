"""SIBTEST: two groups compared on an item, persons matched on what their other scores say of their true score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2 as chi_square

from item_bank.statistics.dif.rows import letters, rows
from item_bank.statistics.dif.strata import Purification, Study, Tables, purify
from item_bank.statistics.reliability import alpha_of
from item_bank.statistics.responses import Booleans, Floats

#: Strata need more persons of each group than this: mirt's default. Shealy & Stout (1993) take two or more.
MINIMUM = 5


@dataclass(frozen=True, slots=True)
class Sibtest:
    """One item. n: persons in the strata used.

    beta: mean difference reference − focal in points at equal true score, weighed by all persons of a stratum (Shealy
    & Stout 1993, eq. 19), above 0 = harder for the focal group. error: its standard error. chi2: (beta / error)², 1
    degree of freedom, with p. size: A below 0.059, B below 0.088, then C (Roussos & Stout 1996), for items of 0 and 1.
    The same for items of several points is poly-SIBTEST (Chang, Mazzeo & Roussos 1996). NaN where no stratum has
    enough persons of both groups with answers that vary, or the other items have no reliability.
    """

    n: int
    beta: float
    error: float
    chi2: float
    p: float
    size: str


def sibtest(study: Study, anchor: Booleans | None = None, *, correction: bool = True) -> tuple[Sibtest, ...]:
    """All items of two groups, each against the total of the other items of the anchor (k,), by default of all.

    correction: moves both groups' means to the same true score, estimated by regression on the observed score in each
    group with coefficient alpha as its reliability (Shealy & Stout 1993, eq. 22 to 28). The lowest and the highest
    score that occur are left out.
    """
    if study.matching is not None:
        raise ValueError("SIBTEST matches on a total: every person must have been presented with every item")
    chosen = np.ones(study.items, dtype=np.bool_) if anchor is None else anchor
    tables = study.tables(chosen, studied=False)
    reliability = np.stack([_alpha_without(study.scores[study.codes == group], chosen) for group in (0, 1)])
    n, mean, variance = tables.moments()
    found = np.array(
        [
            _item(n[item], mean[item], variance[item], reliability[:, item], tables.values, correction)
            for item in range(study.items)
        ]
    ).reshape(-1, 3)
    persons, beta, error = found.T
    with np.errstate(divide="ignore", invalid="ignore"):
        chi2 = (beta / error) ** 2
    return rows(Sibtest, persons.astype(int), beta, error, chi2, chi_square.sf(chi2, 1), _size(beta, tables))


def purified_sibtest(
    study: Study, *, level: float = 0.05, rounds: int = 20
) -> tuple[tuple[Sibtest, ...], Purification]:
    """The same with items of p < `level` taken out of the others' total."""

    def flagged(anchor: Booleans) -> Booleans:
        return np.array([row.p < level for row in sibtest(study, anchor)], dtype=np.bool_)

    pure = purify(flagged, study.items, rounds)
    return sibtest(study, pure.anchor), pure


def _item(
    n: Floats, mean: Floats, variance: Floats, reliability: Floats, values: Floats, correction: bool
) -> tuple[float, float, float]:
    """n, mean, variance: (2, s) of the item by score on the others. → persons used, beta, error."""
    occurs = n.sum(axis=0) > 0
    n, mean, variance, score = n[:, occurs], mean[:, occurs], variance[:, occurs], values[occurs]
    used = np.asarray((n > MINIMUM).all(axis=0) & (np.nan_to_num(variance) > 0).all(axis=0))
    middle = np.flatnonzero(used[1:-1]) + 1
    if not middle.size:
        return 0.0, float("nan"), float("nan")
    weight = n[:, middle].sum(axis=0)
    share = weight / weight.sum()
    means = mean[:, middle]
    if correction:
        centre = ((n * score).sum(axis=1) / n.sum(axis=1))[:, None]
        true = centre + reliability[:, None] * (score - centre)
        # A group without persons at the neighbouring score counts as mean 0 there, as in mirt.
        level = np.nan_to_num(mean)
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = (level[:, middle + 1] - level[:, middle - 1]) / (true[:, middle + 1] - true[:, middle - 1])
        means = means + slope * (true[:, middle].mean(axis=0) - true[:, middle])
    beta = float(share @ (means[0] - means[1]))
    error = float(np.sqrt(share**2 @ (variance[:, middle] / n[:, middle]).sum(axis=0)))
    return float(weight.sum()), beta if np.isfinite(beta) else float("nan"), error


def _alpha_without(scores: NDArray[np.int16], anchor: Booleans) -> Floats:
    """(k,) coefficient alpha of the anchor without each item."""
    k = anchor.size
    if len(scores) < 2 or k < 2:
        return np.full(k, np.nan)
    covariance = np.cov(scores, rowvar=False)
    others = (np.flatnonzero(anchor & (np.arange(k) != item)) for item in range(k))
    return np.array([alpha_of(covariance[np.ix_(rest, rest)]) for rest in others])


def _size(beta: Floats, tables: Tables) -> list[str]:
    return [str(one) for one in letters(np.where(tables.dichotomous, beta, np.nan), (0.059, 0.088))]
