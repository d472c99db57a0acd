"""Forms equated from the command line, against the figures of trusted packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.measuring.typing import refused, typed
from tests.reference.peers import reference


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "psychometrics" / "data"


@pytest.mark.parametrize(
    ("name", "arguments", "peer"),
    [
        ("kbneat", ["--method", "tucker"], "linear__tucker__ws_default"),
        ("kbneat", ["--method", "chained-equipercentile"], "equipercentile__chained__ws_default"),
        ("kbneat", ["--method", "levine"], "linear__levine__ws_default"),
    ],
)
def test_forms_are_equated_as_by_the_peer(shared: Path, data: Path, name: str, arguments: list[str], peer: str) -> None:
    theirs = reference(shared, f"equating_{name}")["results"][peer]["concordance"]
    forms = data / f"{name}_x.csv", data / f"{name}_y.csv"
    most = ["--max-x", "36", "--max-y", "36", "--max-anchor", "12"]
    found = typed("equate", *forms, "--design", "neat", "--total", "total", "--anchor", "anchor", *most, *arguments)
    assert [row["score"] for row in found["table"]] == theirs["scale"]
    assert [row["equivalent"] for row in found["table"]] == pytest.approx(theirs["yx"], abs=1e-6)


def test_a_table_of_few_says_that_nothing_was_equated(tmp_path: Path) -> None:
    for name in ("x.csv", "y.csv"):
        (tmp_path / name).write_text("total\n" + "\n".join(str(n % 11) for n in range(60)), encoding="utf-8")
    found = typed("equate", tmp_path / "x.csv", tmp_path / "y.csv", "--design", "random-groups", "--total", "total")
    assert found["method"] == "identity"
    assert "nothing is equated" in found["warnings"][0]


def test_tables_of_counts_are_equated(data: Path) -> None:
    form = data / "actmath.csv"
    counts = ["--total", "scale", "--count-x", "xcount", "--count-y", "ycount"]
    found = typed("equate", form, form, "--design", "random-groups", *counts)
    assert (found["n_x"], found["n_y"], len(found["table"])) == (4329, 4152, 41)
    assert "log-linear" in found["method"]


def test_an_anchor_of_items_and_errors_by_bootstrap(data: Path) -> None:
    forms = data / "sim_forms_X.csv", data / "sim_forms_Y.csv"
    found = typed("equate", *forms, "--design", "neat", "--anchor", "anc*", "--method", "tucker", "--samples", "20")
    assert len(found["table"]) == 31
    assert all(row["se"] > 0 for row in found["table"])
    outside = typed("equate", *forms, "--design", "neat", "--anchor", "anc*", "--method", "tucker", "--external")
    assert len(outside["table"]) == 21


def test_what_the_data_cannot_support_is_refused_in_one_line(data: Path) -> None:
    forms = data / "sim_forms_X.csv", data / "sim_forms_Y.csv"
    nothing_shared = data / "lsat6.csv", data / "sim_forms_Y.csv"
    assert "name its columns with --anchor" in refused("equate", *nothing_shared, "--design", "neat")
    assert "has none" in refused("equate", *forms, "--design", "random-groups", "--method", "tucker")
    assert "--smooth is for" in refused("equate", *forms, "--design", "random-groups", "--method", "mean", "--smooth")
    totals = data / "kbneat_x.csv", data / "kbneat_y.csv", "--total", "total"
    assert "a single group" in refused("equate", *totals, "--design", "single-group")


def test_columns_that_are_no_items_are_not_summed_without_a_word(data: Path, tmp_path: Path) -> None:
    told = refused("equate", data / "kbneat_x.csv", data / "kbneat_y.csv", "--design", "neat")
    assert "column “total” looks like a total" in told
    assert "say --total total --anchor anchor; if not, name the items with --items" in told
    told = refused("equate", data / "lsat6_freq.csv", data / "lsat7_freq.csv", "--design", "random-groups")
    assert "say --count-x Freq; if not, name the items with --items 'Item_*'" in told
    told = refused("equate", data / "actmath.csv", data / "actmath.csv", "--design", "random-groups")
    assert "say --total scale, and --count-x with how many candidates a row stands for (xcount, ycount)" in told
    named = tmp_path / "x.csv"
    named.write_text("Họ tên;q1;q2\nAn;1;0\nBình;0;1\n", encoding="utf-8")
    told = refused("equate", named, named, "--design", "single-group")
    assert "If it is no item, name the items with --items 'q*'." in told
    assert "--id" not in told


def test_quarter_points_are_equated_and_gaps_refused(tmp_path: Path, data: Path) -> None:
    forms = tmp_path / "x.csv", tmp_path / "y.csv"
    for form, shift in zip(forms, (0, 1), strict=True):
        scores = [f"{(n * 7 + shift) % 41 / 4}" for n in range(200)]
        form.write_text("total\n" + "\n".join(scores), encoding="utf-8")
    found = typed("equate", *forms, "--design", "random-groups", "--total", "total", "--max-x", "10", "--max-y", "10")
    assert [row["score"] for row in found["table"]][:3] == [0, 0.25, 0.5]
    missing = data / "sim_2pl_missing_2000x40.csv", data / "sim_2pl_2000x40.csv"
    assert "sums of different items" in refused("equate", *missing, "--design", "random-groups")
    assert len(typed("equate", *missing, "--design", "random-groups", "--empty", "omitted")["table"]) == 41
    smooth = ("--method", "equipercentile", "--smooth")
    assert typed("equate", data / "lsat6.csv", data / "lsat7.csv", "--design", "random-groups", *smooth)["table"]
