"""Tables of responses, groups and keys: named columns, one row a candidate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.files.origins import Origin, behind
from exam_engine.measuring.files.rows import MOST_CELLS, in_line, plain, quoted, read_rows
from exam_engine.measuring.files.rows import FileUnusable as FileUnusable  # noqa: PLC0414 - who reads tables takes it from here

#: That counts of candidates may come to: a cell with a long number would fill the memory.
MOST_ROWS = 10_000_000
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
#: What stands in cells rather than above them: points, the letter of an option, letters of a cluster.
_ANSWER = re.compile(r"\d{1,2}([.,]\d+)?|[A-H]|[ĐSTF-]{2,8}|", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """values: its distinct cells, stripped. codes: (n,) which of them each row holds. origin: of an item that numbered
    forms have in different columns of the file."""

    name: str
    values: tuple[str, ...]
    codes: NDArray[np.intp]
    origin: Origin | None = None

    @property
    def told(self) -> str:
        """In a message that is of no one row."""
        return self.origin.told(self.name) if self.origin else f"column {quoted(self.name)}"

    def folded(self, rows: NDArray[np.intp]) -> Column:
        """These rows, cells that differ in case only taken for one."""
        spellings: dict[str, int] = {}
        places = [spellings.setdefault(value.casefold(), place) for place, value in enumerate(self.values)]
        kept = sorted(set(places))
        numbers = {place: number for number, place in enumerate(kept)}
        codes = np.array([numbers[place] for place in places], dtype=np.intp)
        return Column(self.name, tuple(self.values[place] for place in kept), codes[self.codes[rows]])

    def counts(self, wanted: Callable[[str], bool]) -> dict[str, int]:
        """Of the cells that are wanted, how many rows hold each."""
        rows = np.bincount(self.codes, minlength=len(self.values)).tolist()
        return {value: rows[place] for place, value in enumerate(self.values) if rows[place] and wanted(value)}

    def row_with(self, value: int) -> int:
        """The first row, from 0, that holds values[value]."""
        return int(np.argmax(self.codes == value))


@dataclass(frozen=True, slots=True)
class Table:
    """lines: (n,) where each row stands in the file. warnings: what was not clear about it. of_file: names of the
    file's columns where numbered forms have put items in place of some of them. asks: options of the command that
    could yet say what a column is."""

    path: Path
    columns: tuple[Column, ...]
    lines: NDArray[np.intp]
    warnings: tuple[str, ...] = ()
    of_file: tuple[str, ...] = ()
    asks: frozenset[str] = frozenset({"id", "items"})

    @property
    def n(self) -> int:
        return int(self.lines.size)

    @property
    def names(self) -> str:
        return listed(self.of_file or (column.name for column in self.columns))

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        if name in self.of_file:
            what = f"column {quoted(name)} holds answers to other items on each form, by the map"
            raise FileUnusable(f"{self.path}: {what}. Name a column that is the same for all, or an item of the map.")
        raise FileUnusable(f"{self.path} has no column {quoted(name)}. Its columns are {self.names}.")

    def ids(self, column: Column) -> list[str]:
        """Names of the rows, each once."""
        found = [column.values[code] for code in column.codes]
        if len(column.values) < len(found):
            twice = int(np.argmax(np.bincount(column.codes) > 1))
            row = int(np.flatnonzero(column.codes == twice)[1])
            raise self.fault(column, row, f"{quoted(column.values[twice])} was there before. Ids have to be unique.")
        return found

    def chosen(self, patterns: Sequence[str]) -> tuple[Column, ...]:
        """Columns in the file's order whose name is one of these, or fits one of these with * and ?; of numbered forms
        also the items that such columns of the file hold."""
        names: set[str] = set()
        for pattern in patterns:
            found = {one.name for one in self.columns if _fits(one.name, pattern)} or self.held(pattern)
            if not found:
                items = [one.name for one in self.columns if one.origin]
                further = f"; items of the map are {listed(items)}" if items else ""
                what = f"no column fits {quoted(pattern)}. Its columns are {self.names}{further}"
                raise FileUnusable(f"{self.path}: {what}.")
            names |= found
        return tuple(one for one in self.columns if one.name in names)

    def held(self, pattern: str) -> frozenset[str]:
        """Items of numbered forms in the columns of the file that fit, where none of an item's own name does."""
        origins = {one.name: one.origin for one in self.columns if one.origin}
        if any(_fits(one.name, pattern) for one in self.columns):
            return frozenset()
        return behind(origins, lambda name: _fits(name, pattern), pattern)

    def repeated(self, name: str) -> Table:
        """Each row as often as its column of counts says."""
        column = self.column(name)
        for place, value in enumerate(column.values):
            if not _WHOLE.fullmatch(value):
                what = f"{quoted(value)} is not a number of candidates. Write a whole number, 0 or more."
                raise self.fault(column, column.row_with(place), what)
        times = np.array([int(value) for value in column.values])[column.codes]
        if not 0 < times.sum() <= MOST_ROWS:
            told = f"column {quoted(name)} counts {times.sum()} candidates"
            raise FileUnusable(f"{self.path}: {told}. From 1 to {MOST_ROWS:,} are possible.")
        if times.sum() * len(self.columns) > MOST_CELLS:
            told = f"column {quoted(name)} counts {times.sum()} candidates, of {len(self.columns)} columns each"
            raise FileUnusable(f"{self.path}: {told}. At most {MOST_CELLS:,} cells are possible: analyse it in parts.")
        columns = tuple(Column(one.name, one.values, np.repeat(one.codes, times)) for one in self.columns)
        return replace(self, columns=columns, lines=np.repeat(self.lines, times))

    def fault(self, column: Column, row: int, what: str) -> FileUnusable:
        where = column.origin.of_row(column.name, row) if column.origin else column.told
        return FileUnusable(f"{self.path}, line {self.lines[row]}, {where}: {what}")


