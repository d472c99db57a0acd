"""Response times against lavaan (a factor model with loadings −1) and aberrance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import fminbound
from scipy.special import expit

from item_bank.statistics.irt.calibration import calibrate as calibrate_answers
from item_bank.statistics.irt.models import Logistic
from item_bank.statistics.times.lognormal import TimeCalibration, TimeModel, calibrate, speeds
from item_bank.statistics.times.person_fit import JointFit, joint_fit
from item_bank.statistics.times.rapid_guessing import cumulative_thresholds, normative_thresholds, rapid_guessing
from tests.reference.peers import reference, table, truth

NAME = "sim_rt_1000x25"
ROWS = {"lavaan_lognormal_all": slice(0, 1000), "lavaan_lognormal_clean": slice(60, 1000)}
JOINT = ["L_T", "L_S_TS", "Q_ST_TS", "L_ST_TS"]
RULES = ["NT10", "NT20", "CT3", "CUMP"]


def data(shared: Path) -> tuple[Any, Any]:
    cells = table(shared, NAME)[1]
    return cells[:, :25].astype(int), cells[:, 25:]


def peer(shared: Path, block: str) -> Any:
    return reference(shared, f"rt_{NAME}")["results"][block]


def calibrated(shared: Path, block: str) -> tuple[Any, TimeCalibration]:
    times = data(shared)[1][ROWS[block]]
    return times, calibrate(times)


@pytest.mark.parametrize("block", ROWS)
def test_log_likelihood(shared: Path, block: str) -> None:
    _, found = calibrated(shared, block)
    assert found.converged
    assert abs(found.log_likelihood - peer(shared, block)["logLik"]) < 1e-4


@pytest.mark.parametrize("figure", ["beta", "alpha", "residual_var", "var_tau", "se_beta", "tau_EAP_first50"])
@pytest.mark.parametrize("block", ROWS)
def test_parameters(shared: Path, block: str, figure: str) -> None:
    times, found = calibrated(shared, block)
    ours: Any = {
        "beta": found.model.beta,
        "alpha": found.model.alpha,
        "residual_var": found.model.alpha**-2.0,
        "var_tau": found.variance,
        "se_beta": found.beta_error,
        "tau_EAP_first50": speeds(times, found.model, found.variance).tau[:50],
    }[figure]
    np.testing.assert_allclose(ours, peer(shared, block)[figure], rtol=0, atol=1e-5)


def test_joint_model_of_lnirt(shared: Path) -> None:
    """Accuracy and speed in one Bayesian fit beside two separate ones. Its slopes are for abilities of another
    variance: they are in proportion only."""
    theirs = peer(shared, "LNIRT_MCMC")
    _, times = calibrated(shared, "lavaan_lognormal_all")
    np.testing.assert_allclose(times.model.beta, theirs["lambda"], rtol=0, atol=0.1)
    np.testing.assert_allclose(times.model.alpha**-2.0, theirs["sigma2"], rtol=0, atol=0.1)
    items = [item for item in calibrate_answers(data(shared)[0], "2pl").items if isinstance(item, Logistic)]
    np.testing.assert_allclose([item.a * item.b / 1.702 for item in items], theirs["b"], rtol=0, atol=0.1)
    assert np.corrcoef([item.a for item in items], theirs["a"])[0, 1] > 0.98


def true_model(shared: Path) -> TimeModel:
    made = truth(shared, NAME)
    return TimeModel(np.array(made["beta"]), np.array(made["alpha"]))


def test_speed_by_maximum_likelihood(shared: Path) -> None:
    found = speeds(data(shared)[1], true_model(shared)).tau[:100]
    np.testing.assert_allclose(found, peer(shared, "aberrance_tau_ML")["tau_first100"], rtol=0, atol=1e-10)


def peers_abilities(shared: Path, scores: Any) -> Any:
    """ML in [-4, 4] as R's `optimize` leaves it: Brent's minimiser with its tolerance of 1.2e-4, which the statistics
    below show in their sixth digit."""
    made = truth(shared, NAME)
    a, b = np.array(made["a"]), np.array(made["b"])

    def deviance(theta: float, row: Any) -> float:
        return -float(np.log(expit(np.where(row == 1, a, -a) * (theta - b))).sum())

    return np.array([fminbound(deviance, -4, 4, args=(row,), xtol=np.finfo(float).eps ** 0.25) for row in scores])


def joint(shared: Path) -> JointFit:
    scores, times = (part[:100] for part in data(shared))
    made = truth(shared, NAME)
    items = [Logistic(a, b) for a, b in zip(made["a"], made["b"], strict=True)]
    return joint_fit(scores, items, peers_abilities(shared, scores), times, true_model(shared))


@pytest.mark.parametrize("name", JOINT)
def test_person_fit(shared: Path, name: str) -> None:
    found = joint(shared)
    ours, p = {
        "L_T": (found.time.statistic, found.time.p),
        "L_S_TS": (found.score, found.score_p),
        "Q_ST_TS": (found.combined, found.combined_p),
        "L_ST_TS": (found.standardised, found.standardised_p),
    }[name]
    theirs = peer(shared, "aberrance_personfit_RT")
    np.testing.assert_allclose(ours, theirs["stat_first100"][name], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(p, theirs["pval_first100"][name], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_thresholds_and_effort(shared: Path, rule: str) -> None:
    scores, times = data(shared)
    thresholds = {
        "NT10": normative_thresholds(times, 0.10),
        "NT20": normative_thresholds(times, 0.20),
        "CT3": np.full(25, 3.0),
        "CUMP": cumulative_thresholds(times, scores, 0.25),
    }[rule]
    found, theirs = rapid_guessing(times, thresholds), peer(shared, f"aberrance_rg_{rule}")
    np.testing.assert_allclose(found.thresholds, np.array(theirs["thresholds"], dtype=float), rtol=1e-12)
    np.testing.assert_allclose(found.effort[:100], theirs["rte_first100"], rtol=1e-12)
    flags = np.nan_to_num(np.array(theirs["flag_counts_per_item"], dtype=float))
    np.testing.assert_array_equal(found.rapid.sum(axis=0), flags)
