"""What forms are expected to do, against counting every pattern of answers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.assembly.evaluation import Scored, exposure, measure, overlap, pairs, sums, verdict
from item_bank.assembly.facility import Facilities, Likeness
from item_bank.assembly.optimal.request import Bound, Request
from item_bank.statistics.irt.models import Logistic, PartialCredit, probabilities
from item_bank.statistics.irt.quadrature import normal_grid

CLUSTER = (0.0, 0.1, 0.25, 0.5, 1.0)
numbers = st.floats(-2, 2)


@st.composite
def forms(draw: st.DrawFn) -> list[Scored]:
    choice = st.builds(Logistic, st.floats(0.5, 2), numbers, st.floats(0, 0.3))
    found = [Scored(one, (0.0, 0.25)) for one in draw(st.lists(choice, min_size=1, max_size=4))]
    steps = draw(st.lists(numbers, min_size=4, max_size=4))
    return [*found, Scored(PartialCredit(1.0, tuple(steps)), CLUSTER)]


@given(forms(), st.floats(-1, 1), st.floats(0.3, 1.5))
def test_scores_are_those_of_all_patterns_of_answers(form: list[Scored], mean: float, sd: float) -> None:
    population = normal_grid(15, 4.0, mean, sd**2)
    abilities = np.array([-1.0, 0.5])
    found = measure(form, abilities, population, step=0.05)
    theta = np.concatenate([abilities, population.points])
    shares = probabilities([one.item for one in form], theta)
    chance, points = [], []
    for pattern in product(*(range(one.item.categories) for one in form)):
        chance.append(np.prod([share[:, one] for share, one in zip(shares, pattern, strict=True)], axis=0))
        points.append(sum(scored.worth[one] for scored, one in zip(form, pattern, strict=True)))
    each, earned = np.array(chance), np.array(points)
    expected = earned @ each
    error = np.sqrt(np.maximum((earned**2) @ each - expected**2, 0))
    assert found.expected == pytest.approx(expected[:2])
    assert found.error == pytest.approx(error[:2], abs=1e-6)
    weights = each[:, 2:] @ population.weights
    for score, probability in zip(found.scores, found.probability, strict=True):
        assert probability == pytest.approx(weights[np.abs(earned - score) < 1e-9].sum(), abs=1e-12)
    assert found.mean == pytest.approx(weights @ earned)
    variance = weights @ (earned - found.mean) ** 2
    assert found.deviation == pytest.approx(np.sqrt(variance))
    within = float(population.weights @ error[2:] ** 2)
    assert found.reliability == pytest.approx(1 - within / variance, abs=1e-9)


def test_figures_of_one_easy_case() -> None:
    """Two Rasch items of difficulty 0 at ability 0: a quarter, a half, a quarter; information a quarter each."""
    found = measure([Scored(Logistic(1, 0), (0.0, 1.0))] * 2, np.zeros(1), normal_grid(3, 1e-9))
    assert found.probability == pytest.approx([0.25, 0.5, 0.25])
    assert found.information == pytest.approx([0.5])
    assert found.expected == pytest.approx([1.0])
    assert found.error == pytest.approx([np.sqrt(0.5)])
    assert found.reliability == pytest.approx(0, abs=1e-9)


def test_points_that_keep_to_no_step_are_refused() -> None:
    with pytest.raises(ValueError, match=r"steps of 0\.5"):
        measure([Scored(Logistic(1, 0), (0.0, 0.3))], np.zeros(1), normal_grid(), step=0.5)


def test_overlap_exposure_and_sums_count_items_not_places() -> None:
    """Item 0 may stand in two places, columns 0 and 3."""
    words = Bound("words", np.array([10.0, 20.0, 30.0, 11.0]))
    request = Request(4, 2, [words], item=np.array([0, 1, 2, 0]), uses=np.full(3, 2))
    chosen = [np.array([0, 1]), np.array([2, 3])]
    assert overlap(request, chosen).tolist() == [[2, 1], [1, 2]]
    assert exposure(request, chosen).tolist() == [2, 1, 1]
    assert sums(request, chosen).tolist() == [[30.0, 41.0]]


@pytest.mark.parametrize(
    ("expected", "error", "likeness"),
    [
        ([0.5, 0.5, 0.5], 0.001, Likeness.ALIKE),
        ([0.5, 0.5, 0.5], 0.2, Likeness.UNKNOWN),
        ([0.5, 0.5, 0.9], 0.001, Likeness.DIFFERENT),
        ([0.5, 0.5, 0.9], 0.2, Likeness.UNKNOWN),
    ],
)
def test_forms_are_alike_only_where_enough_is_known(expected: list[float], error: float, likeness: Likeness) -> None:
    facilities = Facilities(np.array(expected), np.full(3, error))
    found = list(pairs([np.array([one]) for one in range(3)], np.ones(3), facilities, margin=0.1))
    assert [(pair.first, pair.second) for pair in found] == [(0, 1), (0, 2), (1, 2)]
    assert verdict(found) is likeness
