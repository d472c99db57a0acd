"""How likely whole answer patterns are, at the points of a density."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.irt.models import Item, probabilities
from item_bank.statistics.irt.quadrature import Grid
from item_bank.statistics.responses import Booleans, Floats

#: Categories 0, 1, … of persons × items; −1 = missing.
Categories = NDArray[np.integer]

#: Persons in a block: its likelihoods at 61 points fit the cache of a processor.
BLOCK = 2048


def check(responses: Categories, items: Sequence[Item]) -> Categories:
    """responses (n, k), missing where an item's parameters are NaN, because it has none to tell anything with.
    ValueError when the responses do not fit the k items."""
    if responses.ndim != 2 or responses.shape[1] != len(items):
        raise ValueError(f"responses {responses.shape} do not fit {len(items)} items: give one column for each item")
    if not np.issubdtype(responses.dtype, np.integer):
        raise ValueError("responses must be whole category numbers, -1 for missing")
    if responses.size:
        highest = np.array([item.categories - 1 for item in items])
        outside = (responses.max(axis=0) > highest) | (responses.min(axis=0) < -1)
        if outside.any():
            raise ValueError(f"item {int(np.argmax(outside))} has a response outside its categories (-1 for missing)")
    known = determined(items)
    return responses if known.all() else np.where(known, responses, -1)


def determined(items: Sequence[Item]) -> Booleans:
    """(k,): whether an item has parameters. A calibration leaves NaN where answers do not vary."""
    return np.array([not np.isnan(p).any() for p in probabilities(items, np.zeros(1))], dtype=np.bool_)


def log_likelihood(responses: Categories, items: Sequence[Item], theta: Floats) -> Floats:
    """(n, q): log probability of each person's answers at each ability theta (q,). A missing answer adds nothing."""
    return _LogLikelihood(items, theta).of(check(responses, items))


def posteriors(responses: Categories, items: Sequence[Item], density: Grid) -> Iterator[tuple[slice, Floats]]:
    """Block by block of persons: their rows, and (rows, q) posterior weights that sum to 1 for each person."""
    for rows, weights in raw_posteriors(responses, items, density):
        yield rows, weights / weights.sum(axis=1, keepdims=True)


def raw_posteriors(responses: Categories, items: Sequence[Item], density: Grid) -> Iterator[tuple[slice, Floats]]:
    """The same, but each person's weights up to a factor of their own."""
    responses = check(responses, items)
    model = _LogLikelihood(items, density.points)
    with np.errstate(divide="ignore"):
        prior = np.log(density.weights)
    for start in range(0, responses.shape[0], BLOCK):
        rows = slice(start, start + BLOCK)
        logs = model.of(responses[rows])
        logs += prior
        logs -= logs.max(axis=1, keepdims=True)
        yield rows, np.exp(logs, out=logs)


class _LogLikelihood:
    """The sum over items as matrix products: all in the lowest category, plus what each higher category changes."""

    def __init__(self, items: Sequence[Item], theta: Floats) -> None:
        # A probability that underflows must stay a very unlikely one, not an impossible one.
        shares = [np.nan_to_num(share, nan=1.0) for share in probabilities(items, theta)]
        logs = [np.log(np.maximum(share, np.finfo(np.float64).tiny)).T for share in shares]
        self.lowest = np.array([log[0] for log in logs]).reshape(len(items), theta.size)
        self.everything_lowest = self.lowest.sum(axis=0)
        most = max((item.categories for item in items), default=1)
        self.gains = [
            np.array([log[c] - log[0] if c < len(log) else np.zeros(theta.size) for log in logs])
            for c in range(1, most)
        ]

    def of(self, responses: Categories) -> Floats:
        total = np.broadcast_to(self.everything_lowest, (responses.shape[0], self.everything_lowest.size)).copy()
        for category, gain in enumerate(self.gains, start=1):
            total += (responses == category).astype(np.float64) @ gain
        missing = responses < 0
        if missing.any():
            total -= missing.astype(np.float64) @ self.lowest
        return total
