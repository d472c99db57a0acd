"""Calibration by marginal maximum likelihood (Bock & Aitkin 1981): items and ability distributions from answers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.irt.answers import Answers, arranged
from item_bank.statistics.irt.ascent import Climb, ascend, rescaled
from item_bank.statistics.irt.errors import covariance_of
from item_bank.statistics.irt.groups import Population, populations
from item_bank.statistics.irt.identification import NONE, doubts, endless, identified_items
from item_bank.statistics.irt.indicators import indicators
from item_bank.statistics.irt.layout import Layout, lay_out
from item_bank.statistics.irt.marginal import GuessingPrior, Marginal
from item_bank.statistics.irt.models import Item
from item_bank.statistics.irt.quadrature import Grid, Lattice, lattice_for
from item_bank.statistics.irt.starts import starting_values
from item_bank.statistics.responses import Booleans, Floats

#: The way to a solution is found on about so many patterns; all are asked at its end.
SUBSET = 2500
#: Spacing of the lattice on the way and at the end, in posterior standard deviations.
COARSE, FINE = 1.4, 0.8
#: Expected gain per parameter at which the way over a part ends.
NEAR_ENOUGH = 0.005


@dataclass(frozen=True, slots=True)
class Calibration:
    """n: persons with at least one answer (the sum of their weights). models: by item. groups: names, the first has
    mean 0 unless items are fixed.
    items_by_group[g][j]: item j in group g. errors_by_group[g][j]: an item that holds the standard errors of its
    parameters, NaN for held ones. An item without variation is NaN in all and takes no part in the likelihood.
    identified_by_group[g][j]: whether the answers determine item j in group g: it was calibrated, the calibration
    converged and, where standard errors were asked for, they are 5 or less (`irt.identification`).
    populations: mean and variance of each group's abilities, with standard errors.
    loglik: marginal log-likelihood. log_prior: log density of the priors at the estimates, 0 without. parameters: how
    many were estimated. gain: what a further step is expected to add to loglik + log_prior.
    lattice: the points of integration. layout, estimated (p,), covariance (p, p; NaN without standard errors): the
    parameters as they were estimated, in slopes and intercepts.
    """

    n: float
    models: tuple[str, ...]
    groups: tuple[Hashable, ...]
    items_by_group: tuple[tuple[Item, ...], ...]
    errors_by_group: tuple[tuple[Item, ...], ...]
    identified_by_group: tuple[tuple[bool, ...], ...]
    populations: tuple[Population, ...]
    loglik: float
    log_prior: float
    parameters: int
    converged: bool
    iterations: int
    gain: float
    warnings: tuple[str, ...]
    lattice: Lattice
    layout: Layout
    estimated: Floats
    covariance: Floats

    @property
    def items(self) -> tuple[Item, ...]:
        """Of the first group: of all groups where no item was left free."""
        return self.items_by_group[0]

    @property
    def errors(self) -> tuple[Item, ...]:
        return self.errors_by_group[0]

    @property
    def identified(self) -> Booleans:
        """(k,) of the first group."""
        return np.array(self.identified_by_group[0], dtype=np.bool_)

    @property
    def aic(self) -> float:
        """Akaike (1974)."""
        return 2 * self.parameters - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Schwarz (1978), n persons."""
        return float(np.log(self.n)) * self.parameters - 2 * self.loglik

    def grid(self, group: int = 0) -> Grid:
        """The group's population, on a grid that abilities are exact on to the seventh digit."""
        return self.lattice.grid(self.populations[group].mean, self.populations[group].sd)

    def item_covariance(self, item: int, group: int = 0) -> Floats:
        """Covariance of an item's reported parameters, slope first: a, b (each step), c; nominal: slopes, intercepts.
        0 where a parameter is held; NaN without standard errors or for an item without variation."""
        slot = int(self.layout.slot_of[group, item])
        if slot < 0:
            return np.full((2, 2), np.nan)
        return self.layout.reported_covariance(self.layout.full(self.estimated), slot, self.covariance)


