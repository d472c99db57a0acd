"""Differential item functioning against difR, mirt and base R: every row of the table of reference numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import xlogy

from item_bank.statistics.dif.breslow_day import breslow_day
from item_bank.statistics.dif.delta_plot import delta_plot
from item_bank.statistics.dif.likelihood_ratio import likelihood_ratio
from item_bank.statistics.dif.logistic import EffectTest, logistic, purified_logistic
from item_bank.statistics.dif.lord import Estimates, lord
from item_bank.statistics.dif.mantel_haenszel import MantelHaenszel, mantel_haenszel, purified_mantel_haenszel
from item_bank.statistics.dif.sibtest import sibtest
from item_bank.statistics.dif.standardisation import standardisation
from item_bank.statistics.dif.strata import Study, study
from item_bank.statistics.irt.calibration import calibrate
from item_bank.statistics.irt.models import Logistic
from tests.reference import peers

SETS = {"sim_dif_2000x25": "group", "verbal": "Gender", "gmat": "group"}
every_set = pytest.mark.parametrize("name", SETS)


def compared(shared: Path, name: str) -> tuple[Study, Any]:
    """The groups of a data set, focal 1, and what the peers make of them."""
    scores, group = peers.grouped(shared, name, SETS[name])
    return study(scores, group, reference=0), peers.reference(shared, f"dif_{name}")["results"]


def column(rows: tuple[Any, ...], field: str) -> np.ndarray:
    return np.array([getattr(row, field) for row in rows])


def flagged(found: np.ndarray, peer: Any) -> bool:
    """Whether these are the items that difR flags; it says in words that it flags none."""
    theirs = peer["DIFitems"]
    numbers = [] if isinstance(theirs, str) else np.atleast_1d(theirs).tolist()
    return bool((np.flatnonzero(found) + 1).tolist() == numbers)


@every_set
@pytest.mark.parametrize("purified", [False, True])
@pytest.mark.parametrize("correction", [False, True])
def test_mantel_haenszel(shared: Path, name: str, purified: bool, correction: bool) -> None:
    pair, results = compared(shared, name)
    peer = results[f"MH_purify{str(purified).upper()}_correct{str(correction).upper()}"]
    rows: tuple[MantelHaenszel, ...]
    if purified:
        rows, _ = purified_mantel_haenszel(pair, correction=correction)
    else:
        rows = mantel_haenszel(pair.tables(), correction=correction)
    assert flagged(column(rows, "p") < 0.05, peer)
    for field, theirs in {"chi2": "MH", "p": "p", "odds_ratio": "alphaMH", "delta": "deltaMH"}.items():
        np.testing.assert_allclose(column(rows, field), peer[theirs], atol=1e-8, rtol=1e-8)
    np.testing.assert_allclose(column(rows, "delta_error"), peer["se_deltaMH"], atol=1e-8)
    np.testing.assert_allclose((column(rows, "delta_error") / 2.35) ** 2, peer["varLambda"], atol=1e-8)
    assert [row.ets for row in rows] == peer["class_ETS_with_significance"]
    assert [row.effect_size for row in rows] == peer["class_effect_size_only"]


@every_set
@pytest.mark.parametrize("correction", [False, True])
def test_purification_of_mantel_haenszel(shared: Path, name: str, correction: bool) -> None:
    pair, results = compared(shared, name)
    _, pure = purified_mantel_haenszel(pair, correction=correction)
    assert pure.converged
    assert pure.iterations == results[f"MH_purifyTRUE_correct{str(correction).upper()}"]["nrPur"]


@every_set
def test_mantel_haenszel_of_base_r(shared: Path, name: str) -> None:
    pair, results = compared(shared, name)
    rows, peer = mantel_haenszel(pair.tables()), results["base_R_mantelhaen"]
    np.testing.assert_allclose(1 / column(rows, "odds_ratio"), peer["common_odds_ratio"], rtol=1e-8)
    # base R leaves the correction out where it would be more than the difference: there ours is the uncorrected one.
    plain = column(mantel_haenszel(pair.tables(), correction=False), "chi2")
    chi2 = np.where(np.isclose(plain, peer["chi2"], rtol=1e-9), plain, column(rows, "chi2"))
    np.testing.assert_allclose(chi2, peer["chi2"], atol=1e-8, rtol=1e-8)


@every_set
def test_standardisation(shared: Path, name: str) -> None:
    pair, results = compared(shared, name)
    rows, peer = standardisation(pair.tables()), results["standardization"]
    np.testing.assert_allclose(column(rows, "p_dif"), peer["PDIF"], atol=1e-6)
    np.testing.assert_allclose(column(rows, "odds_ratio"), peer["stdAlpha"], atol=1e-6)


@every_set
def test_breslow_day(shared: Path, name: str) -> None:
    pair, results = compared(shared, name)
    rows, peer = breslow_day(pair.tables()), results["breslow_day"]["BD"]
    # difR rounds what it gives to four decimals.
    np.testing.assert_allclose(np.round(column(rows, "chi2"), 4), peer["V1"], atol=1e-6)
    np.testing.assert_array_equal(column(rows, "df"), peer["V2"])
    np.testing.assert_allclose(np.round(column(rows, "p"), 4), peer["V3"], atol=1e-6)


@every_set
def test_delta_plot(shared: Path, name: str) -> None:
    pair, results = compared(shared, name)
    plot, peer = delta_plot(pair.tables()), results["delta_plot"]
    np.testing.assert_allclose((plot.intercept, plot.slope), peer["axis"], atol=1e-6)
    np.testing.assert_allclose(column(plot.items, "distance"), np.ravel(peer["dist"]), atol=1e-6)
    assert flagged(column(plot.items, "flagged"), peer)


def gain_of_difr(pair: Study, tests: tuple[EffectTest, ...]) -> np.ndarray:
    """Nagelkerke's gain as difR has it. It takes exp(−null deviance / 2), which is 0 from a null deviance of 1,490 on:
    then its greatest R² is 1 and what it calls Nagelkerke's is Cox and Snell's."""
    share = pair.scores.mean(axis=0)
    null = len(pair.scores) * (xlogy(share, share) + xlogy(1 - share, 1 - share))
    return np.where(np.exp(null) == 0, column(tests, "delta_cox_snell"), column(tests, "delta_r2"))


KINDS = {"both": "both", "udif": "uniform", "nudif": "nonuniform"}


@every_set
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("criterion", ["LRT", "Wald"])
def test_logistic(shared: Path, name: str, kind: str, criterion: str) -> None:
    pair, results = compared(shared, name)
    rows, peer = logistic(pair.tables()), results[f"logistic_{kind}_{criterion}"]
    tests = tuple(getattr(row, KINDS[kind]) for row in rows)
    assert {test.df for test in tests} == {peer["df"]}
    np.testing.assert_allclose(column(tests, criterion.lower()), peer["stat"], atol=1e-5)
    np.testing.assert_allclose(column(tests, f"{criterion.lower()}_p"), peer["p"], atol=1e-5)
    np.testing.assert_allclose(gain_of_difr(pair, tests), peer["nagelkerke_deltaR2"], atol=1e-5)
    assert flagged(column(tests, f"{criterion.lower()}_p") < 0.05, peer)
    # difR prints the coefficients of the larger model for the items it flags only.
    shown = np.array(peer["p"]) < 0.05
    theirs = np.array(list(peer["coef_full"].values()))[:, shown].T
    ours = column(rows, "uniform_coefficients" if kind == "udif" else "coefficients")[shown]
    np.testing.assert_allclose(ours, theirs[:, : ours.shape[1]], atol=1e-5)


@every_set
def test_purified_logistic(shared: Path, name: str) -> None:
    pair, results = compared(shared, name)
    peer = results["logistic_both_LRT_purified"]
    rows, pure = purified_logistic(pair)
    tests = tuple(row.both for row in rows)
    assert (pure.iterations, pure.converged) == (peer["nrPur"], True)
    np.testing.assert_allclose(column(tests, "lrt"), peer["stat"], atol=1e-5)
    np.testing.assert_allclose(column(tests, "lrt_p"), peer["p"], atol=1e-5)
    np.testing.assert_allclose(gain_of_difr(pair, tests), peer["nagelkerke_deltaR2"], atol=1e-5)
    assert flagged(~pure.anchor, peer)


@every_set
def test_sibtest(shared: Path, name: str) -> None:
    pair, results = compared(shared, name)
    rows, peer = sibtest(pair), results["SIBTEST"]
    for field, theirs in {"beta": "beta", "error": "se", "chi2": "X2", "p": "p"}.items():
        np.testing.assert_allclose(column(rows, field), peer[theirs], atol=1e-6, rtol=1e-6)
    assert flagged(column(rows, "p") < 0.05, peer)


def stored(peer: dict[str, Any], group: int) -> Estimates:
    """One group's 2PL as ltm calibrated it: reference first."""
    columns = {name: np.split(np.array(values), 2)[group] for name, values in peer["itemParInit"].items()}
    items = tuple(Logistic(a, b) for a, b in zip(columns["a"].tolist(), columns["b"].tolist(), strict=True))
    both = columns["cov(a,b)"]
    matrices = np.array([[columns["se(a)"] ** 2, both], [both, columns["se(b)"] ** 2]]).transpose(2, 0, 1)
    return Estimates(items, tuple(matrices))


