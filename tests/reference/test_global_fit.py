"""M2 with the references' parameters given.

Not here: sat12 3PL and sim_gpcm GPCM, where mirt's derivatives of the expected scores by the slopes are not those of
the model (for the 3PL it takes P(1 − P) for (1 − c)P*(1 − P*)); the derivatives are tested in tests/item_bank.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from item_bank.statistics.irt.global_fit import limited_information_fit
from tests.reference.calibrated import COMPLETE, calibration, categories, peer_density

OTHER_DERIVATIVES = [("sat12_scored", "3PL_prior"), ("sim_gpcm_1500x12", "gpcm")]
COMPARED = [one for one in COMPLETE if one[0] != "science" and one not in OTHER_DERIVATIVES]
TOO_FEW = [one for one in COMPLETE if one[0] == "science"]


@pytest.mark.parametrize(("name", "model"), COMPARED)
def test_m2(shared: Path, name: str, model: str) -> None:
    items, variance, block = calibration(shared, name, model)
    responses, density, theirs = categories(shared, name), peer_density(61, 6.0, variance), block["M2"]
    if "Rasch" not in model:
        found = limited_information_fit(responses, items, density)
        assert found.degrees == theirs["df"]
        assert found.p == pytest.approx(theirs["p"], abs=1e-4)
        assert found.rmsea == pytest.approx(theirs["RMSEA"], abs=1e-5)
        assert found.lower == pytest.approx(theirs["RMSEA_5"], abs=1e-5)
        assert found.upper == pytest.approx(theirs["RMSEA_95"], abs=1e-5)
    else:
        # mirt takes the variance from the degrees of freedom, but not from what the parameters can explain.
        found = limited_information_fit(responses, items, density, "fixed")
        ours = limited_information_fit(responses, items, density, "fixed", variance=True)
        assert ours.degrees == theirs["df"]
        assert ours.statistic <= found.statistic
    assert found.statistic == pytest.approx(theirs["M2"], abs=0.01)
    assert found.srmsr == pytest.approx(theirs["SRMSR"], abs=1e-6)


@pytest.mark.parametrize(("name", "model"), TOO_FEW)
def test_m2_with_too_few_degrees(shared: Path, name: str, model: str) -> None:
    items, variance, _ = calibration(shared, name, model)
    rasch = "Rasch" in model
    density = peer_density(61, 6.0, variance)
    found = limited_information_fit(
        categories(shared, name), items, density, "fixed" if rasch else "each", variance=rasch
    )
    assert found.degrees <= 0
    assert found.statistic != found.statistic
