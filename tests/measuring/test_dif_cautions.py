"""What `exam-engine dif` says of small groups, and of matching that is not what was asked for."""

from __future__ import annotations

from pathlib import Path

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
    assert typed("analyse", *arguments)["dif_matching"] == {
        name: value for name, value in found.items() if name in ("reference", "matched_on", "purified", "warnings")
    }
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
