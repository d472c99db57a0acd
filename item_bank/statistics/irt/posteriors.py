"""What patterns of answers say about abilities, part by part and only where it is anything.

Patterns stand in the order of their scores, so those of a part are alike, and only a window of the nodes is likely for
any of them. The window of the last pass serves the next as long as nothing grows at its edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from item_bank.statistics.irt.indicators import Indicators
from item_bank.statistics.responses import Floats

#: Patterns in a part: what is computed of them stays in the processor's cache.
PART = 512
#: Likelihoods whose logarithm is below need a shift before `exp`.
LEAST = -600.0
#: A node outside of a window has less of any pattern's posterior; at its edges there may not be much more.
NOTHING, LITTLE = 1e-13, 1e-10

Window = tuple[int, int]


class Part(NamedTuple):
    """rows: which patterns. nodes: which nodes. posterior: (rows, nodes), sums 1. level: (rows,) log likelihoods."""

    rows: slice
    nodes: slice
    posterior: Floats
    level: Floats


def parts(
    one: Indicators, columns: Floats, prior: Floats, windows: dict[int, Window], *, shift: bool
) -> Iterator[Part]:
    """columns: (d, q) what each column of indicators adds to log likelihoods. prior: (q,) log weights. windows: by
    first row; they are remembered here."""
    columns = np.ascontiguousarray(columns)
    for start in range(0, len(one.rows), PART):
        rows = slice(start, start + PART)
        window = windows.get(start, (0, len(prior)))
        posterior, level = _posterior(one.rows[rows], columns, prior, window, shift)
        if _spills(posterior, window, len(prior)):
            window = (0, len(prior))
            posterior, level = _posterior(one.rows[rows], columns, prior, window, shift)
        if window == (0, len(prior)):
            likely = np.flatnonzero(posterior.max(axis=0) > NOTHING)
            windows[start] = max(int(likely[0]) - 1, 0), min(int(likely[-1]) + 2, len(prior))
        yield Part(rows, slice(*window), posterior, level)


def _posterior(rows: Floats, columns: Floats, prior: Floats, window: Window, shift: bool) -> tuple[Floats, Floats]:
    nodes = slice(*window)
    joint = rows @ columns[:, nodes]
    joint += prior[nodes]
    top = joint.max(axis=1, keepdims=True) if shift else 0.0
    joint -= top
    np.exp(joint, out=joint)
    sums = joint @ np.ones((joint.shape[1], 1))
    joint /= sums
    return joint, (top + np.log(sums)).ravel()


def _spills(posterior: Floats, window: Window, nodes: int) -> bool:
    """Whether something may lie beyond the window."""
    left = window[0] > 0 and posterior[:, 0].max() > LITTLE
    return bool(left or (window[1] < nodes and posterior[:, -1].max() > LITTLE))
