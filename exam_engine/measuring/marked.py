"""From cells to what the statistics take: scores with their kind of missing, categories, and what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.keys import Key, number
from exam_engine.measuring.tables import Column, FileUnusable, Table
from item_bank.statistics.responses import Floats, Responses, Status

Categories = NDArray[np.int64]
#: Of one item. Times, marks out of a hundred and numbers of candidates have more, and are no items.
MOST_CATEGORIES = 50


@dataclass(frozen=True, slots=True)
class Missing:
    """How a cell says that it holds no answer. An empty one is `empty`, others are codes in a cell."""

    empty: Status = Status.NOT_PRESENTED
    omitted: frozenset[str] = frozenset()
    not_reached: frozenset[str] = frozenset()
    not_presented: frozenset[str] = frozenset()

    def status(self, cell: str) -> Status:
        if not cell:
            return self.empty
        if cell in self.omitted:
            return Status.OMITTED
        if cell in self.not_presented:
            return Status.NOT_PRESENTED
        return Status.NOT_REACHED if cell in self.not_reached else Status.ANSWERED


@dataclass(frozen=True, slots=True)
class Marked:
    """n candidates × k items.

    responses: scores in points. categories: (n, k) for response models, from 0: right or wrong, of a cluster the number
    of right statements, else the rank of the score among those that occur; omitted 0, not reached and not presented −1.
    chosen: of items with options, the cells, in the spelling that came first. rows: (n,) their rows in the table, from
    0: who was presented with nothing is in none of this. ids: (n,) what the file calls them, empty where it does not.
    """

    items: tuple[str, ...]
    responses: Responses
    categories: Categories
    chosen: Mapping[str, Column]
    keys: Mapping[str, Key]
    rows: NDArray[np.intp]
    ids: tuple[str, ...] = ()

    def name(self, place: int) -> dict[str, object]:
        """Who the candidate at this place is: the row in the file, from 1, and the id where there are ids."""
        row: dict[str, object] = {"row": int(self.rows[place]) + 1}
        return {"id": self.ids[place], **row} if self.ids else row


@dataclass(frozen=True, slots=True)
class _Item:
    scores: Floats
    status: NDArray[np.int8]
    categories: Categories
    maximum: float


def marked(table: Table, columns: Sequence[Column], missing: Missing, keys: Mapping[str, Key] | None) -> Marked:
    """Raises FileUnusable, with line and column, for a cell that is no answer."""
    if not columns:
        raise FileUnusable(f"{table.path}: no items")
    found = [_by_key(table, one, missing, keys[one.name]) if keys else _scored(table, one, missing) for one in columns]
    status = np.stack([one.status for one in found], axis=1)
    rows = np.flatnonzero((status != Status.NOT_PRESENTED).any(axis=1))
    if not rows.size:
        raise FileUnusable(f"{table.path}: nobody was presented with any item")
    scores = np.stack([one.scores for one in found], axis=1)[rows]
    categories = np.stack([one.categories for one in found], axis=1)[rows]
    responses = Responses(scores, status[rows], np.array([one.maximum for one in found]))
    chosen = {one.name: one.folded(rows) for one in columns if keys and keys[one.name].kind == "option"}
    return Marked(tuple(one.name for one in columns), responses, categories, chosen, keys or {}, rows)


def _by_key(table: Table, column: Column, missing: Missing, key: Key) -> _Item:
    status = [missing.status(value) for value in column.values]
    right = np.zeros(len(status), dtype=np.int64)
    for place, value in enumerate(column.values):
        if status[place] == Status.ANSWERED:
            try:
                right[place] = key.right(value)
            except ValueError as error:
                raise table.fault(column, column.row_with(place), f"“{value}”: {error}") from None
    points = np.array([key.earned(int(one)) for one in right])
    return _item(column, status, points, right, key.points)


def _scored(table: Table, column: Column, missing: Missing) -> _Item:
    """Cells are points or categories already; the most that occurs is what the item is worth."""
    status = [missing.status(value) for value in column.values]
    points = np.zeros(len(status))
    for place, value in enumerate(column.values):
        if status[place] == Status.ANSWERED:
            points[place] = _points(table, column, place, value)
    distinct = np.unique(points[[one == Status.ANSWERED for one in status]])
    if distinct.size == 0:
        raise FileUnusable(f"{table.path}: nobody answered “{column.name}”. Leave it out with --items.")
    if distinct.size > MOST_CATEGORIES:
        what = f"{distinct.size} different numbers are no categories"
        raise FileUnusable(f"{table.path}, column “{column.name}”: {what}. Leave it out with --items.")
    if Status.OMITTED in status or Status.NOT_REACHED in status:
        distinct = np.union1d([0.0], distinct)  # what a blank earns is a category, too
    worth = float(distinct[-1]) or 1.0  # on which nobody earned anything: a point
    return _item(column, status, points, np.searchsorted(distinct, points), worth)


def _points(table: Table, column: Column, place: int, value: str) -> float:
    try:
        points = number(value)
    except ValueError:
        what = f"“{value}” is no number. Give the key of options with --key, or the code of a blank with --omitted"
        raise table.fault(column, column.row_with(place), what) from None
    if not 0 <= points < np.inf:
        raise table.fault(column, column.row_with(place), f"“{value}”: a score is 0 or more")
    return points


def _item(column: Column, status: Sequence[Status], points: Floats, right: Categories, maximum: float) -> _Item:
    """From distinct cells to rows."""
    kinds = np.array(status, dtype=np.int8)
    scores = np.where(kinds == Status.ANSWERED, points, np.nan)
    categories = np.where(kinds == Status.ANSWERED, right, np.where(kinds == Status.OMITTED, 0, -1))
    return _Item(scores[column.codes], kinds[column.codes], categories[column.codes].astype(np.int64), maximum)
