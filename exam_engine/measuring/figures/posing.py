"""A request as people write it, as the arrays that assembly takes; and each of its demands by a name of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from exam_engine.measuring.figures.item_pool import Pool
from exam_engine.measuring.files.assembly_requests import Asked, Cell, Constraint, GoalAsked
from exam_engine.measuring.files.numbers import number, numbers
from exam_engine.measuring.files.rows import FileUnusable, quoted
from exam_engine.measuring.files.tables import Column, listed
from item_bank.assembly.evaluation import Scored
from item_bank.assembly.facility import Facilities, expected_facilities
from item_bank.assembly.optimal.model import FIXED, OVERLAP, USES
from item_bank.assembly.optimal.request import Aim, Bound, Enemies, Goal, ItemSet, Request
from item_bank.statistics.irt.information import test_information
from item_bank.statistics.irt.models import probabilities
from item_bank.statistics.responses import Floats

Kind = Literal["length", "items", "sum", "set", "enemies", "uses", "overlap", "fixed"]


@dataclass(frozen=True, slots=True)
class Demand:
    """of: the column that is summed, or the items that it is about. there: how many items of the list count for it."""

    kind: Kind
    name: str = ""
    low: float = -np.inf
    high: float = np.inf
    of: str = ""
    there: int = 0


@dataclass(frozen=True, slots=True)
class Posed:
    """demands: by the name that it has in the request. goals: what each goal is, and at which ability. facilities:
    where forms are not judged by a model."""

    request: Request
    demands: Mapping[str, Demand]
    goals: tuple[tuple[str, float | None], ...]
    scored: tuple[Scored | None, ...]
    facilities: Facilities | None
    warnings: list[str] = field(default_factory=list)


def posed(path: Path, asked: Asked, pool: Pool) -> Posed:
    """path: of the request, for messages. Raises FileUnusable for what the list of items does not allow."""
    uses = _uses(asked, pool, path)
    fixed = [pool.place(name, f"{path}, fixed") for name in dict.fromkeys(asked.fixed)]
    usable = uses > 0
    usable[fixed] = True
    by_model = _by_model(path, asked, pool, usable)
    facilities = None if by_model else _facilities(pool)
    goal, goals = _goal(path, asked, pool, facilities)
    demands: dict[str, Demand] = {}
    bounds = []
    for place, (demand, weights) in enumerate(_bounds(path, asked, pool, usable)):
        demands[f"bound {place}"] = demand
        bounds.append(Bound(f"bound {place}", weights, demand.low, demand.high))
    sets, enemies = list(_sets(asked, pool, demands)), list(_enemies(path, asked, pool, demands))
    demands[USES] = Demand("uses", high=asked.uses)
    demands[OVERLAP] = Demand("overlap", high=asked.overlap or 0)
    demands[FIXED] = Demand("fixed", of=listed(asked.fixed), there=len(fixed))
    request = Request(
        len(pool.names), asked.forms, bounds, goal, sets, enemies, fixed, asked.overlap,
        np.arange(len(pool.names)), uses,
    )  # fmt: skip
    scored = pool.scored if by_model else (None,) * len(pool.names)
    return Posed(request, demands, goals, scored, facilities)


def _uses(asked: Asked, pool: Pool, path: Path) -> np.ndarray:
    column = pool.columns.get("uses")
    given = numbers(pool.table, column, lambda cell: _whole(cell) if cell else asked.uses) if column else None
    uses = np.full(len(pool.names), asked.uses, np.intp) if given is None else given.astype(np.intp)
    for name in asked.left_out:
        uses[pool.place(name, f"{path}, left_out")] = 0
    return uses


def _whole(cell: str) -> float:
    value = number(cell)
    if value < 0 or value != int(value):
        raise ValueError(f"{quoted(cell)} is no number of forms")
    return value


def _by_model(path: Path, asked: Asked, pool: Pool, usable: np.ndarray) -> bool:
    if asked.by == "facility":
        return False
    without = [name for name, one, may in zip(pool.names, pool.scored, usable, strict=True) if may and one is None]
    if asked.by is None and not any(pool.scored):
        return False
    if without:
        what = f"items without parameters: {listed(without)}. Give them some, leave them out with left_out"
        raise FileUnusable(f'{path}: {what}, or judge forms by facilities with "by": "facility"')
    return True


def _facilities(pool: Pool) -> Facilities:
    seen = ~np.isnan(pool.facility)
    if (seen & np.isnan(pool.answered)).any():
        row = int(np.argmax(seen & np.isnan(pool.answered)))
        what = "a facility needs n beside it: how many candidates it is of."
        raise pool.table.fault(pool.columns["facility"], row, what)
    answered = np.where(seen, np.nan_to_num(pool.answered), 0.0)
    earned = np.where(seen, np.nan_to_num(pool.facility) * answered, 0.0)
    return expected_facilities(earned, answered, pool.kinds, pool.estimate)


def _goal(
    path: Path, asked: Asked, pool: Pool, facilities: Facilities | None
) -> tuple[Goal | None, tuple[tuple[str, float | None], ...]]:
    goal = asked.goal
    if goal is None:
        return None, ()
    aim = Aim(goal.aim)
    if aim is Aim.TARGET and goal.amounts is None:
        raise FileUnusable(f"{path}: the aim target needs amounts: how much is wanted at each ability")
    if facilities is not None:
        return _by_facility(path, goal, aim, pool, facilities)
    mean, sd = asked.population.mean, asked.population.sd
    abilities = np.array([mean - sd, mean, mean + sd] if goal.abilities is None else goal.abilities, np.float64)
    labels = tuple((what, float(one)) for what in goal.parts for one in abilities)
    amounts = None if goal.amounts is None else np.array(goal.amounts, np.float64)
    if aim is Aim.MOST and amounts is None:
        amounts = np.ones(len(labels))
    if not labels or (amounts is not None and amounts.size != len(labels)):
        what = f"{', '.join(goal.parts)} at each of the abilities"
        raise FileUnusable(f"{path}: the goal needs at least one ability, and one amount for {what}")
    if amounts is not None and not (amounts > 0).all():
        raise FileUnusable(f"{path}: the goal's amounts are above 0")
    values = np.array([_values(goal, one, abilities) for one in pool.scored])
    return Goal(values, aim, None if aim is Aim.ALIKE else amounts), labels


def _values(goal: GoalAsked, one: Scored | None, abilities: Floats) -> Floats:
    """What an item adds to each of the goals; one without parameters stands in no form."""
    if one is None:
        return np.zeros(len(goal.parts) * abilities.size)
    score = probabilities([one.item], abilities)[0] @ np.array(one.worth)
    found = {"information": test_information([one.item], abilities), "score": score}
    return np.concatenate([found[part] for part in goal.parts])


def _by_facility(
    path: Path, goal: GoalAsked, aim: Aim, pool: Pool, facilities: Facilities
) -> tuple[Goal, tuple[tuple[str, float | None], ...]]:
    """Expected points, and how much of them chance decides: equal means alone may hide all items being of one kind."""
    points, expected = pool.points, facilities.expected
    if aim is Aim.MOST:
        raise FileUnusable(f"{path}: the aim most needs parameters: facilities tell nothing of information")
    if aim is Aim.TARGET:
        if goal.amounts is None or len(goal.amounts) != 1 or not goal.amounts[0] > 0:
            raise FileUnusable(f"{path}: without parameters the target is one amount above 0: the points expected")
        return Goal((points * expected)[:, None], aim, np.array(goal.amounts, np.float64)), (("expected_points", None),)
    values = np.stack([points * expected, points**2 * expected * (1 - expected)], axis=1)
    return Goal(values, aim), (("expected_points", None), ("variance", None))


def _bounds(path: Path, asked: Asked, pool: Pool, usable: np.ndarray) -> Iterator[tuple[Demand, Floats]]:
    low, high = (asked.length, asked.length) if isinstance(asked.length, int) else asked.length.ends
    yield Demand("length", low=low, high=high, there=int(usable.sum())), np.ones(len(pool.names))
    for place, one in enumerate(asked.constraints, 1):
        where = f"{path}, constraint {place}"
        members = _members(where, one, pool)
        there = int((members & usable).sum())
        low, high = one.ends
        told = ", ".join(f"{name} = {_list(values)}" for name, values in one.where.items())
        if not one.sum:
            yield Demand("items", one.name or told, low, high, there=there), members.astype(float)
            continue
        weights = pool.points if one.sum == "points" else numbers(pool.table, pool.table.column(one.sum))
        yield Demand("sum", one.name or told, low, high, one.sum, there), np.where(members, weights, 0.0)


def _list(values: Cell | Sequence[Cell]) -> str:
    return ", ".join(str(one) for one in (values if isinstance(values, list) else [values]))


def _members(where: str, one: Constraint, pool: Pool) -> np.ndarray:
    """(n,): the items that have one of the values in each of the columns."""
    members = np.ones(len(pool.names), bool)
    for name, values in one.where.items():
        column = pool.table.column(name)
        found = [_places(where, column, value) for value in (values if isinstance(values, list) else [values])]
        members &= np.isin(column.codes, np.concatenate(found) if found else np.zeros(0, np.intp))
    return members


def _places(where: str, column: Column, value: Cell) -> np.ndarray:
    """Which of the column's cells are this value, capitals or not. Raises FileUnusable where none is: mostly a slip."""
    same: Any = (
        (lambda cell: cell.casefold() == value.strip().casefold())
        if isinstance(value, str)
        else (lambda cell: _number_or_none(cell) == value)
    )
    found = [place for place, cell in enumerate(column.values) if same(cell)]
    if not found:
        told = quoted(str(value))
        raise FileUnusable(f"{where}: no item has {told} in {column.told}. It holds {listed(sorted(column.values))}.")
    return np.array(found)


