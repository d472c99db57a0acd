"""What `exam-engine equate` doubts of the design that it is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.measuring.typing import refused, typed


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "psychometrics" / "data"


def halves(data: Path, tmp_path: Path, *, shuffled: bool) -> tuple[Path, Path]:
    """Two forms of twenty items that the same two thousand candidates took."""
    rows = [line.split(",") for line in (data / "sim_2pl_2000x40.csv").read_text().splitlines()]
    order = np.random.default_rng(1).permutation(len(rows) - 1) + 1 if shuffled else range(1, len(rows))
    x, y = tmp_path / "x.csv", tmp_path / "y.csv"
    x.write_text("\n".join(",".join(row[::2]) for row in rows), encoding="utf-8")
    y.write_text("\n".join(",".join(rows[n][1::2]) for n in [0, *order]), encoding="utf-8")
    return x, y


def test_rows_in_another_order_are_no_single_group(data: Path, tmp_path: Path) -> None:
    design = ("--design", "single-group", "--method", "linear")
    assert typed("equate", *halves(data, tmp_path, shuffled=False), *design)["warnings"] == []
    said = refused("equate", *halves(data, tmp_path, shuffled=True), *design)
    assert "hardly the same persons in the same order" in said


def test_items_on_both_forms_of_random_groups_are_told(data: Path, tmp_path: Path) -> None:
    forms = data / "sim_forms_X.csv", data / "sim_forms_Y.csv"
    told = typed("equate", *forms, "--design", "random-groups")["warnings"]
    assert any("10 items have the same name in both files (anc" in one and "--design neat" in one for one in told)
    apart = typed("equate", *halves(data, tmp_path, shuffled=False), "--design", "random-groups")["warnings"]
    assert not any("same name" in one for one in apart)


def test_what_identity_would_cost_is_not_known(tmp_path: Path) -> None:
    for name in ("x.csv", "y.csv"):
        (tmp_path / name).write_text("total\n" + "\n".join(str(n % 11) for n in range(60)), encoding="utf-8")
    forms = (tmp_path / "x.csv", tmp_path / "y.csv", "--design", "random-groups", "--total", "total")
    for more in ((), ("--samples", "20")):
        found = typed("equate", *forms, *more)
        assert {row["se"] for row in found["table"]} == {None}
        assert "nothing is equated" in found["warnings"][0]
    assert {row["se"] for row in typed("equate", *forms, "--method", "identity")["table"]} == {0}


@pytest.mark.parametrize("given", ["0", "-3", "nan", "inf"])
@pytest.mark.parametrize("option", ["--max-x", "--max-y", "--max-anchor"])
def test_a_highest_score_lies_above_nothing(tmp_path: Path, option: str, given: str) -> None:
    x = tmp_path / "x.csv"
    x.write_text("total,anchor\n" + "\n".join(f"{n % 11},{n % 5}" for n in range(60)), encoding="utf-8")
    how = ("--design", "neat", "--total", "total", "--anchor", "anchor")
    assert f"a highest score possible of {given}: it lies above 0" in refused("equate", x, x, *how, option, given)


def test_counts_of_candidates_do_not_fill_the_memory(tmp_path: Path) -> None:
    x = tmp_path / "x.csv"
    names = [f"q{n}" for n in range(30)]
    x.write_text(f"n,{','.join(names)}\n5000000,{','.join('1' * 30)}\n1,{','.join('0' * 30)}\n", encoding="utf-8")
    for typed_in in (("analyse", x, "--count", "n"), ("equate", x, x, "--design", "random-groups", "--count-x", "n")):
        said = refused(*typed_in)
        assert "column “n” counts 5000001 candidates, of 31 columns each" in said
