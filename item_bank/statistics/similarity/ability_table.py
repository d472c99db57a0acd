"""M4 and the generalised binomial test for very many pairs with complete answers, on a grid of abilities.

What is common to them is worked out once: the distribution of right and wrong matches, which hangs on nothing but the
two abilities, and smoothly. Where all matches are of one kind, M4 is the binomial test. The scale is cut into panels;
for each two panels the distribution is computed exactly at Chebyshev nodes, and interpolated by polynomials in both
abilities, which is a matrix product.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from item_bank.statistics.responses import Floats
from item_bank.statistics.similarity.poisson_binomial import Integers
from item_bank.statistics.similarity.trinomial import distribution, together, upper

#: Nodes of a panel, and widths of panels that are tried in turn until probabilities between the nodes are right.
NODES = 20
WIDTHS = (1.25, 0.85, 0.6)
ERROR = 1e-10

#: Outcomes that are less likely than this at all nodes of two panels are left out.
NEGLIGIBLE = 1e-13

#: Interpolated p-values below this are worked out exactly, so that they keep their digits.
SMALL = 1e-3

PERSONS = 16

#: Pairs for each two nodes from which on a table pays.
PAYS = 8

#: Abilities of two persons, (pairs,) each → probabilities (k, pairs) that both have an item right, or the same wrong.
Chances = Callable[[Floats, Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class _Panels:
    """Two panels: outcomes, tails (NODES, NODES · cells), probability of each outcome and of its upper tail at each two
    nodes. cells: (k + 1, k + 1) column of each outcome, −1 = left out."""

    outcomes: Floats
    tails: Floats
    cells: Integers


@dataclass(frozen=True, slots=True)
class AbilityTable:
    """panel: (n,) of each person; weights: (n, NODES) of its nodes. blocks: of panels a ≤ b."""

    panel: Integers
    weights: Floats
    blocks: dict[tuple[int, int], _Panels]

    @classmethod
    def of(cls, theta: Floats, chances: Chances, pairs: int) -> AbilityTable | None:
        """None where a table would not pay for so many pairs, or no width is narrow enough."""
        lowest, reach = float(theta.min()), max(float(np.ptp(theta)), 0.1)
        for wanted in WIDTHS:
            count = int(np.ceil(reach / wanted))
            if count * (count + 1) // 2 * NODES**2 * PAYS > pairs:
                return None
            width = reach / count
            begins = lowest + width * np.arange(count)
            known = {a: _at_nodes(begins[a], begins[a], width, chances) for a in (0, count // 2, count - 1)}
            if all(_error(counts, begins[a], width, chances) < ERROR for a, counts in known.items()):
                blocks = {(a, a): _panels(counts) for a, counts in known.items()}
                rest = [(a, b) for a in range(count) for b in range(a, count) if (a, b) not in blocks]
                blocks |= {(a, b): _panels(_at_nodes(begins[a], begins[b], width, chances)) for a, b in rest}
                panel = np.clip(((theta - lowest) / width).astype(np.int64), 0, count - 1)
                return cls(panel, _lagrange((theta - begins[panel]) / width), blocks)
        return None

    def unlikeliness(self, first: Integers, second: Integers, rights: Integers, wrongs: Integers) -> Floats:
        """(pairs,) p-values; NaN for those that are to be worked out exactly."""
        turned = self.panel[first] > self.panel[second]
        lower, higher = np.where(turned, second, first), np.where(turned, first, second)
        order = np.lexsort((lower, self.panel[higher], self.panel[lower]))
        values = np.full(first.size, np.nan)
        count = int(self.panel.max()) + 1
        parts = self.panel[lower[order]] * count + self.panel[higher[order]]
        for part, rows in zip(*_runs(parts, order), strict=True):
            block = self.blocks[divmod(int(part), count)]
            seen = block.cells[rights[rows], wrongs[rows]]
            values[rows] = self._between(block, lower[rows], higher[rows], seen)
        return np.where(values < SMALL, np.nan, np.minimum(values, 1.0))

    def _between(self, block: _Panels, lower: Integers, higher: Integers, seen: Integers) -> Floats:
        """(pairs,) of two panels, sorted by the person in the lower one. seen: column of the observed outcome."""
        values = np.full(lower.size, np.nan)
        persons, runs = _runs(lower, np.arange(lower.size))
        for begin in range(0, persons.size, PERSONS):
            weights = self.weights[persons[begin : begin + PERSONS]]
            likely, tails = (
                (weights @ whole).reshape(len(weights), NODES, -1) for whole in (block.outcomes, block.tails)
            )
            for person, rows in enumerate(runs[begin : begin + PERSONS]):
                other = self.weights[higher[rows]]
                tail = other @ tails[person]
                counted = tail <= tail[np.arange(rows.size), seen[rows]][:, None] + ERROR
                values[rows] = np.einsum("pc,pc->p", other @ likely[person], counted)
        return np.where(seen >= 0, values, np.nan)


def _runs(sorted_keys: Integers, rows: Integers) -> tuple[Integers, list[Integers]]:
    """The keys, and the rows of each."""
    keys, starts = np.unique(sorted_keys, return_index=True)
    return keys, np.split(rows, starts[1:])


def _nodes() -> Floats:
    """Chebyshev nodes of the panel from 0 to 1."""
    return np.asarray((1 + np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)) / 2)


def _lagrange(at: Floats) -> Floats:
    """(points, NODES): weights of the nodes' values in the polynomial through them (barycentric; Berrut & Trefethen
    2004, eq. 4.2). at: (points,) from 0 to 1."""
    away = at[:, None] - _nodes()
    exactly = np.abs(away) < 1e-14
    signs = np.sin(np.pi * (np.arange(NODES) + 0.5) / NODES) * (-1.0) ** np.arange(NODES)
    terms = signs / np.where(exactly, 1.0, away)
    weights = terms / terms.sum(axis=1, keepdims=True)
    return np.where(exactly.any(axis=1, keepdims=True), exactly.astype(np.float64), weights)


def _at_nodes(one: float, other: float, width: float, chances: Chances) -> Floats:
    """(k + 1, k + 1, NODES, NODES): probability of each number of right and wrong matches, abilities in two panels."""
    first, second = one + width * _nodes(), other + width * _nodes()
    # Of a panel with itself one half is the mirror image of the other.
    a, b = np.triu_indices(NODES) if one == other else np.indices((NODES, NODES)).reshape(2, -1)
    counts = _exact(first[a], second[b], chances)
    whole = np.zeros((*counts.shape[:2], NODES, NODES))
    if one == other:
        whole[:, :, b, a] = counts
    whole[:, :, a, b] = counts
    return whole


def _panels(known: Floats) -> _Panels:
    kept = known.max(axis=(2, 3)) > NEGLIGIBLE
    cells = np.where(kept, np.cumsum(kept).reshape(kept.shape) - 1, -1)
    outcomes, tails = (np.moveaxis(whole[kept], 0, 2).reshape(NODES, -1) for whole in (known, upper(known)))
    return _Panels(outcomes, tails, cells)


def _error(known: Floats, begin: float, width: float, chances: Chances) -> float:
    """Greatest error of an interpolated probability at some points of a panel with itself."""
    first, second = (side.ravel() for side in np.meshgrid([0.02, 0.31, 0.69, 0.98], [0.11, 0.56, 0.93]))
    exact = _exact(begin + width * first, begin + width * second, chances)
    found = np.einsum("ijab,pa,pb->ijp", known, _lagrange(first), _lagrange(second), optimize=True)
    return float(np.abs(found - exact).max())


def _exact(first: Floats, second: Floats, chances: Chances) -> Floats:
    """(k + 1, k + 1, pairs): probability of each number of right and of wrong matches."""
    right, wrong = chances(first, second)
    k = right.shape[0]
    cap = _cap(float(wrong.sum(axis=0).max()), k)
    size = together(k, cap)
    counts = np.zeros((k + 1, k + 1, first.size))
    for start in range(0, first.size, size):
        block = slice(start, start + size)
        counts[:, : cap + 1, block] = distribution(right[:, block], wrong[:, block], k, cap)
    return counts


def _cap(mean: float, k: int) -> int:
    """A number that the count of wrong matches reaches with no more than NEGLIGIBLE probability, or k; by Chernoff's
    bound e^−μ (e μ / c)^c, which holds for every sum of independent trials with mean μ."""
    numbers = np.arange(1, k + 1)
    bounds = numbers * (1 + np.log(max(mean, 1e-300) / numbers)) - mean
    beyond = (numbers > mean) & (bounds < np.log(NEGLIGIBLE))
    return int(numbers[beyond][0]) if beyond.any() else k
