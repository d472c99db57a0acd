"""p values of many items at once."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from item_bank.statistics.responses import Floats

Adjustment = Literal["holm", "benjamini-hochberg", "none"]


def adjusted(p: ArrayLike, method: Adjustment = "benjamini-hochberg") -> Floats:
    """(k,) p values → (k,) adjusted, to be compared with the level of the whole family. NaN stays and does not count.

    holm: the chance of any false alarm (Holm 1979). benjamini-hochberg: the expected share of false alarms among the
    items flagged (Benjamini & Hochberg 1995).
    """
    values = np.asarray(p, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    ascending, m = values[order], order.size
    result = values.copy()
    match method:
        case "holm":
            result[order] = np.minimum(np.maximum.accumulate(ascending * (m - np.arange(m))), 1.0)
        case "benjamini-hochberg":
            scaled = ascending * m / np.arange(1, m + 1)
            result[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
        case "none":
            pass
        case _:
            raise ValueError(f"p values are adjusted by holm, benjamini-hochberg or none, not {method!r}")
    return result
