"""From the answers on two forms to a concordance through a response model: calibrate, link, equate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, TypedDict

import numpy as np

from item_bank.statistics.correlation import correlation
from item_bank.statistics.equating.choosing import ANCHOR_SHARE
from item_bank.statistics.equating.common_items import CommonItem, compared
from item_bank.statistics.equating.common_items import told as outliers
from item_bank.statistics.equating.concordance import Concordance
from item_bank.statistics.equating.concurrent import Form, Models, calibrate_to, calibrate_together, calibrated
from item_bank.statistics.equating.designs import Design, same_persons
from item_bank.statistics.equating.irt_linking import Criterion, Link, Scaling, link
from item_bank.statistics.equating.standard_errors import bootstrap, few
from item_bank.statistics.equating.true_score import Points, equate_observed_scores, equate_true_scores, numbers
from item_bank.statistics.irt.calibration import Calibration
from item_bank.statistics.irt.likelihood import determined
from item_bank.statistics.irt.models import Item
from item_bank.statistics.irt.quadrature import Grid, gauss_hermite
from item_bank.statistics.responses import Floats

Scores = Literal["true", "observed"]
#: Under these slopes are 1 on every scale, so that scales differ by an intercept alone.
UNIT_SLOPES = frozenset({"rasch", "pcm"})
#: Persons that a form should have (Kolen & Brennan 2014, chapter 8): with one slope for all items, and with more.
LEAST, LEAST_OF_SLOPES = 400, 1500


class Together(StrEnum):
    """How the forms of NEAT come to one scale without a link. CONCURRENT: all are calibrated at once (Hanson & Béguin
    2002). FIXED: form Y with the common items as form X's calibration has them (Kim 2006)."""

    CONCURRENT = "concurrent"
    FIXED = "fixed"


Scaled = Criterion | Together


@dataclass(frozen=True, slots=True)
class _OnOneScale:
    """Items of both forms and abilities of both groups on the scale of form X."""

    x: tuple[Item, ...]
    y: tuple[Item, ...]
    of_x: Grid
    of_y: Grid
    scaling: Scaling
    warnings: tuple[str, ...]


def equate_by_model(
    x: Form,
    y: Form,
    design: Design,
    model: Models = "2pl",
    *,
    scores: Scores = "true",
    criterion: Scaled = Criterion.STOCKING_LORD,
    rng: np.random.Generator | None = None,
    samples: int = 200,
) -> Concordance:
    """Equates sums of points (by default category numbers) on form X to those on form Y.

    NEAT: each form is calibrated by itself and linked through the items of the same name by `criterion`, or brought to
    one scale as `Together` says. Random groups and a single group are one population, so the forms are calibrated
    together and nothing is linked. rng: with it standard errors, also of the link, come from `samples` bootstrap
    samples of persons, all calibrated and linked again; NaN without.
    ValueError without common items under NEAT, or for an item without variation, which no model can place.
    """
    if design is Design.SINGLE_GROUP and len(x.responses) == len(y.responses):
        same_persons(correlation(x.sums(), y.sums()))
    found = _equated(x, y, design, model, scores, criterion, errors=True)
    counts = np.bincount(x.sums().astype(np.int64), minlength=found.score.size).astype(np.float64)
    table = replace(found, count=counts)
    if rng is None:
        return table
    drawn = bootstrap(
        lambda one: _figures(_equated(*_drawn(x, y, design, one), design, model, scores, criterion)), samples, rng
    )
    said = table.warnings
    if drawn.used < samples:
        failed = f"{samples - drawn.used} of {samples} bootstrap samples could not be calibrated and linked"
        said += (failed + few(drawn),)
    errors = np.broadcast_to(drawn.errors, found.score.size + 2)
    slope, intercept = errors[-2:].tolist()
    scaling = found.scaling and replace(found.scaling, slope_error=slope, intercept_error=intercept)
    return replace(table, error=errors[:-2].copy(), samples=drawn.used, warnings=said, scaling=scaling)


