"""Forms one after the other, each beside the shadow of those still to come."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from scipy import sparse

from item_bank.assembly.optimal.conflicts import smallest_conflict
from item_bank.assembly.optimal.exchanging import exchange
from item_bank.assembly.optimal.model import Model, build, unit_of
from item_bank.assembly.optimal.request import Aim, Floats, Integers, Request
from item_bank.assembly.optimal.solving import Answer, solve

#: A distance this much above what is possible is good enough: two thousandths of the target.
TOLERANCE = 0.002
#: How near the solver comes: from there exchanges are quicker (2,000 items, 10 forms: a second in place of a minute).
#: The second is for what exchanges did not bring near enough, as where all that is good is taken.
_COARSE = (0.05, 0.01)
_ROUNDING = 1e-9

#: Parts of items give a little more than whole ones can: what `Aim.MOST` asks for is less than their most by this, so
#: that all forms reach it alike. (2,000 items, 10 forms of 40: forms 1 % apart in place of 3 %.)
SPARE = 0.02


@dataclass(frozen=True, slots=True)
class Assembly:
    """forms: the columns of each, ascending. target (goals,): what the sums were brought near to; None without goal.

    possible: the least distance that the bank could give were items divisible; distance (forms,): what each form has.
    finished: every form was brought as near as asked.
    """

    forms: tuple[Integers, ...]
    target: Floats | None
    possible: float
    distance: Floats
    finished: bool


@dataclass
class Infeasible(Exception):
    """No forms can meet all demands. `conflict` names a smallest set of those that can't be met together; `proven`
    tells whether none of them can be left out; `form` is the number of the form (from 1) at which it showed."""

    conflict: tuple[str, ...]
    proven: bool
    form: int

    def __str__(self) -> str:
        return f"these demands can't be met together: {', '.join(self.conflict)}"


class OutOfTime(Exception):
    """Neither forms nor a proof that there are none within the seconds given."""


def assemble(
    request: Request,
    *,
    seconds: float = 60.0,
    tolerance: float = TOLERANCE,
    on_form: Callable[[int], None] = lambda _: None,
) -> Assembly:
    """The forms that the request asks for, each as near to the target as `tolerance` above what is possible.

    seconds: for all forms; what one form leaves goes to the next. on_form: called with the number of forms that stand.
    Raises Infeasible, or OutOfTime when no form was found in time.
    """
    deadline = time.monotonic() + seconds
    target, possible = _target(request, seconds)
    best: Assembly | None = None
    for coarse in _COARSE:
        try:
            forms = _forms(request, target, possible + max(tolerance, coarse), deadline, on_form)
        except OutOfTime:
            if best is None:
                raise
            break
        if target is not None:
            forms = exchange(request, forms, target, near=possible + tolerance)
        distance = distances(request, forms, target)
        finished = bool((distance <= possible + tolerance + _ROUNDING).all())
        if best is None or distance.max() < best.distance.max():
            best = Assembly(forms, target, possible, distance, finished)
        if finished:
            break
    assert best is not None
    return best


def _forms(
    request: Request, target: Floats | None, least: float, deadline: float, on_form: Callable[[int], None]
) -> tuple[Integers, ...]:
    """The forms as the solver finds them, each at most `least` from the target if there is time."""
    uses = request.uses.copy()
    forms: list[Integers] = []
    for number in range(request.forms):
        left = request.forms - number - 1
        model = build(request, forms=1, shadow=left, target=target, uses=uses, earlier=forms)
        share = max(1.0, (deadline - time.monotonic()) / (left + 1))
        found = solve(model, seconds=share, least=least)
        if found.values is None and forms and request.overlap is None:
            # The shadow may promise what whole items can't keep: then all forms are taken at once.
            model = build(request, forms=request.forms, shadow=0, target=target, uses=request.uses)
            found = solve(model, seconds=max(1.0, deadline - time.monotonic()), least=least)
            if found.values is not None:
                return tuple(model.chosen(found.values))
        if found.values is None:
            _explain(model, found, number + 1, share)
        (form,) = model.chosen(found.values)
        forms.append(form)
        uses[np.setdiff1d(request.item[form], request.item[list(request.fixed)])] -= 1
        on_form(number + 1)
    return tuple(forms)


def distances(request: Request, forms: Sequence[Integers], target: Floats | None) -> Floats:
    """(forms,): of each form the largest distance of a sum from its target, in units of the goal; 0 without goal."""
    if request.goal is None or target is None:
        return np.zeros(len(forms))
    sums = np.array([request.goal.values[form].sum(axis=0) for form in forms])
    return np.asarray((np.abs(sums - target) / unit_of(request, target)).max(axis=1))


def _target(request: Request, seconds: float) -> tuple[Floats | None, float]:
    """What all forms are brought near to, and the least distance from it, items being divisible."""
    goal = request.goal
    if goal is None:
        return None, 0.0
    if goal.aim is Aim.TARGET:
        assert goal.amounts is not None
        target = goal.amounts.astype(float)
    else:
        target = _from_the_bank(request, seconds)
    model = build(request, forms=0, shadow=request.forms, target=target, uses=request.uses)
    found = solve(model, seconds=seconds, least=0.0)
    if found.values is None:
        _explain(model, found, 1, seconds)
    return target, float(found.values[-1])


def _from_the_bank(request: Request, seconds: float) -> Floats:
    """The sums of a form when all forms together are made of parts of items: as evenly or as well as can be."""
    goal = request.goal
    assert goal is not None
    model = build(request, forms=0, shadow=request.forms, target=None, uses=request.uses)
    values = goal.values[model.columns]
    if goal.aim is Aim.MOST:
        assert goal.amounts is not None
        rows = sparse.hstack(
            [
                sparse.csr_array(values.T),
                sparse.csr_array((values.shape[1], model.width - values.shape[0])),
                sparse.csr_array(-request.forms * goal.amounts[:, None]),
            ]
        )
        found = solve(model.with_rows(rows, 0.0, np.inf), seconds=seconds, most=True)
    else:
        share = sparse.csr_array(sparse.diags_array(1.0 / np.maximum(request.uses[request.item[model.columns]], 1)))
        rows = sparse.hstack(
            [
                share,
                sparse.csr_array((values.shape[0], model.width - values.shape[0])),
                sparse.csr_array(-np.ones((values.shape[0], 1))),
            ]
        )
        found = solve(model.with_rows(rows, -np.inf, 0.0), seconds=seconds, least=0.0)
    if found.values is None:
        _explain(model, found, 1, seconds)
    sums = np.asarray(values.T @ model.shadow(found.values) / request.forms)
    return sums * (1 - SPARE) if goal.aim is Aim.MOST else sums


def _explain(model: Model, found: Answer, form: int, seconds: float) -> NoReturn:
    if not found.impossible:
        raise OutOfTime
    conflict, proven = smallest_conflict(model, seconds=seconds)
    raise Infeasible(conflict, proven, form)
