"""Answer similarity given a response model: how likely as many matching answers are between two independent persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.irt.models import Item, probabilities
from item_bank.statistics.responses import Floats
from item_bank.statistics.similarity.ability_table import AbilityTable
from item_bank.statistics.similarity.model import (
    CHUNK,
    AnswerModel,
    Answers,
    checked_key,
    checked_pairs,
    chunks,
    standardised,
)
from item_bank.statistics.similarity.poisson_binomial import Integers, upper_tails
from item_bank.statistics.similarity.trinomial import unlikeliness

#: Pairs from which on M4 is interpolated between abilities.
MANY = 10_000


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs of persons, each array (pairs,). Small p-values speak against independent work.

    first, second: rows of the persons. compared: items that both answered. matches: those with the same answer, of
    them `right` right. expected: the mean number of matches of two independent persons with these abilities.
    omega: standardised number of matches, unconditional (Romero, Riascos & Jara 2015), `omega_p` its normal upper tail.
    weighted_omega: the same with each match weighted by −ln p, so that a rare match counts more (Trout & Gorney 2025).
    gbt_p: generalised binomial test, P(as many matches or more), exact (van der Linden & Sotaridona 2006).
    m4_p: right matches and wrong matches as two counts (Maynes 2014); NaN without a key.
    NaN where nothing was compared; omegas also where matches cannot vary.
    """

    first: Integers
    second: Integers
    compared: Integers
    matches: Integers
    right: Integers
    expected: Floats
    omega: Floats
    omega_p: Floats
    weighted_omega: Floats
    weighted_omega_p: Floats
    gbt_p: Floats
    m4_p: Floats


@dataclass(frozen=True, slots=True)
class Copying:
    """Directed pairs, each array (pairs,): could the copier have come to the source's answers alone?

    As in `Matches`, but given the source's answers (conditional): the chance of a match is the chance that the copier,
    with their own ability, picks the option which the source picked. omega: Wollack (1997, eq. 4).
    """

    copier: Integers
    source: Integers
    compared: Integers
    matches: Integers
    expected: Floats
    omega: Floats
    omega_p: Floats
    gbt_p: Floats


def similarity(
    responses: Answers,
    items: Sequence[Item],
    theta: Floats,
    first: ArrayLike,
    second: ArrayLike,
    *,
    key: Sequence[int] | None = None,
    m4: bool = True,
) -> Matches:
    """Symmetric indices of the pairs (first, second).

    responses: (n, k) category numbers from 0 as in `items`, negative = no answer: an item that either person did not
    answer is not compared. theta: (n,) abilities. first, second: (pairs,) rows. key: (k,) the right category of each
    item, for M4; of scored items the highest category. m4: False saves its time (docs/statistics/similarity.md).
    """
    model = AnswerModel.of(responses, items, theta)
    rows, others = checked_pairs(first, second, model.n)
    right_answer = None if key is None else checked_key(key, items)
    parts = [_symmetric(model, *chunk, right_answer) for chunk in chunks(rows, others)]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    m4_p = np.full(rows.size, np.nan)
    if right_answer is not None and m4:
        compared, matches, right = columns[:3]
        table = ability_table(items, np.asarray(theta, np.float64), right_answer, rows.size)
        m4_p = m4_p_values(model, right_answer, table, Counts(rows, others, compared, right, matches - right))
    columns.append(m4_p)
    return Matches(rows, others, *columns)


def copying(responses: Answers, items: Sequence[Item], theta: Floats, copier: ArrayLike, source: ArrayLike) -> Copying:
    """Directed indices of the pairs (copier, source); arguments as of `similarity`."""
    model = AnswerModel.of(responses, items, theta)
    copiers, sources = checked_pairs(copier, source, model.n)
    parts = [_directed(model, *chunk) for chunk in chunks(copiers, sources)]
    return Copying(copiers, sources, *(np.concatenate(column) for column in zip(*parts, strict=True)))


class Counts(NamedTuple):
    """Each (pairs,): two persons, items compared, right and wrong matches."""

    first: Integers
    second: Integers
    compared: Integers
    rights: Integers
    wrongs: Integers


def _symmetric(
    model: AnswerModel, first: Integers, second: Integers, key: Integers | None
) -> tuple[NDArray[np.generic], ...]:
    both, same, ours = model.matched(first, second)
    chance = model.same(first, second) * both
    matches, compared = same.sum(axis=0), both.sum(axis=0)
    omega, omega_p = standardised(same - chance, chance * (1 - chance))
    weight = -np.log(np.where(chance > 0, chance, 1.0))
    weighted, weighted_p = standardised((same - chance) * weight, chance * (1 - chance) * weight**2)
    gbt = np.where(compared > 0, upper_tails(chance, matches), np.nan)
    right = np.zeros_like(matches) if key is None else (same & (ours == key[:, None])).sum(axis=0)
    return compared, matches, right, chance.sum(axis=0), omega, omega_p, weighted, weighted_p, gbt


def m4_p_values(model: AnswerModel, key: Integers, table: AbilityTable | None, counts: Counts) -> Floats:
    """(pairs,) p-values: of complete pairs by the table where there is one, of the others and of small ones exactly."""
    values = np.full(counts.first.size, np.nan)
    if table is not None:
        whole = np.flatnonzero(counts.compared == len(model.answers))
        first, second, _, rights, wrongs = (column[whole] for column in counts)
        values[whole] = table.unlikeliness(first, second, rights, wrongs)
    rest = np.flatnonzero(np.isnan(values) & (counts.compared > 0))
    pick = np.ascontiguousarray(model.chances[:, key, np.arange(key.size)].T)
    for start in range(0, rest.size, CHUNK):
        rows = rest[start : start + CHUNK]
        first, second, _, rights, wrongs = (column[rows] for column in counts)
        both, _same, _ours = model.matched(first, second)
        right = pick[:, first] * pick[:, second] * both
        wrong = np.maximum(model.same(first, second) * both - right, 0.0)
        values[rows] = unlikeliness(right, wrong, rights, wrongs)
    return values


def ability_table(items: Sequence[Item], theta: Floats, key: Integers | None, pairs: int) -> AbilityTable | None:
    """For so many pairs that it pays. Without a key all matches are of one kind, as if right."""
    if pairs < MANY:
        return None

    def chances(first: Floats, second: Floats) -> tuple[Floats, Floats]:
        abilities, place = np.unique(np.concatenate((first, second)), return_inverse=True)
        one, other = place[: first.size], place[first.size :]
        products = [chance[one] * chance[other] for chance in probabilities(items, abilities)]
        same = np.stack([product.sum(axis=1) for product in products])
        if key is None:
            return same, np.zeros_like(same)
        right = np.stack([product[:, category] for product, category in zip(products, key, strict=True)])
        return right, np.maximum(same - right, 0.0)

    return AbilityTable.of(theta, chances, pairs)


def _directed(model: AnswerModel, copiers: Integers, sources: Integers) -> tuple[NDArray[np.generic], ...]:
    both, same, given = model.matched(sources, copiers)
    items = np.arange(len(given))[:, None]
    chance = model.chances[copiers, np.maximum(given, 0), items] * both
    matches, compared = same.sum(axis=0), both.sum(axis=0)
    omega, omega_p = standardised(same - chance, chance * (1 - chance))
    gbt = np.where(compared > 0, upper_tails(chance, matches), np.nan)
    return compared, matches, chance.sum(axis=0), omega, omega_p, gbt