def _number_or_none(cell: str) -> float | None:
    try:
        return number(cell)
    except ValueError:
        return None


def _sets(asked: Asked, pool: Pool, demands: dict[str, Demand]) -> Iterator[ItemSet]:
    cells = pool.cells("set")
    for name in dict.fromkeys(filter(None, cells)):
        columns = np.flatnonzero([cell == name for cell in cells])
        low = columns.size if asked.sets.least is None else min(asked.sets.least, columns.size)
        high = max(low, columns.size if asked.sets.most is None else asked.sets.most)
        demands[f"set {name}"] = Demand("set", name, low, high, there=columns.size)
        yield ItemSet(f"set {name}", columns, low, high)


def _enemies(path: Path, asked: Asked, pool: Pool, demands: dict[str, Demand]) -> Iterator[Enemies]:
    groups: dict[str, list[int]] = {}
    for place, cell in enumerate(pool.cells("enemies")):
        for name in filter(None, (one.strip() for one in cell.replace("|", ";").split(";"))):
            groups.setdefault(name, []).append(place)
    for at, names in enumerate(asked.enemies, 1):
        groups[f"{at}."] = [pool.place(name, f"{path}, enemies") for name in names]
    for name, places in groups.items():
        demands[f"enemies {name}"] = Demand("enemies", of=listed(pool.names[one] for one in places), high=1)
        yield Enemies(f"enemies {name}", np.array(sorted(set(places))))
