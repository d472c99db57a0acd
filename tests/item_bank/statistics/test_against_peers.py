"""Numbers that trusted packages give for known data sets (definitions and versions beside the data)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from item_bank.statistics.classical import Analysis, analyse
from item_bank.statistics.options import option_statistics
from item_bank.statistics.responses import classify

BINARY = ["lsat6", "lsat7", "abortion", "sat12_scored", "verbal", "sim_2pl_2000x40"]
GRADED = ["science", "sim_grm_1500x15"]


def close(ours: Any, theirs: Any, tolerance: float = 1e-8) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def matrix(shared: Path, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = np.genfromtxt(shared / "psychometrics" / "data" / f"{name}.csv", delimiter=",", skip_header=1)
    return values[:, :24] if name == "verbal" else values


def reference(shared: Path, name: str) -> dict[str, Any]:
    path = shared / "psychometrics" / "reference" / f"ctt_{name}.json"
    results: dict[str, Any] = json.loads(path.read_text())["results"]
    return results


def analysis(shared: Path, name: str) -> Analysis:
    scores = matrix(shared, name)
    return analyse(classify(scores, np.nanmax(scores, axis=0)))


@pytest.mark.parametrize("name", BINARY + GRADED)
@pytest.mark.pitfall("M3")
def test_complete_data(shared: Path, name: str) -> None:
    peers, ours = reference(shared, name), analysis(shared, name)
    psych = peers["psych_alpha"]
    stats, deleted = psych["item_stats"], psych["alpha_if_deleted"]["raw_alpha"]
    close(ours.reliability.alpha, psych["raw_alpha"])
    close([item.alpha_if_deleted for item in ours.items], deleted)
    close([item.mean for item in ours.items], stats["mean"])
    close([item.sd for item in ours.items], stats["sd"])
    close([item.item_total for item in ours.items], stats["raw.r"])
    close([item.item_rest for item in ours.items], stats["r.drop"])
    feldt = psych["feldt"]
    close(ours.reliability.lower, feldt["lower.ci.raw_alpha"])
    close(ours.reliability.upper, feldt["upper.ci.raw_alpha"])
    scores = peers["scores"]
    close(ours.scores.mean, scores["mean"])
    close(ours.scores.sd, scores["sd"])
    close(ours.reliability.sem, scores["SEM_alpha"])
    close(ours.scores.skewness, scores["skewness_psych_type3"])
    close(ours.scores.kurtosis, scores["kurtosis_psych_type3"])


@pytest.mark.parametrize("name", BINARY)
def test_binary_data(shared: Path, name: str) -> None:
    peers, ours = reference(shared, name), analysis(shared, name)
    close(ours.reliability.kr20, peers["KR20_KR21"]["KR20_popvar"])
    close([item.upper_lower for item in ours.items], peers["upper_lower_27"]["D_fractional_ties"], tolerance=1e-10)
    assert [item.point_biserial for item in ours.items] == [item.item_rest for item in ours.items]


def test_alpha_with_cells_not_presented(shared: Path) -> None:
    name = "sim_2pl_missing_2000x40"
    scores = matrix(shared, name)
    position = np.where(np.isnan(scores), -1, np.arange(scores.shape[1]))
    ours = analyse(classify(scores, position=position))
    psych = reference(shared, name)["psych_alpha"]
    close(ours.reliability.alpha, psych["raw_alpha"])
    close([item.facility for item in ours.items], psych["item_stats"]["mean"])
    assert [item.n for item in ours.items] == psych["item_stats"]["n"]


@pytest.mark.parametrize("name", ["sim_mc_500x40", "sat12_raw"])
@pytest.mark.parametrize("groups", [3, 4, 5])
def test_options_by_score_group(shared: Path, name: str, groups: int) -> None:
    path = shared / "psychometrics" / "reference" / f"distractors_{name}.json"
    document = json.loads(path.read_text())
    results, key = document["results"], np.array(document["key"])
    chosen = matrix(shared, name)
    scores = (chosen == key).astype(np.float64)
    totals = scores.sum(axis=1)
    by_group, plain = results[f"CTT_groups{groups}"]["items"], results["base_R"]["items"]
    for item, (name_of_item, expected) in enumerate(by_group.items()):
        options = [int(option) for option in expected["key"]]
        ours = option_statistics(chosen[:, item].astype(int).tolist(), options, scores[:, item], totals, groups)
        assert [option.n for option in ours] == expected["n"]
        shares = [expected[label] for label in expected if label.startswith(("lower", "mid", "upper"))]
        close([list(option.shares) for option in ours], np.transpose(shares).tolist())
        close([option.discrimination for option in ours], expected["discrim"])
        stated = plain[name_of_item]
        known = [options.index(option) for option in stated["option"]]
        close([ours[n].total for n in known], stated["r_option_total"], 1e-10)
        close([ours[n].rest for n in known], stated["r_option_rest"], 1e-10)
