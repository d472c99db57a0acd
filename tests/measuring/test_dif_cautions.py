"""What `exam-engine dif` says of small groups, and of matching that is not what was asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.measuring.typing import typed


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "psychometrics" / "data"


def test_small_groups_are_told(data: Path) -> None:
    arguments = (data / "verbal.csv", "--items", "S*", "--groups", "Gender", "--focal", "1")
    found = typed("dif", *arguments)
    assert found["purified"]
    assert len(found["warnings"]) == 1
    assert "73 persons in 1, 316 in both groups" in found["warnings"][0]
    assert not typed("dif", *arguments, "--unpurified")["purified"]
    told = ("reference", "matched_on", "purified", "purification_settled", "purification_rounds", "warnings")
    assert typed("analyse", *arguments)["dif_matching"] == {name: found[name] for name in told}
    assert (found["purification_settled"], found["purification_rounds"]) == (True, 6)
    assert typed("dif", data / "sim_dif_2000x25.csv", "--items", "i*", "--groups", "group")["warnings"] == []


def test_unpurified_has_no_say_under_ability(data: Path, tmp_path: Path) -> None:
    groups = tmp_path / "g.csv"
    groups.write_text("group\n" + "a\nb\n" * 1000, encoding="utf-8")
    arguments = (data / "sim_2pl_missing_2000x40.csv", "--groups", groups)
    found, unpurified = typed("dif", *arguments), typed("dif", *arguments, "--unpurified")
    assert found["items"] == unpurified["items"]
    assert {row["in_anchor"] for row in found["items"]} == {None}
    assert (found["matched_on"], found["purified"]) == ("ability", False)
    assert "nothing was purified" in found["warnings"][0]
    assert "--unpurified changes nothing" in unpurified["warnings"][-1]


def test_doubts_of_the_model_that_matches_are_told(tmp_path: Path) -> None:
    """Answers that hang together by chance say nothing of ability, nor do candidates matched on it."""
    rng = np.random.default_rng(11)
    cells = rng.integers(0, 2, (600, 8)).astype(str)
    cells[np.arange(600), rng.integers(0, 8, 600)] = ""
    rows = [",".join(["ab"[n % 2], *row]) for n, row in enumerate(cells.tolist())]
    file = tmp_path / "r.csv"
    file.write_text("\n".join(["g,q1,q2,q3,q4,q5,q6,q7,q8", *rows]), encoding="utf-8")
    assert any(
        "variance of a group is estimated as 0" in one for one in typed("dif", file, "--groups", "g")["warnings"]
    )


def test_doubts_of_sets_are_told(tmp_path: Path) -> None:
    """Two sets that go opposite ways leave nothing to match on, though single items do."""
    rng = np.random.default_rng(2)
    group = np.arange(1200) % 2
    shift = np.where(np.arange(4) < 2, 1.5, -1.5)
    right = rng.normal(size=(1200, 1)) + shift * group[:, None] + rng.logistic(size=(1200, 4)) > 0
    file, key = tmp_path / "r.csv", tmp_path / "key.csv"
    rows = [",".join(["ab"[one], *map(str, row)]) for one, row in zip(group, right.astype(int).tolist(), strict=True)]
    file.write_text("\n".join(["g,q1,q2,q3,q4", *rows]), encoding="utf-8")
    key.write_text("item,key,set\nq1,1,A\nq2,1,A\nq3,1,B\nq4,1,B\n", encoding="utf-8")
    found = typed("dif", file, "--groups", "g", "--key", key)
    assert any(one.startswith("of sets: ") and "every item was flagged" in one for one in found["warnings"])
    two = typed("dif", file, "--groups", "g", "--items", "q1,q3")
    assert (two["purified"], two["purification_settled"]) == (True, False), "nothing is left to match on"


def test_with_a_focal_group_nobody_else_is_compared(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    cells = (rng.normal(size=(600, 1)) + rng.logistic(size=(600, 6)) > 0).astype(int) + rng.integers(0, 2, (600, 6))
    rows = [",".join(["abc"[n % 3], *map(str, row)]) for n, row in enumerate(cells.tolist())]
    file = tmp_path / "r.csv"
    file.write_text("\n".join(["g,q1,q2,q3,q4,q5,q6", *rows]), encoding="utf-8")
    all_three, two = (typed("dif", file, "--groups", "g", *more) for more in ((), ("--focal", "b")))
    assert {row["generalised"]["df"] for row in all_three["items"]} == {4}
    assert {row["generalised"]["df"] for row in two["items"]} == {2}
    mantel = {row["item"]: row["mantel"] for row in all_three["items"] if row["focal"] == "b"}
    assert {row["item"]: row["mantel"] for row in two["items"]} == mantel
