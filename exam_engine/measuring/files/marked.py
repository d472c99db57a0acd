"""From cells to what the statistics take: scores with their kind of missing, categories, and what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.files.asking import no_item
from exam_engine.measuring.files.keys import Key
from exam_engine.measuring.files.kinds import settled
from exam_engine.measuring.files.numbers import number
from exam_engine.measuring.files.rows import FileUnusable, quoted
from exam_engine.measuring.files.tables import Column, Table, listed
from item_bank.statistics.responses import Floats, Responses, Status

if TYPE_CHECKING:
    from exam_engine.measuring.files.forms import Forms

Categories = NDArray[np.int64]
#: Of one item. Times, marks out of a hundred and numbers of candidates have more, and are no items.
MOST_CATEGORIES = 50
#: From so many candidates on a whole number of its own for each is no item's points.
FEWEST_IDS = 10


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
    chosen: of items with options, the cells, in the spelling that came first; written: the same of clusters and of
    typed numbers. rows: (n,) their rows in the table, from 0: who was presented with nothing is in none of this. ids:
    (n,) what the file calls them, empty where it does not.
    keys: of these items. warnings: what was not clear, though the files could be read. forms: numbered forms that were
    put together, None where everybody had the items in the same order.
    """

    items: tuple[str, ...]
    responses: Responses
    categories: Categories
    chosen: Mapping[str, Column]
    keys: Mapping[str, Key]
    rows: NDArray[np.intp]
    ids: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    written: Mapping[str, Column] = field(default_factory=dict)
    forms: Forms | None = None

    def counts_right(self, item: str) -> bool:
        """Whether its categories say how many are right; otherwise they are ranks of points."""
        return _of_answers(self.keys.get(item))

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
    """Raises FileUnusable, with line and column, for a cell that cannot be an answer."""
    if not columns:
        raise FileUnusable(f"{table.path}: no column is left as an item. Its columns are {table.names}.")
    known, doubts = _known(columns, missing, keys or {})
    _check_answered(table, [one for one in columns if one.name not in known], missing)
    found = [_marked(table, one, missing, known.get(one.name)) for one in columns]
    status = np.stack([one.status for one in found], axis=1)
    rows = np.flatnonzero((status != Status.NOT_PRESENTED).any(axis=1))
    if not rows.size:
        what = "every cell says that its item was not presented. If an empty cell is a blank, say --empty omitted"
        raise FileUnusable(f"{table.path}: {what}.")
    scores = np.stack([one.scores for one in found], axis=1)[rows]
    categories = np.stack([one.categories for one in found], axis=1)[rows]
    responses = Responses(scores, status[rows], np.array([one.maximum for one in found]))
    answers = {one.name: one.folded(rows) for one in columns if _of_answers(known.get(one.name))}
    chosen = {name: column for name, column in answers.items() if known[name].kind == "option"}
    written = {name: column for name, column in answers.items() if name not in chosen}
    names = tuple(one.name for one in columns)
    warnings = (*table.warnings, *_unused(table, keys or {}), *doubts)
    return Marked(names, responses, categories, chosen, known, rows, warnings=warnings, written=written)


def _known(
    columns: Sequence[Column], missing: Missing, keys: Mapping[str, Key]
) -> tuple[Mapping[str, Key], Sequence[str]]:
    """Keys of these columns, of kinds that their cells decide where nobody says them; and what was guessed."""
    known = {one.name: keys[one.name] for one in columns} if keys else {}
    guessed = [one for one in columns if one.name in known and known[one.name].guessed]
    return settled(
        known, {one.name: one.counts(lambda cell: missing.status(cell) == Status.ANSWERED) for one in guessed}
    )


def _of_answers(key: Key | None) -> bool:
    """Whether the cells are answers, and not points."""
    return key is not None and key.kind != "points"


def _marked(table: Table, column: Column, missing: Missing, key: Key | None) -> _Item:
    if key is None:
        return _scored(table, column, missing)
    return _by_key(table, column, missing, key) if _of_answers(key) else _scored(table, column, missing, key.points)


def _unused(table: Table, keys: Mapping[str, Key]) -> list[str]:
    """Of the items that --items leaves out nothing has to be said."""
    names = {column.name for column in table.columns}
    unused = [item for item in keys if item not in names]
    what = f"keys that were not used, as {table.path} has no such columns: {listed(unused)}"
    return [what] if unused else []


