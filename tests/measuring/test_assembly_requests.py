"""What is wrong with a request, or with its list of items, is one line that says where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.measuring.typing import refused, typed

LIST = "item,topic,words,points,a,b\nq1,x,10,1,1,0\nq2,y,,0.5,1,0.5\nq3,x,30,1,,\n"
PLAIN: dict[str, Any] = {"items": "items.csv", "forms": 1, "length": 2, "left_out": ["q3"]}


def written(folder: Path, asked: Any, items: str = LIST) -> Path:
    (folder / "items.csv").write_text(items, encoding="utf-8")
    path = folder / "request.json"
    path.write_text(asked if isinstance(asked, str) else json.dumps(asked), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("{", "not valid JSON"),
        ([], "Expected `object`"),
        ({"forms": 1}, "missing required field `items`"),
        (PLAIN | {"lenght": 3}, "unknown field `lenght`"),
        (PLAIN | {"forms": 0}, "forms is a whole number from 1"),
        (PLAIN | {"forms": "two"}, "$.forms"),
        (PLAIN | {"length": 0}, "at least one item"),
        (PLAIN | {"length": {"most": 3}}, "say the least"),
        (PLAIN | {"constraints": [{"where": {"topic": "x"}}]}, "constraint 1 asks for nothing"),
        (PLAIN | {"constraints": [{"least": 3, "most": 2}]}, "the least, 3, is more than the most, 2"),
        (PLAIN | {"constraints": [{"exactly": 3, "most": 2}]}, "say exactly, or least and most"),
        (PLAIN | {"constraints": [{"where": {"topik": "x"}, "least": 1}]}, "has no column “topik”"),
        (PLAIN | {"constraints": [{"where": {"topic": "z"}, "least": 1}]}, "no item has “z” in column “topic”"),
        (PLAIN | {"constraints": [{"sum": "words", "most": 9}]}, "line 3, column “words”: “” is not a number"),
        (PLAIN | {"fixed": ["q9"]}, "fixed: there is no item “q9”"),
        (PLAIN | {"left_out": []}, "items without parameters: q3"),
        (PLAIN | {"goal": {"aim": "target"}}, "needs amounts"),
        (PLAIN | {"goal": {"aim": "target", "amounts": [1, 2]}}, "one amount for information at each"),
        (PLAIN | {"goal": {"aim": "most", "amounts": [1, -2, 1]}}, "above 0"),
        (PLAIN | {"goal": {"aim": "best"}}, "$.goal.aim"),
        (PLAIN | {"goal": {"aim": "most"}, "by": "facility"}, "needs parameters"),
        (PLAIN | {"goal": {"tolerance": 0}}, "tolerance"),
        (PLAIN | {"population": {"sd": 0}}, "sd is above 0"),
        (PLAIN | {"sets": {"least": 0}}, "at least one item of a set"),
        (PLAIN | {"sets": {"least": 3, "most": 2}}, "the least is not above the most"),
        (PLAIN | {"margin": -1}, "margin is above 0"),
        (PLAIN | {"items": "none.csv"}, "cannot be read"),
        (PLAIN | {"parameters": "none.json"}, "none.json"),
    ],
)
def test_requests(tmp_path: Path, asked: Any, said: str) -> None:
    assert said in refused("assemble", written(tmp_path, asked))


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ("name,b\nq1,0\n", "no column “item”"),
        ("item,Câu,b\nq1,q1,0\n", "is there twice"),
        ("item,b\nq1,0\nq1,1\n", "“q1” was there before"),
        ("item,b\nq1,0\n,1\n", "the item has no name"),
        ("item,b\nq1,0\nq2,high\nq3,1\n", "“high” is not a number"),
        ("item,a,b\nq1,0,0\nq2,1,1\nq3,1,1\n", "line 2, item “q1”: a slope a of 0"),
        ("item,b,points\nq1,0,1 2 3\nq2,1,1\nq3,1,1\n", "points: one number, or one for each of 2 categories"),
        ("item,b,points\nq1,0,0.33333\nq2,1,1\nq3,1,1\n", "Give points in whole steps"),
        ("item,facility\nq1,0.5\nq2,0.5\nq3,0.5\n", "a facility needs n beside it"),
        ("item,estimate\nq1,50\nq2,0.5\nq3,0.5\n", "“50” is no share from 0 to 1"),
        ("item,b,uses\nq1,0,1.5\nq2,0,1\nq3,0,1\n", "“1.5” is no number of forms"),
    ],
)
def test_lists_of_items(tmp_path: Path, items: str, said: str) -> None:
    assert said in refused("assemble", written(tmp_path, PLAIN, items))


def test_a_place_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    said = refused("assemble", written(tmp_path, PLAIN), "--report", tmp_path / "taken" / "deep")
    assert "is no folder" in said


def test_parameters_of_a_calibration_and_points_of_categories(tmp_path: Path) -> None:
    """The document of `analyse --model … --json` has parameters, and what each category earns."""
    calibration = {
        "irt": {
            "model": "gpcm",
            "items": [
                {"item": "q1", "a": 1, "b": 0, "c": 0, "points": [0, 0.25]},
                {"item": "q2", "a": 1, "thresholds": [-1, 0, 1, 2], "points": [0, 0.1, 0.25, 0.5, 1]},
            ],
        }
    }
    (tmp_path / "found.json").write_text(json.dumps(calibration))
    asked = PLAIN | {"parameters": "found.json", "left_out": []}
    told = typed("assemble", written(tmp_path, asked, "item,topic\nq1,x\nq2,x\n"))
    assert told["assembled"][0]["points"] == 1.25
    assert [row["score"] for row in told["score_distribution"]][:4] == pytest.approx([0, 0.05, 0.1, 0.15])
    told = typed("assemble", written(tmp_path, asked, "item,điểm\nq1,2\nq2,0 1 2 3 4\n"))
    assert told["assembled"][0]["points"] == 6
    assert len(told["score_distribution"]) == 7


def test_values_are_words_or_numbers_one_or_several(tmp_path: Path) -> None:
    items = "item,grade,level,b\nq1,10,easy,0\nq2,11,hard,0\nq3,12,Hard,0\nq4,12,middle,0\n"
    constraints = [{"where": {"grade": 12.0, "level": ["easy", "hard"]}, "exactly": 1}]
    asked = {"items": "items.csv", "forms": 1, "length": 1, "constraints": constraints}
    (chosen,) = typed("assemble", written(tmp_path, asked, items))["chosen"]
    assert chosen["item"] == "q3"


def test_thirds_of_a_point_are_points(tmp_path: Path) -> None:
    items = "item,thresholds,points\nq1,-1 0 1,1\nq2,0,0.5\n"
    told = typed("assemble", written(tmp_path, PLAIN | {"left_out": []}, items))
    spread = told["score_distribution"]
    assert [row["score"] for row in spread] == pytest.approx([place / 6 for place in range(10)])
    assert [row["probability"][0] > 0 for row in spread] == [
        True,
        False,
        True,
        True,
        True,
        True,
        True,
        True,
        False,
        True,
    ]
