"""What forms do, told before anybody takes them: by a response model, or by the facilities that are expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from item_bank.assembly.facility import Comparison, Facilities, Likeness, compare
from item_bank.assembly.optimal.request import Floats, Integers, Request
from item_bank.statistics.irt.information import test_information
from item_bank.statistics.irt.models import Item, probabilities
from item_bank.statistics.irt.quadrature import Grid
from item_bank.statistics.irt.sums import in_points, score_distribution
from item_bank.statistics.precision import conditional_errors


@dataclass(frozen=True, slots=True)
class Scored:
    """An item under a response model; worth: the points that each of its categories earns, none below 0."""

    item: Item
    worth: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a form tells at q abilities, and how a population is expected to score on it.

    information (q,): Fisher information; expected (q,): mean points of candidates of that ability; error (q,): the
    standard deviation of their points, that is the standard error of measurement there. scores (s,): all points that
    may be had, in steps; probability (s,): of each in the population. mean, deviation: of these points. reliability:
    the share of their variance that is of expected points (Lord 1980, chapter 4), NaN where nobody differs.
    """

    information: Floats
    expected: Floats
    error: Floats
    scores: Floats
    probability: Floats
    mean: float
    deviation: float
    reliability: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two forms, numbered from 0 as they were given."""

    first: int
    second: int
    found: Comparison


def measure(form: Sequence[Scored], abilities: Floats, population: Grid, *, step: float = 1.0) -> Measured:
    """Of one form. Distributions by the recursion of Lord & Wingersky (1984), for several categories as of Hanson
    (1994). step: points that all categories are worth whole numbers of. Raises ValueError where one is not."""
    items = [one.item for one in form]
    steps = [_steps(one, step) for one in form]
    scores: Floats = np.arange(sum(max(one) for one in steps) + 1, dtype=np.float64) * step
    expected, error = conditional_errors(_spread(items, steps, abilities), scores)
    conditional = _spread(items, steps, population.points)
    probability = population.weights @ conditional
    mean = float(probability @ scores)
    variance = float(probability @ (scores - mean) ** 2)
    true = float(population.weights @ (conditional @ scores - mean) ** 2)
    reliability = true / variance if variance > 0 else float("nan")
    information = test_information(items, abilities)
    return Measured(information, expected, error, scores, probability, mean, float(np.sqrt(variance)), reliability)


def _steps(one: Scored, step: float) -> tuple[int, ...]:
    places = np.asarray(one.worth) / step
    if np.abs(places - np.rint(places)).max(initial=0.0) > 1e-6:
        raise ValueError(f"points of an item are no whole number of steps of {step:g}")
    return tuple(np.rint(places).astype(int).tolist())


def _spread(items: Sequence[Item], steps: Sequence[tuple[int, ...]], theta: Floats) -> Floats:
    """(q, s): probability of each score at abilities (q,)."""
    shares = probabilities(items, theta)
    return score_distribution([in_points(share, worth) for share, worth in zip(shares, steps, strict=True)])


def overlap(request: Request, forms: Sequence[Integers]) -> Integers:
    """(forms, forms): how many items two forms share, in the diagonal how many one has."""
    holds = np.zeros((len(forms), request.items), np.intp)
    for number, form in enumerate(forms):
        holds[number, request.item[form]] = 1
    return holds @ holds.T


def exposure(request: Request, forms: Sequence[Integers]) -> Integers:
    """(items,): in how many of the forms each item stands."""
    columns = np.concatenate(list(forms)) if forms else np.zeros(0, np.intp)
    return np.bincount(request.item[columns], minlength=request.items)


def sums(request: Request, forms: Sequence[Integers]) -> Floats:
    """(bounds, forms): what each form has of what the request's bounds weigh."""
    return np.array([[bound.weights[form].sum() for form in forms] for bound in request.bounds]).reshape(-1, len(forms))


def pairs(
    forms: Sequence[Integers], points: Floats, facilities: Facilities, *, margin: float, level: float = 0.95
) -> Iterator[Pair]:
    """Every two forms compared by their expected points. points and facilities are of the request's columns."""
    for first, second in combinations(range(len(forms)), 2):
        yield Pair(first, second, compare(forms[first], forms[second], points, facilities, margin=margin, level=level))


def verdict(found: Sequence[Pair]) -> Likeness:
    """Of all forms: DIFFERENT where two are known to be, ALIKE only where every two are."""
    seen = {pair.found.likeness for pair in found}
    if Likeness.DIFFERENT in seen:
        return Likeness.DIFFERENT
    return Likeness.UNKNOWN if Likeness.UNKNOWN in seen else Likeness.ALIKE
