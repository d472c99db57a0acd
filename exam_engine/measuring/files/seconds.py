"""Response times as people send them: seconds of candidates on items, and the answers that belong to them."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.files.asking import items_option
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.numbers import number, numbers
from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.files.tables import Column, FileUnusable, Table
from exam_engine.measuring.named import Found
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class Times:
    """seconds: (n, k), NaN = none. rows: (n,) in the table, from 0, of those who have any. ids: (n,), or none."""

    items: tuple[str, ...]
    seconds: Floats
    rows: NDArray[np.intp]
    ids: tuple[str, ...] = ()

    def name(self, place: int) -> Found:
        row: Found = {"row": int(self.rows[place]) + 1}
        return {"id": self.ids[place], **row} if self.ids else row


@dataclass(frozen=True, slots=True)
class Answers:
    """marked, and where in it the answers to each time are. persons: (n,) candidates of the times, −1 = not there.
    items: (k,). model: of the abilities that times are judged together with, or none. chance: of a right guess where
    the key does not tell it."""

    marked: Marked
    persons: NDArray[np.intp]
    items: tuple[int, ...]
    model: str | None
    chance: float | None

    def of_times(self, values: NDArray[Any], missing: float) -> NDArray[Any]:
        """(marked persons, marked items) → (n, k)."""
        found = values[self.persons][:, list(self.items)]
        return np.where((self.persons < 0)[:, None], missing, found)


def times(table: Table, columns: Sequence[Column], missing: Collection[str], ids: str | None) -> Times:
    """Raises FileUnusable, with line and column, for a cell that is no time."""
    seconds = np.stack([_seconds(table, column, missing) for column in columns], axis=1)
    rows = np.flatnonzero((~np.isnan(seconds)).any(axis=1))
    if not rows.size:
        raise FileUnusable(f"{table.path}: there is no time in it")
    named = table.ids(table.column(ids)) if ids else []
    return Times(
        tuple(column.name for column in columns), seconds[rows], rows, tuple(named[row] for row in rows) if ids else ()
    )


def _seconds(table: Table, column: Column, missing: Collection[str]) -> Floats:
    say = items_option((other.name for other in table.columns), [column.name])

    def one(cell: str) -> float:
        if not cell or cell in missing:
            return float("nan")
        with suppress(ValueError):
            if (value := number(cell)) > 0:
                return value
        what = f"{quoted(cell)} is no time: a time is seconds above 0"
        code = f"If it says that none was measured, say --missing {shlex.quote(cell)}"
        raise ValueError(f"{what}. {code}; if the column holds no times, name those that do with {say}.")

    return numbers(table, column, one)


def answers(
    found: Times, marked: Marked, n: int, of: tuple[int, str], model: str | None, chance: float | None
) -> Answers:
    """n: rows of the table of answers; of: rows of that of times, and its name. Items are joined by name, or, where
    none has the same name, in their order; candidates by id, or in their order. Raises FileUnusable."""
    rows, path = of
    joined = bool(found.ids and marked.ids)
    if not joined and n != rows:
        raise FileUnusable(f"{path}: {rows} rows of times for {n} of answers. Join them with --id.")
    names: Sequence[Any] = marked.ids if joined else marked.rows.tolist()
    places = {name: place for place, name in enumerate(names)}
    wanted: Sequence[Any] = found.ids if joined else found.rows.tolist()
    persons = np.array([places.get(name, -1) for name in wanted], dtype=np.intp)
    if (persons < 0).all():
        raise FileUnusable(f"{path}: none of its candidates has answers")
    if set(found.items) <= set(marked.items):
        items = tuple(marked.items.index(item) for item in found.items)
    elif len(found.items) == len(marked.items) and not set(found.items) & set(marked.items):
        items = tuple(range(len(found.items)))
    else:
        what = f"{len(found.items)} columns of times for {len(marked.items)} of answers"
        raise FileUnusable(f"{path}: {what}. Name them alike, or name both, in the same order: --items, --answers.")
    return Answers(marked, persons, items, model, chance)