def _figures(found: Concordance) -> Floats:
    """Equivalents, slope and intercept in one row."""
    assert found.scaling
    return np.append(found.equivalent, (found.scaling.slope, found.scaling.intercept))


def _equated(
    x: Form, y: Form, design: Design, model: Models, scores: Scores, criterion: Scaled, *, errors: bool = False
) -> Concordance:
    """errors: standard errors of the calibrations are asked for, which tell what the answers hardly determine."""
    neat = design is Design.NEAT
    one = _scaled(x, y, model, criterion, errors) if neat else _one_population(x, y, design, model, errors)
    n = len(x.responses), len(y.responses)
    items_x, points_x, names_x = _counted(one.x, x)
    items_y, points_y, names_y = _counted(one.y, y)
    told: _OfForms = {"n": n, "points": (points_x, points_y), "names": (names_x, names_y)}
    if scores == "true":
        made = equate_true_scores(items_x, items_y, design, **told)
    else:
        made = equate_observed_scores(items_x, items_y, one.of_x, one.of_y, design, weight=n[0] / sum(n), **told)
    how = f", {criterion} {'link' if isinstance(criterion, Criterion) else 'calibration'}"
    name = model if isinstance(model, str) else "+".join(sorted(set(model.values())))
    method = f"{made.method} {name}{how if neat else ''}"
    return replace(made, method=method, warnings=one.warnings + _few_persons(min(n), model), scaling=one.scaling)


class _OfForms(TypedDict):
    """Of form X and form Y."""

    n: tuple[int, int]
    points: tuple[Points, Points]
    names: tuple[Sequence[str], Sequence[str]]


def _counted(items: tuple[Item, ...], form: Form) -> tuple[tuple[Item, ...], Points, tuple[str, ...]]:
    """Items that are part of the score, with their points and names; an external anchor is not."""
    if not form.points:
        return items, numbers(items), form.items
    kept = [place for place, points in enumerate(form.points) if any(points)]
    return tuple(items[place] for place in kept), [form.points[n] for n in kept], tuple(form.items[n] for n in kept)


def _one_population(x: Form, y: Form, design: Design, model: Models, errors: bool) -> _OnOneScale:
    both = calibrate_together({"X": x, "Y": y}, design, model, standard_errors=errors)
    alike = _population(both.calibration)
    said = both.calibration.warnings
    common = _common(x, y)
    if common and design is Design.RANDOM_GROUPS:
        said += (f"{len(common)} items are on both forms: NEAT would link by them what may differ in the groups",)
    group = both.calibration.populations[0]
    scaling = Scaling(common, 1.0, 0.0, (group.mean, group.mean), (group.sd, group.sd))
    return _OnOneScale(both.of(x), both.of(y), alike, alike, scaling, said)


def _scaled(x: Form, y: Form, model: Models, criterion: Scaled, errors: bool) -> _OnOneScale:
    common = _common(x, y)
    if not common:
        raise ValueError("the forms have no common items: add an anchor, or name another design")
    if isinstance(criterion, Criterion):
        made = _linked(x, y, common, model, criterion, errors)
    else:
        made = _together(x, y, common, model, criterion, errors)
    return replace(made, warnings=made.warnings + _doubts(made.scaling, len(x.items), model))


def _linked(
    x: Form, y: Form, common: tuple[str, ...], model: Models, criterion: Criterion, errors: bool
) -> _OnOneScale:
    on_x, on_y = (calibrated(form.responses, form.items, model, standard_errors=errors) for form in (x, y))
    base = [on_x.items[x.items.index(name)] for name in common]
    new = [on_y.items[y.items.index(name)] for name in common]
    of_x, of_y = _population(on_x), _population(on_y)
    move = link(base, new, criterion, grid=of_x, names=common)
    said = tuple(f"form {form}: {one}" for form, made in (("X", on_x), ("Y", on_y)) for one in made.warnings)
    if not move.converged:
        said += (f"the {criterion} link did not converge: look at the common items, or link by mean-mean",)
    items = compared(common, base, new, move.slope, move.intercept)
    said += tuple(outliers(items))
    moved = tuple(move.item(item) for item in on_y.items)
    there = Grid(move.abilities(of_y.points), of_y.weights)
    return _OnOneScale(on_x.items, moved, of_x, there, _of_link(items, move, on_x, on_y), said)


