"""How the options of a choice item work: who chose what, by ability group."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.item_moments import Scored, score
from item_bank.statistics.responses import Floats, Responses

Integers = NDArray[np.int_]

#: In a matrix of choices: seen and left blank.
OMITTED = -1


@dataclass(frozen=True, slots=True)
class OptionStatistics:
    """One option among the persons who met the item.

    n: persons who chose it; share: of all who met the item, also those who chose nothing.
    by_group: (groups,) persons of each score group who chose it, from the lowest group up; `shares` the same as shares
    of the group, `share_errors` their standard errors √(p(1 − p)/size). discrimination: share in the highest group
    minus share in the lowest.
    mean: mean total of those who chose it. total, rest: Pearson's r of having chosen it with the total score, with and
    without this item's own score. NaN where a figure is not defined.
    """

    option: Hashable
    n: int
    share: float
    by_group: tuple[int, ...]
    shares: tuple[float, ...]
    share_errors: tuple[float, ...]
    discrimination: float
    mean: float
    total: float
    rest: float


@dataclass(frozen=True, slots=True)
class ItemOptions:
    """An item's options. n persons met it; sizes, means: (groups,) persons and mean total of each score group, the
    places at which `shares` of an option make its quantile curve. omitted: those who chose none, in a row of its own.
    key: the options that earn points; empty if not told."""

    n: int
    sizes: tuple[int, ...]
    means: tuple[float, ...]
    options: tuple[OptionStatistics, ...]
    omitted: OptionStatistics
    key: tuple[Hashable, ...]

    @property
    def distractors(self) -> tuple[OptionStatistics, ...]:
        return tuple(one for one in self.options if one.option not in self.key)

    @property
    def never_chosen(self) -> tuple[Hashable, ...]:
        return tuple(one.option for one in self.options if one.n == 0)

    @property
    def chosen_by_the_best(self) -> tuple[Hashable, ...]:
        """Distractors that more of the highest score group chose than any key."""
        if not self.key:
            return ()
        most = max((one.shares[-1] for one in self.options if one.option in self.key), default=0.0)
        return tuple(one.option for one in self.distractors if one.shares[-1] > most)

    @property
    def key_suspects(self) -> tuple[Hashable, ...]:
        """Distractors that may be the true key by `outdoes`."""
        rests = [one.rest for one in self.options if one.option in self.key]
        return tuple(one.option for one in self.distractors if self.key and outdoes(one.rest, rests, self.n))


def outdoes(rest: float, keys: Sequence[float], n: int) -> bool:
    """Whether a wrong answer may be the true key: its r with the rest exceeds that of every answer of the key, and 0 by
    more than two of its standard errors 1/√(n − 1). keys: r of these, NaN where it is not defined. n: persons."""
    known = [one for one in keys if np.isfinite(one)]
    return n > 1 and bool(rest > max([*known, 2 / float(np.sqrt(n - 1))]))


def score_groups(totals: Floats, groups: int | Sequence[float] = 3) -> Integers:
    """(n,) totals → (n,) group from 0: cut at the quantiles 1/g, 2/g, … (type 7 of Hyndman & Fan 1996), each group
    with its upper cut. Equal totals are never parted, so groups differ in size, and one may be empty.

    groups: how many, or the shares of the persons that they should hold, from the lowest up, with the sum 1.
    """
    shares = np.full(groups, 1 / max(groups, 1)) if isinstance(groups, int) else np.asarray(groups, dtype=np.float64)
    if shares.size == 0 or (shares <= 0).any() or abs(shares.sum() - 1) > 1e-9:
        raise ValueError("shares of score groups must be above 0 and sum to 1")
    if shares.size == 1:
        return np.zeros(totals.size, dtype=np.int_)
    if totals.size == 0:
        raise ValueError("score groups need one person or more")
    ordered = np.sort(totals)
    cuts = np.quantile(ordered, np.cumsum(shares)[:-1])
    # A hair above the cut, because totals are sums of floats.
    return np.asarray(np.searchsorted(cuts + 1e-9, totals, side="left"))


def option_statistics(
    chosen: Sequence[Hashable], options: Sequence[Hashable], scores: Floats, totals: Floats, groups: int = 3
) -> tuple[OptionStatistics, ...]:
    """chosen: (n,) the option of each person who met the item, anything else for none. scores, totals: (n,) points on
    the item and on the whole test. Groups are made of these persons."""
    return item_options(chosen, options, scores, totals, groups=groups).options


def item_options(
    chosen: Sequence[Hashable],
    options: Sequence[Hashable],
    scores: Floats,
    totals: Floats,
    key: Sequence[Hashable] = (),
    groups: int | Sequence[float] = 3,
) -> ItemOptions:
    """As `option_statistics`, with the row of those who chose none and what follows from the key."""
    if not len(chosen) == scores.size == totals.size > 0:
        raise ValueError(f"shapes do not fit: {len(chosen)} choices, {scores.size} scores, {totals.size} totals")
    place = {option: at for at, option in enumerate(options)}
    codes = np.fromiter((place.get(one, OMITTED) for one in chosen), dtype=np.int_, count=len(chosen))
    return coded_options(codes, options, totals, totals - scores, key, groups)


def coded_options(
    codes: NDArray[np.integer[Any]],
    options: Sequence[Hashable],
    totals: Floats,
    rest: Floats,
    key: Sequence[Hashable] = (),
    groups: int | Sequence[float] = 3,
) -> ItemOptions:
    """As `item_options`, of choices that are numbers already. codes: (n,) place in `options`, OMITTED (−1) for none.
    rest: (n,) total without this item, NaN for who has none. With nobody every figure is NaN."""
    if not codes.size == totals.size == rest.size:
        raise ValueError(f"shapes do not fit: {codes.size} choices, {totals.size} totals, {rest.size} rests")
    places = np.where(codes < 0, len(options), codes).astype(np.int_)
    return _item(places, tuple(options), tuple(key), _Persons.of(totals, groups), rest)


def distractors(
    choices: NDArray[np.integer[Any]],
    options: Sequence[int],
    responses: Responses | Scored,
    keys: Sequence[Sequence[int]] | None = None,
    groups: int | Sequence[float] = 3,
) -> tuple[ItemOptions, ...]:
    """Every item of a test at once.

    choices: (n, k) number of the chosen option from 0, OMITTED (−1) for none; read only where `responses` says that
    the person reached the item. options: (k,) how many each item has. keys: (k,) numbers of the options that earn.
    The totals are `responses.criterion()`; the groups of an item are made of those who reached it.
    """
    scored = score(responses)
    if choices.shape != scored.points.shape or len(options) != choices.shape[1]:
        raise ValueError(f"shapes do not fit: choices {choices.shape}, scores {scored.points.shape}")
    everybody = scored.reached_by_all
    shared = _Persons.of(scored.criterion, groups) if any(everybody) and len(choices) else None
    made = []
    for item, count in enumerate(options):
        enters = slice(None) if everybody[item] else scored.who_reached(item)
        codes = np.asarray(choices[enters, item])
        if codes.max(initial=0) >= count:
            raise ValueError(f"item {item} has {count} options, but somebody chose number {codes.max()}")
        persons = shared if shared and everybody[item] else _Persons.of(scored.criterion[enters], groups)
        # A narrow type would overflow when groups are counted.
        codes = np.where(codes < 0, count, codes).astype(np.int_)
        key = tuple(keys[item]) if keys is not None else ()
        made.append(_item(codes, tuple(range(count)), key, persons, scored.without(item)[enters]))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Persons:
    """Those who met an item, in their score groups: what its options share."""

    totals: Floats
    group: Integers
    sizes: Integers
    means: Floats

    @classmethod
    def of(cls, totals: Floats, groups: int | Sequence[float]) -> _Persons:
        number = groups if isinstance(groups, int) else len(groups)
        group = score_groups(totals, groups) if totals.size else np.zeros(0, dtype=np.int_)
        sizes = np.bincount(group, minlength=number)
        with np.errstate(divide="ignore", invalid="ignore"):
            means = np.bincount(group, weights=totals, minlength=number) / sizes
        return cls(totals, group, sizes, means)


def _item(
    codes: Integers, options: tuple[Hashable, ...], key: tuple[Hashable, ...], persons: _Persons, rest: Floats
) -> ItemOptions:
    """codes: (n,) place of the option in `options`, one more for none."""
    n, groups, rows = codes.size, persons.sizes.size, len(options) + 1
    by_group = np.bincount(codes * groups + persons.group, minlength=rows * groups).reshape(rows, groups)
    taken = by_group.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = by_group / persons.sizes
        figures = (
            taken / n,
            shares[:, -1] - shares[:, 0],
            np.bincount(codes, weights=persons.totals, minlength=rows) / taken,
            _indicator_correlations(codes, taken, persons.totals),
            _indicator_correlations(codes, taken, rest),
        )
        errors = np.sqrt(shares * (1 - shares) / persons.sizes)
    lists = zip(
        (*options, None), taken.tolist(), by_group.tolist(), shares.tolist(), errors.tolist(), *map(list, figures),
        strict=True,
    )  # fmt: skip
    made = [
        OptionStatistics(
            option, number, float(share), tuple(counts), tuple(curve), tuple(wide),
            float(difference), float(mean), float(total), float(without),
        )
        for option, number, counts, curve, wide, share, difference, mean, total, without in lists
    ]  # fmt: skip
    return ItemOptions(n, tuple(persons.sizes.tolist()), tuple(persons.means.tolist()), tuple(made[:-1]), made[-1], key)


def _indicator_correlations(codes: Integers, taken: Integers, values: Floats) -> Floats:
    """(options,) Pearson's r of having chosen each option with `values` (n,): only sums over those who chose it."""
    n = values.size
    known = ~np.isnan(values)
    if not known.all():
        codes, values, n = codes[known], values[known], int(known.sum())
        taken = np.bincount(codes, minlength=taken.size)
    if n < 2:
        return np.full(taken.size, np.nan)
    away = values - values.mean()
    together = np.bincount(codes, weights=away, minlength=taken.size)
    spread = taken * (1 - taken / n) * float(away @ away)
    varies = spread > (1e-12 * n * max(1.0, float(np.abs(values).max()))) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(varies, np.clip(together / np.sqrt(spread), -1.0, 1.0), np.nan)
