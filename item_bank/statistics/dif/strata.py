"""Matched groups: how many persons of each group, at each matching score, gave each answer.

Every method of this package needs only these counts, so persons are counted once for all items together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from item_bank.statistics.responses import Booleans, Floats

#: What a score becomes where there is none.
MISSING = -1


@dataclass(frozen=True, slots=True)
class Tables:
    """counts: (k, groups, s, categories) persons; the reference group is the first. values: (s,) of the matching
    variable in each stratum, ascending. Strata may be empty."""

    counts: Floats
    values: Floats

    @property
    def persons(self) -> Floats:
        """(k, groups, s)."""
        return np.asarray(self.counts.sum(axis=3))

    @property
    def categories(self) -> NDArray[np.int_]:
        """(k,): how many categories an item could have, from 0 to the highest that anybody reached."""
        used = self.counts.sum(axis=(1, 2)) > 0
        return np.asarray(used.shape[1] - np.argmax(used[:, ::-1], axis=1))

    @property
    def dichotomous(self) -> Booleans:
        """(k,): whether scores are 0 and 1 only."""
        return np.asarray(self.counts[:, :, :, 2:].sum(axis=(1, 2, 3)) == 0)

    def right_and_wrong(self) -> tuple[Floats, Floats, Floats, Floats]:
        """A, B, C, D, each (k, s): right and wrong in the reference group, right and wrong in the focal group. NaN for
        an item with more than two categories."""
        self._needs_two()
        binary = np.where(self.dichotomous[:, None, None, None], self.counts[:, :, :, :2], np.nan)
        return binary[:, 0, :, 1], binary[:, 0, :, 0], binary[:, 1, :, 1], binary[:, 1, :, 0]

    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Persons, mean score and its variance (divisor n − 1), each (k, 2, s). NaN where there are too few."""
        self._needs_two()
        score = np.arange(self.counts.shape[3], dtype=np.float64)
        n, total, squares = self.persons, self.counts @ score, self.counts @ score**2
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = total / n
            variance = np.maximum(squares - total * mean, 0.0) / (n - 1)
        return n, mean, np.where(n > 1, variance, np.nan)

    def _needs_two(self) -> None:
        if self.counts.shape[1] != 2:
            raise ValueError("this method compares two groups: take them with Study.pair")


@dataclass(frozen=True, slots=True)
class Study:
    """Persons ready to be compared.

    scores: (n, k) whole numbers from 0, −1 = not presented. codes: (n,) number of the person's group in `names`, whose
    first is the reference. matching: (n,) values to match on instead of a total, or None.
    """

    scores: NDArray[np.int16]
    codes: NDArray[np.int_]
    names: tuple[str, ...]
    matching: Floats | None = None

    @property
    def items(self) -> int:
        return int(self.scores.shape[1])

    def pair(self, focal: str) -> Study:
        """The reference and one focal group."""
        number = self.names.index(focal)
        kept = (self.codes == 0) | (self.codes == number)
        return replace(
            self,
            scores=self.scores[kept],
            codes=(self.codes[kept] == number).astype(np.int_),
            names=(self.names[0], focal),
            matching=None if self.matching is None else self.matching[kept],
        )

    def tables(self, anchor: Booleans | None = None, *, studied: bool = True) -> Tables:
        """Counts with persons matched on the total of the items in `anchor` (k,), by default of all.

        studied: whether the item that is looked at counts in its own total, as Mantel–Haenszel needs it (Holland &
        Thayer 1988), also when it is not in the anchor; otherwise it never does. Without effect where the study has a
        matching variable of its own.
        """
        if self.matching is not None:
            values, strata = np.unique(self.matching, return_inverse=True)
            return Tables(self._count(strata, values.size), values)
        chosen = np.ones(self.items, dtype=np.bool_) if anchor is None else anchor
        totals = self.scores.astype(np.int64) @ chosen.astype(np.int64)
        most = int(self.scores.max(initial=0))
        size = int(totals.max(initial=0)) + most + 1
        counts = self._count(totals, size)
        # An item outside the anchor that counts moves a person up by his score on it; one inside that does not, down.
        moved = ~chosen if studied else chosen
        for category in range(1, most + 1):
            shifted = np.roll(counts[moved, :, :, category], category if studied else -category, axis=2)
            counts[moved, :, :, category] = shifted
        return Tables(counts, np.arange(size, dtype=np.float64))

    def _count(self, strata: NDArray[np.int_], size: int) -> Floats:
        """(k, groups, size, categories)."""
        n, k = self.scores.shape
        groups, categories = len(self.names), max(int(self.scores.max(initial=0)) + 1, 2)
        cell = self.codes * size + strata
        persons = csr_array((np.ones(n), (cell, np.arange(n))), shape=(groups * size, n))
        found = np.empty((categories, groups * size, k))
        for category in range(1, categories):
            found[category] = persons @ (self.scores == category).astype(np.float64)
        if self.scores.min(initial=0) < 0:
            found[0] = persons @ (self.scores == 0).astype(np.float64)
        else:
            found[0] = np.bincount(cell, minlength=groups * size)[:, None] - found[1:].sum(axis=0)
        return np.ascontiguousarray(found.reshape(categories, groups, size, k).transpose(3, 1, 2, 0))


@dataclass(frozen=True, slots=True)
class Purification:
    """anchor: (k,) items without DIF, on whose total persons are matched. iterations: how often it was chosen anew.
    converged: whether the last choice repeated the one before; not so after too many rounds or if no item was left."""

    anchor: Booleans
    iterations: int
    converged: bool