def _of_link(items: tuple[CommonItem, ...], move: Link, on_x: Calibration, on_y: Calibration) -> Scaling:
    first, second = on_x.populations[0], on_y.populations[0]
    means = first.mean, move.slope * second.mean + move.intercept
    sds = first.sd, move.slope * second.sd
    common = tuple(one.name for one in items)
    return Scaling(common, move.slope, move.intercept, means, sds, move.rmsd, move.converged, items=items)


def _together(x: Form, y: Form, common: tuple[str, ...], model: Models, how: Together, errors: bool) -> _OnOneScale:
    if how is Together.CONCURRENT:
        both = calibrate_together({"X": x, "Y": y}, Design.NEAT, model, standard_errors=errors)
        items_x, items_y, said = both.of(x), both.of(y), both.calibration.warnings
        first, second = both.calibration.populations
    else:
        base = calibrated(x.responses, x.items, model, standard_errors=errors)
        known = {name: base.items[x.items.index(name)] for name in common}
        unknown = [name for name, item in known.items() if not determined([item])[0]]
        if unknown:
            raise ValueError(f"common item “{unknown[0]}” has no parameters on form X: leave it out of the anchor")
        new = calibrate_to(known, y, model, standard_errors=errors)
        items_x, items_y, said = base.items, new.of(y), base.warnings + new.calibration.warnings
        first, second = base.populations[0], new.calibration.populations[0]
    slope = 1.0 if _unit_slopes(model) else second.sd / first.sd
    intercept = second.mean - slope * first.mean
    scaling = Scaling(common, slope, intercept, (first.mean, second.mean), (first.sd, second.sd))
    return _OnOneScale(items_x, items_y, _normal(first.mean, first.sd), _normal(second.mean, second.sd), scaling, said)


def _doubts(scaling: Scaling, items: int, model: Models) -> tuple[str, ...]:
    found = []
    share = len(scaling.common) / items
    if share < ANCHOR_SHARE:
        found.append(f"{len(scaling.common)} common items are {share:.0%} of form X: {ANCHOR_SHARE:.0%} is the least")
    if _unit_slopes(model) and abs(scaling.slope - 1) > 1e-6:
        what = f"the link stretches the scale by {scaling.slope:.3f}, though slopes are 1 on both under this model"
        found.append(f"{what}: link by mean-mean, which keeps them, or take a model with slopes")
    return tuple(found)


def _few_persons(n: int, model: Models) -> tuple[str, ...]:
    names = {model} if isinstance(model, str) else set(model.values())
    least = LEAST if names <= UNIT_SLOPES | {"1pl"} else LEAST_OF_SLOPES
    return (f"{n} persons took the smaller form: {least} are asked for with this model",) if n < least else ()


def _unit_slopes(model: Models) -> bool:
    return ({model} if isinstance(model, str) else set(model.values())) <= UNIT_SLOPES


def _common(x: Form, y: Form) -> tuple[str, ...]:
    return tuple(name for name in x.items if name in y.items)


def _population(made: Calibration) -> Grid:
    group = made.populations[0]
    return _normal(group.mean, group.sd)


def _normal(mean: float, sd: float) -> Grid:
    standard = gauss_hermite()
    return Grid(mean + sd * standard.points, standard.weights)


def _drawn(x: Form, y: Form, design: Design, rng: np.random.Generator) -> tuple[Form, Form]:
    rows = rng.integers(0, len(x.responses), len(x.responses))
    others = rows if design is Design.SINGLE_GROUP else rng.integers(0, len(y.responses), len(y.responses))
    return replace(x, responses=x.responses[rows]), replace(y, responses=y.responses[others])
