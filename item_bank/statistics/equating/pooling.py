"""Forms that hold the same items in another order are one form: their answers are pooled, and a check of position
effects takes the place of equating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from item_bank.statistics.dif.multiplicity import adjusted
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class Sheet:
    """One order of a form, and what its persons chose.

    items: the item at each place. options: of each place the option behind each shown option (empty for an item
    without options: its category is kept). chosen: (n, places) shown option from 0, −1 for none.
    """

    items: tuple[str, ...]
    options: tuple[tuple[int, ...], ...]
    chosen: NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class Pooled:
    """items: in the order of the first sheet. chosen: (n, k) options of the item itself, −1 for none. form: (n,) number
    of the sheet. places: (forms, k) where each sheet has the item, from 0. names: of the sheets."""

    items: tuple[str, ...]
    names: tuple[str, ...]
    chosen: NDArray[np.int_]
    form: NDArray[np.int_]
    places: NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class ItemPosition:
    """means: of each form, the item's mean score. chi_square, df, p: whether they differ by more than chance, the
    persons of the forms being alike; NaN where all scores are the same. adjusted: p by Holm over the items."""

    means: tuple[float, ...]
    chi_square: float
    df: int
    p: float
    adjusted: float


@dataclass(frozen=True, slots=True)
class PositionCheck:
    """slope: change of an item's score for each place that it stands later, in points; error: standard error, robust
    to answers of one person hanging together; p: two-sided. NaN where no item changes its place against the others.
    sizes: persons of each form. items: one by one."""

    n: int
    sizes: tuple[int, ...]
    slope: float
    error: float
    p: float
    items: tuple[ItemPosition, ...]


def pool(sheets: Mapping[str, Sheet]) -> Pooled:
    """ValueError where the sheets do not hold the same items and options: then they are equated, not pooled."""
    if not sheets:
        raise ValueError("nothing to pool: give one sheet or more")
    first = next(iter(sheets.values()))
    if len(set(first.items)) != len(first.items):
        raise ValueError("an item stands twice on a sheet: give every item its own name")
    chosen, places = [], []
    for name, sheet in sheets.items():
        place = _places(name, sheet, first)
        places.append(place)
        chosen.append(_behind(name, sheet)[:, place])
    sizes = [len(one) for one in chosen]
    form = np.repeat(np.arange(len(sheets)), sizes)
    return Pooled(first.items, tuple(sheets), np.concatenate(chosen), form, np.array(places))


def position_effects(scores: Floats, form: NDArray[np.int_], places: NDArray[np.int_]) -> PositionCheck:
    """scores: (n, k) points, complete (omitted and not reached as 0). form: (n,) number of each person's form. places:
    (forms, k) where the form has the item. Forms were handed out at random.

    The slope is that of least squares with an effect for each item and each form (two-way within estimator; its error
    clusters by person, Liang & Zeger 1986, eq. 8). An item's chi-square compares its means by their pooled variance.
    """
    sizes = np.bincount(form, minlength=places.shape[0])
    if np.isnan(scores).any() or scores.shape != (form.size, places.shape[1]):
        raise ValueError("position effects need a score for each person and item: mark what is missing as 0")
    if (sizes == 0).any():
        raise ValueError("a form has no persons: leave it out")
    slope, error = _slope(scores, form, places, sizes)
    p = 2 * float(norm.sf(abs(slope) / error)) if error > 0 else float("nan")
    items = _by_item(scores, form, sizes)
    return PositionCheck(form.size, tuple(int(size) for size in sizes), slope, error, p, items)


def _slope(
    scores: Floats, form: NDArray[np.int_], places: NDArray[np.int_], sizes: NDArray[np.int_]
) -> tuple[float, float]:
    later = places - (sizes / sizes.sum()) @ places
    later = later - later.mean(axis=1, keepdims=True)
    spread = float(sizes @ (later**2).sum(axis=1))
    if spread < 1e-9:
        return float("nan"), float("nan")
    slope = float(np.einsum("pi,pi->", scores - scores.mean(axis=0), later[form])) / spread
    means = np.stack([scores[form == one].mean(axis=1).mean() for one in range(sizes.size)])
    expected = scores.mean(axis=0) + (means - scores.mean())[form][:, None] + slope * later[form]
    each = ((scores - expected) * later[form]).sum(axis=1)
    return slope, float(np.sqrt(each @ each)) / spread


def _by_item(scores: Floats, form: NDArray[np.int_], sizes: NDArray[np.int_]) -> tuple[ItemPosition, ...]:
    means = np.stack([scores[form == one].mean(axis=0) for one in range(sizes.size)])
    df, left = sizes.size - 1, form.size - sizes.size
    within = ((scores - means[form]) ** 2).sum(axis=0)
    between = sizes @ (means - scores.mean(axis=0)) ** 2
    known = (within > 1e-12) & (df > 0) & (left > 0)
    statistics = np.where(known, between * left / np.where(known, within, 1.0), np.nan)
    p = chi2.sf(statistics, max(df, 1))
    rows = zip(means.T.tolist(), statistics.tolist(), p.tolist(), adjusted(p, "holm").tolist(), strict=True)
    return tuple(ItemPosition(tuple(mean), statistic, df, one, holm) for mean, statistic, one, holm in rows)


def _places(name: str, sheet: Sheet, first: Sheet) -> NDArray[np.int_]:
    """(k,) where the sheet has each item of the first one."""
    if len(sheet.items) != len(first.items) or set(sheet.items) != set(first.items):
        raise ValueError(f"form {name!r} does not hold the items of the first form: equate it, do not pool it")
    at = {item: place for place, item in enumerate(sheet.items)}
    for place, item in enumerate(first.items):
        if sorted(first.options[place]) != sorted(sheet.options[at[item]]):
            raise ValueError(
                f"item {item!r} has other options on form {name!r}: it is another item, so equate the form"
            )
    return np.array([at[item] for item in first.items])


def _behind(name: str, sheet: Sheet) -> NDArray[np.int_]:
    """(n, places) shown options → the items' own."""
    if sheet.chosen.ndim != 2 or sheet.chosen.shape[1] != len(sheet.items) or len(sheet.options) != len(sheet.items):
        raise ValueError(f"form {name!r}: {len(sheet.items)} items, answers of shape {sheet.chosen.shape}")
    found = sheet.chosen.copy()
    for place, options in enumerate(sheet.options):
        if not options:
            continue
        column = sheet.chosen[:, place]
        if (column >= len(options)).any():
            raise ValueError(
                f"form {name!r}: an answer to {sheet.items[place]!r} is none of its {len(options)} options"
            )
        found[:, place] = np.where(column >= 0, np.asarray(options)[column], -1)
    return found
