"""An exam's blueprint and the items of a bank as the problem that the optimiser solves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from exam_engine.assembly.asking import Asked, Demand
from exam_engine.authoring import matrices
from exam_engine.authoring.definition import Cell, ExamDefinition, Matrix, Plan
from item_bank.assembly.facility import Facilities, expected_facilities
from item_bank.assembly.optimal.model import FIXED, OVERLAP, USES
from item_bank.assembly.optimal.request import Aim, Bound, Enemies, Floats, Goal, Integers, ItemSet, Request
from item_bank.assembly.randomness import Stream
from item_bank.storage.pool_queries import Candidate

#: Of a sort that a bank has more of, so many items for each that all forms need, and never fewer than the second.
_TIMES, _FEWEST = 4, 40
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Column:
    """An item at a plan that may have it; `points`: what it is worth there; `scored`: not in a group of "choose one
    of" that stands behind those that count."""

    candidate: Candidate
    place: int
    points: Fraction
    scored: bool


@dataclass(frozen=True, slots=True)
class History:
    """What is known of an item before anybody takes the form: n candidates and the share of its points that they
    earned; what its author expects, None where nothing is said."""

    n: int = 0
    facility: float = 0.0
    estimate: float | None = None


@dataclass(frozen=True, slots=True)
class Posed:
    """`demands`: by the name that each has in the request."""

    columns: tuple[Column, ...]
    request: Request
    demands: Mapping[str, Demand]
    facilities: Facilities
    points: Floats
    unfit: int


def columns_of(definition: ExamDefinition, pool: Sequence[Candidate], asked: Asked) -> list[Column]:
    """The items that are tried, at each plan that may have them: of a sort with many a part of them, by the seed."""
    tried: list[Column] = []
    stay = {one.version for section in definition.sections for one in section.items} if asked.keep else set()
    for place, (section, plan) in enumerate(matrices.plans(definition)):
        scored = matrices.scored(definition.sections[section], plan)
        sorts: dict[tuple[int, ...], list[Candidate]] = {}
        for one in pool:
            if one.kind == plan.kind:
                sorts.setdefault(tuple(matrices.weight(one, plan, cell) for cell in plan.cells), []).append(one)
        for counted, members in sorts.items():
            wanted = [cell.count for cell, weight in zip(plan.cells, counted, strict=True) if weight]
            most = max(_FEWEST, _TIMES * asked.forms * max(wanted, default=plan.count))
            kept = _some(members, most, Stream(asked.seed, _VERSION, "tried", str(place), repr(counted)), stay)
            tried += [Column(one, place, Fraction(plan.points or one.points), scored) for one in kept]
    return tried


