"""From columns to one frozen result for each item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.responses import Floats

Row = TypeVar("Row")
_LETTERS = np.array(["A", "B", "C"])


def rows(make: Callable[..., Row], *columns: NDArray[Any] | Sequence[Any]) -> tuple[Row, ...]:
    """columns: each (k,), in the order of the fields. NumPy's numbers become Python's."""
    plain = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns]
    return tuple(make(*cells) for cells in zip(*plain, strict=True))


def letters(size: Floats, limits: tuple[float, float], *, reached: bool = True) -> NDArray[np.str_]:
    """(k,) A below the first limit, B below the second, then C, by absolute size; "" for NaN. reached: a size at a
    limit has the higher letter."""
    found = _LETTERS[np.digitize(np.nan_to_num(np.abs(size)), limits, right=not reached)]
    return np.where(np.isnan(size), "", found)
