"""`exam-engine standard` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from exam_engine.measuring.anchoring import read_parameters
from item_bank.statistics.standards import booklet
from tests.measuring.typing import refused, typed


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
