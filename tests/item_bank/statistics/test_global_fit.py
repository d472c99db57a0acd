"""Fit of whole models: M2 by definition, where it is not defined, and where it would take too much."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.testing import assert_allclose

from item_bank.statistics.irt.global_fit import MOST_ITEMS, limited_information_fit, score_changes
from item_bank.statistics.irt.models import Graded, Item, Logistic, PartialCredit, expected_score
from item_bank.statistics.irt.quadrature import normal_grid
from item_bank.statistics.responses import Floats
from tests.item_bank.statistics.test_ability import drawn

DENSITY = normal_grid()
EASY_TO_HARD: list[Item] = [Logistic(1.2, b) for b in np.linspace(-1, 1, 5)]


@pytest.mark.parametrize("slopes", ["each", "one", "fixed"])
def test_m2_keeps_its_mean_for_known_parameters_of_each_kind(slopes: str) -> None:
    rng = np.random.default_rng(21)
    items: list[Item] = [Logistic(1.1, b) for b in rng.normal(size=5)]
    items += [Graded(1.1, (-0.6, 0.7)), PartialCredit(1.1, (-0.2, 0.6)), Logistic(1.1, 0.3)]
    found = [
        limited_information_fit(drawn(items, rng.normal(size=1500), rng), items, DENSITY, slopes)  # type: ignore[arg-type]
        for _ in range(40)
    ]
    # What the parameters could explain is taken off, so the mean is that of χ² although none was estimated.
    ratio = np.mean([one.statistic for one in found]) / found[0].degrees
    assert ratio == pytest.approx(1, abs=0.15)
    assert found[0].degrees == 8 + 28 - 10 - {"each": 8, "one": 1, "fixed": 0}[slopes]


OF_EACH_KIND: dict[str, tuple[Callable[[Floats], Item], list[float]]] = {
    "Logistic": (lambda p: Logistic(p[0], p[1], p[2]), [1.3, 0.4, 0.2]),
    "Graded": (lambda p: Graded(p[0], tuple(p[1:])), [0.9, -0.5, 0.6]),
    "PartialCredit": (lambda p: PartialCredit(p[0], tuple(p[1:])), [1.4, 0.5, -0.3, 0.8]),
}


@pytest.mark.parametrize("kind", OF_EACH_KIND)
def test_what_parameters_can_explain(kind: str) -> None:
    """The columns of M2's derivatives span those of the expected score by the item's own parameters."""
    make, own = OF_EACH_KIND[kind]
    theta, step = np.linspace(-3, 3, 13), 1e-5
    steep, others = score_changes(make(np.array(own)), theta)
    numeric = [
        (expected_score(make(own + step * unit), theta) - expected_score(make(own - step * unit), theta)) / (2 * step)
        for unit in np.eye(len(own))
    ]
    analytic = np.array([steep, *others]).T
    explained = np.linalg.lstsq(analytic, np.array(numeric).T, rcond=None)[0]
    assert_allclose(analytic @ explained, np.array(numeric).T, atol=1e-8)


def test_moments_that_hang_on_others_count_once() -> None:
    """An item that nobody gets wrong does not vary: without it M2 is the same."""
    rng = np.random.default_rng(6)
    responses = drawn(EASY_TO_HARD, rng.normal(size=400), rng)
    certain: list[Item] = [*EASY_TO_HARD, Logistic(1.0, -900.0)]
    found = limited_information_fit(np.column_stack((responses, np.ones(400, dtype=int))), certain, DENSITY, "fixed")
    alone = limited_information_fit(responses, EASY_TO_HARD, DENSITY, "fixed")
    assert found.statistic == pytest.approx(alone.statistic, rel=1e-6)


def test_what_m2_rests_on_is_told() -> None:
    rng = np.random.default_rng(7)
    responses = drawn(EASY_TO_HARD, rng.normal(size=500), rng)
    assert limited_information_fit(responses, EASY_TO_HARD, DENSITY).warnings == ()
    responses[:400, 0] = -1
    few = limited_information_fit(responses, EASY_TO_HARD, DENSITY)
    assert few.n == 100
    assert [one[:23] for one in few.warnings] == ["100 persons answered ev", "100 of 500 persons answ"]
    nobody = limited_information_fit(responses[:400], EASY_TO_HARD, DENSITY)
    assert nobody.n == 0
    assert np.isnan(nobody.statistic)
    assert "nothing can be tested" in nobody.warnings[0]


def test_m2_without_a_degree_of_freedom_says_why() -> None:
    found = limited_information_fit(np.array([[0, 1], [1, 0], [1, 1]]), EASY_TO_HARD[:2], DENSITY)
    assert (found.degrees, np.isnan(found.p)) == (0, True)
    assert "3 means and products of 2 items leave no degree of freedom for 4 parameters" in found.warnings[-1]


def test_m2_of_too_many_items_is_refused_with_what_to_do() -> None:
    k = MOST_ITEMS + 1
    with pytest.raises(ValueError, match="take 120 or fewer at a time"):
        limited_information_fit(np.ones((9, k), dtype=int), [Logistic(1.0, 0.0)] * k, DENSITY)
