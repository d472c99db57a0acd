"""Differential item functioning: identities between methods, invariances and recovery."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from item_bank.statistics.dif.breslow_day import breslow_day
from item_bank.statistics.dif.delta_plot import delta_plot
from item_bank.statistics.dif.logistic import logistic
from item_bank.statistics.dif.mantel_haenszel import mantel_haenszel, purified_mantel_haenszel
from item_bank.statistics.dif.multiplicity import adjusted
from item_bank.statistics.dif.ordinal import ordinal
from item_bank.statistics.dif.polytomous import generalised, mantel, purified_mantel
from item_bank.statistics.dif.sibtest import purified_sibtest, sibtest
from item_bank.statistics.dif.standardisation import standardisation
from item_bank.statistics.dif.strata import purify, study
from tests.item_bank.statistics.dif_answers import answers, compared, halves


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
    np.testing.assert_allclose(adjusted(p), [0.16 / 3, np.nan, 0.004, 0.04, 0.5])
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
