"""Which parameters a calibration estimates: items of groups in blocks of one kind, held, equal and free ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.irt.cumulative import Cumulative
from item_bank.statistics.irt.exponents import Ordered, Unordered
from item_bank.statistics.irt.guessing import Guessing
from item_bank.statistics.irt.kinds import Kind
from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal
from item_bank.statistics.responses import Floats

Indices = NDArray[np.int_]

DICHOTOMOUS = ("rasch", "1pl", "2pl", "3pl")
POLYTOMOUS = ("grm", "pcm", "gpcm", "nominal")
#: Models whose slopes are 1, so that the spread of abilities is estimated.
UNIT_SLOPE = ("rasch", "pcm")

#: No standard deviation of abilities is below this.
SMALLEST = 0.02


@dataclass(frozen=True, slots=True)
class Slot:
    """One set of item parameters: `item` in the groups `groups`."""

    item: int
    groups: tuple[int, ...]
    kind: Kind
    model: str
    fixed: Item | None


@dataclass(frozen=True, slots=True)
class Block:
    """Slots of one kind, side by side: where their categories, parameters and slots begin and end."""

    kind: Kind
    slots: slice
    categories: slice
    parameters: slice

    def matrix(self, full: Floats) -> Floats:
        """(j, p) of the whole parameter vector."""
        return full[self.parameters].reshape(-1, self.kind.size)


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole parameter vector is all slots' parameters, block by block, then each group's mean and spread.

    A spread τ stands for the variance τ² + SMALLEST², which is smooth where persons do not differ: there τ is 0.

    index: (f,) place of each in the vector of estimated ones, −1 for a held one. held: (f,) values of those.
    slot_of: (groups, items), −1 where the item is not calibrated. first_category, first_parameter: by slot.
    """

    slots: tuple[Slot, ...]
    blocks: tuple[Block, ...]
    index: Indices
    held: Floats
    slot_of: Indices
    first_category: Indices
    first_parameter: Indices

    @property
    def groups(self) -> int:
        return len(self.slot_of)

    @property
    def categories(self) -> int:
        return self.blocks[-1].categories.stop if self.blocks else 0

    @property
    def item_parameters(self) -> int:
        return self.index.size - 2 * self.groups

    @property
    def size(self) -> int:
        """Estimated parameters."""
        return int(self.index.max(initial=-1)) + 1

    def full(self, estimated: Floats) -> Floats:
        return np.where(self.index >= 0, np.append(estimated, 0.0)[self.index], self.held)

    def reduce(self, gradient: Floats) -> Floats:
        """Derivatives by the whole vector → by the estimated ones."""
        free = self.index >= 0
        sums = np.bincount(self.index[free], weights=gradient[free], minlength=self.size)
        return np.asarray(sums, dtype=np.float64)

    def reduce_matrix(self, matrix: Floats) -> Floats:
        """The same for second derivatives."""
        free = np.flatnonzero(self.index >= 0)
        kept = matrix[np.ix_(free, free)]
        if free.size == self.size:  # then they are in order
            return kept
        spread = np.zeros((self.size, free.size))
        spread[self.index[free], np.arange(free.size)] = 1.0
        return np.asarray(spread @ kept @ spread.T)

    def population(self, full: Floats, group: int) -> tuple[float, float]:
        """Mean and standard deviation of a group's abilities."""
        mean, spread = full[self.item_parameters + 2 * group :][:2]
        return float(mean), float(np.hypot(spread, SMALLEST))

    def slot_parameters(self, full: Floats, slot: int) -> Floats:
        first = self.first_parameter[slot]
        return full[first : first + self.slots[slot].kind.size]

    def reported_covariance(self, full: Floats, slot: int, covariance: Floats) -> Floats:
        """Covariance of a slot's parameters as they are reported, by the delta method. covariance: (p, p)."""
        first, kind = self.first_parameter[slot], self.slots[slot].kind
        places = self.index[first : first + kind.size]
        known = np.zeros((kind.size, kind.size))
        free = np.flatnonzero(places >= 0)
        known[np.ix_(free, free)] = covariance[np.ix_(places[free], places[free])]
        with np.errstate(divide="ignore", invalid="ignore"):
            jacobian = kind.jacobian(self.slot_parameters(full, slot))
            return np.asarray(jacobian @ known @ jacobian.T)


