"""All pairs of a sitting in bounded memory: a p value of each, and everything of those that are the unlikeliest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from item_bank.statistics.irt.models import Item
from item_bank.statistics.responses import Booleans, Floats
from item_bank.statistics.similarity.ability_table import AbilityTable
from item_bank.statistics.similarity.matches import Counts, Matches, ability_table, m4_p_values, similarity
from item_bank.statistics.similarity.model import CHUNK, AnswerModel, Answers, checked_key, chunks, standardised
from item_bank.statistics.similarity.pairs import NumberedPairs
from item_bank.statistics.similarity.poisson_binomial import Integers, upper_tails

Index = Literal["gbt", "omega", "m4"]
#: How many pairs are done of how many.
Progress = Callable[[int, int], None]

#: Pairs after which progress is told; M4 works on so many at once.
BLOCK = 524_288

#: Flagged pairs that are told, at most.
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Survey:
    """nearest: the pairs with the smallest p values, in that order: all that are flagged, and at least as many as were
    asked for. adjusted: (nearest,) p values for the whole family (Benjamini & Hochberg 1995). flagged: (nearest,)
    those at or below `level`. compared: pairs looked at. tested: those with a p value. n_flagged: of all pairs; more
    than are among the nearest only where they exceed `most`."""

    nearest: Matches
    adjusted: Floats
    flagged: Booleans
    level: float
    compared: int
    tested: int
    n_flagged: int


def survey(
    responses: Answers,
    items: Sequence[Item],
    theta: Floats,
    pairs: NumberedPairs,
    *,
    key: Sequence[int] | None = None,
    index: Index = "gbt",
    level: float = 0.01,
    least: int = 20,
    most: int = MOST,
    progress: Progress | None = None,
) -> Survey:
    """What `similarity` and `screened` tell of the pairs that are flagged by `index`, and of the `least` unlikeliest.

    Arguments as theirs; m4 needs a key. Of each pair only the p value of `index` is worked out and kept, 8 bytes.
    most: pairs that are told at most. progress: called after each half a million pairs.
    """
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not {level}")
    p, numbers = _swept(_tests(responses, items, theta, key, index, pairs.count), pairs, level, least, progress)
    near = p[numbers]
    order = np.argsort(near, kind="stable")
    p.sort()  # the numbers that matter are known: no copy of fifty million is needed
    tested = int(np.searchsorted(p, np.nan))
    lowest = min(max(int(np.searchsorted(p, level, side="right")), least), tested)
    adjusted = _adjusted(p, tested, lowest)
    n_flagged = int((adjusted <= level).sum())
    told = min(max(n_flagged, least), max(most, 1), lowest)
    first, second = pairs.at(numbers[order[:told]])
    return Survey(
        nearest=similarity(responses, items, theta, first, second, key=key),
        adjusted=adjusted[:told],
        flagged=adjusted[:told] <= level,
        level=level,
        compared=pairs.count,
        tested=tested,
        n_flagged=n_flagged,
    )


#: (pairs,) rows of two persons → p values.
_Test = Callable[[Integers, Integers], Floats]


def _tests(
    responses: Answers, items: Sequence[Item], theta: Floats, key: Sequence[int] | None, index: Index, pairs: int
) -> _Test:
    model, abilities = AnswerModel.of(responses, items, theta), np.asarray(theta, np.float64)
    match index:
        case "gbt":
            table = ability_table(items, abilities, None, pairs)
            return lambda first, second: _gbt(model, table, first, second)
        case "omega":
            return lambda first, second: _omega(model, first, second)
        case "m4" if key is not None:
            right = checked_key(key, items)
            table = ability_table(items, abilities, right, pairs)
            return lambda first, second: m4_p_values(model, right, table, _counted(model, right, first, second))
    raise ValueError(f"pairs are surveyed by gbt, omega, or given a key m4, not {index!r}")


def _gbt(model: AnswerModel, table: AbilityTable | None, first: Integers, second: Integers) -> Floats:
    """As M4: of complete pairs by the table where there is one, of the others and of small ones exactly."""
    counted = _counted(model, None, first, second)
    values = np.full(first.size, np.nan)
    if table is not None:
        whole = np.flatnonzero(counted.compared == len(model.answers))
        values[whole] = table.unlikeliness(first[whole], second[whole], counted.rights[whole], counted.wrongs[whole])
    rest = np.flatnonzero(np.isnan(values) & (counted.compared > 0))
    for start in range(0, rest.size, CHUNK):
        rows = rest[start : start + CHUNK]
        both, _same, _ours = model.matched(first[rows], second[rows])
        values[rows] = upper_tails(model.same(first[rows], second[rows]) * both, counted.rights[rows])
    return values


def _omega(model: AnswerModel, first: Integers, second: Integers) -> Floats:
    parts = []
    for chunk in chunks(first, second):
        both, same, _ours = model.matched(*chunk)
        chance = model.same(*chunk) * both
        parts.append(standardised(same - chance, chance * (1 - chance))[1])
    return np.concatenate(parts)


def _counted(model: AnswerModel, key: Integers | None, first: Integers, second: Integers) -> Counts:
    """Without a key all matches stand as right."""
    columns = []
    for chunk in chunks(first, second):
        both, same, ours = model.matched(*chunk)
        right = same if key is None else same & (ours == key[:, None])
        rights = np.count_nonzero(right, axis=0)
        columns.append((np.count_nonzero(both, axis=0), rights, np.count_nonzero(same, axis=0) - rights))
    return Counts(first, second, *(np.concatenate(column) for column in zip(*columns, strict=True)))


def _swept(
    test: _Test, pairs: NumberedPairs, level: float, least: int, progress: Progress | None
) -> tuple[Floats, Integers]:
    """All p values, and the numbers of pairs that may be told: only those at or below the level can be flagged."""
    p = np.empty(pairs.count)
    kept = [np.empty(0, np.int64)]
    for start in range(0, pairs.count, BLOCK):
        numbers = np.arange(start, min(start + BLOCK, pairs.count))
        values = test(*pairs.at(numbers))
        p[numbers] = values
        few = np.argpartition(values, least)[:least] if least < values.size else np.arange(values.size)
        kept.append(numbers[np.union1d(few, np.flatnonzero(values <= level))])
        if progress:
            progress(int(numbers[-1]) + 1, pairs.count)
    return p, np.concatenate(kept)


def _adjusted(p: Floats, tested: int, lowest: int) -> Floats:
    """(lowest,) adjusted p values of the lowest of all sorted p values; NaN, at the end, is not tested."""
    beyond = 1.0
    for start in range(lowest, tested, BLOCK):
        ranks = np.arange(start, min(start + BLOCK, tested))
        beyond = min(beyond, float((p[ranks] * (tested / (ranks + 1))).min()))
    own = p[:lowest] * (tested / np.arange(1, lowest + 1))
    return np.minimum.accumulate(np.append(own, beyond)[::-1])[::-1][:-1]
