"""Differential item functioning: identities between methods, edges, invariances and recovery."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, false_discovery_control

from item_bank.statistics import dif
from item_bank.statistics.dif.breslow_day import breslow_day
from item_bank.statistics.dif.delta_plot import delta_plot
from item_bank.statistics.dif.likelihood_ratio import likelihood_ratio
from item_bank.statistics.dif.logistic import logistic
from item_bank.statistics.dif.lord import Estimates, lord, purified_lord
from item_bank.statistics.dif.mantel_haenszel import mantel_haenszel, purified_mantel_haenszel
from item_bank.statistics.dif.multiplicity import adjusted
from item_bank.statistics.dif.ordinal import ordinal
from item_bank.statistics.dif.polytomous import generalised, mantel, purified_mantel
from item_bank.statistics.dif.sibtest import purified_sibtest, sibtest
from item_bank.statistics.dif.standardisation import standardisation
from item_bank.statistics.dif.strata import Study, ability_strata, as_sets, purify, study
from item_bank.statistics.equating.irt_linking import Criterion, Link
from item_bank.statistics.irt.calibration import calibrate
from tests.reference import peers


def answers(persons: int = 600, items: int = 10, harder: float = 0.0, points: int = 1, seed: int = 1) -> np.ndarray:
    """The second half of the persons finds the first item harder. `points` statements make an item's score."""
    rng = np.random.default_rng(seed)
    theta, b = rng.normal(size=persons), rng.normal(0, 0.8, size=items)
    b = np.tile(b, (persons, 1))
    b[persons // 2 :, 0] += harder
    chance = 1 / (1 + np.exp(b - theta[:, None]))
    return np.asarray((rng.random((points, persons, items)) < chance).sum(axis=0), dtype=np.float64)


def halves(persons: int = 600) -> list[str]:
    return ["reference"] * (persons // 2) + ["focal"] * (persons - persons // 2)


def compared(harder: float = 0.0, points: int = 1) -> Study:
    return study(answers(harder=harder, points=points), halves(), reference="reference")


def test_two_categories_are_a_special_case_of_several() -> None:
    tables = compared(0.7).tables()
    ordered = mantel(tables)
    for plain, several, nominal in zip(
        mantel_haenszel(tables, correction=False), ordered, generalised(tables), strict=True
    ):
        assert several.chi2 == pytest.approx(plain.chi2, rel=1e-10)
        assert nominal.chi2 == pytest.approx(plain.chi2, rel=1e-8)
        assert nominal.df == 1
    for share, mean in zip(standardisation(tables), ordered, strict=True):
        assert (mean.smd, mean.smd_error) == pytest.approx((share.p_dif, share.p_dif_error))


def test_ordinal_regression_of_two_categories_is_logistic_regression() -> None:
    tables = compared(0.7).tables()
    for one, other in zip(logistic(tables), ordinal(tables), strict=True):
        for kind in ("both", "uniform", "nonuniform"):
            assert getattr(other, kind).lrt == pytest.approx(getattr(one, kind).lrt, abs=1e-6)
            assert getattr(other, kind).delta_r2 == pytest.approx(getattr(one, kind).delta_r2, abs=1e-8)
        assert (*other.thresholds, *other.coefficients) == pytest.approx(one.coefficients, abs=1e-4)
        assert other.errors == pytest.approx(one.errors[1:], rel=1e-3)


def test_generalised_in_one_stratum_is_the_chi_squared_of_the_table() -> None:
    """With everybody in one stratum: Pearson's chi-squared times (n − 1) / n."""
    rng = np.random.default_rng(4)
    scores, groups = rng.integers(0, 4, (300, 2)).astype(float), rng.integers(0, 3, 300)
    tables = study(scores, groups.tolist(), matching=np.zeros(300)).tables()
    table = tables.counts[0, :, 0, :]
    pearson = chi2_contingency(table, correction=False)
    found = generalised(tables)[0]
    assert found.chi2 == pytest.approx(pearson.statistic * 299 / 300)
    assert found.df == pearson.dof


@pytest.mark.parametrize("points", [1, 4])
def test_an_item_that_is_harder_for_a_group_is_found(points: int) -> None:
    pair = compared(1.2, points)
    found, pure = purified_mantel(pair)
    assert pure.converged
    assert not pure.anchor[0]
    assert found[0].smd < 0
    assert found[0].ets == "CC"
    assert sibtest(pair, pure.anchor)[0].beta > 0
    assert ordinal(pair.tables(pure.anchor))[0].uniform.lrt_p < 1e-6
    others = [row.p < 0.01 for row in found[1:]]
    assert sum(others) <= 1


def test_ordinal_recovers_its_own_parameters() -> None:
    rng = np.random.default_rng(8)
    score, focal = rng.integers(0, 21, 20_000).astype(float), rng.integers(0, 2, 20_000)
    eta = 0.2 * (score - 10) - 0.5 * focal
    levels = (eta[:, None] + np.array([1.0, 0.0, -1.5]) > rng.logistic(size=(20_000, 1))).sum(axis=1)
    found = ordinal(study(levels[:, None].astype(float), focal, reference=0, matching=score).tables())[0]
    assert found.converged
    assert found.thresholds == pytest.approx((-1.0, -2.0, -3.5), abs=0.15)
    assert found.coefficients == pytest.approx((0.2, -0.5, 0.0), abs=0.08)
    assert found.nonuniform.lrt_p > 0.001


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**16))
def test_order_of_persons_and_items_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, groups = answers(persons=80, items=5, seed=seed), np.array(halves(80))
    persons, items = rng.permutation(80), rng.permutation(5)
    one = study(scores, groups, reference="reference")
    other = study(scores[persons][:, items], groups[persons], reference="reference")
    for method in (mantel_haenszel, logistic, breslow_day, standardisation, mantel):
        before, after = method(one.tables()), method(other.tables())
        for place, item in enumerate(items):
            assert repr_close(before[item], after[place])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**16))
