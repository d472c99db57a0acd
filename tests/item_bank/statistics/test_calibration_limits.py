"""Calibration of data that determine little or nothing, or that cannot be calibrated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from item_bank.statistics.equating.irt_linking import Criterion, Link
from item_bank.statistics.irt.calibration import calibrate
from item_bank.statistics.irt.models import Logistic, probabilities
from tests.item_bank.statistics.calibrated import abilities, answers, marginal, some_items


def test_an_item_that_does_not_vary_takes_no_part() -> None:
    responses = answers(some_items("2pl"), abilities(500))
    constant = responses.copy()
    constant[:, 2] = 1
    ours, without = calibrate(constant, "2pl"), calibrate(np.delete(responses, 2, axis=1), "2pl")
    assert ours.loglik == pytest.approx(without.loglik, abs=1e-5)
    assert isinstance(ours.items[2], Logistic)
    assert np.isnan(ours.items[2].a)
    assert np.isnan(ours.item_covariance(2)).all()
    assert ours.warnings == ("item 2 has category 1 only: it takes no part",)


def test_persons_without_an_answer_and_weights_of_nothing_do_not_count() -> None:
    responses = answers(some_items("2pl"), abilities(500))
    responses[:50] = -1
    assert calibrate(responses, "2pl").n == 450
    assert calibrate(responses, "2pl", weights=np.arange(500) >= 100).n == 400


@pytest.mark.parametrize("model", ["rasch", "2pl", "3pl"])
def test_answers_without_exception_are_said_to_determine_no_slope(model: str) -> None:
    ladder = (abilities(300)[:, None] > np.linspace(-1, 1, 7)).astype(int)
    ours = calibrate(ladder, model)
    assert not ours.converged
    assert "grows without end" in ours.warnings[0]


def test_answers_by_chance_have_no_ability_variance() -> None:
    ours = calibrate(np.array([[1, 0, 1], [0, 1, 0], [1, 1, 0], [0, 0, 1]]), "rasch")
    assert ours.converged
    assert ours.populations[0].variance == pytest.approx(0.0004, abs=1e-4)
    assert "variance" in ours.warnings[-1]


@pytest.mark.parametrize(
    ("responses", "options", "said"),
    [
        (np.zeros((4, 3), dtype=int), {}, "no item varies"),
        (np.full((4, 3), -1), {}, "no item varies"),
        (np.zeros((0, 3), dtype=int), {}, "no item varies"),
        (np.zeros(4, dtype=int), {}, "persons × items"),
        (np.zeros((4, 3)), {}, "whole category numbers"),
        ([[0, 2], [1, 0]], {}, "categories above 1"),
        ([[0, 2], [1, 0]], {"model": "grm"}, "without gaps"),
        ([[0, -2], [1, 0]], {}, "below -1"),
        ([[0, 1], [1, 0]], {"model": "4pl"}, "choose one of"),
        ([[0, 1], [1, 0]], {"model": ["2pl"]}, "one for each item"),
        ([[0, 1], [1, 0]], {"weights": [1.0, -1.0]}, "not negative"),
        ([[0, 1], [1, 0]], {"groups": ["a"]}, "group names"),
        ([[0, 1], [1, 0]], {"groups": ["a", "b"], "reference": "c"}, "has no person"),
        ([[0, 1], [1, 0]], {"free": [2]}, "numbered from 0"),
        ([[0, 1], [2, 0]], {"fixed": {0: Logistic(1.0, 0.0)}}, "outside the categories"),
    ],
)
def test_what_cannot_be_calibrated_is_said(responses: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        calibrate(responses, **options)


def test_long_tests_do_not_underflow() -> None:
    items = some_items("rasch", 2500)
    responses = answers(items, abilities(10))
    problem = marginal(responses, "rasch")
    logs = np.stack([np.log(p) for p in probabilities(items, problem.lattice.nodes)])
    joint = logs[np.arange(2500)[:, None], :, responses.T].sum(axis=0) + problem.lattice.log_weights(0.0, 1.0)
    place = np.array([-item.b for item in items if isinstance(item, Logistic)] + [np.sqrt(1 - 0.02**2)])
    assert joint.max() < -700
    assert problem.at(place).loglik == pytest.approx(np.logaddexp.reduce(joint, axis=1).sum(), abs=1e-6)


@pytest.mark.parametrize("items", [1, 2])
def test_too_few_items_for_their_slopes_are_told(items: int) -> None:
    found = calibrate(answers([Logistic(1.0, 0.0)] * items, abilities(1500)), "2pl")
    assert found.converged
    assert not found.identified.any()
    assert "determine item 0" in found.warnings[-1]


def test_items_that_nothing_joins_to_the_others_leave_those_their_standard_errors() -> None:
    """Two items that other persons answered: only the product of their slopes is known."""
    responses = answers(some_items("2pl", 7), abilities(1200))
    responses[:800, 5:] = -1
    responses[800:, :5] = -1
    found = calibrate(responses, "2pl")
    assert found.identified.tolist() == [True] * 5 + [False] * 2
    assert np.isfinite([one.a for one in found.errors[:5] if isinstance(one, Logistic)]).all()
    assert found.warnings[-1].startswith("the answers hardly determine item 5, item 6 (")


def test_an_item_whose_slope_runs_away_is_named() -> None:
    theta = abilities(800)
    responses = answers(some_items("2pl", 8), theta)
    responses[:, 3] = theta > 0.3
    found = calibrate(responses, "2pl")
    assert found.warnings[-1].startswith("the answers hardly determine item 3 (")
    assert not found.identified[3]
    assert calibrate(np.delete(responses, 3, axis=1), "2pl").identified.all()


def test_whether_items_are_identified_does_not_hang_on_the_origin_and_unit_of_the_scale() -> None:
    """Far from its origin intercepts are extrapolated and have large errors, whatever is known of an item."""
    items = some_items("2pl", 8)
    responses = answers(items, abilities(800))
    responses[40:, 7] = -1
    logliks = []
    for mean, sd in ((0.0, 1.0), (100.0, 10.0)):
        known = {j: Link(Criterion.MEAN_MEAN, sd, mean, 1).item(items[j]) for j in range(5)}
        found = calibrate(responses, "2pl", fixed=known)
        assert found.identified.all()
        assert found.warnings == ()
        assert (np.sqrt(np.diag(found.covariance).max()) > 5) == (mean > 0)
        logliks.append(found.loglik)
    assert logliks[1] == pytest.approx(logliks[0], abs=1e-4)


def test_nothing_is_identified_without_convergence() -> None:
    responses = answers(some_items("2pl", 8), abilities(800))
    found = calibrate(responses, "2pl", iterations=1)
    assert not found.converged
    assert not found.identified.any()
    assert len(found.warnings) == 1
    assert calibrate(responses, "2pl", standard_errors=False).identified.all()


def test_a_group_that_no_answers_compare_is_told() -> None:
    """One item joins the groups: its difficulty could be the second group's mean and slope."""
    responses, names = answers(some_items("rasch", 6), abilities(800)), np.repeat(["a", "b"], 400)
    responses[400:, 1:] = -1
    found = calibrate(responses, "2pl", groups=names)
    assert "mean or variance" in found.warnings[-1]


#: 25 persons who tossed coins: the higher the second item's slope, the likelier, without a maximum.
TOSSED = """
000011 000101 110110 111010 000100 111101 001010 000100 111100 110011 000111 010000 110100 111110
111100 110100 001001 011000 100101 010000 000001 100101 100001 101010 001001
"""


@pytest.mark.parametrize("model", ["2pl", "gpcm", "grm"])
def test_a_plateau_is_no_maximum(model: str) -> None:
    ours = calibrate([[int(one) for one in row] for row in TOSSED.split()], model)
    assert not ours.converged
    assert "grows without end" in ours.warnings[0]
    assert not ours.identified.any()
