"""M2 with the references' parameters given, and with the derivatives of expected scores that mirt takes.

Those of two models are not the derivatives of these models (docs/statistics/ability.md; ours are tested in
tests/item_bank): here they are given to ours in place of its own, so that all else is seen to agree.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2

from item_bank.statistics.irt.global_fit import limited_information_fit, score_changes
from item_bank.statistics.irt.models import Item, Logistic, PartialCredit
from item_bank.statistics.responses import Floats
from tests.reference.calibrated import COMPLETE, calibration, categories, peer_density

COMPARED = [one for one in COMPLETE if one[0] != "science"]
TOO_FEW = [one for one in COMPLETE if one[0] == "science"]


def changes_of_mirt(item: Item, theta: Floats) -> tuple[Floats, list[Floats]]:
    """3PL: P(1 − P) in place of (1 − c)P*(1 − P*). Partial credit, by the slope: θ(Σ k²P_k − E Σ k N_k), where N are
    the numerators of P, the largest of them 1, in place of P."""
    steep, others = score_changes(item, theta)
    match item:
        case Logistic() if item.c > 0:
            right = item.curves(theta).probability[:, 1]
            return theta * right * (1 - right), [right * (1 - right), 1 - right]
        case PartialCredit():
            shares, numbers = item.curves(theta).probability, np.arange(item.categories)
            numerators = shares / shares.max(axis=1, keepdims=True)
            return theta * (shares @ numbers**2 - (shares @ numbers) * (numerators @ numbers)), others
    return steep, others


@pytest.mark.parametrize(("name", "model"), COMPARED)
def test_m2(shared: Path, name: str, model: str) -> None:
    items, variance, block = calibration(shared, name, model)
    responses, density, theirs = categories(shared, name), peer_density(61, 6.0, variance), block["M2"]
    if "Rasch" not in model:
        found = limited_information_fit(responses, items, density, changes=changes_of_mirt)
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
        assert chi2.sf(found.statistic, ours.degrees) == pytest.approx(theirs["p"], abs=1e-4)
    assert found.statistic == pytest.approx(theirs["M2"], abs=1e-4)
    assert found.srmsr == pytest.approx(theirs["SRMSR"], abs=1e-6)


@pytest.mark.parametrize(("name", "model"), TOO_FEW)
def test_m2_with_too_few_degrees(shared: Path, name: str, model: str) -> None:
    items, variance, block = calibration(shared, name, model)
    assert "error" in block["M2"]
    rasch = "Rasch" in model
    density = peer_density(61, 6.0, variance)
    found = limited_information_fit(
        categories(shared, name), items, density, "fixed" if rasch else "each", variance=rasch
    )
    assert found.degrees == 0
    assert found.statistic != found.statistic
    assert "more items are needed" in found.warnings[-1]
