"""`exam-engine equate` through response models, against equateIRT and mirt, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exam_engine.measuring.commands.equate import SCALINGS
from exam_engine.measuring.figures import model_equating
from tests.measuring.typing import refused, typed

NEAT = ("--design", "neat", "--model", "2pl")


@pytest.fixture
def forms(shared: Path) -> tuple[Path, Path]:
    data = shared / "psychometrics" / "data"
    return data / "sim_forms_X.csv", data / "sim_forms_Y.csv"


@pytest.fixture
def peers(shared: Path) -> Any:
    return json.loads((shared / "psychometrics" / "reference" / "linking_sim_forms.json").read_text())["results"]


def test_methods_are_those_of_the_command() -> None:
    assert set(SCALINGS) == set(model_equating.SCALINGS)


@pytest.mark.parametrize(
    ("method", "peer"),
    [
        ("mean-mean", ""),
        ("mean-gmean", ""),
        ("mean-sigma", ""),
        ("haebara", "Haebara"),
        ("stocking-lord", "Stocking-Lord"),
    ],
)
def test_links_are_those_of_the_peer(forms: tuple[Path, Path], peers: Any, method: str, peer: str) -> None:
    """Its calibrations differ from ours by up to 0.005."""
    found = typed("equate", *forms, *NEAT, "--method", method)
    known = peers[f"equateIRT_{peer or method}"]
    assert (found["link"]["A"], found["link"]["B"]) == pytest.approx((known["A"], known["B"]), abs=5e-4)
    assert found["anchor"] == [f"anc{n:02}" for n in range(1, 11)]
    assert found["link"]["A_se"] is None
    assert found["groups"][0] == {"form": "X", "mean": 0.0, "sd": 1.0}
    assert found["groups"][1]["sd"] == pytest.approx(found["link"]["A"])


@pytest.mark.parametrize(("score", "peer"), [("true", "equateIRT_TSE"), ("observed", "equateIRT_OSE")])
def test_tables_are_those_of_the_peer(forms: tuple[Path, Path], peers: Any, score: str, peer: str) -> None:
    found = typed("equate", *forms, *NEAT, "--score", score)
    assert found["method"] == f"{score}-score, response model 2pl, Stocking-Lord link"
    known = peers[peer]["table"]
    told = np.array([found["table"][one]["equivalent"] for one in known["X"]])
    np.testing.assert_allclose(told, known["Y.as.X"], rtol=0, atol=5e-3)
    assert sum(row["n"] for row in found["table"]) == 1500
    assert found["warnings"] == []


def test_calibration_together_is_that_of_the_peer(forms: tuple[Path, Path], peers: Any) -> None:
    together = typed("equate", *forms, *NEAT, "--method", "concurrent")
    known = peers["mirt_concurrent_2PL"]
    told = together["groups"][1]
    assert (told["mean"], told["sd"]) == pytest.approx((known["meanY"], known["varY"] ** 0.5), abs=2e-3)
    assert (together["link"]["A"], together["link"]["B"]) == pytest.approx((told["sd"], told["mean"]))
    fixed = typed("equate", *forms, *NEAT, "--method", "fixed")
    for row, other in zip(fixed["table"], together["table"], strict=True):
        assert row["equivalent"] == pytest.approx(other["equivalent"], abs=0.1)


def test_errors_of_the_link_and_the_table(forms: tuple[Path, Path]) -> None:
    how = ("--design", "neat", "--model", "rasch", "--samples", "6")
    found = typed("equate", *forms, *how)
    assert found["samples"] == 6
    assert found["method"].endswith("mean-mean link")
    assert found["link"]["A"] == 1
    assert found["link"]["A_se"] == 0
    assert 0.01 < found["link"]["B_se"] < 0.15
    assert 0.01 < found["table"][15]["se"] < 0.5
    assert "stretches the scale" in typed("equate", *forms, *how[:4], "--method", "mean-sigma")["warnings"][0]


def test_items_of_the_same_name_are_the_anchor(forms: tuple[Path, Path]) -> None:
    plain = typed("equate", *forms, "--design", "neat")
    assert plain["anchor"] == [f"anc{n:02}" for n in range(1, 11)]
    assert plain["table"] == typed("equate", *forms, "--design", "neat", "--anchor", "anc*")["table"]
    few = typed("equate", *forms, *NEAT, "--method", "mean-mean", "--anchor", "anc0?,anc10")
    assert few["table"] == typed("equate", *forms, *NEAT, "--method", "mean-mean")["table"]
    less = typed("equate", *forms, *NEAT, "--method", "mean-mean", "--anchor", "anc01,anc02")
    assert less["anchor"] == ["anc01", "anc02"]
    assert "2 common items are 7% of form X" in less["warnings"][0]


def test_an_external_anchor_earns_nothing(forms: tuple[Path, Path]) -> None:
    found = typed("equate", *forms, *NEAT, "--external")
    assert len(found["table"]) == 21
    assert found["link"] == typed("equate", *forms, *NEAT)["link"]


def test_points_are_those_of_the_key(forms: tuple[Path, Path], tmp_path: Path) -> None:
    """A quarter of a point each: the same table, in quarters."""
    names = sorted({name for one in forms for name in one.read_text().splitlines()[0].split(",")})
    key = tmp_path / "key.csv"
    key.write_text("item,key,points\n" + "\n".join(f"{name},1,0.25" for name in names), encoding="utf-8")
    found, plain = (typed("equate", *forms, *NEAT, *more)["table"] for more in (("--key", key), ()))
    for row, other in zip(found, plain, strict=True):
        assert row["score"] == other["score"] / 4
        assert row["equivalent"] == pytest.approx(other["equivalent"] / 4)
        assert row["reported"] == other["reported"] / 4


def changed(form: Path, to: Path, answers: dict[str, list[str]]) -> Path:
    """The form with other answers to these items."""
    names, *rows = [line.split(",") for line in form.read_text(encoding="utf-8").splitlines()]
    for item, told in answers.items():
        for row, answer in zip(rows, told, strict=True):
            row[names.index(item)] = answer
    to.write_text("\n".join(map(",".join, [names, *rows])), encoding="utf-8")
    return to


def test_one_bad_item_of_the_anchor_is_named(forms: tuple[Path, Path], tmp_path: Path) -> None:
    """Reversed on form Y it is refused; guessed at, it is told whatever the criterion."""
    column = [line.split(",") for line in forms[1].read_text(encoding="utf-8").splitlines()]
    place = column[0].index("anc06")
    given = [row[place] for row in column[1:]]
    other = changed(forms[1], tmp_path / "r.csv", {"anc06": ["10"[int(one)] for one in given]})
    for score in ("true", "observed"):
        said = refused("equate", forms[0], other, *NEAT, "--score", score)
        assert "common item “anc06” rises with ability on one form and falls on the other" in said
    rng = np.random.default_rng(1)
    half = changed(
        forms[1], tmp_path / "h.csv", {"anc06": [one if rng.random() < 0.5 else str(rng.integers(2)) for one in given]}
    )
    for method in ("mean-mean", "mean-sigma", "haebara"):
        found = typed("equate", forms[0], half, *NEAT, "--method", method)
        assert any("“anc06” does not agree with the others" in one for one in found["warnings"])
        assert not any("“anc05”" in one for one in found["warnings"])
        assert found["link"]["rmsd"] > 0.01
        assert [one["item"] for one in found["common_items"]] == found["anchor"]
        assert abs(found["common_items"][5]["robust_z_slope"]) > 1.645


def test_what_answers_hardly_determine_is_told(tmp_path: Path) -> None:
    """Perfectly ordered answers have no slopes."""
    rows = [",".join(str(int(place < person % 7)) for place in range(6)) for person in range(70)]
    for name in "xy":
        head = ",".join(f"{name}{place}" for place in range(6))
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    how = ("--design", "random-groups", "--model", "2pl", "--score", "observed")
    told = typed("equate", tmp_path / "x.csv", tmp_path / "y.csv", *how)["warnings"]
    assert any("grows without end" in one for one in told)


def test_an_item_that_falls_is_named(forms: tuple[Path, Path], tmp_path: Path) -> None:
    column = [line.split(",") for line in forms[1].read_text(encoding="utf-8").splitlines()]
    item, place = next((one, place) for place, one in enumerate(column[0]) if not one.startswith("anc"))
    turned = ["10"[int(row[place])] for row in column[1:]]
    said = refused("equate", forms[0], changed(forms[1], tmp_path / "y.csv", {item: turned}), *NEAT)
    assert f"item “{item}” of form Y need not rise with ability" in said


def renamed(form: Path, to: Path, end: str) -> Path:
    names, rows = form.read_text(encoding="utf-8").split("\n", 1)
    to.write_text(",".join(name + end for name in names.split(",")) + "\n" + rows, encoding="utf-8")
    return to


def test_one_population_is_not_linked(forms: tuple[Path, Path], tmp_path: Path) -> None:
    """Items of one name are different ones until the anchor names them."""
    how = ("--design", "random-groups", "--model", "rasch")
    found = typed("equate", *forms, *how)
    assert "link" not in found
    assert "10 items have the same name in both files (anc01, anc02, anc03 …)" in found["warnings"][0]
    own = typed("equate", forms[0], renamed(forms[1], tmp_path / "y.csv", "_y"), *how)
    assert own["warnings"] == []
    assert found["table"] == own["table"]
    held = typed("equate", *forms, *how, "--anchor", "anc*")
    assert "10 items are on both forms" in held["warnings"][0]
    assert held["table"] != own["table"]
    assert "nothing to link" in refused("equate", *forms, *how, "--method", "haebara")


@pytest.mark.parametrize("design", ["random-groups", "single-group"])
def test_columns_named_alike_are_two_forms(tmp_path: Path, design: str) -> None:
    """Form Y is a logit harder, whatever its columns are called."""
    rng = np.random.default_rng(3)
    theta, hard = rng.normal(size=(400, 1)), np.linspace(-2, 1, 8)
    for name, shift in (("x", 0.0), ("y", 1.0)):
        right = rng.random((400, 8)) < 1 / (1 + np.exp(hard + shift - theta))
        rows = [",".join(map(str, row)) for row in right.astype(int).tolist()]
        (tmp_path / f"{name}.csv").write_text("\n".join(["q1,q2,q3,q4,q5,q6,q7,q8", *rows]), encoding="utf-8")
    how = ("--design", design, "--model", "rasch")
    x, y = tmp_path / "x.csv", tmp_path / "y.csv"
    found = typed("equate", x, y, *how)
    assert found["table"][5]["equivalent"] < 4.4
    assert found["table"] == typed("equate", x, renamed(y, tmp_path / "z.csv", "_y"), *how)["table"]
    if design == "single-group":
        assert "have other answers to common item “q1”" in refused("equate", x, y, *how, "--anchor", "q1")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--design", "neat", "--method", "haebara"), "--method haebara belongs to a response model"),
        (("--design", "neat", "--score", "true"), "--score belongs to a response model"),
        ((*NEAT, "--method", "tucker"), "--method tucker needs no response model"),
        ((*NEAT, "--smooth"), "--smooth belongs to equipercentile methods"),
        ((*NEAT, "--total", "x01"), "needs answers to items, not a total"),
        ((*NEAT, "--anchor", "anc01,x0?"), "no column fits “x0"),
    ],
)
def test_what_cannot_be_done_is_refused(forms: tuple[Path, Path], arguments: tuple[str, ...], told: str) -> None:
    assert told in refused("equate", *forms, *arguments)


@pytest.mark.parametrize(
    ("y", "told"),
    [
        ("c,d\n1,0\n0,1\n", "no item of the same name"),
        ("a,d\n1,0\n1,1\n", "everybody has the same on “a”"),
        ("a,d\n1,0\n2,1\n0,0\n", "common item “a” has the categories 0, 1 and 0, 1, 2"),
        ("a,d\n1,0\n,1\n", "1 rows were not presented with every item"),
    ],
)
def test_files_that_hold_no_link_are_refused(tmp_path: Path, y: str, told: str) -> None:
    forms = tmp_path / "x.csv", tmp_path / "y.csv"
    forms[0].write_text("a,b\n1,0\n0,1\n1,1\n", encoding="utf-8")
    forms[1].write_text(y, encoding="utf-8")
    assert told in refused("equate", *forms, *NEAT)
