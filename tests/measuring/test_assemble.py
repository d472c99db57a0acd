"""`exam-engine assemble`: forms as a request asks, what is told of them, and why there may be none."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from exam_engine.cli import main
from tests.measuring.typing import shown, typed

Asking = Callable[..., Path]
TOPICS = ("Hàm số", "Hình học")
EACH = [{"where": {"chủ đề": topic}, "exactly": 5} for topic in TOPICS]


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    """Writes a request beside a list of 60 items of the 2PL, a third of them with no more than a history."""
    rng = np.random.default_rng(7)
    rows = [["Câu", "chủ đề", "words", "Nhóm", "loại trừ nhau", "điểm", "a", "b", "facility", "n"]]
    for place in range(60):
        passage = f"p{place // 3}" if place < 9 else ""
        enemies = "e1; e2" if place in (20, 21) else "e2" if place == 22 else ""
        a, b = f"{np.exp(rng.normal(0, 0.2)):.3f}", f"{rng.normal():.3f}"
        share = f"{rng.uniform(0.2, 0.95):.2f}"
        rows.append([f"q{place}", TOPICS[place % 2], str(10 + place), passage, enemies, "0,25", a, b, share, "20"])
    with (tmp_path / "items.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)

    def write(**asked: Any) -> Path:
        path = tmp_path / "request.json"
        document = {"items": "items.csv", "forms": 2, "length": 10, "constraints": EACH} | asked
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["assemble", *map(str, arguments)])


def test_forms_keep_what_was_asked_and_are_parallel(asking: Asking) -> None:
    words = {"sum": "words", "most": 450}
    told = typed("assemble", asking(constraints=[*EACH, words], fixed=["q59"], left_out=["q30"]))
    forms = [[row for row in told["chosen"] if row["form"] == form] for form in (1, 2)]
    for form in forms:
        assert len(form) == 10
        assert Counter(row["attributes"]["chủ đề"] for row in form) == dict.fromkeys(TOPICS, 5)
        assert sum(int(row["attributes"]["words"]) for row in form) <= 450
        names = {row["item"] for row in form}
        assert "q59" in names
        assert "q30" not in names
        assert len(names & {"q20", "q21", "q22"}) <= 1
        sets = Counter(row["attributes"]["Nhóm"] for row in form)
        assert all(number == 3 for name, number in sets.items() if name)
    assert told["overlap"] == [[10, 1], [1, 10]]
    assert told["exposure"] == [{"forms": 0, "n_items": 41}, {"forms": 1, "n_items": 18}, {"forms": 2, "n_items": 1}]
    assert [row["points"] for row in told["assembled"]] == [2.5, 2.5]
    assert {(row["goal"], row["theta"]) for row in told["goal"]} == {
        (goal, theta) for goal in ("information", "score") for theta in (-1.0, 0.0, 1.0)
    }
    for row in told["goal"]:
        off = max(abs(one / row["target"] - 1) for one in row["sums"])
        assert off <= max(form["distance"] for form in told["assembled"]) + 1e-9
    assert told["warnings"] == ([] if told["finished"] else told["warnings"][:1])


def test_scores_and_information_are_those_of_the_chosen_items(asking: Asking) -> None:
    told = typed("assemble", asking(population={"mean": 0.5, "sd": 0.8}))
    for place, row in enumerate(told["assembled"]):
        chosen = [one["attributes"] for one in told["chosen"] if one["form"] == place + 1]
        slope, difficulty = (np.array([float(one[name]) for one in chosen]) for name in "ab")
        for at in told["information"]:
            right = 1 / (1 + np.exp(-slope * (at["theta"] - difficulty)))
            assert at["information"][place] == pytest.approx((slope**2 * right * (1 - right)).sum())
            assert at["expected_score"][place] == pytest.approx(0.25 * right.sum())
            assert at["score_se"][place] == pytest.approx(0.25 * np.sqrt((right * (1 - right)).sum()))
        spread = np.array([(one["score"], one["probability"][place]) for one in told["score_distribution"]])
        assert spread[:, 1].sum() == pytest.approx(1)
        assert spread[:, 0].tolist() == pytest.approx(np.arange(11) / 4)
        assert row["mean"] == pytest.approx(spread[:, 0] @ spread[:, 1])


def test_a_target_of_one_kind_alone(asking: Asking) -> None:
    goal = {"aim": "target", "abilities": [0], "amounts": [1.3], "of": "score"}
    told = typed("assemble", asking(goal=goal))
    (row,) = told["goal"]
    assert row["sums"] == pytest.approx([1.3, 1.3], rel=0.006)
    assert typed("assemble", asking(goal=None))["goal"] == []


def test_forms_alike_in_information_alone_may_differ_in_points(asking: Asking) -> None:
    goal = {"of": "information", "tolerance": 0.05}
    request = asking(goal=goal, constraints=[], margin=0.001)
    told = typed("assemble", request)
    means = [row["mean"] for row in told["assembled"]]
    assert told["spread"] == pytest.approx(max(means) - min(means))
    assert told["spread"] > 0.001
    assert any("differ by more than the margin" in one for one in told["warnings"])
    assert typed("assemble", asking(goal=goal, constraints=[], margin=2.5))["warnings"] == []


def test_a_target_out_of_reach_is_said(asking: Asking) -> None:
    goal = {"aim": "target", "abilities": [0], "amounts": [90]}
    told = typed("assemble", asking(goal=goal))
    assert told["possible"] > 0.9
    assert any("allow no form" in one for one in told["warnings"])


def test_little_is_known_of_items_without_parameters(asking: Asking) -> None:
    """Twenty candidates each: forms may be alike, but nobody can say so."""
    request = asking(by="facility")
    told = typed("assemble", request)
    assert told["likeness"] == "unknown"
    assert told["warnings"]
    assert told["compared"][0]["error"] > 0
    assert "not enough to take the forms as parallel" in shown("assemble", request)
    wide = typed("assemble", asking(by="facility", margin=2))
    assert (wide["likeness"], wide["warnings"]) == ("alike", [])


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("vi", ["chủ đề = Hàm số: đúng 5 câu trong một đề (danh sách có 30 câu).", "nhiều: ít nhất 6 câu"]),
        ("en", ["chủ đề = Hàm số: exactly 5 items in a form (the list has 30).", "nhiều: at least 6 items"]),
    ],
)
def test_demands_that_cannot_be_met_together_are_named(asking: Asking, language: str, sentences: list[str]) -> None:
    many = {"name": "nhiều", "where": {"chủ đề": "hàm số"}, "least": 6}
    request = asking(constraints=[*EACH, many])
    done = run(request, "--language", language)
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 3
    for sentence in sentences:
        assert sentence in done.stdout
    as_json = run(request, "--json")
    assert as_json.exit_code == 1
    conflict = json.loads(as_json.stdout)["conflict"]
    assert conflict["proven"]
    assert [one["name"] for one in conflict["demands"]] == ["chủ đề = Hàm số", "nhiều"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"forms": 7}, "there are to be 7 forms"),
        ({"uses": 2, "forms": 10, "overlap": 0}, "Two forms share 0 items at most."),
        ({"fixed": ["q20", "q21"]}, "These items stand in every form: q20, q21."),
        ({"sets": {"least": 3}, "constraints": [{"where": {"Nhóm": "p1"}, "exactly": 1}]}, "Set p1: a form has none"),
    ],
)
def test_every_kind_of_demand_has_words(asking: Asking, asked: dict[str, Any], said: str) -> None:
    done = run(asking(**asked), "--language", "en")
    assert done.exit_code == 1, done.output
    assert said in done.stdout


@pytest.mark.parametrize(
    ("asked", "title", "said"),
    [
        ({}, "Các đề được ghép", "Phổ điểm kì vọng"),
        ({"by": "facility"}, "Các đề được ghép", "Chưa đủ căn cứ để coi các đề là tương đương"),
        ({"forms": 7}, "Không ghép được đề", "Những yêu cầu không thể đáp ứng"),
    ],
)
def test_the_report_says_the_same(asking: Asking, tmp_path: Path, asked: dict[str, Any], title: str, said: str) -> None:
    folder = tmp_path / "report"
    done = run(asking(**asked), "--report", folder, "--json")
    assert json.loads((folder / "assembly.json").read_text()) == json.loads(done.stdout)
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    page = (folder / "report.html").read_text()
    assert f"<h1>{title}</h1>" in page
    assert said in page
    assert page.count("<svg") == (0 if asked else 4)


def test_one_page_alone_and_tables(asking: Asking, tmp_path: Path) -> None:
    done = run(
        asking(forms=8, uses=2), "--report", tmp_path / "forms.html", "--language", "en", "--csv", tmp_path / "csv"
    )
    assert done.exit_code == 0, done.output
    page = (tmp_path / "forms.html").read_text()
    assert "<h1>Assembled forms</h1>" in page
    assert "Lowest of all forms" in page  # eight lines could not be told apart
    with (tmp_path / "csv" / "chosen.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 80
    assert {row["form"] for row in rows} == set("12345678")
