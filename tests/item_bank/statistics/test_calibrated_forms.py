"""From answers to one scale and to a concordance: concurrent, fixed-parameter and separate calibration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from item_bank.statistics.equating.concurrent import Form, calibrate_to, calibrate_together
from item_bank.statistics.equating.designs import Design
from item_bank.statistics.equating.irt_linking import Criterion
from item_bank.statistics.equating.model_based import Scores, Together, equate_by_model
from item_bank.statistics.equating.true_score import equate_observed_scores, equate_true_scores
from item_bank.statistics.irt.models import Item, Logistic
from item_bank.statistics.irt.quadrature import Grid, gauss_hermite

TRUE: dict[str, Item] = {f"i{k}": Logistic(0.8 + k % 4 / 4, -1.4 + k / 5) for k in range(15)}


def answered(names: list[str], mean: float, n: int = 1500, seed: int = 2) -> Any:
    rng = np.random.default_rng(seed)
    theta = rng.normal(mean, 1, n)
    right = np.stack([TRUE[name].curves(theta).probability[:, 1] for name in names], axis=1)
    return Form(tuple(names), (rng.random(right.shape) < right).astype(int))


def test_known_items_give_the_scale() -> None:
    form = answered(list(TRUE), 0.7)
    known = {name: TRUE[name] for name in list(TRUE)[:6]}
    found = calibrate_to(known, form, standard_errors=False)
    assert found.of(form)[:6] == tuple(known.values())
    assert found.calibration.populations[0].mean == pytest.approx(0.7, abs=0.1)
    for name, item in zip(list(TRUE)[6:], found.of(form)[6:], strict=True):
        true = TRUE[name]
        assert isinstance(item, Logistic)
        assert isinstance(true, Logistic)
        assert item.b == pytest.approx(true.b, abs=0.4)
    with pytest.raises(ValueError, match="no item of the form is known"):
        calibrate_to({"other": Logistic(1, 0)}, form)


def test_designs_of_calibration() -> None:
    names = list(TRUE)
    x, y = answered(names[:9], 0.0), answered(names[6:], 0.5, seed=3)
    through = calibrate_together({"X": x, "Y": y}, Design.NEAT, standard_errors=False)
    assert through.calibration.groups == ("X", "Y")
    assert through.calibration.populations[1].mean == pytest.approx(0.5, abs=0.15)
    alike = calibrate_together({"X": x, "Y": y}, Design.RANDOM_GROUPS, standard_errors=False)
    assert (len(alike.calibration.groups), alike.calibration.n) == (1, 3000)
    once = calibrate_together({"X": x, "Y": answered(names[9:], 0.0)}, Design.SINGLE_GROUP, standard_errors=False)
    assert once.calibration.n == 1500
    with pytest.raises(ValueError, match="no common items join form 'Y'"):
        calibrate_together({"X": x, "Y": answered(names[9:], 0.5)}, Design.NEAT)
    with pytest.raises(ValueError, match="give the persons who took all"):
        calibrate_together({"X": x, "Y": answered(names[9:], 0, 10)}, Design.SINGLE_GROUP)
    with pytest.raises(ValueError, match="one form or more"):
        calibrate_together({}, Design.NEAT)
    with pytest.raises(ValueError, match="responses of shape"):
        calibrate_together({"X": Form(("a",), np.zeros((3, 2), int))}, Design.NEAT)


@pytest.mark.parametrize("scores", ["true", "observed"])
@pytest.mark.parametrize("design", Design)
def test_the_concordance_of_the_true_items_comes_back(design: Design, scores: Scores) -> None:
    names = list(TRUE)
    mean = 0.5 if design is Design.NEAT else 0.0
    x, y = answered(names[:11], 0.0), answered(names[4:], mean, seed=3)
    if design is Design.SINGLE_GROUP:
        whole = answered(names, 0.0)
        x, y = (Form(tuple(part), whole.responses[:, places]) for part, places in halves(names))
    forms = [TRUE[name] for name in x.items], [TRUE[name] for name in y.items]
    of_x, of_y = gauss_hermite(), Grid(gauss_hermite().points + mean, gauss_hermite().weights)
    if scores == "true":
        known = equate_true_scores(*forms, design, n=(1500, 1500))
    else:
        known = equate_observed_scores(*forms, of_x, of_y, design, n=(1500, 1500))
    found = equate_by_model(x, y, design, scores=scores)
    np.testing.assert_allclose(found.equivalent[1:-1], known.equivalent[1:-1], atol=0.3)
    assert (found.design, found.n_x, found.count.sum()) == (design, 1500, 1500)
    assert np.isnan(found.error).all()


def halves(names: list[str]) -> tuple[tuple[list[str], slice], tuple[list[str], slice]]:
    return (names[:11], slice(0, 11)), (names[4:], slice(4, 15))


def test_errors_by_calibrating_drawn_persons_again() -> None:
    names = list(TRUE)
    x, y = answered(names[:9], 0.0, 400), answered(names[5:], 0.3, 400, seed=3)
    found = equate_by_model(
        x, y, Design.NEAT, "rasch", criterion=Criterion.MEAN_MEAN, rng=np.random.default_rng(4), samples=12
    )
    assert found.samples == 12
    assert (found.error[1:-1] > 0.02).all()
    assert (found.error < 0.5).all()
    assert "mean-mean link" in found.method


def test_model_based_equating_that_cannot_be_done_says_why() -> None:
    names = list(TRUE)
    x = answered(names[:9], 0.0, 300)
    with pytest.raises(ValueError, match="no common items"):
        equate_by_model(x, answered(names[9:], 0.0, 300), Design.NEAT)
    everybody = x.responses.copy()
    everybody[:, 2] = 1
    with pytest.raises(ValueError, match="has no parameters"):
        equate_by_model(Form(x.items, everybody), x, Design.NEAT)
    with pytest.raises(ValueError, match="item “alone” of form X has no parameters"):
        equate_by_model(Form((*x.items[:2], "alone", *x.items[3:]), everybody), x, Design.NEAT)


def test_doubts_about_the_design() -> None:
    names = list(TRUE)
    x, y = answered(names[:9], 0.0, 300), answered(names[9:], 0.0, 300, seed=4)
    with pytest.raises(ValueError, match="hardly the same persons"):
        equate_by_model(x, y, Design.SINGLE_GROUP, "rasch")
    alike = equate_by_model(x, answered(names[6:], 0.0, 300, seed=5), Design.RANDOM_GROUPS, "rasch")
    assert any("3 items are on both forms" in warning for warning in alike.warnings)


@pytest.mark.parametrize("scores", ["true", "observed"])
def test_points_that_categories_are_worth(scores: Scores) -> None:
    """Two points an item, and one that is no part of the score: as if it were calibrated alone for the link."""
    names = list(TRUE)
    x, y = answered(names[:9], 0.0, 400), answered(names[5:], 0.3, 400, seed=3)
    plain = equate_by_model(x, y, Design.NEAT, scores=scores)
    double = [Form(one.items, one.responses, ((0, 2),) * len(one.items)) for one in (x, y)]
    found = equate_by_model(double[0], double[1], Design.NEAT, scores=scores)
    np.testing.assert_allclose(found.equivalent[::2], 2 * plain.equivalent, atol=0.51 if scores == "observed" else 1e-6)
    assert found.count.sum() == found.count[::2].sum() == 400
    outside = [Form(one.items, one.responses, _without(one, names[5:9])) for one in (x, y)]
    apart = equate_by_model(outside[0], outside[1], Design.NEAT, scores=scores)
    assert (apart.score.size, apart.scale.maximum) == (6, 6)
    assert apart.scaling == plain.scaling
    with pytest.raises(ValueError, match="need not rise"):
        equate_by_model(Form(x.items, x.responses, ((1, 0),) * 9), y, Design.NEAT)
    with pytest.raises(ValueError, match="points for 3 categories"):
        equate_by_model(Form(x.items, x.responses, ((0, 1, 2),) * 9), y, Design.NEAT)


def _without(form: Form, names: list[str]) -> tuple[tuple[int, int], ...]:
    return tuple((0, 0) if name in names else (0, 1) for name in form.items)


def test_one_scale_without_a_link() -> None:
    names = list(TRUE)
    x, y = answered(names[:11], 0.0), answered(names[4:], 0.5, seed=3)
    found = {how: equate_by_model(x, y, Design.NEAT, criterion=how) for how in Together}
    linked = equate_by_model(x, y, Design.NEAT)
    for one in found.values():
        assert one.scaling
        assert linked.scaling
        assert one.scaling.common == tuple(names[4:11])
        assert one.scaling.means[1] == pytest.approx(linked.scaling.means[1], abs=0.05)
        np.testing.assert_allclose(one.equivalent, linked.equivalent, atol=0.2)
    everybody = x.responses.copy()
    everybody[:, 5] = 1
    with pytest.raises(ValueError, match="common item “i5” has no parameters on form X"):
        equate_by_model(Form(x.items, everybody), y, Design.NEAT, criterion=Together.FIXED)