def calibrate(
    responses: ArrayLike,
    model: str | Sequence[str] = "2pl",
    *,
    groups: Sequence[Hashable] | NDArray[np.generic] | None = None,
    reference: Hashable = None,
    weights: ArrayLike | None = None,
    free: Sequence[int] = (),
    fixed: Mapping[int, Item] | None = None,
    prior: GuessingPrior | None = GuessingPrior(),  # noqa: B008
    standard_errors: bool = True,
    tolerance: float = 1e-6,
    iterations: int = 200,
) -> Calibration:
    """Estimates item parameters and ability distributions.

    responses: (n, k) whole category numbers from 0, −1 = not administered (it tells nothing).
    model: for all items or one for each: "rasch", "1pl" (one common slope), "2pl", "3pl" for right and wrong;
    "pcm", "gpcm", "grm", "nominal" for categories. Under "rasch" and "pcm" slopes are 1.
    groups: (n,) names; items are equal across groups unless listed in `free`, which are estimated for each group.
    reference: the group whose mean is 0 (and variance 1 unless slopes are 1); by default the first in sorted order.
    The other groups' means and variances are estimated, provided an item joins them to others.
    weights: (n,) how many persons a row stands for; by default 1.
    fixed: items with known parameters; they give the scale, and each group's mean and variance is estimated.
    prior: of the lower asymptotes of the 3PL; None for none, which often has no clean maximum.
    tolerance: converged when a further step is expected to gain less than this in log-likelihood.

    Raises ValueError for shapes that do not fit, unknown models, categories that do not suit the model or that nobody
    chose, and when no item varies. Non-convergence is no error: `converged` is False and `warnings` says so.
    """
    answers = arranged(responses, model, groups, reference, weights, free, fixed or {})
    layout = lay_out(answers.slots, len(answers.groups), len(answers.models))
    climb = _fitted(answers, layout, prior, tolerance, iterations)
    return _reported(answers, layout, climb, standard_errors)


def _fitted(answers: Answers, layout: Layout, prior: GuessingPrior | None, tolerance: float, iterations: int) -> Climb:
    of_groups = tuple(
        indicators(responses, weights, layout, group)
        for group, (responses, weights) in enumerate(zip(answers.responses, answers.weights, strict=True))
    )
    start = starting_values(answers.responses, answers.weights, layout)
    lattice = lattice_for([0.0], [1.0], 0.5)
    whole = Marginal(layout, of_groups, lattice, prior)
    if whole.patterns < 2 * SUBSET:
        return ascend(whole, start, tolerance, iterations, FINE)
    part = whole.thinned(SUBSET)
    # A part's own solution lies about p n / 2 m below that of all in log-likelihood (p parameters, m of n patterns):
    # nearer to it leads nowhere.
    near = ascend(part, start, NEAR_ENOUGH * layout.size, iterations, COARSE)
    whole = replace(whole, lattice=near.marginal.refined(near.point.full, FINE))
    curvature = rescaled(near.curvature, part, whole)
    climb = ascend(whole, near.estimated, tolerance, iterations, FINE, curvature)
    return replace(climb, iterations=near.iterations + climb.iterations)


def _reported(answers: Answers, layout: Layout, climb: Climb, standard_errors: bool) -> Calibration:
    full = climb.point.full
    covariance = (
        covariance_of(climb.marginal, climb.point) if standard_errors else np.full((layout.size, layout.size), np.nan)
    )
    told = covariance if standard_errors else None
    identified = identified_items(layout, told, full)
    without_end = climb.marginal.lattice.exhausted or (told is not None and endless(layout, told, full))
    converged = climb.converged and not without_end
    items, errors = zip(
        *(_items_of(answers, layout, full, covariance, group) for group in range(layout.groups)), strict=True
    )
    return Calibration(
        n=answers.n,
        models=answers.models,
        groups=answers.groups,
        items_by_group=items,
        errors_by_group=errors,
        identified_by_group=tuple(tuple(one and converged for one in group) for group in identified),
        populations=populations(layout, full, covariance),
        loglik=climb.point.loglik,
        log_prior=climb.point.log_prior,
        parameters=layout.size,
        converged=converged,
        iterations=climb.iterations,
        gain=climb.gain,
        warnings=(
            *answers.warnings,
            *_warnings(climb, without_end),
            *doubts(layout, identified, told, full, converged),
        ),
        lattice=climb.marginal.lattice,
        layout=layout,
        estimated=climb.estimated,
        covariance=covariance,
    )


def _items_of(
    answers: Answers, layout: Layout, full: Floats, covariance: Floats, group: int
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    items, errors = [], []
    for item, slot in enumerate(layout.slot_of[group]):
        if slot < 0:
            items.append(answers.unknown(item))
            errors.append(answers.unknown(item))
            continue
        one = layout.slots[slot]
        items.append(one.fixed or one.kind.item(layout.slot_parameters(full, slot)))
        variances = np.diag(layout.reported_covariance(full, slot, covariance))
        with np.errstate(invalid="ignore"):
            errors.append(one.kind.errors(np.where(variances > 0, np.sqrt(variances), np.nan)))
    return tuple(items), tuple(errors)


def _warnings(climb: Climb, without_end: bool) -> tuple[str, ...]:
    said = []
    if without_end:
        said.append(
            "not converged: a slope or an ability variance grows without end, as with answers that follow one order "
            "almost without exception; use a model with equal slopes, or leave out items of which the others are copies"
        )
    elif not climb.converged:
        said.append(
            f"not converged after {climb.iterations} steps: a further one is expected to gain {climb.gain:.2g} in "
            "log-likelihood; use a simpler model or a prior, or raise the limit"
        )
    layout = climb.marginal.layout
    if any(layout.population(climb.point.full, group)[1] < NONE for group in range(layout.groups)):
        said.append("the ability variance of a group is estimated as 0: its answers hang together by chance only")
    return tuple(said)
