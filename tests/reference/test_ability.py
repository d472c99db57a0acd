"""Abilities and information with the references' parameters given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from item_bank.statistics.irt.ability import (
    Abilities,
    expected_a_posteriori,
    maximum_a_posteriori,
    maximum_likelihood,
    weighted_likelihood,
)
from item_bank.statistics.irt.information import (
    empirical_reliability,
    item_information,
    marginal_reliability,
    separation_reliability,
)
from item_bank.statistics.irt.information import test_information as information_of_test
from item_bank.statistics.irt.models import Logistic
from item_bank.statistics.irt.quadrature import normal_grid
from item_bank.statistics.irt.sums import sum_score_abilities
from tests.reference.calibrated import (
    CALIBRATIONS,
    COMPLETE,
    WHOLE,
    apart,
    calibration,
    categories,
    columns_of_items,
    partial_credit_of_tam,
    peer_density,
)
from tests.reference.peers import reference

CONVERGED = [(name, "Rasch") for name in ("lsat6", "lsat7", "abortion", "sat12_scored", "verbal")]
CONVERGED += [(name, "2PL") for name, _ in CONVERGED]
CONVERGED += [(name, model) for name in ("sim_2pl_2000x40", "sim_2pl_missing_2000x40") for model in ("Rasch", "2PL")]
CONVERGED += [
    (name, model)
    for name in ("science", "sim_grm_1500x15", "sim_gpcm_1500x12")
    for model in ("graded", "gpcm", "Rasch")
]
SCORED = [(*one, method) for one in WHOLE for method in ("EAP", "MAP", "ML", "WLE")]
#: Of sim_3pl the reference has no others.
SCORED += [("sim_3pl_5000x30", *one) for one in (("3PL_prior", "EAP"), ("3PL_prior", "MAP"), ("3PL", "EAP"))]
#: fscores of mirt integrates over 121 nodes from −6 to 6, whatever the calibration used.
SCORING = (121, 6.0)


@pytest.mark.parametrize(("name", "model"), CONVERGED)
def test_eap_of_the_converged_calibrations(shared: Path, name: str, model: str) -> None:
    block = reference(shared, "irt_converged")["results"][name][model]
    nodes, limit = (201, 20.0) if model == "Rasch" else (161, 8.0)
    found = expected_a_posteriori(
        categories(shared, name)[:50],
        columns_of_items(block["items"], model),
        peer_density(nodes, limit, block["latent_var"]),
    )
    assert apart(found.theta, block["EAP_first50"]["theta"]) < 1e-6
    assert apart(found.error, block["EAP_first50"]["se"]) < 1e-6


@pytest.mark.parametrize(("name", "model", "method"), SCORED)
def test_first_fifty(shared: Path, name: str, model: str, method: str) -> None:
    items, variance, block = calibration(shared, name, model)
    responses = categories(shared, name)[:50]
    found: Abilities
    match method:
        case "EAP":
            found = expected_a_posteriori(responses, items, peer_density(*SCORING, variance))
        case "MAP":
            found = maximum_a_posteriori(responses, items, 0.0, variance)
        case "ML":
            found = maximum_likelihood(responses, items)
        case _:
            found = weighted_likelihood(responses, items, "jeffreys")
    theirs = block["scores_first50"][method]
    assert found.converged.all()
    assert apart(found.theta, theirs["theta"]) < (1e-6 if method == "EAP" else 1e-3)
    assert apart(found.error, theirs["se"]) < (1e-6 if method == "EAP" else 1e-3)


@pytest.mark.parametrize(("name", "model"), [one for one in COMPLETE if one != ("sat12_scored", "3PL_prior")])
def test_sum_score_table(shared: Path, name: str, model: str) -> None:
    items, variance, block = calibration(shared, name, model)
    found = sum_score_abilities(items, peer_density(*SCORING, variance))
    theirs = block["EAPsum"]
    assert apart(found.theta, theirs["F1"]) < 1e-6
    assert apart(found.error, theirs["SE_F1"]) < 1e-6
    assert apart(found.probability * block["n"], theirs["expected"]) < 1e-6


@pytest.mark.parametrize(("name", "model"), CALIBRATIONS)
def test_information(shared: Path, name: str, model: str) -> None:
    items, _, block = calibration(shared, name, model)
    theta = np.array(block["information"]["theta"])
    assert apart(information_of_test(items, theta), block["information"]["test"]) < 1e-6
    if "items" in block["information"]:
        assert apart(item_information(items, theta), list(block["information"]["items"].values())) < 1e-6


@pytest.mark.parametrize(("name", "model"), WHOLE)
def test_reliability(shared: Path, name: str, model: str) -> None:
    items, variance, block = calibration(shared, name, model)
    # mirt averages I / (I + σ²) over the standard normal density: ours where σ² = 1, and said in ours elsewhere.
    found = marginal_reliability(items, normal_grid(201), 1 / variance)
    assert found == pytest.approx(block["reliability"]["marginal_rxx"], abs=1e-6)
    scores = expected_a_posteriori(categories(shared, name), items, peer_density(*SCORING, variance))
    assert empirical_reliability(scores) == pytest.approx(block["reliability"]["empirical_rxx_EAP"], abs=1e-6)


RASCH = ["abortion", "lsat6", "lsat7", "sat12_scored", "sim_2pl_2000x40", "sim_2pl_missing_2000x40", "verbal"]


def reliability_of_tam(eap: Abilities) -> float:
    """TAM divides the variance of the estimates by n, mirt and we by n − 1."""
    ours, n = empirical_reliability(eap), len(eap.theta)
    return ours / (ours + (1 - ours) * n / (n - 1))


@pytest.mark.parametrize("name", RASCH)
def test_tam_of_a_rasch_model(shared: Path, name: str) -> None:
    block = reference(shared, f"irt_peers_{name}")["results"]["TAM_Rasch"]
    items = [Logistic(1.0, b) for b in block["item"]["xsi"]]
    responses = categories(shared, name)
    eap = expected_a_posteriori(responses, items, peer_density(61, 6.0, block["variance"]))
    assert apart(eap.theta[:50], block["EAP_first50"]["theta"]) < 1e-6
    assert apart(eap.error[:50], block["EAP_first50"]["se"]) < 1e-6
    assert reliability_of_tam(eap) == pytest.approx(block["EAP_reliability"], abs=1e-6)
    wle = weighted_likelihood(responses, items)
    assert apart(wle.theta[:50], block["WLE_first50"]["theta"]) < 1e-4
    assert apart(wle.error[:50], block["WLE_first50"]["error"]) < 1e-4
    if block["WLE_reliability"] is not None:
        assert separation_reliability(wle) == pytest.approx(block["WLE_reliability"], abs=1e-4)
    mle, theirs = maximum_likelihood(responses[:50], items), block["MLE_first50"]
    # TAM gives the extreme scores a value by adding 0.3 to them; ours are infinite.
    finite = np.isfinite(mle.theta)
    assert apart(mle.theta[finite], np.array(theirs["theta"])[finite]) < 1e-4
    assert apart(mle.error[finite], np.array(theirs["error"])[finite]) < 1e-4


@pytest.mark.parametrize("name", RASCH)
def test_tam_of_a_2pl_model(shared: Path, name: str) -> None:
    block = reference(shared, f"irt_peers_{name}")["results"]["TAM_2PL"]
    slopes, difficulties = block["items_irt"]["alpha"], block["items_irt"]["beta"]
    items = [Logistic(a, b) for a, b in zip(slopes, difficulties, strict=True)]
    found = expected_a_posteriori(categories(shared, name), items, peer_density(61, 6.0, 1.0))
    assert apart(found.theta[:50], block["EAP_first50"]["theta"]) < 1e-5
    assert apart(found.error[:50], block["EAP_first50"]["se"]) < 1e-5
    assert reliability_of_tam(found) == pytest.approx(block["EAP_reliability"], abs=1e-5)


@pytest.mark.parametrize("name", ["science", "sim_gpcm_1500x12", "sim_grm_1500x15"])
def test_tam_of_a_partial_credit_model(shared: Path, name: str) -> None:
    block = reference(shared, f"irt_peers_{name}")["results"]["TAM_gpcm"]
    items = partial_credit_of_tam(block["items_irt"])
    found = expected_a_posteriori(categories(shared, name)[:50], items, peer_density(61, 6.0, 1.0))
    assert apart(found.theta, block["EAP_first50"]["theta"]) < 1e-5
    assert apart(found.error, block["EAP_first50"]["se"]) < 1e-5
