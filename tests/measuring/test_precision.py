"""How precise totals are, from the command line: omega, halves, errors by score, classification, sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.measuring.typing import refused, typed
from tests.reference.peers import reference


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "psychometrics" / "data"


def test_omega_is_that_of_the_peer(shared: Path, data: Path) -> None:
    theirs = reference(shared, "ctt_lsat7")["results"]["omega_1factor"]
    found = typed("analyse", data / "lsat7.csv")["classical"]
    assert found["omega"] == pytest.approx(theirs["omega_total"], abs=1e-4)
    assert found["omega_observed"] == pytest.approx(theirs["omega_denominator_observed"], abs=1e-4)
    loadings = {row["item"]: row["loading"] for row in found["factor"]["items"]}
    assert loadings == pytest.approx(theirs["loadings"], abs=1e-3)
    assert found["omega_error"] > 0
    assert found["factor"]["converged"] is True


def test_halves_and_errors_by_score_are_as_by_hand(data: Path) -> None:
    cells = np.genfromtxt(data / "lsat7.csv", delimiter=",", skip_header=1)
    found = typed("analyse", data / "lsat7.csv")["classical"]
    r = np.corrcoef(cells[:, ::2].sum(axis=1), cells[:, 1::2].sum(axis=1))[0, 1]
    assert found["split_half"]["correlation"] == pytest.approx(r)
    assert found["split_half"]["spearman_brown"] == pytest.approx(2 * r / (1 + r))
    assert found["split_half"]["first"] == ["Item.1", "Item.3", "Item.5"]
    rows = found["conditional_sem"]
    assert [row["lord"] for row in rows] == pytest.approx([np.sqrt(x * (5 - x) / 4) for x in range(6)])
    assert sum(row["n"] for row in rows) == 1000
    # Keats: the mean square is that of the test's own standard error, totals with divisor n.
    mean_square = sum(row["n"] * row["keats"] ** 2 for row in rows) / 1000
    assert mean_square == pytest.approx(found["sem"] ** 2 * 999 / 1000)


def test_points_of_items_do_not_matter_to_errors_in_points(data: Path, tmp_path: Path) -> None:
    quarters = tmp_path / "quarters.csv"
    quarters.write_text((data / "lsat7.csv").read_text().replace("1,", "0.25,").replace(",1\n", ",0.25\n"))
    ones, parts = (typed("analyse", file)["classical"] for file in (data / "lsat7.csv", quarters))
    for one, part in zip(ones["conditional_sem"], parts["conditional_sem"], strict=True):
        assert part == pytest.approx({**{name: value / 4 for name, value in one.items()}, "n": one["n"]})


def test_candidates_are_classified_at_cuts(data: Path) -> None:
    file = data / "sim_2pl_2000x40.csv"
    found = typed("analyse", file, "--cut", "24", "--cut", "16", "--model", "2pl")["classical"]["classification"]
    assert found["cuts"] == [16, 24]
    for method in ("livingston_lewis", "lee"):
        told = found[method]
        shares = np.array(told["true_observed"])
        assert shares.shape == (3, 3)
        assert shares.sum() == pytest.approx(1)
        assert told["accuracy"] == pytest.approx(np.trace(shares))
        assert told["accuracy"] + told["false_high"] + told["false_low"] == pytest.approx(1)
    assert found["lee"]["accuracy"] == pytest.approx(found["livingston_lewis"]["accuracy"], abs=0.02)
    assert found["lee"]["kappa"] == pytest.approx(found["livingston_lewis"]["kappa"], abs=0.02)
    alone = typed("analyse", file, "--cut", "16")["classical"]["classification"]
    assert alone["lee"] is None
    assert "classification" not in typed("analyse", data / "lsat7.csv")["classical"]
    assert "at most at 40 points" in refused("analyse", file, "--cut", "41")


def test_what_totals_of_different_items_do_not_allow_is_null_with_the_reason(data: Path) -> None:
    found = typed("analyse", data / "sim_2pl_missing_2000x40.csv", "--cut", "20")["classical"]
    for name in ("omega", "omega_error", "factor", "split_half", "conditional_sem", "classification"):
        assert found[name] is None
    assert any("not everybody was presented with every item" in one for one in found["warnings"])


def test_what_items_do_not_allow_is_null_with_the_reason(data: Path, tmp_path: Path) -> None:
    found = typed("analyse", data / "science.csv")["classical"]
    assert found["conditional_sem"] is None
    assert any(one.startswith("conditional_sem: ") for one in found["warnings"])
    assert found["omega"] > 0.5
    few = tmp_path / "few.csv"
    few.write_text("a,b,c,d\n1,0,1,0\n0,1,1,0\n1,1,0,1\n", encoding="utf-8")
    found = typed("analyse", few)["classical"]
    assert found["omega"] is None
    assert "omega: a factor needs more candidates than items: 3 of 4" in found["warnings"]


def test_a_passage_counts_as_one_item(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    ability, passage = rng.normal(size=(400, 1)), rng.normal(size=(400, 1))
    shared = np.hstack([np.repeat(passage, 3, axis=1), np.zeros((400, 6))])
    right = rng.normal(size=(400, 9)) < ability + shared
    responses, key = tmp_path / "r.csv", tmp_path / "k.csv"
    lines = [",".join("AB"[int(not one)] for one in row) for row in right]
    responses.write_text("\n".join([",".join(f"q{n}" for n in range(1, 10)), *lines]), encoding="utf-8")
    key.write_text("item,key,set\n" + "".join(f"q{n},A,{'text' if n < 4 else ''}\n" for n in range(1, 10)), "utf-8")
    found = typed("analyse", responses, "--key", key, "--model", "rasch")
    told = found["classical"]["by_set"]
    assert told["alpha"] < found["classical"]["alpha"] - 0.03
    assert told["sem"] > found["classical"]["sem"]
    assert [(one["set"], one["items"]) for one in told["sets"]] == [("text", ["q1", "q2", "q3"])]
    q3 = found["irt"]["q3"]
    assert q3["sets"][0]["mean"] > q3["mean"] + 0.1
    assert {q3["pairs"][0]["first"], q3["pairs"][0]["second"]} <= {"q1", "q2", "q3"}


def test_a_passage_is_studied_whole_where_groups_differ(tmp_path: Path) -> None:
    """A passage that is a little harder for one group: no item of it tells that, all together do."""
    rng = np.random.default_rng(1)
    group = np.arange(600) % 2
    ability = rng.normal(size=(600, 1))
    harder = np.hstack([np.repeat(group[:, None] * 0.3, 4, axis=1), np.zeros((600, 8))])
    right = rng.logistic(size=(600, 12)) < 1.7 * ability - harder
    responses, key = tmp_path / "r.csv", tmp_path / "k.csv"
    items = [f"q{n}" for n in range(1, 13)]
    lines = [",".join([*("AB"[int(not one)] for one in row), "MF"[who]]) for row, who in zip(right, group, strict=True)]
    responses.write_text("\n".join([",".join([*items, "sex"]), *lines]), encoding="utf-8")
    key.write_text("item,key,set\n" + "".join(f"{one},A,{'text' if n < 4 else ''}\n" for n, one in enumerate(items)))
    asked = (responses, "--key", key, "--groups", "sex", "--focal", "F")
    found = typed("dif", *asked)
    assert [item["item"] for item in found["items"]] == items
    told = found["sets"][0]
    assert (told["set"], told["items"], told["focal"]) == ("text", items[:4], "F")
    assert told["mantel"]["smd"] < 0
    assert told["mantel"]["p"] < min(item["mantel_haenszel"]["p"] for item in found["items"][:4])
    assert typed("analyse", *asked)["dif_sets"] == found["sets"]
    assert "sets" not in typed("dif", responses, "--key", _without_sets(key), "--groups", "sex")


def _without_sets(key: Path) -> Path:
    plain = key.with_name("plain.csv")
    plain.write_text("\n".join(line.rpartition(",")[0] for line in key.read_text().splitlines()))
    return plain