def posed(definition: ExamDefinition, columns: Sequence[Column], history: Mapping[int, History], asked: Asked) -> Posed:
    """`history`: by item id. Raises ValueError where there is nothing to choose from."""
    plans = [plan for _section, plan in matrices.plans(definition)]
    place = np.array([one.place for one in columns], np.intp)
    points = np.array([float(one.points) for one in columns])
    demands: dict[str, Demand] = {}
    bounds = [*_bounds(columns, plans, place, demands), *_levels(definition, columns, demands)]
    facilities = _facilities(columns, history)
    ids = {item: number for number, item in enumerate(dict.fromkeys(one.candidate.item_id for one in columns))}
    item = np.array([ids[one.candidate.item_id] for one in columns], np.intp)
    fixed, unfit = _fixed(definition, columns) if asked.keep else ([], 0)
    uses = max(1, asked.forms * asked.share // 100) if asked.mode == "own" else _uses(asked)
    demands[USES] = Demand("uses", count=str(asked.forms))
    demands[OVERLAP] = Demand("overlap", count=str(asked.overlap or 0))
    demands[FIXED] = Demand("fixed", there=len(fixed))
    request = Request(
        len(columns),
        asked.forms,
        bounds,
        _goal(columns, points, facilities, plans, asked),
        _sets(columns, demands),
        _enemies(columns, demands),
        fixed,
        asked.overlap,
        item,
        np.full(len(ids), uses, np.intp),
    )
    return Posed(tuple(columns), request, demands, facilities, points, unfit)


def _uses(asked: Asked) -> int:
    """Sets that may share items: each item in as many as the solver likes, the overlap holds them apart."""
    return 1 if asked.overlap == 0 else asked.forms


def _bounds(
    columns: Sequence[Column], plans: Sequence[Plan], place: Integers, demands: dict[str, Demand]
) -> list[Bound]:
    found = []
    for number, plan in enumerate(plans):
        here = place == number
        name = f"plan {number}"
        demands[name] = Demand("count", number, count=str(plan.count), there=int(here.sum()))
        found.append(Bound(name, here.astype(float), plan.count, plan.count))
        for position, cell in enumerate(plan.cells):
            weights = np.array(
                [matrices.weight(one.candidate, plan, cell) if one.place == number else 0 for one in columns], float
            )
            name = f"cell {number} {position}"
            demands[name] = Demand("cell", number, cell.topic, cell.level, str(cell.count), int(weights.sum()))
            found.append(Bound(name, weights, cell.count, cell.count))
    return found


def _levels(definition: ExamDefinition, columns: Sequence[Column], demands: dict[str, Demand]) -> list[Bound]:
    """Points that the whole paper gives to a level: statements of a cluster have equal shares of its points."""
    found = []
    plans = [plan for _section, plan in matrices.plans(definition)]
    for level, wanted in (definition.matrix or Matrix()).levels.items():
        weights = [
            float(one.points * matrices.weight(one.candidate, plans[one.place], Cell(0, "", level)))
            / len(one.candidate.levels)
            if one.scored
            else 0.0
            for one in columns
        ]
        amount = float(Fraction(wanted))
        demands[f"level {level}"] = Demand("level", level=level, count=wanted, there=sum(map(bool, weights)))
        found.append(Bound(f"level {level}", np.array(weights), amount, amount))
    return found


def _facilities(columns: Sequence[Column], history: Mapping[int, History]) -> Facilities:
    known = [history.get(one.candidate.item_id, History()) for one in columns]
    answered = np.array([float(one.n) for one in known])
    earned = np.array([one.facility for one in known]) * answered
    estimate = np.array([np.nan if one.estimate is None else one.estimate for one in known])
    sorts = [(one.candidate.kind, one.candidate.levels) for one in columns]
    kinds = {sort: number for number, sort in enumerate(dict.fromkeys(sorts))}
    return expected_facilities(earned, answered, np.array([kinds[one] for one in sorts], np.intp), estimate)


def _goal(
    columns: Sequence[Column], points: Floats, facilities: Facilities, plans: Sequence[Plan], asked: Asked
) -> Goal:
    """Expected points and what chance decides of them, alike in all sets; or expected points as asked."""
    expected = facilities.expected
    if asked.mean is None:
        return Goal(np.stack([points * expected, points**2 * expected * (1 - expected)], axis=1), Aim.ALIKE)
    scored = np.array([one.scored for one in columns])
    counted = {one.place for one in columns if one.scored}
    whole = sum(
        float(Fraction(plan.points)) * plan.count
        if plan.points
        else plan.count * float(np.mean([point for one, point in zip(columns, points, strict=True) if one.place == at]))
        for at, plan in enumerate(plans)
        if at in counted
    )
    return Goal(np.where(scored, points * expected, 0.0)[:, None], Aim.TARGET, np.array([whole * asked.mean / 100]))


def _sets(columns: Sequence[Column], demands: dict[str, Demand]) -> list[ItemSet]:
    """Items of one passage go into a part together or not at all."""
    shared: dict[tuple[int, str], list[int]] = {}
    for number, one in enumerate(columns):
        if one.candidate.passage:
            shared.setdefault((one.place, one.candidate.passage), []).append(number)
    found = []
    for (place, passage), members in shared.items():
        name = f"passage {place} {passage[:12]}"
        demands[name] = Demand("passage", place, count=str(len(members)))
        found.append(ItemSet(name, np.array(members, np.intp), len(members), len(members)))
    return found


def _enemies(columns: Sequence[Column], demands: dict[str, Demand]) -> list[Enemies]:
    """Groups that authors named, and an item that may stand in several parts: it stands in one of them."""
    groups: dict[str, list[int]] = {}
    for number, one in enumerate(columns):
        for name in one.candidate.enemies:
            groups.setdefault(f"enemies {name}", []).append(number)
        groups.setdefault(f"item {one.candidate.item_id}", []).append(number)
    found = []
    for name, members in groups.items():
        if len(members) > 1:
            demands[name] = Demand("enemies", topic=name.partition(" ")[2] if name.startswith("enemies") else "")
            found.append(Enemies(name, np.array(members, np.intp)))
    return found


def _fixed(definition: ExamDefinition, columns: Sequence[Column]) -> tuple[list[int], int]:
    """The columns of items that planned parts have already, and how many of those items fit into none."""
    places: dict[tuple[int, str | None, int], int] = {}
    of = matrices.plans(definition)
    for number, column in enumerate(columns):
        section, plan = of[column.place]
        places[section, plan.group, column.candidate.version] = number
    planned = {section for section, _plan in of}
    standing = [
        (number, one.group if section.choose else None, one.version)
        for number, section in enumerate(definition.sections)
        if number in planned
        for one in section.items
    ]
    found = [places[one] for one in standing if one in places]
    return found, len(standing) - len(found)


def _some(members: Sequence[Candidate], most: int, stream: Stream, stay: Collection[int]) -> Sequence[Candidate]:
    """All, or `most` of those without a passage, drawn by chance; passages stay whole, and so does who is to stay."""
    if len(members) <= most:
        return members
    alone = [one for one in members if one.passage is None]
    kept = {one.version for one in stream.shuffled(alone)[:most]}
    return [one for one in members if one.passage or one.version in kept or one.version in stay]