def purify(flagged: Callable[[Booleans], Booleans], items: int, rounds: int = 20) -> Purification:
    """Takes flagged items out of the matching total until the same are flagged again (Holland & Thayer 1988; Lord 1980
    p. 220). flagged: from an anchor (k,) to the items (k,) that show DIF against it."""
    anchor = np.ones(items, dtype=np.bool_)
    for iteration in range(rounds + 1):
        chosen = ~flagged(anchor)
        if (chosen == anchor).all():
            return Purification(anchor, iteration, True)
        if not chosen.any():
            break
        # The last round only asks whether the choice holds.
        if iteration < rounds:
            anchor = chosen
    return Purification(anchor, iteration, False)


def study(
    scores: ArrayLike,
    groups: Sequence[object] | NDArray[np.generic],
    *,
    reference: object | None = None,
    matching: ArrayLike | None = None,
) -> Study:
    """Checks and codes what is to be compared.

    scores: (n, k) whole numbers from 0 (an item of several points in categories, a cluster as its number of right
    statements); NaN = not presented. Omitted answers are 0, as in marks.
    groups: (n,) labels; None, "" and NaN = unknown, left out.
    reference: its label; by default the largest group, of equals the first in order.
    matching: (n,) to match on instead of the total of the items, such as `ability_strata`; NaN = unknown, left out.
    Needed where some persons were not presented with some items, because their totals cannot be compared.
    """
    values = np.array(scores, dtype=np.float64, ndmin=2)
    labels = [_label(one) for one in groups]
    if len(labels) != len(values):
        raise ValueError(f"{len(values)} persons, but {len(labels)} group labels")
    missing = np.isnan(values)
    if not ((values >= 0) & (values == np.floor(values)) | missing).all() or (values > 1000).any():
        raise ValueError("scores must be whole numbers from 0 to 1000: number the categories, do not take points")
    for item in np.flatnonzero(missing.all(axis=0)).tolist() if len(values) else ():
        raise ValueError(f"nobody was presented with item {item}: leave it out")
    if missing.any() and matching is None:
        raise ValueError(
            "some persons were not presented with some items, so totals cannot be compared: match on ability_strata"
        )
    kept = np.array([label is not None for label in labels], dtype=np.bool_)
    found = None if matching is None else _matching(matching, len(values))
    if found is not None:
        kept &= ~np.isnan(found)
        if not kept.any():
            raise ValueError("nobody has both a group and a matching value: see where abilities are missing")
    names = _in_order([label for label, keep in zip(labels, kept, strict=True) if keep and label], _label(reference))
    number = {name: code for code, name in enumerate(names)}
    codes = np.array([number.get(label or "", 0) for label in labels], dtype=np.int_)
    whole = np.where(missing, MISSING, values).astype(np.int16)
    return Study(whole[kept], codes[kept], names, None if found is None else found[kept])


def ability_strata(theta: ArrayLike, strata: int = 10) -> Floats:
    """(n,) abilities → (n,) the mean ability of a person's stratum: classes of about equal size, equal abilities never
    parted, ±∞ with the lowest and the highest. NaN stays. For matching where candidates drew different items."""
    values = np.asarray(theta, dtype=np.float64)
    known = values[np.isfinite(values)]
    if strata < 2 or known.size == 0:
        what = "no ability is known" if strata >= 2 else f"{strata} is too few"
        raise ValueError(f"abilities are cut into at least two strata, of at least one known ability: {what}")
    values = np.clip(values, known.min(), known.max())
    edges = np.unique(np.quantile(known, np.arange(1, strata) / strata))
    place = np.searchsorted(edges, values, side="left")
    finite = np.isfinite(values)
    size = np.bincount(place[finite], minlength=strata)
    total = np.bincount(place[finite], weights=known, minlength=strata)
    return np.where(finite, (total / np.maximum(size, 1))[place], np.nan)


def as_sets(scores: ArrayLike, sets: Iterable[Sequence[int]]) -> Floats:
    """(n, k) → (n, sets): each set of items (a passage with its questions) as one item with the sum of its scores, NaN
    where one of them was not presented. Items of a set are studied together, because they share more than ability."""
    values = np.array(scores, dtype=np.float64, ndmin=2)
    return np.stack([values[:, list(one)].sum(axis=1) for one in sets], axis=1)


def _matching(matching: ArrayLike, n: int) -> Floats:
    """Rounded, so that values which differ in their last digits only are one stratum."""
    found = np.asarray(matching, dtype=np.float64)
    if found.shape != (n,):
        raise ValueError(f"one matching value for each person: shape {found.shape} for {n} persons")
    if np.isinf(found).any():
        raise ValueError("a matching value is infinite: ability_strata puts such with the lowest or the highest")
    return np.asarray(np.round(found, 9), dtype=np.float64)


def _label(label: object) -> str | None:
    if label is None or (isinstance(label, float | np.floating) and np.isnan(label)):
        return None
    # 1 and 1.0 are one label, as they come out of a table of numbers.
    text = str(int(label)) if isinstance(label, float | np.floating) and float(label).is_integer() else str(label)
    return text or None


def _in_order(labels: list[str], reference: str | None) -> tuple[str, ...]:
    names, sizes = np.unique(np.array(labels, dtype=np.str_), return_counts=True)
    if names.size < 2:
        raise ValueError("a comparison needs persons of at least two groups")
    first = str(names[np.argmax(sizes)]) if reference is None else reference
    if first not in names:
        raise ValueError(f"no person is in the reference group {first!r}")
    return first, *(str(name) for name in names if name != first)