def kind_of(model: str, categories: int) -> Kind:
    match model:
        case "rasch" | "1pl" | "2pl":
            return Ordered(2, logistic=True)
        case "3pl":
            return Guessing()
        case "pcm" | "gpcm":
            return Ordered(categories)
        case "grm":
            return Cumulative(categories)
        case "nominal":
            return Unordered(categories)
    raise ValueError(f"no model {model!r}: choose one of {', '.join(DICHOTOMOUS + POLYTOMOUS)}")


def kind_of_item(item: Item) -> Kind:
    match item:
        case Logistic():
            return Guessing() if item.c > 0 else Ordered(2, logistic=True)
        case Graded():
            return Cumulative(item.categories)
        case Nominal():
            return Unordered(item.categories)
    return Ordered(item.categories)


def lay_out(slots: Sequence[Slot], groups: int, items: int) -> Layout:
    """Slots in any order; they come out sorted into blocks."""
    by_kind: dict[Kind, list[Slot]] = {}
    for slot in slots:
        by_kind.setdefault(slot.kind, []).append(slot)
    ordered = tuple(slot for members in by_kind.values() for slot in members)
    blocks, at, category, parameter = [], 0, 0, 0
    for kind, members in by_kind.items():
        ends = (at + len(members), category + len(members) * kind.categories, parameter + len(members) * kind.size)
        blocks.append(Block(kind, slice(at, ends[0]), slice(category, ends[1]), slice(parameter, ends[2])))
        at, category, parameter = ends
    slot_of = np.full((groups, items), -1)
    for number, slot in enumerate(ordered):
        slot_of[list(slot.groups), slot.item] = number
    sizes = np.array([slot.kind.size for slot in ordered], dtype=np.int_)
    widths = np.array([slot.kind.categories for slot in ordered], dtype=np.int_)
    index, held = _estimated(ordered, groups)
    return Layout(ordered, tuple(blocks), index, held, slot_of, np.cumsum(widths) - widths, np.cumsum(sizes) - sizes)


def _estimated(slots: Sequence[Slot], groups: int) -> tuple[Indices, Floats]:
    """What is estimated and what is held at which value. The first group's scale is 0 and 1, unless unit slopes leave
    its spread open or fixed items give the whole scale; a group joined to others by items has its own."""
    index: list[int] = []
    held: list[float] = []
    common: int | None = None  # the slope of all items of the 1PL
    count = 0
    for slot in slots:
        # Where nothing else is said a held parameter is a slope of 1.
        values = np.ones(slot.kind.size) if slot.fixed is None else slot.kind.parameters(slot.fixed)
        for place in range(slot.kind.size):
            known = slot.fixed is not None or (place == 0 and slot.model in UNIT_SLOPE)
            equal = place == 0 and slot.model == "1pl" and not known
            if known:
                index.append(-1)
            elif equal and common is not None:
                index.append(common)
            else:
                common = count if equal else common
                index.append(count)
                count += 1
            held.append(float(values[place]))
    unit = any(slot.model in UNIT_SLOPE for slot in slots)
    for group in range(groups):
        joined = group > 0 and any(group in slot.groups and len(slot.groups) > 1 for slot in slots)
        anchored = any(group in slot.groups and slot.fixed is not None for slot in slots)
        for free, value in ((joined or anchored, 0.0), (joined or anchored or unit, np.sqrt(1 - SMALLEST**2))):
            index.append(count if free else -1)
            held.append(value)
            count += free
    return np.array(index, dtype=np.int_), np.array(held)
