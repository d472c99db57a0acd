"""What figures ask of the arrays they are made of, in words that say what to do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.responses import Floats


def together(what: str, *columns: NDArray[np.generic]) -> None:
    """ValueError unless there is one value of each for every person or script."""
    shapes = {column.shape for column in columns}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        told = ", ".join(str(column.shape) for column in columns)
        raise ValueError(f"{what}: one value of each for everybody is needed, and the shapes are {told}")


def known(what: str, values: Floats) -> None:
    """ValueError for NaN and infinity."""
    if not np.isfinite(values).all():
        raise ValueError(f"{what}: some are missing or infinite; leave out whom they belong to")
