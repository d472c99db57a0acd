"""The response matrix and its three kinds of missing: omitted, not reached, not presented."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


class Status(IntEnum):
    """Why a cell holds a score or none."""

    ANSWERED = 0
    OMITTED = 1
    NOT_REACHED = 2
    NOT_PRESENTED = 3


class ItemDesign(StrEnum):
    """Who was presented with what."""

    #: Everybody with every item.
    SAME_ITEMS = "same_items"
    #: Numbered forms, alternatives to choose from, or gaps here and there: pairs of items still met the same persons.
    INCOMPLETE = "incomplete"
    #: Items drawn for each person: nobody took the test that a sum over all items would be of.
    DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class Responses:
    """Scores of `n` persons on `k` items.

    scores: (n, k) points earned; NaN where `status` is not ANSWERED.
    status: (n, k) of `Status`.
    maxima: (k,) points that an item is worth, above 0.
    """

    scores: Floats
    status: NDArray[np.int8]
    maxima: Floats

    @property
    def presented(self) -> Booleans:
        return np.asarray(self.status != Status.NOT_PRESENTED)

    @property
    def reached(self) -> Booleans:
        return np.asarray(self.status <= Status.OMITTED)

    def marked(self) -> Floats:
        """(n, k): as marks are given. Omitted and not reached score 0; not presented stays NaN."""
        points = self.points()
        presented = self.presented
        return points if presented.all() else np.where(presented, points, np.nan)

    def points(self) -> Floats:
        """(n, k): what every cell adds to the total, 0 where there is no answer."""
        return np.where(self.status == Status.ANSWERED, self.scores, 0.0)

    def totals(self) -> Floats:
        """(n,): the sum of what a person was presented with, omitted and not reached as 0."""
        return np.asarray(self.points().sum(axis=1), dtype=np.float64)

    def criterion(self) -> Floats:
        """(n,): what items are correlated with. The totals where everybody was presented with every item; otherwise
        the share that a person earned of what was presented to him, times what all items are worth together, and NaN
        for a person who was presented with nothing."""
        presented = self.presented
        if presented.all():
            return self.totals()
        with np.errstate(invalid="ignore"):
            return np.asarray(self.totals() / (presented @ self.maxima) * self.maxima.sum())


#: A set of items that fewer persons than these share on average is no numbered form, but a person's own.
PERSONS_A_FORM = 10


def design_of(presented: Booleans) -> ItemDesign:
    """What a table (n, k) of who was presented with what looks like, where nobody says it.

    Drawn: there are more than two sets of items, fewer than ten persons share one on average, and either most persons
    have the same number of items, fewer than all (draws are of a fixed number, gaps are not), or half of the persons
    have less than half of the items.
    """
    n, k = presented.shape
    held = presented.sum(axis=1)
    if (held == k).all():
        return ItemDesign.SAME_ITEMS
    sets = len(np.unique(np.packbits(presented, axis=1), axis=0))
    if sets <= 2 or sets * PERSONS_A_FORM <= n:
        return ItemDesign.INCOMPLETE
    sizes = np.bincount(held)
    size = int(np.argmax(sizes))
    alike = size < k and 2 * int(sizes[size]) > n
    # One set that most persons share, with marks of other items to come, is no draw.
    own = alike and len(np.unique(presented[held == size], axis=0)) > 2
    return ItemDesign.DRAWN if own or float(np.median(held)) < k / 2 else ItemDesign.INCOMPLETE


def classify(
    scores: ArrayLike,
    maxima: ArrayLike | None = None,
    *,
    position: ArrayLike | None = None,
    shown: ArrayLike | None = None,
) -> Responses:
    """Tells omitted from not reached.

    scores: (n, k); NaN = no answer.
    maxima: (k,); by default 1 for every item.
    position: (n, k) place of the item in the person's own order, negative = not presented; by default the column.
    shown: (n, k) whether the item was ever on the person's screen.

    Not reached is the run at the end of the person's own order that was neither shown nor answered. Without a record
    of what was shown it is the run of unanswered items at the end, except the first of them, which counts as omitted:
    the person is taken to have stopped there.
    """
    values = np.array(scores, dtype=np.float64, ndmin=2)
    n, k = values.shape
    worth = np.ones(k) if maxima is None else np.asarray(maxima, dtype=np.float64)
    places = np.broadcast_to(np.arange(k), (n, k)) if position is None else np.asarray(position)
    _check(values, worth, places)
    if shown is not None and np.shape(shown) != values.shape:
        raise ValueError(f"shapes do not fit: scores {values.shape}, shown {np.shape(shown)}")
    if not values.size or (position is None and not np.isnan(values).any()):
        return Responses(values, np.full((n, k), Status.ANSWERED, dtype=np.int8), worth)
    presented = places >= 0
    answered = presented & ~np.isnan(values)
    touched = answered if shown is None else presented & (answered | np.asarray(shown, dtype=np.bool_))
    last = np.max(np.where(touched, places, -1), axis=1, initial=-1)
    if shown is None:
        last = np.where(answered.any(axis=1), _next_place(places, last), last)
    status = np.full((n, k), Status.OMITTED, dtype=np.int8)
    status[presented & (places > last[:, None])] = Status.NOT_REACHED
    status[answered] = Status.ANSWERED
    status[~presented] = Status.NOT_PRESENTED
    return Responses(np.where(answered, values, np.nan), status, worth)


def _next_place(places: NDArray[np.int_], last: NDArray[np.int_]) -> NDArray[np.int_]:
    """The place of the first item after `last`, for orders with gaps."""
    after = np.where(places > last[:, None], places, np.iinfo(np.int64).max)
    return np.asarray(np.min(after, axis=1))


def _check(values: Floats, worth: Floats, places: NDArray[np.int_]) -> None:
    if worth.shape != (values.shape[1],) or places.shape != values.shape:
        raise ValueError(f"shapes do not fit: scores {values.shape}, maxima {worth.shape}, position {places.shape}")
    if not (np.isfinite(worth).all() and (worth > 0).all()):
        raise ValueError("every item must be worth more than 0 points")
    if np.isinf(values).any():
        raise ValueError("a score is infinite")
