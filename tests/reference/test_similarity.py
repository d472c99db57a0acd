"""Answer similarity against aberrance and CopyDetect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from item_bank.statistics.irt.ability import maximum_a_posteriori, maximum_likelihood
from item_bank.statistics.irt.calibration import calibrate
from item_bank.statistics.irt.models import Item, Logistic, Nominal
from item_bank.statistics.similarity.k_index import KIndices, k_indices
from item_bank.statistics.similarity.matches import Copying, Matches, copying, similarity
from tests.reference.peers import reference, table, truth

MC, BINARY = "sim_mc_500x40", "sim_2pl_2000x40"
SYMMETRIC = [("OMG", "omega"), ("WOMG", "weighted_omega"), ("GBT", "gbt_p"), ("M4", "m4_p")]
P_VALUES = [("OMG", "omega_p"), ("WOMG", "weighted_omega_p"), ("GBT", "gbt_p"), ("M4", "m4_p")]
ESTIMATED = [("similarity2_nominal", "nominal", 10.0), ("similarity1_2PL", "2pl", 5.0)]
ABILITIES = ["aberrance_true_theta", "aberrance_ML_theta"]


def nominal_setting(shared: Path, block: str) -> tuple[Any, list[Nominal], Any, Any]:
    """Responses, true items, abilities and the peer's block."""
    made, peer = truth(shared, MC), reference(shared, f"similarity_{MC}")[block]
    items = [
        Nominal(tuple(slopes), tuple(intercepts)) for slopes, intercepts in zip(made["lam"], made["zeta"], strict=True)
    ]
    theta = np.array(made["theta"])
    if "eta_ML" in peer:
        theta[np.array(peer["rows_used"]) - 1] = peer["eta_ML"]
    return table(shared, MC)[1].astype(int) - 1, items, theta, peer


def nominal_pairs(shared: Path, block: str) -> tuple[Matches, Any]:
    responses, items, theta, peer = nominal_setting(shared, block)
    peer, key = peer["similarity"], [right - 1 for right in truth(shared, MC)["key"]]
    found = similarity(responses, items, theta, np.array(peer["row1"]) - 1, np.array(peer["row2"]) - 1, key=key)
    return found, peer


def score_pairs(shared: Path) -> tuple[Matches, Any]:
    made, peer = truth(shared, BINARY), reference(shared, f"personfit_{BINARY}")["similarity_score_based"]
    pairs = np.array([name.split("-") for name in peer["pairs"]], dtype=int) - 1
    items = [Logistic(a, b) for a, b in zip(made["a"], made["b"], strict=True)]
    scores = table(shared, BINARY)[1][:15].astype(int)
    theta = np.array(made["theta_first50"][:15])
    return similarity(scores, items, theta, pairs[:, 0], pairs[:, 1], key=[1] * len(items)), peer


