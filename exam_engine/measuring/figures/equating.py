"""What a score on one form is worth on another, from two files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from exam_engine.measuring.figures.equated_forms import Form, complete, items_of, of_one_name, opened, shared
from exam_engine.measuring.figures.steps import largest_step
from exam_engine.measuring.files.numbers import numbers
from exam_engine.measuring.files.tables import Column, Table
from exam_engine.measuring.named import Found
from item_bank.statistics.equating.choosing import Policy
from item_bank.statistics.equating.circle_arc import CircleArc
from item_bank.statistics.equating.concordance import Concordance, equate
from item_bank.statistics.equating.designs import Data, neat, random_groups, single_group
from item_bank.statistics.equating.frequencies import BraunHolland, ChainedEquipercentile, FrequencyEstimation
from item_bank.statistics.equating.loglinear import Smoothing
from item_bank.statistics.equating.neat import ChainedLinear, Levine, LevineTrue, NominalWeights, Tucker
from item_bank.statistics.equating.observed import Equipercentile, Identity, Linear, Mean, Method
from item_bank.statistics.equating.tables import Scale
from item_bank.statistics.responses import Floats

_SMOOTHED: dict[str, Callable[[Smoothing | None], Method]] = {
    "equipercentile": Equipercentile,
    "chained-equipercentile": ChainedEquipercentile,
    "frequency-estimation": FrequencyEstimation,
}
_PLAIN: dict[str, Callable[[], Method]] = {
    "identity": Identity,
    "mean": Mean,
    "linear": Linear,
    "circle-arc": CircleArc,
    "nominal-weights": NominalWeights,
    "tucker": Tucker,
    "levine": Levine,
    "levine-true": LevineTrue,
    "braun-holland": BraunHolland,
    "chained-linear": ChainedLinear,
}
METHODS = (*_PLAIN, *_SMOOTHED)


@dataclass(frozen=True, slots=True)
class Scores:
    total: Floats
    most: float
    anchor: Floats
    anchor_most: float
    items: Sequence[str] = ()


def scores(form: Form, table: Table, keys: Path | None) -> Scores:
    """Raises FileUnusable."""
    anchor, anchor_most = np.zeros(table.n), 0.0
    items: Sequence[Column] = ()
    if form.anchor:
        anchor, anchor_most = _sum(table, table.chosen(form.anchor), form, keys)
    if form.total is not None:
        column = numbers(table, table.column(form.total))
        total, most = column, _most(form.maximum, float(column.max()))
    else:
        items = items_of(table, form)
        total, most = _sum(table, items, form, keys)
    return Scores(total, most, anchor, _most(form.anchor_maximum, anchor_most), tuple(one.name for one in items))


def _most(given: float | None, seen: float) -> float:
    """The highest score possible: as it is told, else as it is seen."""
    if given is not None and not 0 < given < float("inf"):
        raise ValueError(f"a highest score possible of {given:g}: it lies above 0. Leave it out to take the one seen")
    return seen if given is None else given


def equated(
    x: Form, y: Form, design: str, *, keys: Path | None, method: str | None, smooth: bool, samples: int, seed: int
) -> Found:
    """Raises ValueError where the data cannot support the method; it says what to do."""
    (x, of_x), (y, of_y) = opened(x, "x"), opened(y, "y")
    if design == "neat" and not x.anchor and x.total is None:
        anchor = shared(items_of(of_x, x), items_of(of_y, y))
        x, y = (replace(form, anchor=anchor) for form in (x, y))
    on_x, on_y = scores(x, of_x, keys), scores(y, of_y, keys)
    data = _data(on_x, on_y, design, internal=not x.external)
    rng = np.random.default_rng(seed) if samples else None
    found = equate(data, _method(method, smooth, data), rng=rng, samples=samples or 2)
    document = told(found)
    document["warnings"] += _on_both(on_x, on_y) if design == "random-groups" else []
    if design == "neat":
        document["anchor"] = list(x.anchor)
    return document


def _on_both(x: Scores, y: Scores) -> list[str]:
    """Of random groups: items that both forms seem to have could say whether the groups are alike."""
    both = [name for name in x.items if name in set(y.items)]
    if not both:
        return []
    what = f"{of_one_name(both)}: if they are the same items, say --design neat, or single-group"
    return [f"{what} if the candidates are the same; random groups makes no use of them"]


def _sum(table: Table, columns: Sequence[Column], form: Form, keys: Path | None) -> tuple[Floats, float]:
    found = complete(table, columns, form, keys)
    return found.responses.totals(), float(found.responses.maxima.sum())


def _data(x: Scores, y: Scores, design: str, *, internal: bool) -> Data:
    on_x, on_y = _scale(x.total, x.most), _scale(y.total, y.most)
    match design:
        case "single-group":
            if x.total.size != y.total.size:
                raise ValueError(
                    f"a single group took both forms: {x.total.size} rows of one, {y.total.size} of the other; "
                    "for two groups of candidates say --design random-groups, or neat with --anchor"
                )
            return single_group(x.total, y.total, on_x, on_y)
        case "neat":
            anchor = max(x.anchor_most, y.anchor_most)
            if not anchor:
                raise ValueError(
                    "a NEAT design has an anchor: name its columns with --anchor, or give common items one name"
                )
            on_anchor = _scale(np.concatenate((x.anchor, y.anchor)), anchor)
            return neat((x.total, x.anchor), (y.total, y.anchor), (on_x, on_y, on_anchor), internal=internal)
    return random_groups(x.total, y.total, on_x, on_y)


def _scale(scores: Floats, most: float) -> Scale:
    """From 0 to the most, in the largest step that all scores keep to."""
    step = largest_step(scores, most)
    return Scale(float(np.rint(most / step) * step), step=step)


def _method(name: str | None, smooth: bool, data: Data) -> Method | None:
    if name in _SMOOTHED:
        return _SMOOTHED[name](Policy().fitting(data) if smooth else None)
    if smooth:
        raise ValueError(f"--smooth is for {', '.join(_SMOOTHED)}")
    return _PLAIN[name]() if name else None


def told(found: Concordance, step: float = 1.0) -> Found:
    """step: points of a step in which the table counts."""
    in_points = (step * column for column in (found.score, found.equivalent, found.error))
    columns = *in_points, found.count, step * found.reported()
    names = ("score", "equivalent", "se", "n", "reported")
    return {
        "design": str(found.design),
        "method": found.method,
        "n_x": found.n_x,
        "n_y": found.n_y,
        "samples": found.samples,
        "warnings": list(found.warnings),
        "table": [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)],
    }
