"""A marked sitting as what `exam_engine.measuring` studies: answers, keys, forms, times and groups. Needs numpy.

Figures are those that `exam-engine analyse` tells of the exported files (`for_analysis`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import numpy as np
from numpy.typing import NDArray

from exam_engine.kit.cells import Value
from exam_engine.measuring.files.forms import Forms
from exam_engine.measuring.files.key_cells import key_of
from exam_engine.measuring.files.keys import Key
from exam_engine.measuring.files.marked import MOST_CATEGORIES, Categories, Marked
from exam_engine.measuring.files.rows import fault_of
from exam_engine.measuring.files.seconds import Times
from exam_engine.measuring.files.tables import Column
from exam_engine.reports.for_analysis import key_sheet
from exam_engine.reports.matrix import Matrix
from exam_engine.reports.slots import described
from exam_engine.scoring.rules import Slot
from item_bank.statistics.responses import Floats, Responses, Status

#: Steps that points of more different values than a model takes are told apart by.
STEPS = 10
#: Kind of item → field of `Marked` that holds what was answered.
_WRITTEN = ("cluster", "number")


@dataclass(frozen=True, slots=True)
class Sample:
    """times: None where no screen told any. groups: name → label of each candidate of the matrix, None: in none."""

    marked: Marked
    times: Times | None
    groups: Mapping[str, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a candidate of the matrix took. form: its number, empty where there are none; order: versions as they came;
    seconds: version → how long it was on the screen."""

    form: str
    order: Sequence[int]
    seconds: Mapping[int, float]


def sample(
    matrix: Matrix,
    slots: Mapping[int, Slot],
    names: Mapping[int, str],
    taken: Sequence[Taken],
    groups: Mapping[str, Sequence[str | None]],
) -> Sample:
    """names: version → what the item is called. taken: of each candidate of the matrix. An item that nobody was
    presented with, or whose responses all wait for a marker, is left out."""
    met = np.flatnonzero((matrix.responses.status != Status.NOT_PRESENTED).any(axis=0))
    versions = [matrix.versions[place] for place in met.tolist()]
    keys = {key.item: key for key in map(_key, key_sheet(slots, versions, names))}
    rows = np.flatnonzero((matrix.responses.status != Status.NOT_PRESENTED).any(axis=1))
    whole = matrix.responses
    cells = np.ix_(rows, met)
    responses = Responses(whole.scores[cells], whole.status[cells], whole.maxima[met])
    columns = {
        names[version]: _column(matrix, place, names[version], slots[version], rows)
        for place, version in zip(met.tolist(), versions, strict=True)
        if keys[names[version]].kind != "points"
    }
    items = tuple(names[version] for version in versions)
    marked = Marked(
        items=items,
        responses=responses,
        categories=_categories(responses, [keys[item] for item in items], columns),
        chosen={item: column for item, column in columns.items() if keys[item].kind not in _WRITTEN},
        keys=keys,
        rows=rows,
        written={item: column for item, column in columns.items() if keys[item].kind in _WRITTEN},
        forms=_forms(versions, items, keys, taken),
    )
    return Sample(marked, _times(versions, items, taken), groups)


def _key(row: Mapping[str, Value]) -> Key:
    cells = {name: f"{value:f}" if isinstance(value, Decimal) else str(value) for name, value in row.items()}
    return key_of(cells, partial(fault_of, cells["item"]))


def _column(matrix: Matrix, place: int, name: str, slot: Slot, rows: NDArray[np.intp]) -> Column:
    """Answers as the author's letters; few different ones, each described once."""
    places: dict[str, int] = {}
    known: dict[object, int] = {}
    codes = np.empty(len(rows), dtype=np.intp)
    for at, row in enumerate(rows.tolist()):
        given = matrix.given[row][place]
        seen = given if isinstance(given, str) else repr(given)
        if seen not in known:
            known[seen] = places.setdefault(described(slot.item, given), len(places))
        codes[at] = known[seen]
    return Column(name, tuple(places), codes)


def _categories(responses: Responses, keys: Sequence[Key], columns: Mapping[str, Column]) -> Categories:
    """As `Marked.categories` has them."""
    answered = responses.status == Status.ANSWERED
    found = np.where(responses.presented & (responses.status != Status.NOT_REACHED), 0, -1).astype(np.int64)
    for place, key in enumerate(keys):
        there, worth = answered[:, place], float(responses.maxima[place])
        scores = np.nan_to_num(responses.scores[:, place])
        if key.kind == "points":
            ranks = _ranks(scores, there, worth, blank=bool((found[:, place] == 0)[~there].any()))
        elif key.kind == "cluster":
            column = columns[key.item]
            right = np.array([key.right(value) if value else 0 for value in column.values], dtype=np.int64)
            ranks = right[column.codes]
        else:
            ranks = (scores >= worth * (1 - 1e-9)).astype(np.int64)
        found[there, place] = ranks[there]
    return found


def _ranks(scores: Floats, there: NDArray[np.bool_], worth: float, *, blank: bool) -> Categories:
    """Ranks of the points that occur; blank: what nothing earns is one of them."""
    points = np.clip(scores, 0.0, None)
    if np.unique(points[there]).size > MOST_CATEGORIES:
        points = np.rint(STEPS * points / worth)
    occurring = np.unique(points[there])
    occurring = np.union1d([0.0], occurring) if blank else occurring
    return np.searchsorted(occurring, points).astype(np.int64)


def _forms(
    versions: Sequence[int], items: Sequence[str], keys: Mapping[str, Key], taken: Sequence[Taken]
) -> Forms | None:
    """None where there is one form, or candidates of one have orders of their own."""
    orders: dict[str, Sequence[int]] = {}
    for one in taken:
        if not one.form or orders.setdefault(one.form, one.order) != one.order:
            return None
    if len(orders) < 2 or any(not set(versions) <= set(order) for order in orders.values()):
        return None
    numbers = {name: number for number, name in enumerate(sorted(orders))}
    places = np.array([[orders[name].index(version) for version in versions] for name in numbers])
    return Forms(tuple(items), keys, tuple(numbers), np.array([numbers[one.form] for one in taken]), places)


def _times(versions: Sequence[int], items: Sequence[str], taken: Sequence[Taken]) -> Times | None:
    seconds = np.array([[one.seconds.get(version) or np.nan for version in versions] for one in taken], dtype=float)
    rows = np.flatnonzero((~np.isnan(seconds)).any(axis=1)) if seconds.size else np.array([], dtype=np.intp)
    return Times(tuple(items), seconds[rows], rows) if rows.size else None