def test_changing_the_groups_over_turns_the_signs(seed: int) -> None:
    scores, groups = answers(persons=120, items=5, seed=seed), halves(120)
    one = study(scores, groups, reference="reference").tables()
    other = study(scores, groups, reference="focal").tables()
    for before, after in zip(mantel_haenszel(one), mantel_haenszel(other), strict=True):
        assert (after.chi2, -after.delta, after.delta_error) == pytest.approx(
            (before.chi2, before.delta, before.delta_error), nan_ok=True
        )
    for first, second in zip(logistic(one), logistic(other), strict=True):
        assert second.both.lrt == pytest.approx(first.both.lrt, abs=1e-6, nan_ok=True)


def repr_close(one: object, other: object) -> bool:
    """Equal fields, numbers to 1e-6."""
    names = getattr(type(one), "__dataclass_fields__", {})
    for name in names:
        first, second = getattr(one, name), getattr(other, name)
        if isinstance(first, float | tuple):
            if first != pytest.approx(second, rel=1e-6, abs=1e-6, nan_ok=True):
                return False
        elif name != "iterations" and not (first == second or repr_close(first, second)):
            return False
    return bool(names)


def test_an_item_that_only_one_group_fails_is_a_c_item() -> None:
    scores = answers()
    scores[:, 0] = [1.0] * 300 + [0.0] * 300
    tables = study(scores, halves(), reference="reference").tables()
    found, regression = mantel_haenszel(tables)[0], logistic(tables)[0]
    assert (found.odds_ratio, found.delta, found.ets, found.effect_size) == (np.inf, -np.inf, "C", "C")
    assert np.isnan(found.delta_error)
    assert regression.uniform.lrt_p < 1e-12
    assert np.isnan(regression.uniform.wald)
    assert not regression.converged
    assert not ordinal(tables)[0].converged


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_an_item_that_does_not_vary_has_no_figures(level: float) -> None:
    scores = answers()
    scores[:, 2] = level
    row = dif.analyse(scores, halves()).items[2]
    assert row.mantel_haenszel is not None
    assert row.logistic is not None
    assert (row.mantel_haenszel.ets, row.logistic.both.zumbo_thomas) == ("", "")
    assert np.isnan([row.mantel_haenszel.p, row.logistic.both.lrt, row.adjusted["mantel_haenszel"]]).all()


@pytest.mark.parametrize(
    ("persons", "items", "points"), [(2, 3, 1), (3, 1, 1), (3, 2, 4), (20, 1, 1), (8, 30, 1), (40, 0, 1)]
)
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.filterwarnings("error")
def test_a_small_study_gives_rows_with_gaps(persons: int, items: int, points: int, own: bool) -> None:
    scores = answers(persons, max(items, 1), points=points)[:, :items]
    matching = np.arange(persons) % 2 if own else None
    assert len(dif.analyse(scores, halves(persons), matching=matching).items) == items


