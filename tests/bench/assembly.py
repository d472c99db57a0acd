"""Ten parallel forms of forty items out of two thousand, beside taking one item after the other; and the orders of
numbered forms."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from item_bank.assembly import variant
from item_bank.assembly.blueprint import Choices, Entry, Form, FormSection
from item_bank.assembly.optimal.assembling import assemble
from item_bank.assembly.optimal.request import Bound, Enemies, Floats, Goal, Integers, Request
from tests.bench.report import Figure

ITEMS, FORMS, LENGTH = 2000, 10, 40
NUMBERED = 100
TOPICS, LEVELS = 8, (16, 12, 12)
ABILITIES = np.array([-1.0, 0.0, 1.0])
SEED = 20261123


def figures() -> dict[str, Figure]:
    request = asked()
    assert request.goal is not None
    before = time.perf_counter()
    found = assemble(request)
    seconds = time.perf_counter() - before
    assert found.target is not None
    greedy = one_by_one(request, found.target)
    spreads = [spread_percent(request.goal.values, forms) for forms in (found.forms, greedy)]
    broken = sum(not _keeps(request, form) for form in greedy)
    size = f"{FORMS} forms of {LENGTH} from {ITEMS}, no overlap, {TOPICS} topics, {len(LEVELS)} levels, 50 enemy sets"
    told = f"largest of three abilities; greedy {spreads[1]:.1f} %, {broken} of {FORMS} forms breaking a demand"
    return {
        "assembly.10x40_of_2000_s": Figure(seconds, "s", size),
        "assembly.information_spread_percent": Figure(spreads[0], "%", told),
        "assembly.forms_ms": numbered(),
    }


def numbered() -> Figure:
    """CPU of arranging one numbered form of forty items with even key letters."""
    entries = [Entry(f"i{n}", group=f"passage {n // 5}" if n < 10 else None) for n in range(LENGTH)]
    form = Form((FormSection(tuple(entries), shuffle_items=True, shuffle_options=True),))
    choices = {item: Choices("ABCD", [True, True, True, n % 4 > 0]) for n, item in enumerate(form.items)}
    keys = {item: "ABCD"[n % 4] for n, item in enumerate(form.items)}
    before = time.process_time()
    for number in range(NUMBERED):
        variant.arrange(f"seed/{number}", variant.VERSION, form, choices, keys)
    spent = (time.process_time() - before) / NUMBERED
    return Figure(spent * 1000, "ms", f"CPU per form of {LENGTH}, two passages, a quarter with the last option pinned")


def asked() -> Request:
    """A bank of the 3PL, and what every form has to hold."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    slope, difficulty = np.exp(rng.normal(0, 0.3, ITEMS))[:, None], rng.normal(0, 1, ITEMS)[:, None]
    guess = rng.uniform(0.1, 0.25, ITEMS)[:, None]
    right = guess + (1 - guess) / (1 + np.exp(-slope * (ABILITIES - difficulty)))
    information = slope**2 * (1 - right) / right * ((right - guess) / (1 - guess)) ** 2
    topic, level = rng.integers(0, TOPICS, ITEMS), rng.integers(0, len(LEVELS), ITEMS)
    bounds = [Bound("length", np.ones(ITEMS), LENGTH, LENGTH)]
    each = LENGTH / TOPICS
    bounds += [Bound(f"topic {one}", (topic == one).astype(float), each, each) for one in range(TOPICS)]
    bounds += [Bound(f"level {one}", (level == one).astype(float), many, many) for one, many in enumerate(LEVELS)]
    enemies = [Enemies(f"enemies {one}", rng.choice(ITEMS, 3, replace=False)) for one in range(50)]
    return Request(ITEMS, FORMS, bounds, Goal(information), enemies=enemies)


def one_by_one(request: Request, target: Floats) -> list[Integers]:
    """Forms in turn, each time the item that brings the sums nearest to their share of the target among those of a
    cell with room (normalised weighted absolute deviations, Luecht 1998, without his weights)."""
    assert request.goal is not None
    free = np.ones(request.columns, bool)
    forms: list[list[int]] = [[] for _ in range(request.forms)]
    for taken in range(LENGTH):
        for form in forms:
            sums = request.goal.values[form].sum(axis=0)
            after = np.abs(sums + request.goal.values - target * (taken + 1) / LENGTH) / target
            room = _room(request, form)
            best = int(np.where(free, after.sum(axis=1) + 10 * (room == 0), np.inf).argmin())
            form.append(best)
            free[best] = False
    return [np.array(form) for form in forms]


def _room(request: Request, form: list[int]) -> Integers:
    """(columns,): 1 where the item fits into every bound and beside no enemy, else 0."""
    fits = np.ones(request.columns, np.intp)
    for bound in request.bounds:
        if bound.weights[form].sum() >= bound.high:
            fits[bound.weights > 0] = 0
    for foes in request.enemies:
        if np.isin(foes.columns, form).any():
            fits[foes.columns] = 0
    return fits


def _keeps(request: Request, form: Integers) -> bool:
    return all(bound.low <= bound.weights[form].sum() <= bound.high for bound in request.bounds)


def spread_percent(values: Floats, forms: Sequence[Integers]) -> float:
    """How far apart the forms' sums are, in hundredths of their mean, where they are farthest."""
    sums = np.array([values[form].sum(axis=0) for form in forms])
    return float((np.ptp(sums, axis=0) / sums.mean(axis=0)).max() * 100)
