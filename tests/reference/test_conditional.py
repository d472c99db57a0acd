"""Conditional maximum likelihood against eRm and psychotools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from item_bank.statistics.irt.ability import maximum_likelihood
from item_bank.statistics.irt.conditional import andersen_test, conditional_rasch
from item_bank.statistics.irt.information import separation_reliability
from tests.reference.calibrated import apart, categories
from tests.reference.peers import reference

DATA = ["abortion", "lsat6", "lsat7", "sat12_scored", "sim_2pl_2000x40", "verbal"]


def blocks(shared: Path, name: str) -> tuple[Any, Any]:
    results = reference(shared, f"irt_cml_{name}")["results"]
    return results["eRm_CML"], results["psychotools_CML"]


@pytest.mark.parametrize("name", DATA)
def test_difficulties(shared: Path, name: str) -> None:
    erm, psychotools = blocks(shared, name)
    found = conditional_rasch(categories(shared, name))
    assert found.converged
    assert apart(found.difficulty, list(erm["difficulty"].values())) < 1e-4
    theirs = list(psychotools["difficulty_first_item_zero"].values())
    assert apart(found.difficulty - found.difficulty[0], theirs) < 1e-4


@pytest.mark.parametrize("name", DATA)
def test_errors(shared: Path, name: str) -> None:
    erm, psychotools = blocks(shared, name)
    found = conditional_rasch(categories(shared, name))
    assert apart(found.error, erm["se"]) < 1e-4
    variance = np.diag(found.covariance)
    of_difference = np.sqrt(variance + variance[0] - 2 * found.covariance[0])
    assert apart(of_difference[1:], psychotools["se"][1:]) < 1e-4


@pytest.mark.parametrize("name", DATA)
def test_log_likelihood(shared: Path, name: str) -> None:
    erm, psychotools = blocks(shared, name)
    found = conditional_rasch(categories(shared, name))
    assert found.log_likelihood == pytest.approx(erm["cLogLik"], abs=1e-5)
    assert found.log_likelihood == pytest.approx(psychotools["cLogLik"], abs=1e-5)
    assert found.parameters == psychotools["df"]


@pytest.mark.parametrize("name", DATA)
def test_psychotools_beside_the_marginal_fits(shared: Path, name: str) -> None:
    """The file of marginal fits has psychotools' conditional one, too."""
    theirs = reference(shared, f"irt_peers_{name}")["results"]["psychotools_CML"]
    found = conditional_rasch(categories(shared, name))
    assert found.parameters == theirs["df"]
    assert found.log_likelihood == pytest.approx(theirs["cLogLik"], abs=1e-5)
    assert apart(found.difficulty - found.difficulty[0], list(theirs["difficulty_item1_zero"].values())) < 1e-4
    variance = np.diag(found.covariance)
    of_difference = np.sqrt(variance + variance[0] - 2 * found.covariance[0])
    assert apart(of_difference[1:], list(theirs["vcov_se"].values())) < 1e-4


@pytest.mark.parametrize("name", DATA)
def test_ability_of_each_score(shared: Path, name: str) -> None:
    erm, _ = blocks(shared, name)
    items = conditional_rasch(categories(shared, name)).items
    scores = [score for score in erm["score_theta"]["score"] if 0 < score < len(items)]
    theirs = [
        one
        for one, score in zip(erm["score_theta"]["theta"], erm["score_theta"]["score"], strict=True)
        if 0 < score < len(items)
    ]
    patterns = np.array([[1] * score + [0] * (len(items) - score) for score in scores])
    found = maximum_likelihood(patterns, items)
    assert apart(found.theta, theirs) < 1e-3
    one = erm["score_se"]  # the file has the error of one score
    assert found.error[np.argmin(np.abs(found.theta - one["theta"]))] == pytest.approx(one["se"], abs=1e-3)


@pytest.mark.parametrize("name", ["sat12_scored", "sim_2pl_2000x40", "verbal"])
def test_andersen(shared: Path, name: str) -> None:
    theirs = blocks(shared, name)[0]["LRtest_median"]
    found = andersen_test(categories(shared, name))
    assert found.statistic == pytest.approx(theirs["LR"], abs=1e-4)
    assert found.degrees == theirs["df"]
    # eRm prints p to about 12 places.
    assert found.p == pytest.approx(theirs["p"], abs=1e-8)


@pytest.mark.parametrize("name", DATA)
def test_separation(shared: Path, name: str) -> None:
    erm, _ = blocks(shared, name)
    responses = categories(shared, name)
    abilities = maximum_likelihood(responses, conditional_rasch(responses).items)
    assert separation_reliability(abilities) == pytest.approx(erm["separation_reliability"], abs=1e-3)