def read(path: Path) -> Table:
    """A file with a line of names first. Raises FileUnusable."""
    rows = read_rows(path)
    _check(path, rows.names)
    if not rows.lines:
        raise FileUnusable(f"{path} has a line of names and nothing below it: each further line is a candidate.")
    cells = zip(*(row for _line, row in rows.lines), strict=True)
    columns = tuple(_column(name, column) for name, column in zip(rows.names, cells, strict=True))
    if _unnamed(columns):
        raise FileUnusable(f"{path}, line 1: {_NAMES_WANTED}.")
    return Table(path, columns, np.array([line for line, _row in rows.lines], dtype=np.intp), rows.warnings)


_NAMES_WANTED = "this looks like a row of answers. Put a line above it that names each column"


def _check(path: Path, names: Sequence[str]) -> None:
    answers = sum(bool(_ANSWER.fullmatch(name)) for name in names) > len(names) / 2
    for place, (name, times) in enumerate(zip(names, _earlier(names), strict=True), 1):
        if times and answers:
            raise FileUnusable(f"{path}, line 1: {_NAMES_WANTED}.")
        if not name:
            raise FileUnusable(f"{path}, line 1: column {place} has no name. Name it, or remove the column.")
        if times:
            raise FileUnusable(f"{path}, line 1: two columns are named {quoted(name)}. Rename one of them.")


def _earlier(names: Sequence[str]) -> Iterator[bool]:
    """Of each name, whether it was there before."""
    seen: set[str] = set()
    for name in names:
        yield name in seen
        seen.add(name)


def _unnamed(columns: Sequence[Column]) -> bool:
    """Every name is found among the cells below it, and they are no numbers of items, 1, 2, 3."""
    numbers = [int(one.name) if _WHOLE.fullmatch(one.name) else 0 for one in columns]
    counted = numbers[0] > 0 and all(low < high for low, high in pairwise(numbers))
    return not counted and all(one.name in one.values for one in columns)


def _column(name: str, cells: Sequence[str]) -> Column:
    numbers: dict[str, int] = {}
    codes = np.fromiter((numbers.setdefault(cell, len(numbers)) for cell in cells), np.intp, len(cells))
    stripped: dict[str, int] = {}
    again = np.array([stripped.setdefault(plain(cell), len(stripped)) for cell in numbers], dtype=np.intp)
    return Column(name, tuple(stripped), again[codes])


def _fits(name: str, pattern: str) -> bool:
    return name == pattern or fnmatchcase(name, pattern)


def listed(names: Iterable[str]) -> str:
    """The first dozen of them, for a message."""
    shown = list(names)
    return ", ".join(in_line(name, 45) for name in shown[:12]) + (", …" if len(shown) > 12 else "")
