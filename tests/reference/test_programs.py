"""Calibrations of ltm, TAM, eRm and psychotools: parameters, errors, and their likelihood at their own parameters.

The last tells where two programs do not end at the same place whether they differ in the function or in its maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from item_bank.statistics.irt.likelihood import log_likelihood
from item_bank.statistics.irt.models import Graded, Item, Logistic, PartialCredit
from item_bank.statistics.irt.quadrature import Grid, gauss_hermite
from item_bank.statistics.responses import Floats
from tests.reference.calibrated import apart, partial_credit_of_tam
from tests.reference.peers import reference
from tests.reference.test_calibration import BINARY, GRADED, calibrated, categories

#: ltm did not fit the set with missing answers.
LTM = [name for name in BINARY if name != "sim_2pl_missing_2000x40"]
TOLERANCE = 0.005
#: The fits that stopped before the maximum, with what is wrong of a, b and the log-likelihood (disagreements 1 and 2 of
#: the data's README): ltm on abortion, where slopes are 3 to 8, and TAM's grid of [-6, 6] for a variance of 18.8.
LTM_STOPPED = {("abortion", "ltm_2PL"): (0.0756, 0.0009, 0.0456)}
TAM_TOO_NARROW = {"abortion": (0.4250, 11.4649, 26.9818)}


def peer(shared: Path, name: str, block: str) -> Any:
    return reference(shared, f"irt_peers_{name}")["results"][block]


def logistic(slopes: Sequence[float], difficulties: Sequence[float]) -> list[Item]:
    return [Logistic(a, b) for a, b in zip(slopes, difficulties, strict=True)]


def grid_of_tam(variance: float = 1.0) -> Grid:
    """61 nodes from −6 to 6, whose weights do not add up to 1 where abilities reach beyond."""
    points = np.linspace(-6, 6, 61)
    return Grid(points, norm.pdf(points, scale=np.sqrt(variance)) * (points[1] - points[0]))


def joint(shared: Path, name: str, items: Sequence[Item], grid: Grid) -> Floats:
    return np.asarray(log_likelihood(categories(shared, name), items, grid.points) + np.log(grid.weights))


def marginal(shared: Path, name: str, items: Sequence[Item], grid: Grid) -> float:
    return float(logsumexp(joint(shared, name, items, grid), axis=1).sum())


def parameters(items: Sequence[Item]) -> tuple[list[float], Floats]:
    known = [item for item in items if isinstance(item, Logistic | Graded | PartialCredit)]
    return [item.a for item in known], np.array([item.b for item in known])


@pytest.mark.parametrize("block", ["ltm_1PL", "ltm_2PL", "ltm_rasch_slope1"])
@pytest.mark.parametrize("name", LTM)
def test_likelihood_at_the_parameters_of_ltm(shared: Path, name: str, block: str) -> None:
    theirs = peer(shared, name, block)
    items = logistic(theirs["coef"]["Dscrmn"], theirs["coef"]["Dffclt"])
    assert marginal(shared, name, items, gauss_hermite(61)) == pytest.approx(theirs["logLik"], abs=1e-6)


@pytest.mark.parametrize(("block", "model"), [("ltm_1PL", "1pl"), ("ltm_2PL", "2pl")])
@pytest.mark.parametrize("name", LTM)
def test_parameters_of_ltm(shared: Path, name: str, block: str, model: str) -> None:
    theirs, ours = peer(shared, name, block), calibrated(shared, name, model)
    slope, difficulty, height = LTM_STOPPED.get((name, block), (0.0, 0.0, 0.0))
    slopes, difficulties = parameters(ours.items)
    assert apart(slopes, theirs["coef"]["Dscrmn"]) == pytest.approx(slope, abs=TOLERANCE)
    assert apart(difficulties, theirs["coef"]["Dffclt"]) == pytest.approx(difficulty, abs=TOLERANCE)
    assert ours.loglik - theirs["logLik"] == pytest.approx(height, abs=0.01)


@pytest.mark.parametrize(("block", "model"), [("ltm_1PL", "1pl"), ("ltm_2PL", "2pl")])
@pytest.mark.parametrize("name", LTM)
def test_errors_of_ltm(shared: Path, name: str, block: str, model: str) -> None:
    """Of intercepts first, then of slopes. Where it stopped early, its errors are of that place: 5 %."""
    theirs = list(peer(shared, name, block)["se"].values())
    ours = np.sqrt(np.diag(calibrated(shared, name, model).covariance))
    ordered = [*ours[1:], ours[0]] if model == "1pl" else [*ours[1::2], *ours[::2]]
    np.testing.assert_allclose(ordered, theirs, rtol=0.06 if (name, block) in LTM_STOPPED else 0.02)


@pytest.mark.parametrize("name", GRADED)
def test_graded_response_of_ltm(shared: Path, name: str) -> None:
    """It gives three decimals: all first thresholds, all second ones and so on, and the slopes last."""
    theirs = np.array(peer(shared, name, "ltm_grm")["coef"]).ravel()
    slopes, thresholds = parameters(calibrated(shared, name, "grm").items)
    assert apart([*thresholds.T.ravel(), *slopes], theirs) < TOLERANCE


@pytest.mark.parametrize("name", GRADED)
def test_generalised_partial_credit_of_ltm(shared: Path, name: str) -> None:
    theirs = peer(shared, name, "ltm_gpcm")
    rows = [list(item.values()) for item in theirs["coef"].values()]
    slopes, steps = parameters(calibrated(shared, name, "gpcm").items)
    assert apart(np.column_stack([steps, slopes]), rows) < TOLERANCE
    items: list[Item] = [PartialCredit(slope, tuple(steps)) for *steps, slope in rows]
    assert marginal(shared, name, items, gauss_hermite(61)) == pytest.approx(theirs["logLik"], abs=1e-6)


@pytest.mark.parametrize("name", BINARY)
def test_rasch_of_tam(shared: Path, name: str) -> None:
    theirs, ours = peer(shared, name, "TAM_Rasch"), calibrated(shared, name, "rasch")
    difficulty, variance, height = TAM_TOO_NARROW.get(name, (0.0, 0.0, 0.0))
    items = logistic([1.0] * len(ours.items), theirs["item"]["xsi"])
    found = marginal(shared, name, items, grid_of_tam(theirs["variance"]))
    assert found == pytest.approx(theirs["logLik"], abs=1e-4)
    assert apart(parameters(ours.items)[1], theirs["item"]["xsi"]) == pytest.approx(difficulty, abs=TOLERANCE)
    assert ours.populations[0].variance - theirs["variance"] == pytest.approx(variance, abs=TOLERANCE)
    assert ours.loglik - theirs["logLik"] == pytest.approx(height, abs=0.01)


@pytest.mark.parametrize("name", BINARY)
def test_2pl_of_tam(shared: Path, name: str) -> None:
    theirs = peer(shared, name, "TAM_2PL")
    slopes, difficulties = parameters(calibrated(shared, name, "2pl").items)
    assert apart(slopes, theirs["items_irt"]["alpha"]) < TOLERANCE
    assert apart(difficulties, theirs["items_irt"]["beta"]) < TOLERANCE
    items = logistic(theirs["items_irt"]["alpha"], theirs["items_irt"]["beta"])
    assert marginal(shared, name, items, grid_of_tam()) == pytest.approx(theirs["logLik"], abs=1e-4)


@pytest.mark.parametrize(("block", "model"), [("TAM_gpcm", "gpcm"), ("TAM_pcm", "pcm")])
@pytest.mark.parametrize("name", GRADED)
def test_partial_credit_of_tam(shared: Path, name: str, block: str, model: str) -> None:
    theirs, ours = peer(shared, name, block), calibrated(shared, name, model)
    items = partial_credit_of_tam(theirs["items_irt"])
    variance = theirs.get("variance", 1.0)
    assert ours.populations[0].variance == pytest.approx(variance, abs=TOLERANCE)
    (slopes, steps), (their_slopes, their_steps) = parameters(ours.items), parameters(items)
    assert apart(slopes, their_slopes) < TOLERANCE
    assert apart(steps, their_steps) < TOLERANCE
    assert marginal(shared, name, items, grid_of_tam(variance)) == pytest.approx(theirs["logLik"], abs=1e-4)


def complete_information(shared: Path, name: str, items: Sequence[Item], variance: float) -> list[float]:
    """1/√Σ Σ_q P(q | x) P(1 − P), with P(X ≥ h) for P: the errors of steps if abilities were known."""
    grid, answered = grid_of_tam(variance), categories(shared, name) >= 0
    heights = joint(shared, name, items, grid)
    posterior = np.exp(heights - logsumexp(heights, axis=1, keepdims=True))
    errors: list[float] = []
    for column, item in enumerate(items):
        reached = item.curves(grid.points).probability[:, ::-1].cumsum(axis=1)[:, -2::-1]
        errors += (1 / np.sqrt(posterior[answered[:, column]].sum(axis=0) @ (reached * (1 - reached)))).tolist()
    return errors


@pytest.mark.parametrize("name", BINARY)
def test_errors_of_tam_take_abilities_for_known(shared: Path, name: str) -> None:
    """Hence they are smaller than ours, which are mirt's and ltm's."""
    theirs = peer(shared, name, "TAM_Rasch")
    items = logistic([1.0] * len(theirs["item"]["xsi"]), theirs["item"]["xsi"])
    found = complete_information(shared, name, items, theirs["variance"])
    np.testing.assert_allclose(found, theirs["item"]["se.xsi"], rtol=1e-4)
    assert (np.array(theirs["item"]["se.xsi"]) < parameters(calibrated(shared, name, "rasch").errors)[1]).all()


@pytest.mark.parametrize("name", GRADED)
def test_errors_of_tams_partial_credit_take_abilities_for_known(shared: Path, name: str) -> None:
    theirs = peer(shared, name, "TAM_pcm")
    items = partial_credit_of_tam(theirs["items_irt"])
    assert apart(parameters(items)[1].ravel(), theirs["xsi"]["xsi"]) < 1e-9
    found = complete_information(shared, name, items, theirs["variance"])
    np.testing.assert_allclose(found, theirs["xsi"]["se.xsi"], rtol=1e-4)


#: Data → by how much eRm's conditional steps, centred, differ from marginal ones. Five persons of science chose the
#: lowest category of its first item.
CONDITIONAL = {"science": 0.1811, "sim_grm_1500x15": 0.0096, "sim_gpcm_1500x12": 0.0075}


@pytest.mark.parametrize("name", GRADED)
def test_conditional_partial_credit_of_erm(shared: Path, name: str) -> None:
    """Ours of ordered categories is marginal, and its steps are near; eRm's log-likelihood is by the definition
    (Masters 1982, eq. 14) that of its steps: −Σ β of the categories chosen − Σ log γ of the scores."""
    theirs = peer(shared, name, "eRm_pcm")
    columns = [column for column in theirs["thresholds"] if column.startswith("Threshold")]
    steps = np.array([theirs["thresholds"][column] for column in columns]).T
    np.testing.assert_allclose(steps.mean(axis=1), theirs["thresholds"]["Location"], atol=1e-9)
    np.testing.assert_allclose(steps.cumsum(axis=1).ravel(), list(theirs["beta"].values()), atol=1e-9)
    ours = parameters(calibrated(shared, name, "pcm").items)[1]
    assert apart(ours - ours.mean(), steps - steps.mean()) == pytest.approx(CONDITIONAL[name], abs=TOLERANCE)
    answers, beta = categories(shared, name), np.column_stack([np.zeros(len(steps)), steps.cumsum(axis=1)])
    gamma = np.ones(1)
    for row in beta:
        gamma = np.convolve(gamma, np.exp(-row))
    found = -beta[np.arange(len(beta)), answers].sum() - np.log(gamma)[answers.sum(axis=1)].sum()
    assert found == pytest.approx(theirs["cLogLik"], abs=1e-5)
