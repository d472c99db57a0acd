"""Columns of numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from exam_engine.measuring.files.keys import number
from exam_engine.measuring.files.tables import Column, Table
from item_bank.statistics.responses import Floats


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
