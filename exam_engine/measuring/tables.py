"""Tables of responses as people send them: comma, semicolon or tab, with or without a mark, one row a candidate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEPARATORS = ",;\t"
#: That counts of candidates may come to: a cell with a long number would fill the memory.
MOST_ROWS = 10_000_000


class FileUnusable(ValueError):
    """What is wrong with a file, and where: as people count, the first line and the first column are 1."""


@dataclass(frozen=True, slots=True)
class Column:
    """values: its distinct cells, stripped. codes: (n,) which of them each row holds."""

    name: str
    values: tuple[str, ...]
    codes: NDArray[np.intp]

    def folded(self, rows: NDArray[np.intp]) -> Column:
        """These rows, cells that differ in case only taken for one."""
        spellings: dict[str, int] = {}
        places = [spellings.setdefault(value.casefold(), place) for place, value in enumerate(self.values)]
        kept = sorted(set(places))
        numbers = {place: number for number, place in enumerate(kept)}
        codes = np.array([numbers[place] for place in places], dtype=np.intp)
        return Column(self.name, tuple(self.values[place] for place in kept), codes[self.codes[rows]])

    def row_with(self, value: int) -> int:
        """The first row, from 0, that holds values[value]."""
        return int(np.argmax(self.codes == value))


@dataclass(frozen=True, slots=True)
class Table:
    """lines: (n,) where each row stands in the file."""

    path: Path
    columns: tuple[Column, ...]
    lines: NDArray[np.intp]

    @property
    def n(self) -> int:
        return int(self.lines.size)

    @property
    def names(self) -> str:
        """The first of them, for a message."""
        return _listed(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise FileUnusable(f"{self.path}: no column “{name}”; there are {self.names}")

    def ids(self, column: Column) -> list[str]:
        """Names of the rows, each once."""
        found = [column.values[code] for code in column.codes]
        if len(column.values) < len(found):
            twice = int(np.argmax(np.bincount(column.codes) > 1))
            row = int(np.flatnonzero(column.codes == twice)[1])
            raise self.fault(column, row, f"“{column.values[twice]}” is there twice")
        return found

    def chosen(self, patterns: Sequence[str]) -> tuple[Column, ...]:
        """Columns in the file's order whose name is one of these, or fits one of these with * and ?."""
        for pattern in patterns:
            if not any(_fits(column.name, pattern) for column in self.columns):
                raise FileUnusable(f"{self.path}: no column fits “{pattern}”; there are {self.names}")
        return tuple(one for one in self.columns if any(_fits(one.name, pattern) for pattern in patterns))

    def repeated(self, name: str) -> Table:
        """Each row as often as its column of counts says."""
        column = self.column(name)
        for place, value in enumerate(column.values):
            if not (value.isascii() and value.isdigit()):
                raise self.fault(column, column.row_with(place), f"“{value}” is no count of candidates")
        times = np.array([int(value) for value in column.values])[column.codes]
        if not 0 < times.sum() <= MOST_ROWS:
            raise FileUnusable(
                f"{self.path}: column “{name}” counts {times.sum()} candidates; 1 to {MOST_ROWS} are taken"
            )
        columns = tuple(Column(one.name, one.values, np.repeat(one.codes, times)) for one in self.columns)
        return Table(self.path, columns, np.repeat(self.lines, times))

    def fault(self, column: Column, row: int, what: str) -> FileUnusable:
        return FileUnusable(f"{self.path}, line {self.lines[row]}, column “{column.name}”: {what}")


def read(path: Path) -> Table:
    """A file with a line of names first. Raises FileUnusable."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileUnusable(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise FileUnusable(f"{path} is not UTF-8 text (byte {error.start + 1}). Save it as “CSV UTF-8”.") from None
    if "\0" in text:
        raise FileUnusable(f"{path} is no text. Save the sheet as “CSV UTF-8”.")
    lines = csv.reader(io.StringIO(text), delimiter=_separator(text))
    try:
        names = [name.strip() for name in next(lines, [])]
        _check(path, names)
        numbered = list(_rows(path, lines, len(names)))
    except csv.Error as error:
        raise FileUnusable(f"{path}, line {lines.line_num}: {error}") from None
    if not numbered:
        raise FileUnusable(f"{path} has a line of names and no row below it")
    rows = [cells for _line, cells in numbered]
    columns = (_column(name, cells) for name, cells in zip(names, zip(*rows, strict=True), strict=True))
    return Table(path, tuple(columns), np.array([line for line, _cells in numbered], dtype=np.intp))


def _separator(text: str) -> str:
    """The one that the line of names has most of."""
    first = text.partition("\n")[0]
    return max(SEPARATORS, key=first.count)


def _check(path: Path, names: Sequence[str]) -> None:
    if not any(names):
        raise FileUnusable(f"{path} is empty: the first line names the columns, each further one is a candidate")
    for place, name in enumerate(names, 1):
        if not name:
            raise FileUnusable(f"{path}, line 1: column {place} has no name")
        if name in names[: place - 1]:
            raise FileUnusable(f"{path}, line 1: two columns are named “{name}”")


def _rows(path: Path, lines: Any, width: int) -> Iterable[tuple[int, list[str]]]:
    for cells in lines:
        if not cells and width > 1:
            continue  # an empty line
        if not cells:
            cells = [""]  # noqa: PLW2901 - of one column: an empty cell
        if len(cells) != width:
            raise FileUnusable(f"{path}, line {lines.line_num}: {len(cells)} cells, but {width} columns are named")
        yield lines.line_num, cells


def _column(name: str, cells: Sequence[str]) -> Column:
    numbers: dict[str, int] = {}
    codes = np.fromiter((numbers.setdefault(cell, len(numbers)) for cell in cells), np.intp, len(cells))
    stripped: dict[str, int] = {}
    again = np.array([stripped.setdefault(cell.strip(), len(stripped)) for cell in numbers], dtype=np.intp)
    return Column(name, tuple(stripped), again[codes])


def _fits(name: str, pattern: str) -> bool:
    return name == pattern or fnmatchcase(name, pattern)


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    return ", ".join(shown[:12]) + (", …" if len(shown) > 12 else "")
