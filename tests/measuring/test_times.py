"""`exam-engine times` as it is typed, against the figures of trusted packages."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from exam_engine.measuring.named import RULES
from tests.measuring.typing import refused, typed
from tests.reference.peers import reference


@pytest.fixture
def file(shared: Path) -> Path:
    return shared / "psychometrics" / "data" / "sim_rt_1000x25.csv"


def peer(shared: Path, block: str) -> Any:
    return reference(shared, "rt_sim_rt_1000x25")["results"][block]


def both(file: Path, *further: str | Path) -> Any:
    return typed("times", file, "--items", "t*", "--responses", file, "--answers", "x*", *further)


def test_times_are_modelled_as_by_the_peer(shared: Path, file: Path) -> None:
    theirs = peer(shared, "lavaan_lognormal_all")
    found = typed("times", file, "--items", "t*")
    assert (found["n_persons"], found["n_items"], found["speededness"]) == (1000, 25, None)
    told = found["times"]
    assert told["converged"] is True
    assert told["loglik"] == pytest.approx(theirs["logLik"], abs=0.01)
    assert told["variance"] == pytest.approx(theirs["var_tau"], abs=1e-3)
    for name in ("beta", "alpha"):
        assert [item[name] for item in told["items"]] == pytest.approx(theirs[name], abs=1e-3)
    assert [item["se"]["beta"] for item in told["items"]] == pytest.approx(theirs["se_beta"], abs=1e-4)
    assert [one["tau"] for one in told["persons"][:50]] == pytest.approx(theirs["tau_EAP_first50"], abs=1e-3)
    assert "lz_star" not in told["persons"][0]


@pytest.mark.parametrize(("rule", "block"), [("nt10", "NT10"), ("nt20", "NT20"), ("3", "CT3"), ("cump", "CUMP")])
def test_rapid_guesses_are_those_of_the_peer(shared: Path, file: Path, rule: str, block: str) -> None:
    theirs = peer(shared, f"aberrance_rg_{block}")
    found = both(file, "--chance", "0.25", "--threshold", rule)
    told = found["times"]
    assert [one["effort"] for one in told["persons"][:100]] == pytest.approx(theirs["rte_first100"])
    counts = [0 if math.isnan(count) else count for count in theirs["flag_counts_per_item"]]
    assert [item["rapid"] for item in told["items"]] == counts
    if rule in RULES:
        thresholds = [item[rule] for item in told["items"]]
        assert thresholds == [None if math.isnan(one) else pytest.approx(one) for one in theirs["thresholds"]]
        assert told["threshold"] == rule
    assert any("t10: nobody does better than chance" in one for one in found["warnings"])


def test_guessers_stand_out_with_answers_and_without(file: Path) -> None:
    """The first 60 guess half of their answers."""
    people = both(file, "--model", "2pl")["times"]["persons"]
    for low in ("p", "q_st_p", "l_st_p"):
        odd = [one["row"] for one in people if one[low] < 0.001]
        assert len([row for row in odd if row <= 60]) >= 50
        assert len([row for row in odd if row > 60]) < 40
    assert all(one["effort"] < 0.95 for one in people[:60])


def test_candidates_are_joined_by_id_and_items_by_name(tmp_path: Path, file: Path) -> None:
    header, *lines = file.read_text().splitlines()
    names = header.split(",")
    times, answers = tmp_path / "t.csv", tmp_path / "x.csv"
    rows = [(f"S{n}", line.split(",")) for n, line in enumerate(lines[:200])]
    items = [f"q{n}" for n in range(25)]
    times.write_text("\n".join([",".join(["SBD", *items]), *(",".join([n, *r[25:]]) for n, r in rows)]))
    shuffled = [(n, list(reversed(r[:25]))) for n, r in reversed(rows)]
    answers.write_text("\n".join([",".join(["SBD", *reversed(items)]), *(",".join([n, *r]) for n, r in shuffled[1:])]))
    given = ("--id", "SBD", "--responses", answers, "--model", "rasch", "--chance", "0.25", "--threshold", "cump")
    found = typed("times", times, *given)["times"]
    straight = tmp_path / "both.csv"
    straight.write_text("\n".join([",".join(names), *lines[:200]]))
    plain = both(straight, "--model", "rasch", "--chance", "0.25", "--threshold", "cump")["times"]
    assert [one["id"] for one in found["persons"]] == [n for n, _ in rows]
    assert found["persons"][199]["lz_star"] is None, "whose answers are not there"
    assert found["persons"][7]["lz_star"] == pytest.approx(plain["persons"][7]["lz_star"], abs=0.02)
    assert found["persons"][7]["l_t"] == pytest.approx(plain["persons"][7]["l_t"])


def test_who_did_not_reach_the_end_makes_a_test_speeded(tmp_path: Path) -> None:
    times, answers = tmp_path / "t.csv", tmp_path / "x.csv"
    times.write_text("q1,q2,q3,q4\n" + "\n".join(f"{20 + n},{30 + n % 7},{9 + n % 3},{5 + n % 5}" for n in range(30)))
    cells = [f"{n % 2},{n % 3 // 2},1,{'R' if n % 3 else n % 2}" for n in range(30)]
    answers.write_text("\n".join(["q1,q2,q3,q4", *cells]))
    found = typed("times", times, "--responses", answers, "--not-reached", "R")
    assert found["speededness"]["completed"] == pytest.approx(1 / 3)
    assert found["speededness"]["three_quarters"] == 1
    assert found["speededness"]["not_reached"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("cells", "options", "told"),
    [
        ("a,b\n1.5,0\n2,3\n", (), "line 2, column “b”: “0” is no time"),
        ("a,b\n1.5,x\n2,3\n", (), "line 2, column “b”: “x” is no time"),
        ("a,b\n,\n,\n", (), "there is no time in it"),
        ("a,b\n1,2\n,\n", (), "at least two items and two persons"),
        ("a,b\n1,2\n2,1\n", ("--threshold", "cump"), "--responses"),
        ("a,b\n1,2\n2,1\n", ("--threshold", "nt5"), "expected nt10, nt20, cump or seconds"),
        ("a,b\n1,2\n2,1\n", ("--chance", "0.25"), "give their file with --responses"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, cells: str, options: tuple[str, ...], told: str) -> None:
    file = tmp_path / "t.csv"
    file.write_text(cells)
    assert told in refused("times", file, *options)


def test_codes_of_what_was_not_measured(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a;b;c\n1,5;-1;2\n2;3,5;1\n9;4;1\n")
    told = typed("times", file, "--missing", "-1", "--longest", "0.2")["times"]
    assert [item["n"] for item in told["items"]] == [3, 2, 3]
    assert told["items"][1]["nt20"] == 0.2


def test_rows_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    times, answers = tmp_path / "t.csv", tmp_path / "x.csv"
    times.write_text("a,b\n1,2\n2,3\n")
    answers.write_text("a,b\n1,0\n0,1\n1,1\n")
    assert "2 rows of times for 3 of answers" in refused("times", times, "--responses", answers)
    answers.write_text("a,c,d\n1,0,1\n0,1,1\n")
    given = ("--responses", answers, "--answers", "a,c,d")
    assert "2 columns of times for 3 of answers" in refused("times", times, *given)
