"""Calibrations of mirt with its default grid: likelihood, slopes and intercepts with their errors; its nominal model.

Targets on a wide, fine grid are in test_calibration.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import logsumexp

from item_bank.statistics.irt.ability import expected_a_posteriori
from item_bank.statistics.irt.calibration import Calibration, calibrate
from item_bank.statistics.irt.likelihood import log_likelihood
from item_bank.statistics.irt.models import Item, Logistic, Nominal
from item_bank.statistics.irt.quadrature import Grid, normal_grid
from tests.reference.calibrated import CALIBRATIONS, WHOLE, apart, calibration, categories, peer_density
from tests.reference.peers import reference, table
from tests.reference.test_ability import SCORING
from tests.reference.test_calibration import calibrated

#: By how much ours is above, where mirt's grid of [-6, 6] is too narrow for Rasch abilities (disagreement 1).
TOO_NARROW = {("abortion", "Rasch"): 17.4436}
NOMINAL = "sim_mc_500x40"


def marginal(answers: NDArray[np.int64], items: Sequence[Item], grid: Grid) -> float:
    heights = log_likelihood(answers, items, grid.points) + np.log(grid.weights)
    return float(logsumexp(heights, axis=1).sum())


def ours(shared: Path, name: str, model: str) -> Calibration:
    return calibrated(shared, name, "3pl" if model == "3PL_prior" else model)


@pytest.mark.parametrize(("name", "model"), CALIBRATIONS)
def test_likelihood_at_its_parameters(shared: Path, name: str, model: str) -> None:
    items, variance, theirs = calibration(shared, name, model)
    found = marginal(categories(shared, name), items, peer_density(61, 6.0, variance))
    assert found == pytest.approx(theirs["logLik"], abs=1e-6)


@pytest.mark.parametrize(("name", "model"), WHOLE)
def test_likelihood(shared: Path, name: str, model: str) -> None:
    theirs, found = reference(shared, f"irt_mirt_{name}")["results"][model], ours(shared, name, model)
    assert found.loglik - theirs["logLik"] == pytest.approx(TOO_NARROW.get((name, model), 0.0), abs=0.01)
    assert found.log_prior == pytest.approx(theirs["logPrior"], abs=1e-3)
    assert found.populations[0].mean == theirs["latent_mean"]
    assert (found.parameters, found.n) == (theirs["npar"], theirs["n"])
    below = 2 * TOO_NARROW.get((name, model), 0.0)
    assert found.aic == pytest.approx(theirs["AIC"] - below, abs=0.02)
    assert found.bic == pytest.approx(theirs["BIC"] - below, abs=0.02)


@pytest.mark.parametrize("name", ["sat12_scored", "sim_3pl_5000x30"])
def test_likelihood_of_the_3pl(shared: Path, name: str) -> None:
    theirs, found = reference(shared, f"irt_mirt_{name}")["results"]["3PL_prior"], calibrated(shared, name, "3pl")
    assert found.loglik + found.log_prior == pytest.approx(theirs["logLik"] + theirs["logPrior"], abs=0.01)
    assert found.parameters == theirs["npar"]


def test_2pl_beside_the_3pl(shared: Path) -> None:
    name = "sim_3pl_5000x30"
    theirs = reference(shared, f"irt_mirt_{name}")["results"]["2PL"]["items"]
    found = [item for item in calibrated(shared, name, "2pl").items if isinstance(item, Logistic)]
    assert apart([item.a for item in found], theirs["a"]) < 0.005
    assert apart([item.b for item in found], theirs["b"]) < 0.005


def columns(rows: dict[str, Any], part: str) -> list[float]:
    """Slopes, intercepts and logits of asymptotes of all items, those that were estimated."""
    wanted = [
        (one[part][column], one["se"][column])
        for one in rows.values()
        for column in one["se"]
        if column == "logit(g)" or (column[0] in "ad" and column[:2] != "ak" and column != "d0")
    ]
    return [value for value, error in wanted if np.isfinite(error)]


@pytest.mark.parametrize(("name", "model"), [one for one in WHOLE if one not in TOO_NARROW])
def test_slopes_and_intercepts(shared: Path, name: str, model: str) -> None:
    theirs = reference(shared, f"irt_mirt_{name}")["results"][model]["parameters_slope_intercept"]
    found, values = ours(shared, name, model), columns(theirs, "par")
    errors = np.sqrt(np.diag(found.covariance))[: len(values)]
    np.testing.assert_allclose(errors, columns(theirs, "se"), rtol=0.02)
    assert apart(np.abs(found.estimated[: len(values)]), np.abs(values)) < 0.005


@cache
def answers(shared: Path) -> NDArray[np.int64]:
    return table(shared, NOMINAL)[1].astype(np.int64) - 1


def nominal(shared: Path) -> tuple[list[Nominal], Any]:
    theirs = reference(shared, f"similarity_{NOMINAL}")["mirt_nominal"]
    rows = zip(theirs["lambda"], theirs["zeta"], strict=True)
    return [Nominal(tuple(slopes), tuple(intercepts)) for slopes, intercepts in rows], theirs


def test_nominal_model_at_its_parameters(shared: Path) -> None:
    items, theirs = nominal(shared)
    assert marginal(answers(shared), items, normal_grid(61, 6.0)) == pytest.approx(theirs["logLik"], abs=1e-6)
    found = expected_a_posteriori(answers(shared)[:50], items, normal_grid(*SCORING))
    assert apart(found.theta, theirs["EAP_first50"]) < 1e-6


def test_nominal_model(shared: Path) -> None:
    """It stopped 0.56 below the maximum; slopes differ by up to 0.08, less than a standard error."""
    items, theirs = nominal(shared)
    found = calibrate(answers(shared), "nominal")
    assert found.converged
    assert found.parameters == theirs["npar"]
    assert found.loglik - theirs["logLik"] == pytest.approx(0.56, abs=0.01)
    for one, error, other in zip(found.items, found.errors, items, strict=True):
        assert isinstance(one, Nominal)
        assert isinstance(error, Nominal)
        assert apart(one.slopes, other.slopes) < 0.08
        assert apart(one.intercepts, other.intercepts) < 0.03
        assert (np.abs(np.subtract(one.slopes, other.slopes)) < np.array(error.slopes)).all()
