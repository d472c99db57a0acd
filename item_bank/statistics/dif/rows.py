"""From columns to one frozen result for each item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Row = TypeVar("Row")


def rows(make: Callable[..., Row], *columns: NDArray[Any] | Sequence[Any]) -> tuple[Row, ...]:
    """columns: each (k,), in the order of the fields. NumPy's numbers become Python's."""
    plain = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns]
    return tuple(make(*cells) for cells in zip(*plain, strict=True))