def _check_answered(table: Table, columns: Sequence[Column], missing: Missing) -> None:
    """What an item is worth that nobody has points of only a key tells."""
    empty = [one for one in columns if all(missing.status(value) != Status.ANSWERED for value in one.values)]
    if empty:
        names = listed(one.told if one.origin else quoted(one.name) for one in empty)
        what = f"nobody answered {names}, so what it is worth is not known"
        raise FileUnusable(
            f"{table.path}: {what}. Say it with --key (kind points, or the right answer), or leave it out: name the "
            "others with --items."
        )


def _by_key(table: Table, column: Column, missing: Missing, key: Key) -> _Item:
    status = [missing.status(value) for value in column.values]
    right = np.zeros(len(status), dtype=np.int64)
    for place, value in enumerate(column.values):
        if status[place] == Status.ANSWERED:
            try:
                right[place] = key.right(value)
                status[place] = Status.OMITTED if key.blank(value) else Status.ANSWERED
            except ValueError as error:
                what = f"{quoted(value)}: {error}. A code for no answer is told with --omitted or --not-presented."
                raise table.fault(column, column.row_with(place), what) from None
    points = np.array([key.earned(int(one)) for one in right])
    return _item(column, status, points, right, key.points)


def _scored(table: Table, column: Column, missing: Missing, worth: float | None = None) -> _Item:
    """Cells are points or categories already; without `worth` the most that occurs is what the item is worth."""
    status = [missing.status(value) for value in column.values]
    points = np.zeros(len(status))
    for place, value in enumerate(column.values):
        if status[place] == Status.ANSWERED:
            points[place] = _points(table, column, place, value, by_hand=worth is not None)
    distinct = np.unique(points[[one == Status.ANSWERED for one in status]])
    _check_item(table, column, distinct)
    if worth is not None and distinct.size and distinct[-1] > worth:
        place = int(np.argmax(points))
        what = f"{quoted(column.values[place])} is more than the {worth:g} points of the item. Correct it, or the key."
        raise table.fault(column, column.row_with(place), what)
    if Status.OMITTED in status or Status.NOT_REACHED in status:
        distinct = np.union1d([0.0], distinct)  # what a blank earns is a category, too
    worth = worth or float(distinct[-1]) or 1.0  # on which nobody earned anything: a point
    return _item(column, status, points, np.searchsorted(distinct, points), worth)


def _check_item(table: Table, column: Column, distinct: Floats) -> None:
    """Refuses numbers of candidates, times and totals."""
    unique = column.codes.size >= FEWEST_IDS and len(column.values) == column.codes.size == distinct.size
    whole = np.array_equal(distinct, np.rint(distinct))
    if unique and whole:
        what = "each candidate has another number here, as numbers of candidates are"
    elif distinct.size > MOST_CATEGORIES:
        what = f"{distinct.size} different numbers are too many for an item"
    else:
        return
    where = f"{table.path}, {column.told}"
    may = ("id", "total") if whole else ("total",)
    raise FileUnusable(f"{where}: {what}. {no_item(table, column, may)}.")


def _points(table: Table, column: Column, place: int, value: str, *, by_hand: bool) -> float:
    try:
        points = number(value)
    except ValueError:
        what = f"{quoted(value)} is not a number"
        advice = (
            f"Give the key of items with options with --key{' or in the map' if column.origin else ''}, "
            "a code for no answer with --omitted or --not-presented. " + no_item(table, column, ("id",))
        )
        if by_hand:  # its key says so: options and names are out of the question
            advice = (
                "By its key this item is marked by hand: a cell holds the points earned, or is empty; "
                f"a code for no answer is told with --omitted {quoted(value)}"
            )
        raise table.fault(column, column.row_with(place), f"{what}. {advice}.") from None
    if points < 0:
        code = f" A code for no answer is told with --omitted={value}." if points.is_integer() else ""
        what = f"{quoted(value)}: points cannot be below 0.{code} {no_item(table, column, ('total',))}."
        raise table.fault(column, column.row_with(place), what)
    return points


def _item(column: Column, status: Sequence[Status], points: Floats, right: Categories, maximum: float) -> _Item:
    """From distinct cells to rows."""
    kinds = np.array(status, dtype=np.int8)
    scores = np.where(kinds == Status.ANSWERED, points, np.nan)
    categories = np.where(kinds == Status.ANSWERED, right, np.where(kinds == Status.OMITTED, 0, -1))
    return _Item(scores[column.codes], kinds[column.codes], categories[column.codes].astype(np.int64), maximum)
