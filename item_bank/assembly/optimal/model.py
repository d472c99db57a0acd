"""A request as rows of a linear model: some forms one by one, and the others together as one shadow.

The shadow (van der Linden & Adema 1998, *Simultaneous assembly of multiple test forms*, "big-shadow-test method") holds
the sums that the remaining forms need, so that the form that is taken now leaves enough for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from item_bank.assembly.optimal.request import Floats, Integers, ItemSet, Request

#: Names of demands that are not in the request's own lists.
USES = "uses"
OVERLAP = "overlap"
FIXED = "fixed"
GOAL = "goal"
#: What follows from the words "a form" and can't be given up.
RULES = ""


@dataclass(frozen=True, slots=True)
class Model:
    """low ≤ matrix · variables ≤ high, 0 ≤ variables ≤ upper. `demand` names the demand that each row comes from.

    Variables: for each block (`forms` single ones, then perhaps the shadow) one for each of `columns` and one for each
    item set; last the distance from the target.
    """

    matrix: sparse.csr_array
    low: Floats
    high: Floats
    upper: Floats
    integral: Integers
    demand: tuple[str, ...]
    columns: Integers
    forms: int
    width: int

    def chosen(self, solution: Floats) -> list[Integers]:
        """The columns of each of the single forms."""
        blocks = [solution[one * self.width :][: self.columns.size] for one in range(self.forms)]
        return [self.columns[block > 0.5] for block in blocks]

    def with_rows(self, rows: sparse.csr_array, low: float, high: float) -> Model:
        """With more rows that follow from the words of the request."""
        many = rows.shape[0]
        return replace(
            self,
            matrix=sparse.vstack([self.matrix, rows], format="csr"),
            low=np.append(self.low, np.full(many, low)),
            high=np.append(self.high, np.full(many, high)),
            demand=(*self.demand, *[RULES] * many),
        )

    def shadow(self, solution: Floats) -> Floats:
        """How often the shadow has each column of the request's numbering, as a share of uses; (columns,)."""
        return solution[self.forms * self.width :][: self.columns.size]


@dataclass(frozen=True, slots=True)
class _Row:
    demand: str
    columns: Integers
    weights: Floats
    low: float
    high: float


def build(
    request: Request,
    *,
    forms: int,
    shadow: int,
    target: Floats | None,
    uses: Integers,
    earlier: Sequence[Integers] = (),
) -> Model:
    """forms: how many stand one by one; shadow: how many stand together. uses (items,): what is left of each item.

    earlier: the columns of forms that stand already, for the overlap. target (goals,): what the goal's sums are to be.
    """
    fixed = np.zeros(request.columns, bool)
    fixed[list(request.fixed)] = True
    columns = np.flatnonzero((uses[request.item] > 0) | fixed)
    template, demand, low, high = _one_form(request, columns)
    blocks = [1.0] * forms + [float(shadow)] * bool(shadow)
    matrix = sparse.block_diag([template] * len(blocks), format="csr")
    lows = [low * many for many in blocks]
    highs = [high * many for many in blocks]
    demands = list(demand) * len(blocks)
    extra: list[tuple[str, sparse.csr_array, Floats, Floats]] = [_uses(request, columns, uses, len(blocks), template)]
    extra += _overlaps(request, columns, earlier, forms, len(blocks), template.shape[1])
    matrix = sparse.vstack([matrix, *(part for _, part, _, _ in extra)], format="csr")
    for name, part, least, most in extra:
        demands += [name] * part.shape[0]
        lows.append(least)
        highs.append(most)
    matrix = sparse.hstack([matrix, sparse.csr_array((matrix.shape[0], 1))], format="csr")
    if target is not None and request.goal is not None:
        rows, least, most = _goal(request, columns, blocks, template.shape[1], target)
        matrix = sparse.vstack([matrix, rows], format="csr")
        demands += [GOAL] * rows.shape[0]
        lows.append(least)
        highs.append(most)
    width = template.shape[1]
    upper = np.concatenate([np.full(width, many) for many in blocks] + [np.array([np.inf])])
    integral = np.zeros(upper.size, np.intp)
    integral[: forms * width] = 1
    return Model(
        matrix, np.concatenate(lows), np.concatenate(highs), upper, integral, tuple(demands), columns, forms, width
    )


def unit_of(request: Request, target: Floats) -> Floats:
    """(goals,): what a distance from the target is measured in."""
    assert request.goal is not None
    return request.goal.unit if request.goal.unit is not None else np.maximum(np.abs(target), 1e-9)


