"""Marginal maximum likelihood against girth, which differs from all other programs in ways that are listed here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import logsumexp

from item_bank.statistics.irt.ability import expected_a_posteriori
from item_bank.statistics.irt.conditional import conditional_rasch
from item_bank.statistics.irt.likelihood import log_likelihood
from item_bank.statistics.irt.models import Graded, Item, Logistic, PartialCredit
from item_bank.statistics.irt.quadrature import normal_grid
from tests.reference.calibrated import apart
from tests.reference.peers import reference
from tests.reference.test_calibration import calibrated, categories

BINARY = ["lsat6", "lsat7", "abortion", "sat12_scored", "verbal", "sim_2pl_2000x40", "sim_3pl_5000x30"]
GRADED = ["science", "sim_grm_1500x15", "sim_gpcm_1500x12"]
#: Girth's blocks: the model as we call it. Its partial credit has slopes; its Rasch model has abilities N(0, 1).
DICHOTOMOUS = {"onepl_mml": "1pl", "twopl_mml": "2pl"}
POLYTOMOUS = {"grm_mml": "grm", "pcm_mml": "gpcm"}
TOLERANCE = 0.005

#: (data, block) → by how much a and b differ at most, where it is more than the tolerance. Girth takes the difficulties
#: from the items' margins (`test_difficulties_are_of_the_margins`), not from the likelihood, and searches slopes
#: between 0.25 and 5: hence sat12's item 32 (slope 0.13) and abortion's item 3 (slope 6.05).
DIFFERENCES = {
    ("abortion", "onepl_mml"): (0.0094, 0.0143),
    ("abortion", "twopl_mml"): (1.0451, 0.0194),
    ("verbal", "onepl_mml"): (0.0054, 0.0154),
    ("verbal", "twopl_mml"): (0.0158, 0.0247),
    ("sat12_scored", "onepl_mml"): (0.0024, 0.0308),
    ("sat12_scored", "twopl_mml"): (0.1579, 6.9286),
    ("sim_2pl_2000x40", "onepl_mml"): (0.0017, 0.0080),
    ("sim_2pl_2000x40", "twopl_mml"): (0.0011, 0.0084),
    ("sim_3pl_5000x30", "onepl_mml"): (0.0004, 0.0072),
    ("sim_3pl_5000x30", "twopl_mml"): (0.0049, 0.0172),
    ("science", "grm_mml"): (0.0168, 0.0392),
    ("sim_gpcm_1500x12", "grm_mml"): (0.0213, 0.0297),
    ("sim_gpcm_1500x12", "pcm_mml"): (0.0008, 0.0245),
    ("sim_grm_1500x15", "grm_mml"): (0.0163, 0.0367),
    ("sim_grm_1500x15", "pcm_mml"): (0.0022, 0.0199),
}
CALIBRATIONS = [(name, block) for name in BINARY for block in DICHOTOMOUS]
CALIBRATIONS += [(name, block) for name in GRADED for block in POLYTOMOUS]
WITH_SCORES = [one for one in CALIBRATIONS if one[1] != "onepl_mml"]


def girth(shared: Path, name: str, block: str) -> Any:
    return reference(shared, f"girth_{name}")["results"][block]


def stored(peer: Any, block: str) -> list[Item]:
    """Girth's own items."""
    rows = zip(peer["Discrimination"], peer["Difficulty"], strict=True)
    if block == "twopl_mml":
        return [Logistic(a, b) for a, b in rows]
    kind = Graded if block == "grm_mml" else PartialCredit
    return [kind(a, tuple(b)) for a, b in rows]


@pytest.mark.parametrize(("name", "block"), CALIBRATIONS)
def test_parameters(shared: Path, name: str, block: str) -> None:
    theirs = girth(shared, name, block)
    found = calibrated(shared, name, {**DICHOTOMOUS, **POLYTOMOUS}[block])
    items = [item for item in found.items if isinstance(item, Logistic | Graded | PartialCredit)]
    slopes = np.broadcast_to(theirs["Discrimination"], len(items))
    known = DIFFERENCES.get((name, block), (0.0, 0.0))
    assert apart([item.a for item in items], slopes) == pytest.approx(known[0], abs=TOLERANCE)
    assert apart([item.b for item in items], theirs["Difficulty"]) == pytest.approx(known[1], abs=TOLERANCE)


@pytest.mark.parametrize(("name", "block"), WITH_SCORES)
def test_its_likelihood_is_nowhere_above_ours(shared: Path, name: str, block: str) -> None:
    """What it calls AIC is the deviance; where difficulties agree, so do the deviances."""
    deviance = girth(shared, name, block)["AIC"]
    ours = -2 * calibrated(shared, name, {**DICHOTOMOUS, **POLYTOMOUS}[block]).loglik
    assert ours <= deviance + 1e-6
    if (name, block) not in DIFFERENCES:
        assert ours == pytest.approx(deviance, abs=0.02)


@pytest.mark.parametrize(("name", "block"), WITH_SCORES)
def test_abilities_given_its_items(shared: Path, name: str, block: str) -> None:
    theirs = girth(shared, name, block)
    found = expected_a_posteriori(categories(shared, name)[:50], stored(theirs, block), normal_grid(61, 6.0))
    assert apart(found.theta, theirs["EAP_first50"]) < 1e-5


def margins(shared: Path, name: str, slopes: ArrayLike) -> list[float]:
    """Difficulties with which as many are expected to be right among abilities N(0, 1) as were."""
    shares, grid = categories(shared, name).mean(axis=0), normal_grid(161, 8.0)

    def excess(b: float, a: float, share: float) -> float:
        return float(Logistic(a, b).curves(grid.points).probability[:, 1] @ grid.weights - share)

    pairs = zip(np.broadcast_to(slopes, len(shares)).tolist(), shares.tolist(), strict=True)
    return [float(brentq(excess, -25, 25, args=pair)) for pair in pairs]


@pytest.mark.parametrize("block", ["rasch_mml", "onepl_mml", "twopl_mml"])
@pytest.mark.parametrize("name", BINARY)
def test_difficulties_are_of_the_margins(shared: Path, name: str, block: str) -> None:
    theirs = girth(shared, name, block)
    # Its search stops at about 1e-4 of where slopes are small.
    assert apart(margins(shared, name, theirs["Discrimination"]), theirs["Difficulty"]) < 5e-4


@pytest.mark.parametrize("name", BINARY)
def test_conditional_difficulties(shared: Path, name: str) -> None:
    """On sim_2pl it is 1.5e-4 from eRm, psychotools and us."""
    theirs = girth(shared, name, "rasch_conditional")["Difficulty"]
    assert apart(conditional_rasch(categories(shared, name)).difficulty, theirs) < 2e-4


def test_its_3pl_is_below_the_highest_known_likelihood(shared: Path) -> None:
    """Without a prior there is no clean maximum (disagreement 4): parameters differ by up to 0.43."""
    name, grid = "sim_3pl_5000x30", normal_grid(61, 6.0)
    theirs = girth(shared, name, "threepl_mml")
    columns = (theirs["Discrimination"], theirs["Difficulty"], theirs["Guessing"])
    items = [Logistic(a, b, c) for a, b, c in zip(*columns, strict=True)]
    joint = log_likelihood(categories(shared, name), items, grid.points) + np.log(grid.weights)
    highest = reference(shared, f"irt_mirt_{name}")["results"]["3PL"]["logLik"]
    assert highest - 0.2 < logsumexp(joint, axis=1).sum() < highest
