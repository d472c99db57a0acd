"""`exam-engine standard` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from exam_engine.measuring.files.anchoring import read_parameters
from item_bank.statistics.standards import booklet
from tests.measuring.typing import refused, shown, typed


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    path.write_text("judge;q1;q2;q3\nAn;0,5;0,8;0,6\nBình;0,7;0,8;0,9\n", encoding="utf-8")
    return path


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    path = tmp_path / "bank.csv"
    path.write_text("item,a,b,c,thresholds\nq1,1,0.5,,\nq2,1.5,-1,,\nq3,1.2,0,0.2,\nq4,1,,,-0.5 1\n", encoding="utf-8")
    return path


def test_angoff_by_hand(ratings: Path) -> None:
    told = typed("standard", ratings, "--method", "angoff", "--id", "judge")["standard"]
    assert (told["cut"], told["maximum"], told["candidates"]) == (pytest.approx(2.15), 3, None)
    assert [(one["judge"], one["cut"]) for one in told["judges"]] == [
        ("An", pytest.approx(1.9)),
        ("Bình", pytest.approx(2.4)),
    ]
    assert told["se"] == pytest.approx(0.25)
    assert told["items"][0] == {
        "item": "q1", "points": 1, "expected": pytest.approx(0.6), "spread": pytest.approx(0.02**0.5), "facility": None,
    }  # fmt: skip


def test_angoff_with_answers_says_who_passes(ratings: Path, tmp_path: Path) -> None:
    answers, key = tmp_path / "r.csv", tmp_path / "k.csv"
    answers.write_text("name,q3,q2,q1\n" + "x,A,A,B\ny,A,B,A\nz,B,A,A\nw,A,A,A\n", encoding="utf-8")
    key.write_text("item,key,points\nq1,A,1\nq2,A,1\nq3,A,2\n", encoding="utf-8")
    given = ("--method", "angoff", "--id", "judge", "--responses", answers, "--key", key)
    told = typed("standard", ratings, *given)["standard"]
    assert told["cut"] == pytest.approx(2.9)
    assert told["candidates"] == {"n": 4, "reaching": 3, "share": 0.75}
    assert [item["facility"] for item in told["items"]] == [0.75, 0.75, 0.75]
    assert [item["points"] for item in told["items"]] == [1, 1, 2]
    hundred = tmp_path / "hundred.csv"
    hundred.write_text("judge,q1,q2,q3\nAn,50,80,60\nBình,70,80,90\n", encoding="utf-8")
    assert typed("standard", hundred, *given, "--percent")["standard"] == told
    assert "line 2, column “q1”: “50”: a number from 0 to 1 is needed" in refused("standard", hundred, *given)


def test_the_booklet_comes_before_the_bookmarks(bank: Path, tmp_path: Path) -> None:
    given = ("--method", "bookmark", "--parameters", bank)
    pages = typed("standard", *given)["standard"]["pages"]
    items = [one.item for one in read_parameters(bank, None, "gpcm").values()]
    assert [page["theta"] for page in pages] == pytest.approx([page.ability for page in booklet(items)])
    assert pages[0] == {"page": 1, "item": "q2", "category": 1, "theta": pytest.approx(np.log(2) / 1.5 - 1)}
    marks = tmp_path / "marks.csv"
    marks.write_text("judge,page\nAn,2\nBình,3\nChi,3\n", encoding="utf-8")
    told = typed("standard", marks, *given, "--id", "judge")["standard"]
    assert told["theta"] == pages[2]["theta"]
    assert told["mean_theta"] == pytest.approx((pages[1]["theta"] + 2 * pages[2]["theta"]) / 3)
    assert 0 < told["cut"] < told["maximum"] == 5
    assert [one["judge"] for one in told["judges"]] == ["An", "Bình", "Chi"]
    marks.write_text("page\n9\n", encoding="utf-8")
    assert "a whole number from 1 to 5 is needed" in refused("standard", marks, *given)


def test_a_calibration_is_a_bank(shared: Path, tmp_path: Path) -> None:
    found = typed("analyse", shared / "psychometrics" / "data" / "lsat7.csv", "--model", "2pl")
    bank = tmp_path / "bank.json"
    bank.write_text(json.dumps(found), encoding="utf-8")
    pages = typed("standard", "--method", "bookmark", "--parameters", bank, "--probability", "0.5")["standard"]["pages"]
    assert {page["item"]: page["theta"] for page in pages} == pytest.approx(
        {item["item"]: item["b"] for item in found["irt"]["items"]}
    )


def test_contrasting_groups_recover_even_odds(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    scores = np.round(rng.normal(50, 10, 3000))
    judged = np.where(rng.random(3000) < 1 / (1 + np.exp(-(scores - 55) / 4)), "đạt", "chưa")
    judged[:100] = ""
    file = tmp_path / "groups.csv"
    file.write_text("điểm,nhận xét\n" + "\n".join(f"{x:g},{y}" for x, y in zip(scores, judged, strict=True)), "utf-8")
    given = ("--method", "contrasting-groups", "--total", "điểm", "--judged", "nhận xét", "--competent")
    told = typed("standard", file, *given, "đạt")["standard"]
    assert told["n"] == 2900
    assert told["cut"] == pytest.approx(55, abs=3 * told["se"])
    assert told["candidates"]["n"] == 3000
    assert told["candidates"]["reaching"] == (scores >= told["cut"]).sum()
    assert "There are chưa, đạt" in refused("standard", file, *given, "giỏi").replace("đạt, chưa", "chưa, đạt")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--method", "angoff"), "needs the file of judgements"),
        (("--method", "bookmark"), "needs the items' --parameters"),
        (("ratings.csv", "--method", "contrasting-groups"), "needs --competent"),
    ],
)
def test_what_is_missing_is_one_line(arguments: tuple[str, ...], told: str) -> None:
    assert told in refused("standard", *arguments)


def test_a_rating_that_is_missing_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("q1,q2\n0.5,0.5\n0.5,\n", encoding="utf-8")
    assert "line 3, column “q2”: “”: a number from 0 to 1 is needed" in refused("standard", file, "--method", "angoff")


def test_the_cut_is_in_points_of_the_test(tmp_path: Path) -> None:
    """Clusters are worth a point by their table, options a quarter; parameters alone do not say so."""
    rng = np.random.default_rng(5)
    theta = rng.normal(size=300)
    right = rng.random((300, 8)) < 1 / (1 + np.exp(-(theta[:, None] - np.linspace(-1, 1, 8))))
    lines = ["c1,c2,q1,q2,q3"]
    for row in right:
        clusters = "".join("ĐS"[not one] for one in row[:4]), "".join("ĐS"[not one] for one in row[2:6])
        lines.append(",".join([*clusters, *("AB"[not one] for one in row[5:7]), "A"]))
    answers, key, bank, marks = (tmp_path / name for name in ("r.csv", "k.csv", "bank.json", "marks.csv"))
    answers.write_text("\n".join(lines), encoding="utf-8")
    names = "c1,ĐĐĐĐ,1\nc2,ĐĐĐĐ,1\nq1,A,0.25\nq2,A,0.25\nq3,A,0.25\n"
    key.write_text("item,key,points\n" + names, encoding="utf-8")
    found = typed("analyse", answers, "--key", key, "--model", "gpcm")
    bank.write_text(json.dumps(found), encoding="utf-8")
    assert found["irt"]["items"][0]["points"] == [0, 0.1, 0.25, 0.5, 1]
    assert found["irt"]["items"][2]["points"] == [0, 0.25]
    pages = len(typed("standard", "--method", "bookmark", "--parameters", bank)["standard"]["pages"])
    marks.write_text(f"page\n{pages}\n", encoding="utf-8")
    told = typed("standard", marks, "--method", "bookmark", "--parameters", bank)["standard"]
    assert (told["unit"], told["maximum"]) == ("points", 2.5)
    near = np.interp(
        told["theta"],
        [row["theta"] for row in found["irt"]["information"]],
        [row["expected_score"] for row in found["irt"]["information"]],
    )
    assert told["cut"] == pytest.approx(near - 0.25, abs=0.02), "q3, on which all were right, has no parameters"
    assert [one[:19] for one in told["warnings"]] == ["“q3”: no parameters"]
    for one in found["irt"]["items"]:
        one.pop("points")
    bank.write_text(json.dumps(found), encoding="utf-8")
    told = typed("standard", marks, "--method", "bookmark", "--parameters", bank)["standard"]
    assert (told["unit"], told["maximum"]) == ("categories", 10)
    assert "each counts as a point in the cut" in told["warnings"][-1]


def test_a_table_of_graded_items_says_so_and_pages_that_guessing_reaches_are_told(tmp_path: Path) -> None:
    bank = tmp_path / "bank.csv"
    bank.write_text("item,a,b,c,thresholds\ng,1,,,-1 1\nm,1,0,0.6,\n", encoding="utf-8")
    given = ("standard", "--method", "bookmark", "--parameters", bank, "--probability", "0.5")
    graded = typed(*given, "--model", "grm")["standard"]
    assert [page["theta"] for page in graded["pages"]] == pytest.approx([-1, 1], abs=1e-6)
    partial = typed(*given)["standard"]
    assert partial["pages"][0]["theta"] != pytest.approx(-1, abs=0.01)
    assert "“m”: on no page, as guessing alone gets there with probability 0.5" in graded["warnings"][0]


def test_facilities_are_those_of_analyse(tmp_path: Path) -> None:
    ratings, answers = tmp_path / "ratings.csv", tmp_path / "r.csv"
    ratings.write_text("judge,q1,q2,q3\na,0.5,0.6,0.7\nb,0.4,0.5,0.6\n", encoding="utf-8")
    answers.write_text("q1,q2,q3\n" + "1,1,1\n" * 5 + "1,0,N\n" * 5, encoding="utf-8")
    read = (answers, "--not-reached", "N")
    told = typed("standard", ratings, "--method", "angoff", "--id", "judge", "--responses", *read)["standard"]
    plain = typed("analyse", *read)["classical"]["items"]
    assert [one["facility"] for one in told["items"]] == [one["facility"] for one in plain] == [1, 0.5, 1]
    assert told["candidates"]["reaching"] == 5, "what counts towards the cut is marks: not reached earns none"
    assert told["warnings"] == []
    hundredth = typed("standard", ratings, "--method", "angoff", "--id", "judge", "--percent")["standard"]
    assert "leave --percent out" in hundredth["warnings"][0]


@pytest.mark.parametrize(
    ("competent", "reason", "said"),
    [("no", "parted", "the middle of the gap"), ("yes", "not_discriminating", "no score tells them apart")],
)
def test_why_a_cut_has_no_error_is_said(tmp_path: Path, competent: str, reason: str, said: str) -> None:
    scores = tmp_path / "s.csv"
    lines = [f"{score},{'no' if score >= 10 else 'yes'}" for score in range(20)]
    scores.write_text("total,judged\n" + "\n".join(lines), encoding="utf-8")
    given = ("standard", scores, "--method", "contrasting-groups", "--competent", competent)
    told = typed(*given)["standard"]
    assert told["reason"] == reason
    assert said in told["warnings"][0]
    read = shown(*given)
    assert said in read
    assert "calibration" not in read
