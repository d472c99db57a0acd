"""One scale without a link: forms calibrated together, or a new form calibrated to known items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.equating.designs import Design
from item_bank.statistics.irt.calibration import Calibration, calibrate
from item_bank.statistics.irt.models import Item
from item_bank.statistics.irt.naming import named
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class Form:
    """items: names, the same for an item wherever it stands. responses: (n, k) category numbers, −1 = missing.

    points: of each item what each category is worth, in whole steps from 0 (0 in all: it is no part of the score, as an
    external anchor); by default its number.
    """

    items: tuple[str, ...]
    responses: NDArray[np.int_]
    points: tuple[tuple[int, ...], ...] = ()

    def sums(self) -> Floats:
        """(n,) scores; what is missing earns nothing."""
        if not self.points:
            return np.asarray(np.maximum(self.responses, 0).sum(axis=1), dtype=np.float64)
        found = np.zeros(len(self.responses))
        for column, points in zip(self.responses.T, self.points, strict=True):
            found += np.where(column >= 0, np.array(points, dtype=np.float64)[column], 0.0)
        return found


#: For all items, or by item.
Models = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """names: the items of all forms, in the order of `calibration.items`. Groups are named as the forms."""

    design: Design
    names: tuple[str, ...]
    calibration: Calibration

    def of(self, form: Form) -> tuple[Item, ...]:
        """The items of a form, on the common scale."""
        known = dict(zip(self.names, self.calibration.items, strict=True))
        return tuple(known[name] for name in form.items)


def calibrate_together(
    forms: Mapping[str, Form],
    design: Design,
    model: Models = "2pl",
    *,
    reference: str | None = None,
    standard_errors: bool = True,
) -> Calibrated:
    """Concurrent calibration (Lord 1980, chapter 13; Hanson & Béguin 2002): an item that several forms hold has the
    same parameters in all of them.

    Under NEAT every form's group has its own mean and variance, `reference` (by default the first form) mean 0 and, if
    slopes are free, variance 1. Random groups are one population. A single group gives the rows of all forms in the
    same order of persons. ValueError where no chain of common items joins the forms of NEAT, and where a person of a
    single group has two different answers to one item.
    """
    names, stacked, group = _stacked(forms, design)
    if design is not Design.NEAT:
        return Calibrated(design, names, calibrated(stacked, names, model, standard_errors=standard_errors))
    _check_joined(forms)
    first = reference or next(iter(forms))
    made = calibrated(stacked, names, model, groups=group, reference=first, standard_errors=standard_errors)
    return Calibrated(design, names, made)


def calibrate_to(
    known: Mapping[str, Item], form: Form, model: Models = "2pl", *, standard_errors: bool = True
) -> Calibrated:
    """Fixed-parameter calibration (Kim 2006): common items keep their known parameters, and the others come out on
    their scale; mean and variance of the group are estimated. ValueError without a common item."""
    fixed = {place: known[name] for place, name in enumerate(form.items) if name in known}
    if not fixed:
        raise ValueError("no item of the form is known: put known items into it, or give the form to a random group")
    made = calibrated(form.responses, form.items, model, fixed=fixed, standard_errors=standard_errors)
    return Calibrated(Design.NEAT, form.items, made)


def calibrated(responses: NDArray[np.int_], items: Sequence[str], model: Models, **how: Any) -> Calibration:
    """As `irt.calibration.calibrate`, whose warnings and errors here name the items."""
    try:
        made = calibrate(responses, models(model, items), **how)
    except ValueError as obstacle:
        raise ValueError(named(str(obstacle), items)) from None
    return replace(made, warnings=tuple(named(one, items) for one in made.warnings))


def models(model: Models, items: Sequence[str]) -> str | list[str]:
    """As a calibration takes them."""
    return model if isinstance(model, str) else [model[name] for name in items]


def _stacked(forms: Mapping[str, Form], design: Design) -> tuple[tuple[str, ...], NDArray[np.int_], list[str]]:
    """Names of all items, one matrix with −1 where a person did not meet the item, and each row's form."""
    if not forms:
        raise ValueError("nothing to calibrate: give one form or more")
    for name, form in forms.items():
        if form.responses.ndim != 2 or form.responses.shape[1] != len(set(form.items)):
            raise ValueError(f"form {name!r}: {len(set(form.items))} items, responses of shape {form.responses.shape}")
    names = tuple(dict.fromkeys(item for form in forms.values() for item in form.items))
    column = {item: place for place, item in enumerate(names)}
    sizes = [len(form.responses) for form in forms.values()]
    single = design is Design.SINGLE_GROUP
    if single and len(set(sizes)) > 1:
        raise ValueError(f"a single group took every form, but they have {sizes} rows: give the persons who took all")
    stacked = np.full((sizes[0] if single else sum(sizes), len(names)), -1)
    row = 0
    for form, size in zip(forms.values(), sizes, strict=True):
        columns = [column[item] for item in form.items]
        stacked[row : row + size, columns] = _beside(stacked[row : row + size, columns], form)
        row += 0 if single else size
    group = [name for name, size in zip(forms, sizes, strict=True) for _ in range(size)]
    return names, stacked, group


def _beside(there: NDArray[np.int_], form: Form) -> NDArray[np.int_]:
    """The answers to a form beside those of the same persons to the same items on earlier forms, −1 = none."""
    both = (there >= 0) & (form.responses >= 0) & (there != form.responses)
    if both.any():
        persons = int(both.sum(axis=0).max())
        item = form.items[int(both.sum(axis=0).argmax())]
        raise ValueError(
            f"{persons} persons of a single group have other answers to common item “{item}” on one form than on the "
            "other: a common item was answered once, so give different items different names"
        )
    return np.where(form.responses >= 0, form.responses, there)


def _check_joined(forms: Mapping[str, Form]) -> None:
    """Every form must share an item with those joined so far, in some order."""
    left = {name: set(form.items) for name, form in forms.items()}
    joined = left.pop(next(iter(left)))
    while left:
        near = [name for name, items in left.items() if items & joined]
        if not near:
            raise ValueError(
                f"no common items join form {next(iter(left))!r} to the others: add an anchor, or name another design"
            )
        for name in near:
            joined |= left.pop(name)