def _one_form(request: Request, columns: Integers) -> tuple[sparse.csr_array, tuple[str, ...], Floats, Floats]:
    rows = list(_rows(request))
    sets = len(request.sets)
    place = np.full(request.columns + sets, -1)
    place[columns] = np.arange(columns.size)
    place[request.columns :] = columns.size + np.arange(sets)
    entries, at, to = [], [], []
    for number, row in enumerate(rows):
        there = place[row.columns]
        kept = (there >= 0) & (row.weights != 0)
        entries.append(row.weights[kept])
        to.append(there[kept])
        at.append(np.full(int(kept.sum()), number))
    shape = (len(rows), columns.size + sets)
    if not rows:
        return sparse.csr_array(shape), (), np.zeros(0), np.zeros(0)
    template = sparse.csr_array((np.concatenate(entries), (np.concatenate(at), np.concatenate(to))), shape=shape)
    lows = np.array([row.low for row in rows])
    return template, tuple(row.demand for row in rows), lows, np.array([row.high for row in rows])


def _rows(request: Request) -> Iterator[_Row]:
    """What holds in a single form. The variable of a set has the number `request.columns` + the set's own."""
    everything = np.arange(request.columns)
    for bound in request.bounds:
        yield _Row(bound.name, everything, bound.weights, bound.low, bound.high)
    for number, one in enumerate(request.sets):
        yield from _rows_of(one, request.columns + number)
    for group in request.enemies:
        yield _Row(group.name, group.columns, np.ones(group.columns.size), -np.inf, 1)
    for column in request.fixed:
        yield _Row(FIXED, np.array([column]), np.ones(1), 1, 1)
    if request.items < request.columns:
        order = np.argsort(request.item, kind="stable")
        starts = np.flatnonzero(np.diff(request.item[order], prepend=-1))
        for same in np.split(order, starts[1:]):
            if same.size > 1:
                yield _Row(RULES, same, np.ones(same.size), -np.inf, 1)


def _rows_of(one: ItemSet, variable: int) -> Iterator[_Row]:
    with_variable = np.append(one.columns, variable)
    ones = np.ones(one.columns.size)
    yield _Row(one.name, with_variable, np.append(ones, -float(one.high)), -np.inf, 0)
    yield _Row(one.name, with_variable, np.append(ones, -float(one.low)), 0, np.inf)


def _uses(
    request: Request, columns: Integers, uses: Integers, blocks: int, template: sparse.csr_array
) -> tuple[str, sparse.csr_array, Floats, Floats]:
    """Of each item no more than is left, over all blocks; what stands in every form does not count."""
    kept = ~np.isin(columns, request.fixed)
    shape = (request.items, template.shape[1])
    each = sparse.csr_array((kept[kept].astype(float), (request.item[columns[kept]], np.flatnonzero(kept))), shape)
    there = np.flatnonzero(np.diff(each.indptr))
    each = each[there]
    most = uses[there].astype(float)
    return USES, sparse.hstack([each] * blocks, format="csr"), np.full(most.size, -np.inf), most


def _overlaps(
    request: Request, columns: Integers, earlier: Sequence[Integers], forms: int, blocks: int, width: int
) -> list[tuple[str, sparse.csr_array, Floats, Floats]]:
    if request.overlap is None or not earlier:
        return []
    fixed = request.item[list(request.fixed)]
    rows = []
    for taken in earlier:
        shared = np.isin(request.item[columns], np.setdiff1d(request.item[taken], fixed))
        for form in range(forms):
            row = np.zeros(width * blocks)
            row[form * width :][: columns.size] = shared
            rows.append(sparse.csr_array(row))
    part = sparse.vstack(rows, format="csr")
    return [(OVERLAP, part, np.full(part.shape[0], -np.inf), np.full(part.shape[0], float(request.overlap)))]


def _goal(
    request: Request, columns: Integers, blocks: Sequence[float], width: int, target: Floats
) -> tuple[sparse.csr_array, Floats, Floats]:
    """|sums − target| ≤ distance · unit in every block, each row twice with the distance last."""
    assert request.goal is not None
    values = sparse.csr_array(request.goal.values[columns].T)
    values = sparse.hstack([values, sparse.csr_array((values.shape[0], width - columns.size))], format="csr")
    many = np.repeat(np.array(blocks), target.size)
    sums = sparse.block_diag([values] * len(blocks), format="csr")
    distance = sparse.csr_array((many * np.tile(unit_of(request, target), len(blocks)))[:, None])
    wanted = many * np.tile(target, len(blocks))
    rows = sparse.vstack([sparse.hstack([sums, -distance]), sparse.hstack([sums, distance])], format="csr")
    nothing = np.full(wanted.size, np.inf)
    return rows, np.concatenate([-nothing, wanted]), np.concatenate([wanted, nothing])
