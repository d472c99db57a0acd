"""From the answers on two forms to a concordance through a response model: calibrate, link, equate."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from item_bank.statistics.correlation import correlation
from item_bank.statistics.equating.concordance import Concordance
from item_bank.statistics.equating.concurrent import Form, calibrate_together
from item_bank.statistics.equating.designs import Design, same_persons
from item_bank.statistics.equating.irt_linking import Criterion, link
from item_bank.statistics.equating.standard_errors import bootstrap, few
from item_bank.statistics.equating.true_score import equate_observed_scores, equate_true_scores
from item_bank.statistics.irt.calibration import Calibration, calibrate
from item_bank.statistics.irt.models import Item
from item_bank.statistics.irt.quadrature import Grid, gauss_hermite
from item_bank.statistics.responses import Floats

Scores = Literal["true", "observed"]


def equate_by_model(
    x: Form,
    y: Form,
    design: Design,
    model: str = "2pl",
    *,
    scores: Scores = "true",
    criterion: Criterion = Criterion.STOCKING_LORD,
    rng: np.random.Generator | None = None,
    samples: int = 200,
) -> Concordance:
    """Equates sums of category numbers on form X to those on form Y.

    NEAT: each form is calibrated by itself and linked through the common items by `criterion`. Random groups and a
    single group are one population, so the forms are calibrated together and nothing is linked. rng: with it standard
    errors come from `samples` bootstrap samples of persons, all calibrated and linked again; NaN without.
    ValueError without common items under NEAT, or for an item without variation, which no model can place.
    """
    if design is Design.SINGLE_GROUP and len(x.responses) == len(y.responses):
        same_persons(correlation(_sums(x), _sums(y)))
    found = _equated(x, y, design, model, scores, criterion)
    counts = np.bincount(_sums(x).astype(np.int64), minlength=found.score.size).astype(np.float64)
    table = replace(found, count=counts)
    if rng is None:
        return table
    drawn = bootstrap(
        lambda one: _equated(*_drawn(x, y, design, one), design, model, scores, criterion).equivalent, samples, rng
    )
    said = table.warnings
    if drawn.used < samples:
        failed = f"{samples - drawn.used} of {samples} bootstrap samples could not be calibrated and linked"
        said += (failed + few(drawn),)
    errors = np.broadcast_to(drawn.errors, found.score.size).copy()
    return replace(table, error=errors, samples=drawn.used, warnings=said)


def _equated(x: Form, y: Form, design: Design, model: str, scores: Scores, criterion: Criterion) -> Concordance:
    if design is Design.NEAT:
        items_x, items_y, of_x, of_y, said = _linked(x, y, model, criterion)
    else:
        both = calibrate_together({"X": x, "Y": y}, design, model, standard_errors=False)
        items_x, items_y = both.of(x), both.of(y)
        of_x = of_y = _population(both.calibration)
        said = both.calibration.warnings
        common = [name for name in x.items if name in y.items]
        if common and design is Design.RANDOM_GROUPS:
            said += (f"{len(common)} items are on both forms: NEAT would link by them what may differ in the groups",)
    n = len(x.responses), len(y.responses)
    if scores == "true":
        made = equate_true_scores(items_x, items_y, design, n=n)
    else:
        made = equate_observed_scores(items_x, items_y, of_x, of_y, design, weight=n[0] / sum(n), n=n)
    link_name = f", {criterion} link" if design is Design.NEAT else ""
    return replace(made, method=f"{made.method} {model}{link_name}", warnings=said)


def _linked(
    x: Form, y: Form, model: str, criterion: Criterion
) -> tuple[tuple[Item, ...], tuple[Item, ...], Grid, Grid, tuple[str, ...]]:
    common = [name for name in x.items if name in y.items]
    if not common:
        raise ValueError("the forms have no common items: add an anchor, or name another design")
    on_x, on_y = (calibrate(form.responses, model, standard_errors=False) for form in (x, y))
    base = [on_x.items[x.items.index(name)] for name in common]
    new = [on_y.items[y.items.index(name)] for name in common]
    move = link(base, new, criterion, grid=_population(on_x))
    of_y = _population(on_y)
    said = on_x.warnings + on_y.warnings
    if not move.converged:
        said += (f"the {criterion} link did not converge: look at the common items, or link by mean-mean",)
    moved = tuple(move.item(item) for item in on_y.items)
    return on_x.items, moved, _population(on_x), Grid(move.abilities(of_y.points), of_y.weights), said


def _sums(form: Form) -> Floats:
    return np.asarray(np.maximum(form.responses, 0).sum(axis=1), dtype=np.float64)


def _population(made: Calibration) -> Grid:
    normal, group = gauss_hermite(), made.populations[0]
    return Grid(group.mean + group.sd * normal.points, normal.weights)


def _drawn(x: Form, y: Form, design: Design, rng: np.random.Generator) -> tuple[Form, Form]:
    rows = rng.integers(0, len(x.responses), len(x.responses))
    others = rows if design is Design.SINGLE_GROUP else rng.integers(0, len(y.responses), len(y.responses))
    return Form(x.items, x.responses[rows]), Form(y.items, y.responses[others])
