"""Differential item functioning by response models."""

from __future__ import annotations

import numpy as np
import pytest

from item_bank.statistics import dif
from item_bank.statistics.dif.likelihood_ratio import likelihood_ratio
from item_bank.statistics.dif.lord import Estimates, lord, purified_lord
from item_bank.statistics.equating.irt_linking import Criterion, Link
from item_bank.statistics.irt.calibration import calibrate
from tests.item_bank.statistics.dif_answers import answers, halves


def parts(model: str, points: int = 1, harder: float = 1.0) -> tuple[Estimates, Estimates]:
    """The two halves, calibrated on their own."""
    scores = answers(3000, 8, harder=harder, points=points).astype(int)
    return Estimates.of(calibrate(scores[:1500], model)), Estimates.of(calibrate(scores[1500:], model))


@pytest.mark.parametrize(
    ("model", "points", "df"), [("rasch", 1, 1), ("1pl", 1, 1), ("2pl", 1, 2), ("gpcm", 2, 3), ("grm", 2, 3)]
)
def test_lord_finds_the_item_that_differs(model: str, points: int, df: int) -> None:
    found, pure = purified_lord(*parts(model, points))
    assert pure.converged
    assert not pure.anchor[0]
    assert {row.df for row in found.items} == {df}
    assert found.items[0].p < 1e-6
    assert found.items[0].difference[1] > 0
    assert sum(row.p < 0.01 for row in found.items[1:]) <= 1


def test_lord_does_not_hang_on_the_focal_scale() -> None:
    """Abilities of the focal group in other units: the same chi-squared."""
    one, other = parts("2pl")
    moved = Link(Criterion.MEAN_MEAN, 1.7, -0.4, 8)
    turn = np.diag([1 / 1.7, 1.7])
    elsewhere = Estimates(
        tuple(moved.item(item) for item in other.items),
        tuple(turn @ covariance @ turn for covariance in other.covariances),
    )
    for before, after in zip(lord(one, other).items, lord(one, elsewhere).items, strict=True):
        assert after.chi2 == pytest.approx(before.chi2)


def test_lord_refuses_calibrations_that_do_not_pair_off() -> None:
    one, other = parts("2pl")
    with pytest.raises(ValueError, match="items in the reference group"):
        lord(one, Estimates(other.items[1:], other.covariances[1:]))
    with pytest.raises(ValueError, match="same model"):
        lord(one, Estimates(other.items, tuple(np.eye(3) for _ in other.items)))


def test_likelihood_ratio_of_three_groups() -> None:
    scores = answers(1800, 6, harder=1.0).astype(int)
    groups = np.array((["a"] * 450 + ["b"] * 450) + ["c"] * 900)
    found = likelihood_ratio(scores, groups, "2pl", items=[0, 3])
    assert set(found.items) == {0, 3}
    assert (found.items[0].df, len(found.items[0].by_group)) == (4, 3)
    assert found.items[0].p < 1e-6
    assert found.items[3].p > 0.001
    again = likelihood_ratio(scores, groups, "2pl", items=[0], free=[0])
    assert again.items[0].chi2 == pytest.approx(found.items[0].chi2, abs=1e-3)
    with pytest.raises(ValueError, match="to link them"):
        likelihood_ratio(scores, groups, free=range(6))


def test_likelihood_ratio_of_an_item_that_one_group_always_solves() -> None:
    scores = answers(300, 5).astype(int)
    scores[:150, 1] = 1
    row = likelihood_ratio(scores, halves(300), "rasch", items=[1]).items[1]
    assert np.isnan([row.chi2, row.p]).all()
    assert not row.converged


def test_methods_with_a_response_model_stand_in_the_same_row() -> None:
    found = dif.analyse(answers(1200, 6, harder=1.2), halves(1200), reference="reference", methods=dif.METHODS)
    first = found.items[0]
    assert first.lord is not None
    assert first.likelihood_ratio is not None
    assert max(first.adjusted[method] for method in ("lord", "likelihood_ratio", "sibtest", "mantel_haenszel")) < 1e-4
    assert set(first.adjusted) == set(dif.METHODS) - {"standardisation", "delta_plot"}
