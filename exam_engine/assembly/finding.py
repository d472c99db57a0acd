"""Sets of items found by the optimiser, and what is to be told of them before anybody takes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm

import msgspec
import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from exam_engine.assembly.asking import Asked, Compared, Demand, Form, Found
from exam_engine.assembly.posing import Column, History, Posed, posed
from exam_engine.authoring import matrices
from exam_engine.authoring.definition import ExamDefinition
from item_bank.assembly import evaluation
from item_bank.assembly.evaluation import Scored
from item_bank.assembly.facility import expected_points
from item_bank.assembly.optimal.assembling import Infeasible, OutOfTime, assemble
from item_bank.assembly.optimal.request import Integers
from item_bank.content.spread import LEVELS, lies_in
from item_bank.statistics.irt.models import Logistic
from item_bank.statistics.irt.quadrature import Grid, normal_grid

#: Sets that differ by this share of their points still count as parallel.
MARGIN = 0.025
#: So many of the compared pairs are told, and so many different scores at most.
_TOLD, _MOST_SCORES = 30, 2_000
#: Steepness of an item that nobody calibrated, in logits for a standard deviation of abilities.
_SLOPE = 1.0


def found(
    definition: ExamDefinition,
    columns: Sequence[Column],
    history: Mapping[int, History],
    asked: Asked,
    *,
    seconds: float,
    on_form: Callable[[int], None] = lambda _: None,
) -> Found:
    """Without forms where demands can't be met together, or time ran out."""
    began = time.monotonic()
    known = [history[one] for one in {column.candidate.item_id for column in columns} if one in history]
    told = Found(
        len({one.candidate.item_id for one in columns}),
        sum(one.n > 0 for one in known),
        sum(one.estimate is not None for one in known),
    )
    if gone := _lacking(definition, columns):
        return _with(told, conflict=gone)
    task = posed(definition, columns, history, asked)
    try:
        solved = assemble(task.request, seconds=seconds, on_form=on_form)
    except Infeasible as impossible:
        demands = tuple(task.demands[name] for name in impossible.conflict)
        return _with(told, conflict=demands, proven=impossible.proven, at_form=impossible.form)
    except OutOfTime:
        return _with(told, finished=False, seconds=time.monotonic() - began)
    return _with(
        told, unfit=task.unfit, finished=solved.finished, seconds=time.monotonic() - began,
        **_described(definition, task, solved.forms),
    )  # fmt: skip


def _lacking(definition: ExamDefinition, columns: Sequence[Column]) -> tuple[Demand, ...]:
    """Parts for which the bank has nothing at all: the optimiser needs something to choose from."""
    there = {one.place for one in columns}
    return tuple(
        Demand("count", place, count=str(plan.count))
        for place, (_section, plan) in enumerate(matrices.plans(definition))
        if place not in there
    )


def _with(told: Found, **values: object) -> Found:
    return msgspec.structs.replace(told, **values)


def _described(definition: ExamDefinition, task: Posed, chosen: Sequence[Integers]) -> dict[str, object]:
    scored = np.array([one.scored for one in task.columns])
    counted = [form[scored[form]] for form in chosen]
    forms = tuple(_form(definition, task, form, own) for form, own in zip(chosen, counted, strict=True))
    margin = MARGIN * float(np.mean([one.points for one in forms]))
    pairs = list(evaluation.pairs(counted, task.points, task.facilities, margin=margin))
    furthest = sorted(pairs, key=lambda pair: -abs(pair.found.difference))[:_TOLD]
    shared = evaluation.overlap(task.request, chosen)
    counts = evaluation.exposure(task.request, chosen)
    many = [(times, int((counts == times).sum())) for times in sorted(set(counts.tolist()) - {0})]
    scores, shares = _distribution(task, counted)
    return {
        "forms": forms,
        "margin": margin,
        "likeness": evaluation.verdict(pairs).value if pairs else "",
        "compared": tuple(
            Compared(one.first, one.second, one.found.difference, one.found.error, one.found.likeness.value)
            for one in furthest
        ),
        "overlap": int((shared - np.diag(np.diag(shared))).max()),
        "exposure": tuple(many),
        "scores": scores,
        "shares": shares,
    }


def _form(definition: ExamDefinition, task: Posed, form: Integers, counted: Integers) -> Form:
    mean, error = expected_points(counted, task.points, task.facilities)
    by_place = tuple(
        tuple(_in_order(definition, [task.columns[at] for at in form if task.columns[at].place == place]))
        for place in range(len(matrices.plans(definition)))
    )
    return Form(by_place, float(task.points[counted].sum()), mean, error)


def _in_order(definition: ExamDefinition, columns: Sequence[Column]) -> Iterator[int]:
    """From knowing to applying, the topics of a level in the order of the blueprint; passages stay together."""
    topics = definition.matrix.topics if definition.matrix else ()

    def place(one: Column) -> tuple[int, int, str, int]:
        level = one.candidate.levels[0] if one.candidate.levels else None
        row = next((n for n, topic in enumerate(topics) if lies_in(one.candidate.topic, topic)), len(topics))
        return LEVELS.index(level) if level else len(LEVELS), row, one.candidate.topic, one.candidate.version

    first: dict[str, tuple[int, int, str, int]] = {}
    for one in sorted(columns, key=place):
        if one.candidate.passage:
            first.setdefault(one.candidate.passage, place(one))
    for one in sorted(columns, key=lambda one: (first.get(one.candidate.passage or "", place(one)), place(one))):
        yield one.candidate.version


def _distribution(task: Posed, forms: Sequence[Integers]) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    """How scores are expected to lie, as if abilities were normal and all items equally steep: each item as hard as
    its expected facility says. Nothing where points have no common step."""
    step = _step([task.columns[at].points for form in forms for at in form])
    if step is None or not forms:
        return (), ()
    grid = normal_grid()
    hard = {at: _difficulty(float(task.facilities.expected[at]), grid) for form in forms for at in form.tolist()}
    each = [
        evaluation.measure(
            [Scored(Logistic(_SLOPE, hard[at]), (0.0, float(task.points[at]))) for at in form.tolist()],
            np.zeros(1), grid, step=step,
        )
        for form in forms
    ]  # fmt: skip
    longest = max((one.scores for one in each), key=len)
    if longest.size > _MOST_SCORES:
        return (), ()
    shares = [np.pad(one.probability, (0, longest.size - one.probability.size)) for one in each]
    return tuple(longest.tolist()), tuple(tuple(np.round(one, 6).tolist()) for one in shares)


def _step(points: Sequence[Fraction]) -> float | None:
    worth = [one for one in points if one]
    if not worth:
        return None
    step = Fraction(gcd(*(one.numerator for one in worth)), lcm(*(one.denominator for one in worth)))
    return float(step) if step >= Fraction(1, 1000) else None


def _difficulty(facility: float, grid: Grid) -> float:
    """The logit at which a population of the grid earns that share."""
    share = min(max(facility, 0.01), 0.99)
    return float(brentq(lambda b: grid.weights @ expit(_SLOPE * (grid.points - b)) - share, -12, 12))
