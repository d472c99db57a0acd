"""Answers made ready for calibration: checked, parted into groups, and every item's parameters given a place."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.irt.kinds import Kind
from item_bank.statistics.irt.layout import DICHOTOMOUS, POLYTOMOUS, Slot, kind_of, kind_of_item
from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal, PartialCredit
from item_bank.statistics.responses import Floats

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Answers:
    """groups: names. responses, weights: of each group, persons without an answer left out. n: persons."""

    groups: tuple[Hashable, ...]
    models: tuple[str, ...]
    categories: tuple[int, ...]
    responses: tuple[NDArray[np.integer], ...]
    weights: tuple[Floats, ...]
    slots: tuple[Slot, ...]
    n: float
    warnings: tuple[str, ...]

    def unknown(self, item: int) -> Item:
        """What is said of an item that cannot be calibrated."""
        blank = (NAN,) * max(self.categories[item] - 1, 1)
        match self.models[item]:
            case "grm":
                return Graded(NAN, blank)
            case "pcm" | "gpcm":
                return PartialCredit(NAN, blank)
            case "nominal":
                return Nominal((*blank, NAN), (*blank, NAN))
        return Logistic(NAN, NAN, NAN if self.models[item] == "3pl" else 0.0)


def arranged(
    responses: ArrayLike,
    model: str | Sequence[str],
    groups: Sequence[Hashable] | NDArray[np.generic] | None,
    reference: Hashable,
    weights: ArrayLike | None,
    free: Sequence[int],
    fixed: Mapping[int, Item],
) -> Answers:
    """As `calibrate` takes them. ValueError when something does not fit."""
    values = _checked(responses)
    n, k = values.shape
    models = (model,) * k if isinstance(model, str) else tuple(model)
    worth = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    _check(values, models, worth, groups, (*free, *fixed))
    names, member = _named(groups, n, reference)
    there = (values.max(axis=1, initial=-1) >= 0) & (worth > 0)
    rows = [there if member is None else there & (member == number) for number in range(len(names))]
    parts = tuple(values if one.all() else values[one] for one in rows)
    categories = tuple(int(most) + 1 for most in values.max(axis=0, initial=-1))
    slots, said = _slots(parts, names, models, categories, set(free), fixed)
    if not slots:
        raise ValueError("no item varies: there is nothing to calibrate")
    shares = tuple(worth[one] for one in rows)
    n_persons = float(sum(share.sum() for share in shares))
    return Answers(names, models, categories, parts, shares, tuple(slots), n_persons, tuple(said))


def _checked(responses: ArrayLike) -> NDArray[np.integer]:
    values = np.asarray(responses)
    if values.ndim != 2:
        raise ValueError(f"responses must be persons × items, not of shape {values.shape}")
    if values.dtype == np.bool_:
        values = values.astype(np.int8)
    if not np.issubdtype(values.dtype, np.integer):
        raise ValueError("responses must be whole category numbers, -1 for missing")
    if np.issubdtype(values.dtype, np.unsignedinteger):
        values = values.astype(np.int16)
    if values.size and values.min() < -1:
        raise ValueError("a response is below -1: categories count from 0, and -1 is missing")
    if values.size and values.max() > 999:
        raise ValueError("a response is above 999: categories must be numbered without gaps from 0")
    return values


def _check(
    values: NDArray[np.integer],
    models: tuple[str, ...],
    worth: Floats,
    groups: Sequence[Hashable] | NDArray[np.generic] | None,
    named: Sequence[int],
) -> None:
    n, k = values.shape
    if len(models) != k:
        raise ValueError(f"{len(models)} models for {k} items: give one, or one for each item")
    if unknown := set(models) - {*DICHOTOMOUS, *POLYTOMOUS}:
        raise ValueError(f"no model {min(unknown)!r}: choose one of {', '.join(DICHOTOMOUS + POLYTOMOUS)}")
    if worth.shape != (n,) or not np.isfinite(worth).all() or (worth < 0).any():
        raise ValueError("weights must be one number for each person, not negative")
    if groups is not None and len(groups) != n:
        raise ValueError(f"{len(groups)} group names for {n} persons")
    if any(not 0 <= item < k for item in named):
        raise ValueError(f"free and fixed items are numbered from 0 to {k - 1}")


def _named(
    groups: Sequence[Hashable] | NDArray[np.generic] | None, n: int, reference: Hashable
) -> tuple[tuple[Hashable, ...], NDArray[np.int_] | None]:
    """Group names, the reference first, and each person's group number."""
    if groups is None or n == 0:
        return ("all",), None
    each = groups.tolist() if isinstance(groups, np.ndarray) else list(groups)
    names = sorted(set(each), key=lambda name: (str(type(name)), name))
    if reference is not None:
        if reference not in names:
            raise ValueError(f"the reference group {reference!r} has no person")
        names.sort(key=lambda name: name != reference)
    number = {name: place for place, name in enumerate(names)}
    return tuple(names), np.array([number[name] for name in each])


def _slots(
    parts: Sequence[NDArray[np.integer]],
    names: Sequence[Hashable],
    models: Sequence[str],
    categories: Sequence[int],
    free: set[int],
    fixed: Mapping[int, Item],
) -> tuple[list[Slot], list[str]]:
    slots, said = [], []
    everybody = tuple(range(len(parts)))
    counts = np.stack([_counts(part, max(categories, default=0)) for part in parts])
    for item, model in enumerate(models):
        if item in fixed:
            slots.append(Slot(item, everybody, _fixed_kind(item, fixed[item], categories[item]), "fixed", fixed[item]))
            continue
        if model in DICHOTOMOUS and categories[item] > 2:
            raise ValueError(f"item {item} has categories above 1: choose one of {', '.join(POLYTOMOUS)} for it")
        for members in [(group,) for group in everybody] if item in free else [everybody]:
            used = counts[list(members), item, : categories[item]].sum(axis=0) > 0
            where = "" if members == everybody else f" in group {names[members[0]]!r}"
            if used.sum() < 2:
                what = f"has category {int(np.argmax(used))} only" if used.any() else "has no answer"
                said.append(f"item {item}{where} {what}: it takes no part")
            elif not used.all():
                raise ValueError(
                    f"nobody has category {int(np.argmin(used))} of item {item}{where}: number its categories "
                    "without gaps"
                )
            else:
                slots.append(Slot(item, members, kind_of(model, categories[item]), model, None))
    return slots, said


def _counts(responses: NDArray[np.integer], most: int) -> NDArray[np.int_]:
    """(k, most) how many have each category of each item."""
    k = responses.shape[1]
    cells = np.bincount((responses + (1 + (most + 1) * np.arange(k))).ravel(), minlength=k * (most + 1))
    return np.asarray(cells.reshape(k, most + 1)[:, 1:])


def _fixed_kind(item: int, known: Item, categories: int) -> Kind:
    if categories > known.categories:
        raise ValueError(f"item {item} has answers outside the categories of its fixed parameters")
    return kind_of_item(known)
