"""Item fit with the references' parameters given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from item_bank.statistics.irt.ability import expected_a_posteriori, maximum_likelihood
from item_bank.statistics.irt.fit import item_mean_squares, person_mean_squares, posterior_mean_squares
from item_bank.statistics.irt.item_fit import score_fit
from item_bank.statistics.irt.models import Logistic
from tests.reference.calibrated import (
    CALIBRATIONS,
    COMPLETE,
    apart,
    calibration,
    categories,
    partial_credit_of_tam,
    peer_density,
)
from tests.reference.peers import reference
from tests.reference.test_ability import RASCH, SCORING

#: mirt's floor under the variance of a response.
FLOOR = float(np.sqrt(1e-5))
WITH_SCORE_FIT = [
    one for one in CALIBRATIONS if one[0] != "sim_2pl_missing_2000x40" and one != ("sim_3pl_5000x30", "3PL")
]


@pytest.mark.parametrize(("name", "model"), WITH_SCORE_FIT)
def test_score_fit(shared: Path, name: str, model: str) -> None:
    items, variance, block = calibration(shared, name, model)
    found, theirs = score_fit(categories(shared, name), items, peer_density(61, 6.0, variance)), block["S_X2"]
    assert apart(found.statistic, theirs["S_X2"]) < 1e-6
    assert found.degrees.tolist() == theirs["df.S_X2"]
    assert apart(found.p, theirs["p.S_X2"]) < 1e-6
    if "RMSEA.S_X2" in theirs:
        assert apart(found.rmsea, theirs["RMSEA.S_X2"]) < 1e-6


@pytest.mark.parametrize(("name", "model"), COMPLETE)
def test_mean_squares_of_items_at_eap(shared: Path, name: str, model: str) -> None:
    items, variance, block = calibration(shared, name, model)
    responses, theirs = categories(shared, name), block["infit_outfit"]
    theta = expected_a_posteriori(responses, items, peer_density(*SCORING, variance)).theta
    found = item_mean_squares(responses, items, theta, FLOOR)
    assert apart(found.outfit, theirs["outfit"]) < 1e-6
    assert apart(found.infit, theirs["infit"]) < 1e-6
    assert apart(found.outfit_z, theirs["z.outfit"]) < 1e-6
    assert apart(found.infit_z, theirs["z.infit"]) < 1e-6


@pytest.mark.parametrize(("name", "model"), COMPLETE)
def test_mean_squares_of_persons_at_eap(shared: Path, name: str, model: str) -> None:
    items, variance, block = calibration(shared, name, model)
    responses, theirs = categories(shared, name)[:50], block["personfit_first50"]
    theta = expected_a_posteriori(responses, items, peer_density(*SCORING, variance)).theta
    found = person_mean_squares(responses, items, theta, FLOOR)
    assert apart(found.outfit, theirs["outfit"]) < 1e-6
    assert apart(found.infit, theirs["infit"]) < 1e-6
    # Where the spread is bounded, mirt writes 1.4142 for √2.
    assert apart(found.outfit_z, theirs["z.outfit"]) < 1e-4
    assert apart(found.infit_z, theirs["z.infit"]) < 1e-4


@pytest.mark.parametrize("name", [name for name in RASCH if name != "sim_2pl_missing_2000x40"])
def test_mean_squares_of_items_at_ml(shared: Path, name: str) -> None:
    block = reference(shared, f"irt_cml_{name}")["results"]["eRm_CML"]
    items = [Logistic(1.0, b) for b in block["difficulty"].values()]
    responses, theirs = categories(shared, name), block["itemfit"]
    found = item_mean_squares(responses, items, maximum_likelihood(responses, items).theta)
    assert apart(found.outfit, theirs["outfitMSQ"]) < 0.005
    assert apart(found.infit, theirs["infitMSQ"]) < 0.005
    assert apart(found.outfit_z, theirs["outfitZ"]) < 0.005
    assert apart(found.infit_z, theirs["infitZ"]) < 0.005


@pytest.mark.parametrize("name", RASCH)
def test_mean_squares_over_the_posterior(shared: Path, name: str) -> None:
    block = reference(shared, f"irt_peers_{name}")["results"]["TAM_Rasch"]
    items = [Logistic(1.0, b) for b in block["item"]["xsi"]]
    density = peer_density(61, 6.0, block["variance"])
    outfit, infit = posterior_mean_squares(categories(shared, name), items, density)
    assert apart(outfit, block["msq_itemfit"]["Outfit"]) < 1e-5
    assert apart(infit, block["msq_itemfit"]["Infit"]) < 1e-5


@pytest.mark.parametrize(("name", "model"), [one for one in COMPLETE if "Rasch" in one[1]])
def test_mean_squares_of_items_as_mirt_has_them_at_ml(shared: Path, name: str, model: str) -> None:
    items, _, block = calibration(shared, name, model)
    responses, theirs = categories(shared, name), block["infit_outfit_ML"]
    theta = maximum_likelihood(responses, items).theta
    # mirt puts persons with infinite estimates 0.1 beyond the last finite one.
    finite = theta[np.isfinite(theta)]
    found = item_mean_squares(responses, items, np.clip(theta, finite.min() - 0.1, finite.max() + 0.1), FLOOR)
    assert apart(found.outfit, theirs["outfit"]) < 1e-5
    assert apart(found.infit, theirs["infit"]) < 1e-5
    assert apart(found.outfit_z, theirs["z.outfit"]) < 1e-4
    assert apart(found.infit_z, theirs["z.infit"]) < 1e-4


@pytest.mark.parametrize("name", ["science", "sim_gpcm_1500x12", "sim_grm_1500x15"])
def test_mean_squares_over_the_posterior_of_partial_credit(shared: Path, name: str) -> None:
    block = reference(shared, f"irt_peers_{name}")["results"]["TAM_pcm"]
    items = partial_credit_of_tam(block["items_irt"])
    density = peer_density(61, 6.0, block["variance"])
    outfit, infit = posterior_mean_squares(categories(shared, name), items, density)
    assert apart(outfit, block["msq_itemfit"]["Outfit"]) < 1e-4
    assert apart(infit, block["msq_itemfit"]["Infit"]) < 1e-4
