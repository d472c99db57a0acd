"""What is asked of a set of forms, as arrays over the columns of a problem.

A column is an item at a place where it may stand. Mostly that is one for each item; an item that may stand in either of
two sections has two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


class Aim(StrEnum):
    """What a form's sums of the goal's values are to be near to."""

    TARGET = "target"  # the values that the request names
    ALIKE = "alike"  # the same in all forms: what the bank gives where its items are used as evenly as they can be
    MOST = "most"  # as much as the bank gives in all forms, in the proportions named (maximin)


@dataclass(frozen=True, slots=True)
class Bound:
    """low ≤ Σ weights of the columns of a form ≤ high: a content cell, the points, the length, seconds, words."""

    name: str
    weights: Floats
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True, slots=True)
class ItemSet:
    """Columns with a common passage: a form has none of them, or from `low` to `high`."""

    name: str
    columns: Integers
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Enemies:
    """Columns of which a form has one at most, as one gives the other away."""

    name: str
    columns: Integers


@dataclass(frozen=True, slots=True)
class Goal:
    """values (columns, goals): what each column adds, such as information at some abilities or expected points.

    amounts (goals,): under TARGET the sums wanted, under MOST their proportions; ALIKE needs none. The distance of a
    form is the largest of |sum - target| / unit; unit (goals,) is the target itself where none is given.
    """

    values: Floats
    aim: Aim = Aim.ALIKE
    amounts: Floats | None = None
    unit: Floats | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """`item` (columns,): which item each column is, numbered from 0; by default every column is an item of its own.

    `uses` (items,): how many of the forms may have the item; 0 leaves it out. `overlap`: how many items two forms may
    share, apart from `fixed` ones, which stand in every form; None for any number.
    """

    columns: int
    forms: int
    bounds: Sequence[Bound]
    goal: Goal | None = None
    sets: Sequence[ItemSet] = ()
    enemies: Sequence[Enemies] = ()
    fixed: Sequence[int] = ()
    overlap: int | None = None
    item: Integers = field(default_factory=lambda: np.zeros(0, np.intp))
    uses: Integers = field(default_factory=lambda: np.zeros(0, np.intp))

    def __post_init__(self) -> None:
        """Raises ValueError where sizes do not fit or a number makes no sense."""
        if self.columns < 1 or self.forms < 1:
            raise ValueError("assembly needs at least one item and one form")
        if not self.item.size:
            object.__setattr__(self, "item", np.arange(self.columns))
        if self.item.shape != (self.columns,) or self.item.min() < 0:
            raise ValueError("every column needs the number of its item")
        if not self.uses.size:
            object.__setattr__(self, "uses", np.ones(self.items, np.intp))
        if self.uses.shape != (self.items,) or self.uses.min() < 0:
            raise ValueError("every item needs the number of forms that may have it")
        self._check_demands()
        if self.goal is not None:
            self._check_goal(self.goal)

    def _check_demands(self) -> None:
        for bound in self.bounds:
            if bound.weights.shape != (self.columns,) or not np.isfinite(bound.weights).all():
                raise ValueError(f"{bound.name}: every column needs a finite weight")
            if not bound.low <= bound.high:
                raise ValueError(f"{bound.name}: the least is more than the most")
        together: list[ItemSet | Enemies] = [*self.sets, *self.enemies]
        for one in together:
            if one.columns.size and not 0 <= one.columns.min() <= one.columns.max() < self.columns:
                raise ValueError(f"{one.name}: no such column")
        if any(not 1 <= group.low <= group.high for group in self.sets):
            raise ValueError("of a set a form has at least one item, or none")
        if any(not 0 <= column < self.columns for column in self.fixed):
            raise ValueError("no such column to stand in every form")

    def _check_goal(self, goal: Goal) -> None:
        if goal.values.ndim != 2 or goal.values.shape[0] != self.columns or not np.isfinite(goal.values).all():
            raise ValueError("every column needs a finite value for each goal")
        if goal.amounts is None and goal.aim is not Aim.ALIKE:
            raise ValueError("this aim needs its amounts")
        for given in (goal.amounts, goal.unit):
            if given is not None and given.shape != (goal.values.shape[1],):
                raise ValueError("every goal needs its amount and its unit")
        if goal.unit is not None and not (goal.unit > 0).all():
            raise ValueError("units are positive")
        if goal.aim is not Aim.ALIKE and goal.unit is None and not (np.asarray(goal.amounts) > 0).all():
            raise ValueError("amounts are positive where they are their own unit")

    @property
    def items(self) -> int:
        return int(self.item.max()) + 1
