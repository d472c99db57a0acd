"""Classical figures against psych, CTT, ltm, lavaan, pingouin and base R: one test for each data set and statistic."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from item_bank.statistics.association import smoothed, tetrachoric
from item_bank.statistics.classical import Analysis, analyse
from item_bank.statistics.factor import OneFactor, maximum_likelihood, minres
from item_bank.statistics.reliability import alpha_interval, lower_bounds, reliability
from item_bank.statistics.responses import Responses, classify
from tests.reference.peers import close, reference, table

BINARY = ["lsat6", "lsat7", "abortion", "sat12_scored", "verbal", "sim_2pl_2000x40"]
GRADED = ["science", "sim_grm_1500x15"]
COMPLETE = BINARY + GRADED
MISSING = "sim_2pl_missing_2000x40"


@cache
def peers(shared: Path, name: str) -> Any:
    return reference(shared, f"ctt_{name}")["results"]


@cache
def responses(shared: Path, name: str) -> Responses:
    _columns, scores = table(shared, name)
    # An empty cell of these sets was not presented.
    position = np.where(np.isnan(scores), -1, np.arange(scores.shape[1]))
    return classify(scores, np.nanmax(scores, axis=0), position=position)


@cache
def analysis(shared: Path, name: str) -> Analysis:
    return analyse(responses(shared, name))


def each(found: Analysis, figure: str) -> list[float]:
    return [getattr(item, figure) for item in found.items]


ITEM_STATISTICS = {"item_total": "raw.r", "item_rest": "r.drop", "mean": "mean", "sd": "sd", "n": "n"}


@pytest.mark.parametrize("figure", ITEM_STATISTICS)
@pytest.mark.parametrize("name", [*COMPLETE, MISSING])
@pytest.mark.pitfall("M3")
def test_item_statistics(shared: Path, name: str, figure: str) -> None:
    theirs = peers(shared, name)["psych_alpha"]["item_stats"][ITEM_STATISTICS[figure]]
    close(each(analysis(shared, name), figure), theirs)


@pytest.mark.parametrize("name", [*COMPLETE, MISSING])
def test_alpha(shared: Path, name: str) -> None:
    psych, ours = peers(shared, name)["psych_alpha"], analysis(shared, name).reliability
    close(ours.alpha, psych["raw_alpha"])
    close([ours.lower, ours.upper], [psych["feldt"]["lower.ci.raw_alpha"], psych["feldt"]["upper.ci.raw_alpha"]])


@pytest.mark.parametrize("name", [*COMPLETE, MISSING])
def test_alpha_if_deleted(shared: Path, name: str) -> None:
    theirs = peers(shared, name)["psych_alpha"]["alpha_if_deleted"]["raw_alpha"]
    close(each(analysis(shared, name), "alpha_if_deleted"), theirs)


@pytest.mark.parametrize("name", [*BINARY, "science", MISSING])
def test_alpha_of_pingouin(shared: Path, name: str) -> None:
    theirs = reference(shared, "ctt_pingouin_alpha")["results"][name]
    ours = analysis(shared, name).reliability
    close(ours.alpha, theirs["alpha"])
    assert [round(ours.lower, 3), round(ours.upper, 3)] == theirs["ci95_feldt"]


def test_alpha_of_pingouin_over_persons_with_every_item(shared: Path) -> None:
    theirs = reference(shared, "ctt_pingouin_alpha")["results"][f"{MISSING}_listwise"]
    _columns, scores = table(shared, MISSING)
    ours = reliability(classify(scores[~np.isnan(scores).any(axis=1)]))
    close(ours.alpha, theirs["alpha"])
    # Its interval is that of all 2,000 persons, as if the others had entered: ours is wider.
    assert [round(limit, 3) for limit in alpha_interval(ours.alpha, len(scores), ours.k)] == theirs["ci95_feldt"]
    assert ours.lower < theirs["ci95_feldt"][0] < theirs["ci95_feldt"][1] < ours.upper


SCORES = {
    "mean": "mean",
    "sd": "sd",
    "skewness": "skewness_psych_type3",
    "kurtosis": "kurtosis_psych_type3",
}


@pytest.mark.parametrize("figure", SCORES)
@pytest.mark.parametrize("name", COMPLETE)
def test_scores(shared: Path, name: str, figure: str) -> None:
    close(getattr(analysis(shared, name).scores, figure), peers(shared, name)["scores"][SCORES[figure]])


@pytest.mark.parametrize("name", COMPLETE)
def test_standard_error_of_measurement(shared: Path, name: str) -> None:
    close(analysis(shared, name).reliability.sem, peers(shared, name)["scores"]["SEM_alpha"])


@pytest.mark.parametrize("name", COMPLETE)
def test_frequencies_of_scores(shared: Path, name: str) -> None:
    theirs = peers(shared, name)["scores"]
    close(analysis(shared, name).scores.sd ** 2, theirs["var_n_minus_1"])
    totals, counts = np.unique(responses(shared, name).marked().sum(axis=1), return_counts=True)
    assert {f"{total:.0f}": count for total, count in zip(totals, counts, strict=True)} == theirs["frequency"]


@pytest.mark.parametrize("name", COMPLETE)
def test_alpha_of_a_test_twice_as_long(shared: Path, name: str) -> None:
    alpha = analysis(shared, name).reliability.alpha
    close(2 * alpha / (1 + alpha), peers(shared, name)["scores"]["spearman_brown_double"])


@pytest.mark.parametrize("name", BINARY)
def test_kuder_richardson(shared: Path, name: str) -> None:
    theirs, ours = peers(shared, name)["KR20_KR21"], analysis(shared, name).reliability
    close([ours.kr20, ours.kr21], [theirs["KR20_popvar"], theirs["KR21_popvar"]])


@pytest.mark.parametrize("name", BINARY)
def test_facilities_of_ltm(shared: Path, name: str) -> None:
    theirs = peers(shared, name)["ltm_descript"]
    close(each(analysis(shared, name), "facility"), theirs["proportions"]["1"])
    close(each(analysis(shared, name), "point_biserial"), theirs["point_biserial_excl"])
    close(each(analysis(shared, name), "item_total"), list(theirs["point_biserial_incl"].values()))
    ours = analysis(shared, name).reliability
    close([ours.alpha, *ours.if_deleted], theirs["alpha"]["value"])


@pytest.mark.parametrize("name", COMPLETE)
def test_item_analysis_of_ctt(shared: Path, name: str) -> None:
    theirs, ours = peers(shared, name)["CTT_itemAnalysis"], analysis(shared, name)
    close(each(ours, "mean"), theirs["items"]["itemMean"])
    close(each(ours, "item_rest"), theirs["items"]["pBis"])
    close(each(ours, "alpha_if_deleted"), theirs["items"]["alphaIfDeleted"])
    close([ours.reliability.alpha, ours.scores.mean], [theirs["alpha"], theirs["scaleMean"]])
    close(ours.scores.sd, theirs["scaleSD"])


@pytest.mark.parametrize("name", COMPLETE)
def test_biserial_and_polyserial(shared: Path, name: str) -> None:
    close(each(analysis(shared, name), "biserial"), peers(shared, name)["CTT_itemAnalysis"]["items"]["bis"])


@pytest.mark.parametrize("name", BINARY)
def test_tetrachoric(shared: Path, name: str) -> None:
    """psych makes its matrix positive definite. Where a cell is empty, r is at its limit; psych's search stops at
    about 0.966 on the way there (one pair of sat12), so such a pair is held to the sign only."""
    peer = peers(shared, name)["tetrachoric"]
    theirs = np.array(peer["rho"])
    close(norm.isf(each(analysis(shared, name), "facility")), list(peer["tau"].values()))
    raw, error = tetrachoric(responses(shared, name).marked())
    limit = np.isnan(error)
    assert np.count_nonzero(limit) == {"sat12_scored": 2}.get(name, 0)
    close(np.where(limit, 0.0, smoothed(raw)), np.where(limit, 0.0, theirs), 0.005)
    assert (raw[limit] * theirs[limit] > 0).all()


@pytest.mark.parametrize("name", COMPLETE)
def test_upper_lower_27_percent(shared: Path, name: str) -> None:
    """Ties at the boundary enter with the fraction that fills the group."""
    theirs = np.asarray(peers(shared, name)["upper_lower_27"]["D_fractional_ties"])
    worth: NDArray[Any] = responses(shared, name).maxima
    close(each(analysis(shared, name), "upper_lower") * worth, theirs, 1e-10)


@cache
def one_factor(shared: Path, name: str) -> OneFactor:
    marked = responses(shared, name).marked()
    return maximum_likelihood(np.cov(marked, rowvar=False, ddof=0), len(marked))


@pytest.mark.parametrize("figure", ["omega", "omega_observed", "loadings", "unique", "loglik"])
@pytest.mark.parametrize("name", COMPLETE)
def test_omega_of_covariances(shared: Path, name: str, figure: str) -> None:
    theirs, ours = peers(shared, name)["omega_1factor"], one_factor(shared, name)
    assert ours.converged
    names = {
        "omega": theirs["omega_total"],
        "omega_observed": theirs["omega_denominator_observed"],
        "loadings": list(theirs["loadings"].values()),
        "unique": list(theirs["residual_variances"].values()),
        "loglik": theirs["logLik"],
    }
    close(getattr(ours, figure), names[figure], 1e-4)


@pytest.mark.parametrize("name", COMPLETE)
def test_omega_of_correlations(shared: Path, name: str) -> None:
    marked = responses(shared, name).marked()
    ours = minres(np.cov(marked, rowvar=False), len(marked))
    assert ours.converged
    theirs, bounds = peers(shared, name)["psych_omega_1"], lower_bounds(np.asarray(np.corrcoef(marked, rowvar=False)))
    close(ours.omega_unique, theirs["omega_tot"], 1e-3)
    close([bounds.alpha, bounds.lambda6], [theirs["alpha"], theirs["G6"]])


@pytest.mark.parametrize("name", COMPLETE)
def test_lower_bounds_beside_split_halves(shared: Path, name: str) -> None:
    theirs = peers(shared, name)["psych_splitHalf"]
    ours = lower_bounds(np.asarray(np.corrcoef(responses(shared, name).marked(), rowvar=False)))
    close([ours.alpha, ours.lambda6], [theirs["alpha"], theirs["guttman_lambda6"]])


@pytest.mark.parametrize("figure", ["alpha", "lambda2", "lambda6", "mean_r"])
@pytest.mark.parametrize("name", COMPLETE)
def test_lower_bounds_of_correlations(shared: Path, name: str, figure: str) -> None:
    psych = peers(shared, name)
    theirs = {
        "alpha": psych["psych_alpha"]["std_alpha"],
        "lambda2": psych["psych_splitHalf"]["ev_lambda2"],
        "lambda6": psych["psych_alpha"]["G6_smc"],
        "mean_r": psych["psych_alpha"]["average_r"],
    }
    ours = lower_bounds(np.asarray(np.corrcoef(responses(shared, name).marked(), rowvar=False)))
    close(getattr(ours, figure), theirs[figure])
