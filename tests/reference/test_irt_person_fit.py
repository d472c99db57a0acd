"""Person fit with the references' parameters given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import fminbound

from item_bank.statistics.irt.ability import expected_a_posteriori, maximum_likelihood
from item_bank.statistics.irt.likelihood import log_likelihood
from item_bank.statistics.irt.models import Logistic
from item_bank.statistics.irt.person_fit import corrected_log_likelihood_fit, log_likelihood_fit
from tests.reference.calibrated import COMPLETE, apart, calibration, categories, peer_density
from tests.reference.peers import reference, truth
from tests.reference.test_ability import SCORING

SIMULATED = "sim_2pl_2000x40"


@pytest.mark.parametrize(("name", "model"), COMPLETE)
def test_zh(shared: Path, name: str, model: str) -> None:
    items, variance, block = calibration(shared, name, model)
    responses = categories(shared, name)[:50]
    theta = expected_a_posteriori(responses, items, peer_density(*SCORING, variance)).theta
    assert apart(log_likelihood_fit(responses, items, theta).lz, block["personfit_first50"]["Zh"]) < 1e-6


def simulated(shared: Path) -> tuple[Any, NDArray[np.int64], list[Logistic]]:
    true = truth(shared, SIMULATED)
    items = [Logistic(a, b) for a, b in zip(true["a"], true["b"], strict=True)]
    return reference(shared, f"personfit_{SIMULATED}"), categories(shared, SIMULATED)[:50], items


def test_lz_at_true_abilities(shared: Path) -> None:
    block, responses, items = simulated(shared)
    theta = np.array(truth(shared, SIMULATED)["theta_first50"])
    found = log_likelihood_fit(responses, items, theta)
    assert apart(found.lz, block["lz_true_theta"]["stat"]["L_S_NO"]) < 1e-6


def test_lz_and_corrected_lz_at_ml_abilities(shared: Path) -> None:
    block, responses, items = simulated(shared)
    theirs = block["lz_ML_theta"]
    # The peer's abilities are off by up to 1e-4, as R's optimize leaves them; this is the same search.
    tolerance = float(np.finfo(np.float64).eps ** 0.25)

    def searched(row: NDArray[np.int64]) -> float:
        return float(
            fminbound(lambda at: -log_likelihood(row[None], items, np.array([at]))[0, 0], -4, 4, xtol=tolerance)
        )

    theta = np.array([searched(row) for row in responses])
    assert apart(theta, maximum_likelihood(responses, items).theta) < 2e-4
    plain = log_likelihood_fit(responses, items, theta)
    corrected = corrected_log_likelihood_fit(responses, items, theta)
    assert apart(plain.lz, theirs["stat"]["L_S_NO"]) < 1e-6
    assert apart(plain.p, theirs["pval"]["L_S_NO"]) < 1e-6
    assert apart(corrected.lz, theirs["stat"]["L_S_TS"]) < 1e-6
    assert apart(corrected.p, theirs["pval"]["L_S_TS"]) < 1e-6
