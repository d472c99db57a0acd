"""What a score on one form is worth on another, by a response model, from two files of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from exam_engine.measuring.figures.categories import Categorised, categorised
from exam_engine.measuring.figures.equated_forms import Form, complete, items_of, of_one_name, opened, shared
from exam_engine.measuring.figures.equating import told
from exam_engine.measuring.figures.modelling import check_right_and_wrong, models_of
from exam_engine.measuring.figures.steps import largest_step
from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.files.tables import FileUnusable, Table, listed
from exam_engine.measuring.named import Found
from item_bank.statistics.equating import concurrent
from item_bank.statistics.equating.designs import Design
from item_bank.statistics.equating.irt_linking import Criterion, Scaling
from item_bank.statistics.equating.model_based import UNIT_SLOPES, Scaled, Together, equate_by_model

_DESIGNS = {
    "neat": Design.NEAT,
    "single-group": Design.SINGLE_GROUP,
    "random-groups": Design.RANDOM_GROUPS,
}
SCALINGS: dict[str, Scaled] = {one.lower(): one for one in (*Criterion, *Together)}


@dataclass(frozen=True, slots=True)
class _Answers:
    """found: of the form's items. points: of each item what each category is worth, 0 in all where the item is no part
    of the score. models: of each item."""

    path: Path
    items: tuple[str, ...]
    found: Categorised
    points: tuple[tuple[float, ...], ...]
    models: Sequence[str]


def equated_by_model(
    x: Form,
    y: Form,
    design: str,
    model: str,
    *,
    keys: Path | None,
    method: str | None,
    score: Literal["true", "observed"],
    samples: int,
    seed: int,
) -> Found:
    """Raises ValueError where the data cannot support the method; it says what to do."""
    how = _how(design, method, model)
    if x.total is not None:
        raise ValueError("--model needs answers to items, not a total: leave --total out, or leave --model out")
    (x, of_x), (y, of_y) = opened(x, "x"), opened(y, "y")
    on_file = of_x, of_y
    common = _common(x, y, on_file, design)
    on_x, on_y = (_answers(form, table, keys, model, common) for form, table in zip((x, y), on_file, strict=True))
    _check_alike(on_x, on_y, common)
    doubts = [] if design == "neat" else _taken_apart(on_x, on_y, common, design)
    on_y = _apart(on_x, on_y, common)
    step = _step(on_x, on_y)
    models = dict(zip((*on_x.items, *on_y.items), (*on_x.models, *on_y.models), strict=True))
    found = equate_by_model(
        _form(on_x, step),
        _form(on_y, step),
        _DESIGNS[design],
        model if set(models.values()) == {model} else models,
        scores=score,
        criterion=how,
        rng=np.random.default_rng(seed) if samples else None,
        samples=samples or 2,
    )
    document = told(found, step)
    document["warnings"] += doubts
    return {name: document[name] for name in document if name != "table"} | {
        "model": model,
        **(_scaling(found.scaling) if found.scaling and design == "neat" else {}),
        "table": document["table"],
    }


def _how(design: str, method: str | None, model: str) -> Scaled:
    """By default Stocking-Lord, which minds all of the curves; where slopes are 1 on every scale mean-mean, which alone
    keeps them."""
    if method is not None and method not in SCALINGS:
        raise ValueError(f"--method {method} needs no response model: leave --model out, or take {', '.join(SCALINGS)}")
    if design != "neat" and method not in (None, "concurrent"):
        what = f"{design} are one population, calibrated together, and there is nothing to link"
        raise ValueError(f"{what}: leave --method out, or say --design neat if the groups may differ")
    return SCALINGS[method or ("mean-mean" if model in UNIT_SLOPES else "stocking-lord")]


def _common(x: Form, y: Form, tables: tuple[Table, Table], design: str) -> tuple[str, ...]:
    """Names of the items that hold the forms together: those of --anchor; else, where only they tell how the groups
    differ, all that both files have. Of one population items of the same name are different ones, as `q1` and `q1`
    of two forms mostly are."""
    if x.anchor:
        first, second = ([one.name for one in table.chosen(x.anchor)] for table in tables)
        only = sorted({*first} ^ {*second})
        if only:
            raise FileUnusable(f"{x.path} and {y.path}: only one of them has {listed(only)} of the anchor.")
        return tuple(first)
    if design != "neat":
        return ()
    common = shared(*(items_of(table, form) for table, form in zip(tables, (x, y), strict=True)))
    if not common:
        what = f"{x.path} and {y.path} have no item of the same name, and nothing else says how the groups differ"
        raise FileUnusable(f"{what}. Give common items one name, or say --design random-groups or single-group.")
    return common


def _answers(form: Form, table: Table, keys: Path | None, model: str, common: Sequence[str]) -> _Answers:
    counted = {one.name for one in items_of(table, form)} - (set(common) if form.external else set())
    wanted = counted | set(common) if form.anchor else {one.name for one in items_of(table, form)}
    columns = [one for one in table.columns if one.name in wanted]
    found = categorised(complete(table, columns, form, keys))
    items = found.marked.items
    alike = [item for item, values in zip(items, found.values, strict=True) if len(values) < 2]
    if alike:
        what = f"everybody has the same on {listed(map(quoted, alike))}, so that no response model can place it"
        raise FileUnusable(f"{form.path}: {what}. Name the other items with --items, or equate without --model.")
    models = models_of(found, model)
    check_right_and_wrong(models, found.values)
    points = tuple(
        tuple(points) if item in counted else (0.0,) * len(points)
        for item, points in zip(items, found.points, strict=True)
    )
    return _Answers(form.path, items, found, points, models)


def _taken_apart(x: _Answers, y: _Answers, common: Sequence[str], design: str) -> list[str]:
    """Nothing but their names says that items of both files might be one, and a wrong guess either way spoils all."""
    alike = [item for item in x.items if item in y.items and item not in common]
    if not alike:
        return []
    other = "" if design == "single-group" else ", or say --design neat if the groups may differ"
    return [f"{of_one_name(alike)} and are taken for different ones: name those that are the same with --anchor{other}"]


def _apart(x: _Answers, y: _Answers, common: Sequence[str]) -> _Answers:
    """Items that share a name and are no part of the anchor are different ones."""
    taken = {*x.items, *y.items}
    names = []
    for item in y.items:
        name = item
        while item in x.items and item not in common and name in taken:
            name += " (Y)"
        names.append(name)
        taken.add(name)
    return replace(y, items=tuple(names))


def _check_alike(x: _Answers, y: _Answers, common: Sequence[str]) -> None:
    for item in common:
        first, second = (one.found.values[one.items.index(item)] for one in (x, y))
        if first != second:
            said = " and ".join(listed(f"{one:g}" for one in values) for values in (first, second))
            what = f"common item {quoted(item)} has the categories {said} in {x.path} and {y.path}"
            advice = "Mark it alike in both, or name the anchor without it with --anchor"
            raise FileUnusable(f"{what}. {advice}.")


def _step(x: _Answers, y: _Answers) -> float:
    points = np.array([one for form in (x, y) for each in form.points for one in each])
    most = max(sum(max(each) for each in form.points) for form in (x, y))
    return largest_step(points, most)


def _form(answers: _Answers, step: float) -> concurrent.Form:
    points = tuple(tuple(round(one / step) for one in each) for each in answers.points)
    return concurrent.Form(answers.items, answers.found.marked.categories, points)


def _scaling(scaling: Scaling) -> Found:
    link = {
        "A": scaling.slope,
        "A_se": scaling.slope_error,
        "B": scaling.intercept,
        "B_se": scaling.intercept_error,
        "rmsd": scaling.rmsd,
        "converged": scaling.converged,
    }
    groups = [
        {"form": form, "mean": mean, "sd": sd} for form, mean, sd in zip("XY", scaling.means, scaling.sds, strict=True)
    ]
    names = ("displacement", "robust_z", "robust_z_slope")
    items = [{"item": one.name, **{name: getattr(one, name) for name in names}} for one in scaling.items]
    return {"anchor": list(scaling.common), "link": link, "groups": groups, "common_items": items}
