"""Likelihood-ratio DIF: how much better a response model fits if one item may differ between the groups."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2 as chi_square

from item_bank.statistics.irt.calibration import Calibration, calibrate
from item_bank.statistics.irt.models import Item
from item_bank.statistics.responses import Booleans


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """One item. chi2: twice the log-likelihood that its own parameters in each group gain (Thissen, Steinberg & Wainer
    1993), with df more parameters and p. by_group: the item in each group, in the order of the calibration's groups,
    on one scale. NaN, and no items, where it does not vary in some group. converged: both calibrations did."""

    chi2: float
    df: int
    p: float
    by_group: tuple[Item, ...]
    converged: bool
    iterations: int


@dataclass(frozen=True, slots=True)
class LikelihoodRatios:
    """equal: the calibration in which no item differs, with each group's ability mean and variance. free: items that
    were allowed to differ throughout. items: those asked for, by number."""

    equal: Calibration
    free: tuple[int, ...]
    items: dict[int, LikelihoodRatio]


def likelihood_ratio(
    responses: ArrayLike,
    groups: Sequence[Hashable] | NDArray[np.generic],
    model: str | Sequence[str] = "2pl",
    *,
    reference: Hashable = None,
    items: Sequence[int] | None = None,
    free: Sequence[int] = (),
) -> LikelihoodRatios:
    """Any number of groups at once; all other items link them, each group with its own ability mean and variance.

    responses: (n, k) category numbers, −1 = not administered. items: to be tested, by default all. free: items that
    are known to differ, so that they link nothing; of these the gain over being equal is tested.
    Raises ValueError as `irt.calibration.calibrate` does, and where no item is left to link the groups.
    """
    answers = np.atleast_2d(np.asarray(responses))
    asked = range(answers.shape[1]) if items is None else items
    base = sorted(set(free))
    if len(set(base) | set(asked[:1])) >= answers.shape[1]:
        raise ValueError("the likelihood ratio needs an item that is the same in all groups to link them")
    varies = _varies(answers, groups)

    def fitted(free: Sequence[int]) -> Calibration:
        return calibrate(answers, model, groups=groups, reference=reference, free=free, standard_errors=False)

    equal = fitted(base)
    found = {}
    for item in asked:
        if not varies[item]:
            found[item] = LikelihoodRatio(float("nan"), 0, float("nan"), (), False, 0)
            continue
        other = fitted([one for one in base if one != item] if item in base else [*base, item])
        found[item] = _compared(*((other, equal) if item in base else (equal, other)), item)
    return LikelihoodRatios(equal, tuple(base), found)


def _compared(same: Calibration, differing: Calibration, item: int) -> LikelihoodRatio:
    df = differing.parameters - same.parameters
    chi2 = max(2 * (differing.loglik + differing.log_prior - same.loglik - same.log_prior), 0.0)
    return LikelihoodRatio(
        chi2,
        df,
        float(chi_square.sf(chi2, df)) if df else float("nan"),
        tuple(of_group[item] for of_group in differing.items_by_group),
        same.converged and differing.converged,
        differing.iterations,
    )


def _varies(responses: NDArray[np.integer], groups: Sequence[Hashable] | NDArray[np.generic]) -> Booleans:
    """(k,): whether an item has at least two categories in every group."""
    labels = np.array([str(one) for one in groups])
    found = np.ones(responses.shape[1], dtype=np.bool_)
    for label in np.unique(labels):
        of_group = responses[labels == label]
        for item in range(responses.shape[1]):
            found[item] &= np.unique(of_group[of_group[:, item] >= 0, item]).size > 1
    return found
