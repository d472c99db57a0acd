"""Forms brought nearer to their target by exchanging one or two items at a time for others that are free.

Solvers are slow at the last hundredths, where thousands of forms are as good as each other and any of them would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from item_bank.assembly.optimal.model import unit_of
from item_bank.assembly.optimal.request import Floats, Integers, Request

#: Exchanges that one form may take; each brings it nearer, so this ends what would go on by ever smaller steps.
_MOST = 50
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class _Limits:
    """low ≤ weights (limits, columns) summed over a form ≤ high."""

    weights: Floats
    low: Floats
    high: Floats

    def keeps(self, sums: Floats) -> NDArray[np.bool_]:
        """Of sums (limits, …) which are within all limits."""
        shape = (-1, *[1] * (sums.ndim - 1))
        least, most = self.low.reshape(shape) - _ROUNDING, self.high.reshape(shape) + _ROUNDING
        return np.asarray(((sums >= least) & (sums <= most)).all(axis=0))


def exchange(request: Request, forms: Sequence[Integers], target: Floats, *, near: float) -> tuple[Integers, ...]:
    """The forms with every demand kept as before, none farther from the target (goals,) than it was.

    A form within `near` of the target stays as it is. Fixed items and those of item sets are not exchanged.
    """
    assert request.goal is not None
    unit = unit_of(request, target)
    values = request.goal.values / unit
    found = list(forms)
    stays = np.zeros(request.columns, bool)
    stays[list(request.fixed)] = True
    for group in request.sets:
        stays[group.columns] = True
    left = request.uses - np.bincount(request.item[np.concatenate(found)], minlength=request.items)
    for number in range(len(found)):
        limits = _limits(request, [other for at, other in enumerate(found) if at != number])
        for _ in range(_MOST):
            form = found[number]
            off = values[form].sum(axis=0) - target / unit
            if np.abs(off).max() <= near:
                break
            free = np.flatnonzero((left[request.item] > 0) & ~stays & ~np.isin(request.item, request.item[form]))
            swaps = _swaps(limits, form, form[~stays[form]], free)
            best = _best_pair(limits, form, request.item, swaps, values, off)
            if best is None:
                break
            leaves, comes = best.T
            left[request.item[leaves]] += 1
            left[request.item[comes]] -= 1
            found[number] = np.sort(np.append(np.setdiff1d(form, leaves), comes))
    return tuple(found)


def _swaps(limits: _Limits, form: Integers, out: Integers, into: Integers) -> Integers:
    """(n, 2): what may leave the form and what come in its place, one at a time, with every limit kept."""
    sums = limits.weights[:, form].sum(axis=1)
    fits = np.zeros((out.size, into.size), bool)
    for row, leaves in enumerate(out):
        without = sums - limits.weights[:, leaves]
        fits[row] = limits.keeps(without[:, None] + limits.weights[:, into])
    pairs = np.argwhere(fits)
    return np.stack([out[pairs[:, 0]], into[pairs[:, 1]]], axis=1)


def _best_pair(
    limits: _Limits, form: Integers, item: Integers, swaps: Integers, values: Floats, off: Floats
) -> Integers | None:
    """One or two of the swaps that together bring the form nearest; None where none brings it nearer."""
    nothing = np.zeros((1, values.shape[1]))
    steps = np.concatenate([values[swaps[:, 1]] - values[swaps[:, 0]], nothing])
    after, partner = (np.asarray(found) for found in cKDTree(steps).query(-off - steps, p=np.inf))
    sums = limits.weights[:, form].sum(axis=1)
    for one in after.argsort():
        if not after[one] < np.abs(off).max() - _ROUNDING:
            return None
        pair = swaps[[number for number in {int(one), int(partner[one])} if number < len(swaps)]]
        leaves, comes = pair.T
        if np.unique(leaves).size < len(pair) or np.unique(item[comes]).size < len(pair):
            continue
        if limits.keeps(sums + limits.weights[:, comes].sum(axis=1) - limits.weights[:, leaves].sum(axis=1)):
            return pair
    return None


def _limits(request: Request, others: Sequence[Integers]) -> _Limits:
    """Bounds, enemies and the overlap with the other forms."""
    rows = [(bound.weights, bound.low, bound.high) for bound in request.bounds]
    columns = np.arange(request.columns)
    rows += [(np.isin(columns, foes.columns).astype(float), -np.inf, 1) for foes in request.enemies]
    if request.overlap is not None:
        fixed = request.item[list(request.fixed)]
        shared = (np.setdiff1d(request.item[other], fixed) for other in others)
        rows += [(np.isin(request.item, items).astype(float), -np.inf, request.overlap) for items in shared]
    weights, low, high = zip(*rows, strict=True) if rows else ((), (), ())
    return _Limits(np.array(weights).reshape(-1, request.columns), np.array(low, float), np.array(high, float))
