"""Numbers as people type them, and columns of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import numpy as np

from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.files.tables import Column, Table
from item_bank.statistics.responses import Floats

_NUMBER = re.compile(r"[+-]?(\d{1,15}([.,]\d{1,15})?|[.,]\d{1,15})", re.ASCII)
_COMPUTED = re.compile(r"[+-]?(\d{1,30}([.,]\d{0,30})?|[.,]\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)


def number(text: str, *, computed: bool = False) -> float:
    """Decimal point or comma, and the minus signs that people type; of a computed one all digits that a program writes,
    and an exponent. Raises ValueError."""
    plain = text.strip().replace("−", "-")
    if not (_COMPUTED if computed else _NUMBER).fullmatch(plain):
        raise ValueError(f"{quoted(text)} is not a number")
    return float(plain.replace(",", "."))


def holds_numbers(cells: Iterable[str]) -> bool:
    """Whether every cell that holds anything is a number, and some are."""
    there = [cell for cell in cells if cell]
    try:
        return bool([number(cell) for cell in there])
    except ValueError:
        return False


def numbers(table: Table, column: Column, of: Callable[[str], float] = number) -> Floats:
    """(n,) of each row. of: reads a cell; where it raises ValueError that is what is wrong, told with line and column
    (FileUnusable)."""
    values = np.empty(len(column.values))
    for place, cell in enumerate(column.values):
        try:
            values[place] = of(cell)
        except ValueError as error:
            raise table.fault(column, column.row_with(place), str(error)) from None
    return values[column.codes]
