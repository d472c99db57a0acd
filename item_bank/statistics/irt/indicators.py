"""The answers of one group as a matrix that turns a likelihood into one product of matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from item_bank.statistics.irt.layout import Layout
from item_bank.statistics.responses import Floats

#: Below this share of different patterns among the first rows it pays to merge equal ones.
MERGE_BELOW = 0.8


@dataclass(frozen=True, slots=True)
class Indicators:
    """One row for each pattern, from low scores to high, `weights` (n,) how many persons have it.

    rows: (n, d). A column is either 1 where certain items were answered (those that always go together share one), or
    1 where an item was answered with a certain category above 0.
    signs: (d, categories) of 1, 0, −1, sparse: rows @ signs is 1 for each category chosen. So the log likelihoods of
    all rows are rows @ `of_columns`(log probabilities), and `of_categories` turns counts of columns into such of
    categories.
    """

    rows: Floats
    weights: Floats
    signs: csr_array[np.float64]

    def of_columns(self, values: Floats) -> Floats:
        """(categories, any) → (d, any): what a column adds."""
        return np.asarray(self.signs @ values)

    def of_categories(self, values: Floats) -> Floats:
        """(d, any) → (categories, any)."""
        return np.asarray(self.signs.T @ values)

    def thinned(self, step: int) -> Indicators:
        """Every `step`-th row."""
        return Indicators(self.rows[::step].copy(), self.weights[::step], self.signs)


def indicators(responses: NDArray[np.integer], weights: Floats, layout: Layout, group: int) -> Indicators:
    """responses: (n, k) category numbers of one group's persons, −1 = missing."""
    items = np.flatnonzero((layout.slot_of[group] >= 0) & (responses.max(axis=0, initial=-1) >= 0))
    if len(items) < responses.shape[1]:
        responses = responses[:, items]
    responses, weights = merged(responses, weights)
    order = np.argsort(_proportion(responses), kind="stable")
    responses, weights = responses[order], weights[order]
    masks, base = _masks(responses)
    slots = layout.slot_of[group, items]
    first = layout.first_category[slots]
    widths = np.array([layout.slots[slot].kind.categories for slot in slots], dtype=np.int_)
    rows = np.empty((len(responses), masks.shape[1] + int((widths - 1).sum())))
    rows[:, : masks.shape[1]] = masks
    signs = np.zeros((rows.shape[1], layout.categories))
    signs[base, first] = 1.0
    column = masks.shape[1]
    for category in range(1, int(widths.max(initial=1))):
        members = np.flatnonzero(widths > category)
        columns = np.arange(column, column + len(members))
        rows[:, column : column + len(members)] = responses[:, members] == category
        signs[columns, first[members] + category] = 1.0
        signs[columns, first[members]] = -1.0
        column += len(members)
    return Indicators(rows, weights, csr_array(signs))


def merged(responses: NDArray[np.integer], weights: Floats) -> tuple[NDArray[np.integer], Floats]:
    """Equal patterns as one of their summed weight, where a look at the first ones promises that it pays."""
    sample = np.ascontiguousarray(responses[:500], dtype=np.int16)
    if responses.size == 0 or len(np.unique(_keys(sample))) > MERGE_BELOW * len(sample):
        return responses, weights
    _, first, inverse = np.unique(
        _keys(np.ascontiguousarray(responses, dtype=np.int16)), return_index=True, return_inverse=True
    )
    return responses[first], np.bincount(inverse.ravel(), weights=weights).astype(np.float64)


def _proportion(responses: NDArray[np.integer]) -> Floats:
    """(n,) mean category of what was answered: an order of the patterns from low to high."""
    there = np.count_nonzero(responses >= 0, axis=1)
    return np.asarray((responses.sum(axis=1) + (responses.shape[1] - there)) / np.maximum(there, 1))


def _keys(rows: NDArray[np.int16]) -> NDArray[np.void]:
    return rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()


def _masks(responses: NDArray[np.integer]) -> tuple[NDArray[np.bool_], NDArray[np.int_]]:
    """Who answered, as different columns, the first of which is true for everybody, and for each item its column."""
    there = responses >= 0
    partly = ~there.all(axis=0)
    columns = np.ones((len(responses), 1 + int(partly.sum())), dtype=np.bool_)
    columns[:, 1:] = there[:, partly]
    masks, owner = _distinct(columns)
    base = np.zeros(responses.shape[1], dtype=np.int_)
    base[partly] = owner[1:]
    return masks, base


def _distinct(masks: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.int_]]:
    """Different columns, in order of appearance, and for each column which of them it equals."""
    seen: dict[bytes, int] = {}
    owner = np.array([seen.setdefault(column.tobytes(), len(seen)) for column in np.packbits(masks, axis=0).T.copy()])
    first = [int(np.argmax(owner == number)) for number in range(len(seen))]
    return masks[:, first], owner