@pytest.mark.parametrize(("theirs", "ours"), SYMMETRIC)
@pytest.mark.parametrize("block", ABILITIES)
def test_all_pairs_of_thirty(shared: Path, block: str, theirs: str, ours: str) -> None:
    found, peer = nominal_pairs(shared, block)
    np.testing.assert_allclose(getattr(found, ours), peer["stat"][f"{theirs}_R"], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(("theirs", "ours"), P_VALUES)
@pytest.mark.parametrize("block", ABILITIES)
def test_p_values_of_all_pairs(shared: Path, block: str, theirs: str, ours: str) -> None:
    found, peer = nominal_pairs(shared, block)
    np.testing.assert_allclose(getattr(found, ours), peer["pval"][f"{theirs}_R"], rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize(
    ("part", "theirs", "ours"),
    [("stat", "OMG_R", "omega"), ("pval", "OMG_R", "omega_p"), ("stat", "GBT_R", "gbt_p"), ("pval", "GBT_R", "gbt_p")],
)
@pytest.mark.parametrize("block", ABILITIES)
def test_given_the_source(shared: Path, block: str, part: str, theirs: str, ours: str) -> None:
    responses, items, theta, peer = nominal_setting(shared, block)
    peer = peer["copying"]
    found: Copying = copying(responses, items, theta, np.array(peer["copier"]) - 1, np.array(peer["source"]) - 1)
    np.testing.assert_allclose(getattr(found, ours), peer[part][theirs], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(("theirs", "ours"), SYMMETRIC)
def test_of_scores(shared: Path, theirs: str, ours: str) -> None:
    found, peer = score_pairs(shared)
    np.testing.assert_allclose(getattr(found, ours), peer["stat"][f"{theirs}_S"], rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(("theirs", "ours"), P_VALUES)
def test_p_values_of_scores(shared: Path, theirs: str, ours: str) -> None:
    found, peer = score_pairs(shared)
    np.testing.assert_allclose(getattr(found, ours), peer["pval"][f"{theirs}_S"], rtol=1e-8, atol=1e-12)


def k_family(shared: Path, block: str) -> tuple[KIndices, Any]:
    peer = reference(shared, f"similarity_{MC}")[block]["table"]
    answers = table(shared, MC)[1].astype(int) - 1
    key = [right - 1 for right in truth(shared, MC)["key"]]
    options = 4
    if block.endswith("2PL"):
        # Right or wrong only; there CopyDetect weights right answers as with five options.
        answers, key, options = (answers == key).astype(int), [1] * len(key), 5
    copiers, sources = (np.array(peer[f"Suspected {who} Row #"], dtype=int) - 1 for who in ("Copier", "Source"))
    return k_indices(answers, key, copiers, sources, options=options), peer


@pytest.mark.parametrize("name", ["k", "k1", "k2", "s1", "s2"])
@pytest.mark.parametrize("block", ["CopyDetect_similarity2_nominal", "CopyDetect_similarity1_2PL"])
def test_k_family(shared: Path, block: str, name: str) -> None:
    found, peer = k_family(shared, block)
    np.testing.assert_allclose(getattr(found, name), np.array(peer[f"{name.upper()}.pvalue"]), rtol=1e-8, atol=1e-8)


def p_values(
    responses: Any, items: Sequence[Item], theta: Any, key: list[int], peer: Any, name: str
) -> tuple[Any, Any]:
    """Ours and CopyDetect's of the 20 pairs. Its omega is the conditional one."""
    copiers, sources = (np.array(peer[f"Suspected {who} Row #"], dtype=int) - 1 for who in ("Copier", "Source"))
    theirs = np.array(peer[f"{name}.pvalue"])
    if name == "W":
        return copying(responses, items, theta, copiers, sources).omega_p, theirs
    found = similarity(responses, items, theta, copiers, sources, key=key)
    return {"GBT": found.gbt_p, "M4": found.m4_p}[name], theirs


@pytest.mark.parametrize("name", ["W", "GBT", "M4"])
def test_given_the_peers_estimates(shared: Path, name: str) -> None:
    peer = reference(shared, f"similarity_{MC}")
    one = peer["CopyDetect_similarity2_single_pair5"]
    slopes, intercepts = (np.array([one["item.par"][f"{letter}{option}"] for option in "1234"]).T for letter in "ac")
    items = [Nominal(tuple(a), tuple(c)) for a, c in zip(slopes, intercepts, strict=True)]
    responses, key = table(shared, MC)[1].astype(int) - 1, [right - 1 for right in peer["key"]]
    block = peer["CopyDetect_similarity2_nominal"]["table"]
    ours, theirs = p_values(responses, items, np.array(one["thetas"]["F1"]), key, block, name)
    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-12)


def test_2pl_of_copydetect(shared: Path) -> None:
    peer = reference(shared, f"similarity_{MC}")
    theirs = peer["CopyDetect_similarity1_2PL"]["item.par"]
    right = (table(shared, MC)[1].astype(int) == peer["key"]).astype(int)
    found = [item for item in calibrate(right, "2pl", standard_errors=False).items if isinstance(item, Logistic)]
    np.testing.assert_allclose([item.a for item in found], theirs["a"], atol=0.005)
    np.testing.assert_allclose([item.b for item in found], theirs["b"], atol=0.005)


def test_abilities_of_aberrance(shared: Path) -> None:
    """Its search in [-4, 4] ends about 1e-4 beside the maximum."""
    responses, items, _, peer = nominal_setting(shared, "aberrance_ML_theta")
    found = maximum_likelihood(responses[np.array(peer["rows_used"]) - 1], items).theta
    np.testing.assert_allclose(np.clip(found, -4, 4), peer["eta_ML"], rtol=0, atol=2e-4)


def test_one_pair_in_full(shared: Path) -> None:
    """What CopyDetect makes its p-values from."""
    peer = reference(shared, f"similarity_{MC}")
    one = peer["CopyDetect_similarity2_single_pair5"]
    slopes, intercepts = (np.array([one["item.par"][f"{letter}{option}"] for option in "1234"]).T for letter in "ac")
    items = [Nominal(tuple(a), tuple(c)) for a, c in zip(slopes, intercepts, strict=True)]
    responses, key = table(shared, MC)[1].astype(int) - 1, [right - 1 for right in peer["key"]]
    theta, (first, second) = np.array(one["thetas"]["F1"]), np.array(one["single.pair"]) - 1
    found = copying(responses, items, theta, [first], [second])
    theirs = one["W.index"]
    names = {"exp.match": "expected", "obs.match": "matches", "W.value": "omega", "p.value": "omega_p"}
    for name, ours in names.items():
        np.testing.assert_allclose(getattr(found, ours)[0], theirs[name], rtol=1e-8)
    both = similarity(responses, items, theta, [first], [second], key=key)
    np.testing.assert_allclose(both.gbt_p[0], one["GBT.index"]["p.value"], rtol=1e-8)
    np.testing.assert_allclose(both.expected[0], sum(one["GBT.index"]["prob.match"]), rtol=1e-8)
    np.testing.assert_allclose(both.m4_p[0], one["M4.index"]["p.value"], rtol=1e-8)
    family = k_indices(responses, key, [first], [second], options=4)
    np.testing.assert_allclose(family.k[0], one["K.index"]["k.index"], rtol=1e-8)
    for ours, theirs_of_it in {
        name: one["K.variants"][f"{name.upper()}.index"] for name in ("k1", "k2", "s1", "s2")
    }.items():
        np.testing.assert_allclose(getattr(family, ours)[0], theirs_of_it, rtol=1e-8)


@pytest.mark.parametrize("name", ["W", "GBT", "M4"])
@pytest.mark.parametrize(("block", "model", "variance"), ESTIMATED)
def test_with_everything_estimated(shared: Path, block: str, model: str, variance: float, name: str) -> None:
    """The peer's abilities are MAP with a wide prior. Within 5 % of log10 p."""
    peer = reference(shared, f"similarity_{MC}")
    responses, key = table(shared, MC)[1].astype(int) - 1, [right - 1 for right in peer["key"]]
    if model == "2pl":
        responses, key = (responses == key).astype(int), [1] * len(key)
    items = calibrate(responses, model, standard_errors=False).items
    theta = maximum_a_posteriori(responses, items, 0.0, variance).theta
    ours, theirs = p_values(responses, items, theta, key, peer[f"CopyDetect_{block}"]["table"], name)
    np.testing.assert_allclose(np.log10(ours), np.log10(theirs), rtol=0.05)