@every_set
def test_lord_given_two_calibrations(shared: Path, name: str) -> None:
    peer = compared(shared, name)[1]["Lord_2PL"]
    found = lord(stored(peer, 0), stored(peer, 1)).items
    np.testing.assert_allclose(column(found, "chi2"), peer["chi2"], rtol=1e-6)
    np.testing.assert_allclose(column(found, "p"), peer["p"], atol=1e-6)
    assert flagged(column(found, "p") < 0.05, peer)
    assert {row.df for row in found} == {2}


@pytest.mark.parametrize("name", ["sim_dif_2000x25", "gmat"])
def test_lord_of_our_calibrations(shared: Path, name: str) -> None:
    """Not verbal: ltm stopped 0.12 in log-likelihood below the maximum there, with slopes up to 0.18 off."""
    scores, group = peers.grouped(shared, name, SETS[name])
    peer = compared(shared, name)[1]["Lord_2PL"]
    one, other = (Estimates.of(calibrate(scores[group == code].astype(int), "2pl")) for code in (0, 1))
    chi2 = column(lord(one, other).items, "chi2")
    np.testing.assert_allclose(chi2, peer["chi2"], rtol=0.01, atol=0.01)


@every_set
def test_likelihood_ratio(shared: Path, name: str) -> None:
    scores, group = peers.grouped(shared, name, SETS[name])
    results = compared(shared, name)[1]
    scalar, peer = results["mirt_multigroup_scalar"], results["mirt_LRT_drop"]["table"]
    found = likelihood_ratio(scores.astype(int), group, reference=0)
    rows = tuple(found.items.values())
    assert abs(found.equal.loglik - scalar["logLik"]) < 0.01
    population = found.equal.populations[1]
    assert (population.mean, population.variance) == pytest.approx(
        (scalar["focal_mean"], scalar["focal_var"]), abs=2e-3
    )
    items = [item for item in found.equal.items if isinstance(item, Logistic)]
    np.testing.assert_allclose([item.a for item in items], scalar["items"]["a1"], atol=5e-3)
    np.testing.assert_allclose([-item.a * item.b for item in items], scalar["items"]["d"], atol=5e-3)
    np.testing.assert_allclose(column(rows, "chi2"), peer["X2"], atol=0.02)
    np.testing.assert_array_equal(column(rows, "df"), peer["df"])
    np.testing.assert_allclose(column(rows, "p"), peer["p"], atol=0.005)