@pytest.mark.parametrize(
    ("scores", "groups", "told"),
    [
        ([[1.0, 0.0]], ["a"], "two groups"),
        ([[1.0, 0.0], [0.0, 1.0]], ["a"], "group labels"),
        ([[1.0, 0.5], [0.0, 1.0]], ["a", "b"], "whole numbers"),
        ([[1.0, -1.0], [0.0, 1.0]], ["a", "b"], "whole numbers"),
        ([[1.0, np.nan], [0.0, 1.0]], ["a", "b"], "ability_strata"),
        ([[1.0, 0.0], [0.0, 1.0]], ["a", None], "two groups"),
    ],
)
def test_what_cannot_be_compared_is_refused(scores: list[list[float]], groups: list[object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        dif.analyse(scores, groups)


def test_wrong_settings_are_refused() -> None:
    scores, groups = answers(), halves()
    with pytest.raises(ValueError, match="reference group"):
        dif.analyse(scores, groups, reference="nobody")
    with pytest.raises(ValueError, match="anchor"):
        dif.analyse(scores, groups, anchor=[99])
    with pytest.raises(ValueError, match="no method"):
        dif.analyse(scores, groups, methods=["guess"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="matches on a total"):
        sibtest(study(scores, groups, matching=np.zeros(600)))
    with pytest.raises(ValueError, match="two groups"):
        mantel_haenszel(study(scores, ["a", "b", "c"] * 200).tables())


def test_every_group_is_compared_with_the_largest_and_unknown_ones_are_left_out() -> None:
    scores = answers(persons=700, points=2)
    groups: list[object] = ["north"] * 300 + ["south"] * 200 + [3] * 150 + [None, "", np.nan, None, None] * 10
    found = dif.analyse(scores, groups)
    assert found.reference == "north"
    assert [row.focal for row in found.items] == ["3"] * 10 + ["south"] * 10
    assert found.items[0].focal_persons == 150
    assert found.items[0].mantel_haenszel is None
    assert found.items[0].generalised == found.items[10].generalised
    assert found.items[0].generalised is not None
    assert found.items[0].generalised.df == 4
    assert set(found.purifications) == {"3", "south"}


def test_drawn_items_are_matched_on_strata_of_ability() -> None:
    """Each person answers half of the items; the first is harder for the second group."""
    rng = np.random.default_rng(5)
    scores = answers(3000, 20, harder=1.0)
    scores[rng.random(scores.shape) < 0.5] = np.nan
    strata = ability_strata(np.nanmean(scores, axis=1), 8)
    found = dif.analyse(scores, halves(3000), matching=strata, reference="reference")
    assert len(np.unique(strata)) == 8
    assert [row.sibtest for row in found.items] == [None] * 20
    first, others = found.items[0], found.items[1:]
    assert first.mantel_haenszel is not None
    assert first.mantel_haenszel.ets == "C"
    assert first.reference_persons + first.focal_persons < 1700
    assert sum(row.adjusted["mantel_haenszel"] < 0.05 for row in others) <= 1


def test_a_set_is_studied_as_one_item() -> None:
    scores = answers(items=6)
    sets = [[0, 1], [2], [3, 4, 5]]
    np.testing.assert_array_equal(as_sets(scores, sets)[:, 2], scores[:, 3:].sum(axis=1))
    found = dif.analyse(scores, halves(), sets=sets, methods=["mantel", "mantel_haenszel"])
    assert [row.item for row in found.items] == [0, 1, 2]
    assert found.items[0].mantel_haenszel is None
    assert found.items[1].mantel_haenszel is not None
    assert found.items[0].logistic is None


def test_moving_persons_by_their_answer_counts_as_counting_anew() -> None:
    """Totals with and without the studied item come from one count."""
    scores = answers(points=3)
    pair = study(scores, halves(), reference="reference")
    anchor = np.arange(10) > 3
    for studied in (True, False):
        tables = pair.tables(anchor, studied=studied)
        for item in (0, 7):
            used = anchor.copy()
            used[item] = studied
            own = study(scores, halves(), reference="reference", matching=scores[:, used].sum(axis=1)).tables()
            occupied = tables.persons[item].sum(axis=0) > 0
            np.testing.assert_array_equal(tables.values[occupied], own.values)
            np.testing.assert_array_equal(tables.counts[item][:, occupied], own.counts[item])


def test_purification_ends_without_an_answer_when_all_is_flagged_or_turns_in_a_circle() -> None:
    everything = purify(lambda anchor: np.ones(3, dtype=np.bool_), 3)
    assert (everything.anchor.tolist(), everything.converged) == ([True] * 3, False)
    circle = purify(lambda anchor: np.array([anchor[0], not anchor[0], False]), 3, rounds=7)
    assert (circle.iterations, circle.converged) == (7, False)


def test_adjusted_p_values() -> None:
    p = np.array([0.04, np.nan, 0.001, 0.02, 0.5])
    np.testing.assert_allclose(adjusted(p, "holm"), [0.08, np.nan, 0.004, 0.06, 0.5])
    known = ~np.isnan(p)
    np.testing.assert_allclose(adjusted(p)[known], false_discovery_control(p[known]))
    np.testing.assert_array_equal(adjusted(p, "none"), p)
    assert adjusted([]).size == 0


def test_sibtest_and_delta_plot_clear_the_anchor_of_what_they_flag() -> None:
    pair = compared(2.0)
    _, pure = purified_sibtest(pair)
    assert not pure.anchor[0]
    plot = delta_plot(pair.tables(), purified=True, threshold=1.0)
    assert plot.items[0].flagged
    assert plot.purification is not None
    assert not plot.purification.anchor[0]
    assert purified_mantel_haenszel(pair)[1].anchor.sum() < 10


@pytest.mark.parametrize("name", ["sim_dif_2000x25"])
def test_simulated_dif_is_found(shared: Path, name: str) -> None:
    """The items that were made to differ, and at most one other, at a false-discovery rate of 5 %."""
    scores, group = peers.grouped(shared, name, "group")
    found = dif.analyse(scores, group, reference=0)
    flagged = {row.item + 1 for row in found.items if row.adjusted["logistic"] < 0.05}
    assert {5, 12} <= flagged
    assert len(flagged - set(peers.truth(shared, name)["dif_items_1based"])) <= 1


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
