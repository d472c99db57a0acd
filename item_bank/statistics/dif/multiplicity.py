"""p values of many items at once."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import false_discovery_control

from item_bank.statistics.responses import Floats

Adjustment = Literal["holm", "benjamini-hochberg", "none"]


def adjusted(p: ArrayLike, method: Adjustment = "benjamini-hochberg") -> Floats:
    """(k,) p values → (k,) adjusted, to be compared with the level of the whole family. NaN stays and does not count.

    holm: the chance of any false alarm (Holm 1979). benjamini-hochberg: the expected share of false alarms among the
    items flagged (Benjamini & Hochberg 1995).
    """
    values = np.asarray(p, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(values))
    result = values.copy()
    match method:
        case "holm":
            order = known[np.argsort(values[known])]
            steps = values[order] * np.arange(order.size, 0, -1)
            result[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
        case "benjamini-hochberg":
            result[known] = false_discovery_control(values[known]) if known.size else []
        case "none":
            pass
        case _:
            raise ValueError(f"p values are adjusted by holm, benjamini-hochberg or none, not {method!r}")
    return result
