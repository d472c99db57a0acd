"""The items that forms are put together from: a table with a row for each, and perhaps parameters in another file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from exam_engine.kit.spreadsheets import column_of
from exam_engine.measuring.figures.bookmarks import bank
from exam_engine.measuring.files.anchoring import PARAMETERS, Known, cells_of, known
from exam_engine.measuring.files.assembly_requests import Asked
from exam_engine.measuring.files.numbers import number, numbers
from exam_engine.measuring.files.rows import FileUnusable, quoted
from exam_engine.measuring.files.tables import Column, Table, read
from item_bank.assembly.evaluation import Scored
from item_bank.statistics.responses import Floats

#: Field → what people call it, folded. Every other column is for constraints.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "item": ("item", "cau", "cau hoi", "ma cau"),
    "points": ("points", "diem", "so diem", "diem toi da"),
    "set": ("set", "nhom", "ngu lieu", "passage"),
    "enemies": ("enemies", "loai tru nhau"),
    "uses": ("uses", "so de toi da"),
    "facility": ("facility", "ti le lam dung", "ty le lam dung"),
    "n": ("n", "so thi sinh", "so luot lam"),
    "estimate": ("estimate", "uoc luong"),
}
_KIND = ("type", "level", "loai", "dang", "muc do")


@dataclass(frozen=True, slots=True)
class Pool:
    """Of each of n items its name, points and, where it is calibrated, how it is scored; and what is known of it else.

    facility, answered, estimate: (n,), NaN where nothing is known. columns: by field. kinds: (n,) number of its kind.
    """

    table: Table
    names: tuple[str, ...]
    points: Floats
    scored: tuple[Scored | None, ...]
    facility: Floats
    answered: Floats
    estimate: Floats
    columns: Mapping[str, Column]
    kinds: np.ndarray

    def cells(self, field: str) -> list[str]:
        """Of a column that may not be there: then nothing is in its cells."""
        column = self.columns.get(field)
        return [column.values[code] for code in column.codes] if column else [""] * len(self.names)

    def place(self, name: str, where: str) -> int:
        """Raises FileUnusable for what is no item."""
        if name not in self.names:
            raise FileUnusable(f"{where}: there is no item {quoted(name)} in {self.table.path}")
        return self.names.index(name)


def read_pool(request: Path, asked: Asked) -> Pool:
    """Files are looked for beside the request. Raises FileUnusable."""
    table = read(request.parent / asked.items)
    columns = _columns(table)
    names = tuple(table.ids(columns["item"]))
    if "" in names:
        raise table.fault(columns["item"], names.index(""), "the item has no name.")
    parameters = _given(request.parent / asked.parameters, asked) if asked.parameters else _own(table, asked)
    worth = _Worth(table, columns.get("points"))
    found = [worth.of(row, parameters.get(name)) for row, name in enumerate(names)]
    return Pool(
        table,
        names,
        np.array([points for points, _scored in found]),
        tuple(scored for _points, scored in found),
        _shares(table, columns.get("facility")),
        _some(table, columns.get("n"), _count),
        _shares(table, columns.get("estimate")),
        columns,
        _kinds(table, asked),
    )


def _columns(table: Table) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in table.columns:
        field = column_of(column.name, _FIELDS)
        if field in found:
            raise FileUnusable(f"{table.path}: {quoted(column.name)} is there twice, under another name")
        if field:
            found[field] = column
    if "item" not in found:
        raise FileUnusable(f"{table.path} has no column “item” (Câu) that names items. Its columns are {table.names}.")
    return found


@dataclass(frozen=True, slots=True)
class _Worth:
    """What each category of an item earns: as the column of points says, else the file of parameters."""

    table: Table
    column: Column | None

    def of(self, row: int, given: tuple[Known, tuple[float, ...] | None] | None) -> tuple[float, Scored | None]:
        """The most that the item earns, and how it is scored."""
        told = self._told(row)
        if given is None:
            return (max(told) if told else 1.0), None
        item, worth = given[0].item, given[1]
        if len(told) == 1:
            worth = tuple(told[0] * place / (item.categories - 1) for place in range(item.categories))
        elif told:
            worth = tuple(told)
        worth = worth or tuple(map(float, range(item.categories)))
        if len(worth) != item.categories or min(worth) < 0:
            assert self.column is not None
            what = f"points: one number, or one for each of {item.categories} categories, none below 0"
            raise self.table.fault(self.column, row, what)
        return max(worth), Scored(item, worth)

    def _told(self, row: int) -> list[float]:
        if self.column is None:
            return []
        try:
            return [number(one) for one in re.split(r"[\s|;]+", self.column.values[self.column.codes[row]]) if one]
        except ValueError as error:
            raise self.table.fault(self.column, row, f"{error}.") from None


def _given(path: Path, asked: Asked) -> dict[str, tuple[Known, tuple[float, ...] | None]]:
    found = bank(path, asked.model)
    worth = found.worth or [None] * len(found.known)
    return {name: (one, earns) for (name, one), earns in zip(found.known.items(), worth, strict=True)}


def _own(table: Table, asked: Asked) -> dict[str, tuple[Known, None]]:
    """Parameters in columns of the table itself; an item without any has none."""
    columns = {column.name.casefold(): column for column in table.columns if column.name.casefold() in PARAMETERS}
    item = _columns(table)["item"]
    found: dict[str, tuple[Known, None]] = {}
    for row in range(table.n):
        texts = {name: column.values[column.codes[row]] for name, column in columns.items()}
        if any(texts.values()):
            name = item.values[item.codes[row]]
            try:
                found[name] = known(cells_of(texts), graded=asked.model == "grm"), None
            except ValueError as error:
                what = f"{table.path}, line {table.lines[row]}, item {quoted(name)}: {error}"
                raise FileUnusable(what) from None
    return found


def _shares(table: Table, column: Column | None) -> Floats:
    return _some(table, column, _share)


def _some(table: Table, column: Column | None, of: Callable[[str], float]) -> Floats:
    """NaN where a cell is empty, or there is no such column."""
    if column is None:
        return np.full(table.n, np.nan)
    return numbers(table, column, lambda cell: of(cell) if cell else np.nan)


def _share(cell: str) -> float:
    value = number(cell)
    if not 0 <= value <= 1:
        raise ValueError(f"{quoted(cell)} is no share from 0 to 1")
    return value


def _count(cell: str) -> float:
    value = number(cell)
    if value < 0:
        raise ValueError(f"{quoted(cell)} is no number of candidates")
    return value


def _kinds(table: Table, asked: Asked) -> np.ndarray:
    """Items of one kind have the same in all columns that the request names, or else in those of type and level."""
    if asked.kinds is None:
        columns = [column for column in table.columns if column_of(column.name, {"kind": _KIND})]
    else:
        columns = [table.column(name) for name in asked.kinds]
    codes = np.array([column.codes for column in columns]).reshape(len(columns), table.n)
    return np.asarray(np.unique(codes, axis=1, return_inverse=True)[1]) if columns else np.zeros(table.n, np.intp)
