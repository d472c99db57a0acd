"""A file in which each candidate drew items of his own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.measuring.typing import typed


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "psychometrics" / "data"


def test_totals_of_drawn_items_are_refused_with_the_reason(data: Path, tmp_path: Path) -> None:
    lines = [line.split(",") for line in (data / "sim_2pl_2000x40.csv").read_text().splitlines()[:301]]
    rng = np.random.default_rng(1)
    for row in lines[1:]:
        for place in rng.permutation(40)[:20]:
            row[place] = ""
    (tmp_path / "r.csv").write_text("\n".join(",".join(row) for row in lines), encoding="utf-8")
    report = ("--language", "en", "--report", tmp_path / "report")
    found = typed("analyse", tmp_path / "r.csv", *report)["classical"]
    page = (tmp_path / "report" / "report.html").read_text()
    assert "scores and alpha are of no one test" in page
    assert "Distribution of scores" not in page
    assert "Standard error of measurement" not in page
    assert "Marginal reliability" in page
    assert (found["design"], found["reason"]) == ("drawn", "drawn_items")
    assert [found[name] for name in ("alpha", "lower", "upper", "sem")] == [None] * 4
    assert found["scores"] == {name: 300 if name == "n" else None for name in found["scores"]}
    assert {"different_items", "drawn_items"} <= set(found["warnings"])
    assert all(row["item_total"] == row["item_rest"] != row["facility"] for row in found["items"])


def test_drawn_items_have_a_marginal_reliability_and_the_caller_may_know_better(data: Path, tmp_path: Path) -> None:
    rows = [line.split(",") for line in (data / "sim_2pl_2000x40.csv").read_text().splitlines()[:501]]
    rng = np.random.default_rng(2)
    for row in rows[1:]:
        for place in rng.permutation(40)[:20]:
            row[place] = ""
    path = tmp_path / "r.csv"
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    by_table, said = typed("analyse", path, "--model", "rasch"), typed("analyse", path, "--drawn")
    assert by_table["classical"] == said["classical"]
    assert said["classical"]["marginal"] == by_table["irt"]["reliability"]["empirical"]
    # The information of all forty items would be that of a test which nobody took.
    assert 0.5 < said["classical"]["marginal"] < by_table["irt"]["reliability"]["marginal"] - 0.05
    assert said["classical"]["marginal"] < typed("analyse", path, "--not-drawn")["classical"]["alpha"]
    whole = typed("analyse", data / "lsat7.csv", "--drawn")["classical"]
    assert (whole["design"], whole["alpha"]) == ("drawn", None)
    assert "marginal" not in typed("analyse", data / "lsat7.csv", "--not-drawn")["classical"]


def test_gaps_here_and_there_are_no_draw(data: Path) -> None:
    found = typed("analyse", data / "sim_2pl_missing_2000x40.csv")["classical"]
    assert (found["design"], found["reason"]) == ("incomplete", None)
    assert found["alpha"] > 0.8
    assert found["scores"]["mean"] > 0
