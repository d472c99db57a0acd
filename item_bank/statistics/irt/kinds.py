"""Response models as a calibration sees them: many items at once, slopes and intercepts instead of difficulties.

A block holds `j` items of one kind with `m` categories each, their parameters in an array (j, p). In slopes and
intercepts the likelihood is closest to a parabola, and for all but the graded model and the 3PL it is concave.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from item_bank.statistics.irt.models import Item
from item_bank.statistics.responses import Floats


class Terms(NamedTuple):
    """A block at q abilities. log_probability: (q, j, m); score: (q, j, m, p), its derivatives by the parameters."""

    theta: Floats
    parameters: Floats
    log_probability: Floats
    score: Floats


class Kind(Protocol):
    """m categories, p parameters an item. The first parameter is a slope, but for the nominal model."""

    @property
    def categories(self) -> int: ...
    @property
    def size(self) -> int: ...
    def terms(self, parameters: Floats, theta: Floats) -> Terms: ...
    def information(self, counts: Floats, terms: Terms) -> Floats:
        """(j, p, p) minus the second derivatives of Σ counts (q, j, m) · log probability."""

    def item(self, parameters: Floats) -> Item: ...
    def parameters(self, item: Item) -> Floats: ...
    def jacobian(self, parameters: Floats) -> Floats:
        """Derivatives of what `reported` lists by the parameters."""

    def errors(self, reported: Floats) -> Item:
        """An item that holds standard errors where `item` holds estimates."""

    def start(self, slope: float, shares: Floats) -> Floats: ...


def outer_scores(counts: Floats, terms: Terms) -> Floats:
    """Σ counts · score scoreᵀ, (j, p, p)."""
    q, j, m, p = terms.score.shape
    flat = terms.score.transpose(1, 3, 0, 2).reshape(j, p, q * m)
    weights = counts.transpose(1, 0, 2).reshape(j, 1, q * m)
    return np.asarray((flat * weights) @ flat.transpose(0, 2, 1))


def stretch(slope: float) -> float:
    """A logit over persons is flatter than one at a given ability (Cohen 1979's PROX)."""
    return float(np.sqrt(1 + (slope / 1.7) ** 2))
