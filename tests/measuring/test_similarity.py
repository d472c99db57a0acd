"""Pairs of candidates from the command line: lists, named suspicions, blanks, and what is not to be relied on."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.measuring.typing import refused, typed
from tests.reference.peers import truth

SET = "sim_mc_500x40"


@pytest.fixture
def sitting(shared: Path, tmp_path: Path) -> tuple[Any, ...]:
    """Responses of 500 to 40 items of four options, five of whom copied from 14 to 30 answers, and the key."""
    key = tmp_path / "k.json"
    key.write_text(json.dumps({"key": truth(shared, SET)["key"]}), encoding="utf-8")
    return shared / "psychometrics" / "data" / f"{SET}.csv", "--key", key


@pytest.fixture
def small(sitting: tuple[Any, ...], tmp_path: Path) -> Any:
    """The first ninety with twelve items; `change` takes their rows of cells."""

    def written(change: Any = lambda rows: rows, n: int = 90, items: int = 12) -> tuple[Any, ...]:
        path = tmp_path / "small.csv"
        lines = [line.split(",")[:items] for line in sitting[0].read_text().splitlines()[: n + 1]]
        path.write_text("\n".join(map(",".join, [lines[0], *change(lines[1:])])), encoding="utf-8")
        key = json.loads(sitting[2].read_text())["key"][:items]
        (tmp_path / "key.json").write_text(json.dumps({"key": key}), encoding="utf-8")
        return path, "--key", tmp_path / "key.json"

    return written


def test_the_nearest_pairs_are_listed_where_none_is_flagged(sitting: tuple[Any, ...]) -> None:
    found = typed("similarity", *sitting, "--most", "7")
    assert (found["flagged"], found["n_flagged"], len(found["lowest"])) == ([], 0, 7)
    p = [row["gbt_p"] for row in found["lowest"]]
    assert p == sorted(p)
    assert not any(row["flagged"] for row in found["lowest"])
    planted = {tuple(sorted((one["copier_row_1based"], one["source_row_1based"]))) for one in truth_pairs(sitting)}
    listed = {(row["first"], row["second"]) for row in found["lowest"]}
    assert len(planted & listed) >= 3


def truth_pairs(sitting: tuple[Any, ...]) -> list[dict[str, Any]]:
    pairs: list[dict[str, Any]] = json.loads(sitting[0].with_name(f"truth_{SET}.json").read_text())["pairs"]
    return pairs


def test_a_named_suspicion_is_tested_alone(sitting: tuple[Any, ...]) -> None:
    found = typed("similarity", *sitting, "--copier", "156", "--source", "461")
    assert (found["pairs"], found["tested"], found["n_flagged"]) == (1, 1, 1)
    row = found["named"][0]
    assert (row["first"], row["second"], row["flagged"]) == (156, 461, True)
    assert row["p"] == row["adjusted_p"] == row["first_copied"]["gbt_p"] < 1e-4
    assert found["flagged"] == found["named"]


def test_who_copied_from_whom_is_told_both_ways(sitting: tuple[Any, ...]) -> None:
    one, other = (
        typed("similarity", *sitting, "--index", "omega", "--copier", a, "--source", b)["named"][0]
        for a, b in (("282", "327"), ("327", "282"))
    )
    assert one["first_copied"] == other["second_copied"]
    assert one["second_copied"] == other["first_copied"]
    assert one["p"] == one["first_copied"]["omega_p"] != other["p"]
    assert one["omega_p"] == other["omega_p"]
    names = {"expected", "omega", "omega_p", "gbt_p", "source_wrong", "same_wrong", "k", "k1", "k2", "s1", "s2"}
    assert set(one["first_copied"]) == names


def test_a_file_of_suspicions_by_name(sitting: tuple[Any, ...], tmp_path: Path) -> None:
    lines = sitting[0].read_text().splitlines()
    named = [f"{'SBD' if row == 0 else f'C{row:03}'},{line}" for row, line in enumerate(lines)]
    (tmp_path / "r.csv").write_text("\n".join(named), encoding="utf-8")
    pairs = tmp_path / "p.csv"
    planted = [(f"C{one['copier_row_1based']:03}", f"C{one['source_row_1based']:03}") for one in truth_pairs(sitting)]
    innocent = [(f"C{row:03}", f"C{row + 200:03}") for row in range(1, 40)]
    rows = [("copier", "source"), *planted, *innocent]
    pairs.write_text("\n".join(map(";".join, rows)), encoding="utf-8")
    read = ("similarity", tmp_path / "r.csv", *sitting[1:], "--id", "SBD")
    found = typed(*read, "--pairs", pairs)
    assert (found["pairs"], len(found["named"])) == (44, 44)
    assert [(row["first_id"], row["second_id"]) for row in found["named"]] == rows[1:]
    flagged = {(row["first_id"], row["second_id"]) for row in found["flagged"]}
    assert len(flagged & set(planted)) >= 3
    assert len(flagged - set(planted)) <= 1
    pairs.write_text("copier;source\nC001;C777", encoding="utf-8")
    assert "line 2: no candidate “C777”" in refused(*read, "--pairs", pairs)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--copier", "3"], "--copier and --source"),
        (["--copier", "3", "--source", "3"], "themselves"),
        (["--copier", "3", "--source", "91"], "no candidate “91”"),
        (["--copier", "3", "--source", "4", "--rooms", "i01"], "give one of them"),
    ],
)
def test_a_suspicion_that_cannot_be_tested_is_one_line(small: Any, arguments: list[str], complaint: str) -> None:
    assert complaint in refused("similarity", *small(), *arguments)


def test_pairs_named_twice_are_refused(small: Any, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("source,copier\n1,2\n3,4\n1,2\n", encoding="utf-8")
    assert "line 4: “2” and “1” are named twice" in refused("similarity", *small(), "--pairs", tmp_path / "p.csv")


def test_many_blanks_tell_of_ability_and_are_compared_with_nothing(small: Any) -> None:
    """The same matches, but others are expected of those who left half of the items blank."""

    def blanks(rows: list[list[str]]) -> list[list[str]]:
        weak = np.argsort([sum(map(int, row)) % 7 for row in rows], kind="stable")[:30]
        for row in weak:
            rows[row][6:] = [""] * 6
        return rows

    read = ("similarity", *small(blanks), "--empty")
    omitted, absent = (typed(*read, what, "--most", "5000") for what in ("omitted", "not-presented"))
    assert omitted["pairs"] == absent["pairs"]
    by_pair = [{(row["first"], row["second"]): row for row in found["lowest"]} for found in (omitted, absent)]
    assert {row["compared"] for row in by_pair[0].values()} == {6, 12}
    assert all(by_pair[0][pair]["matches"] == row["matches"] for pair, row in by_pair[1].items())
    assert any(by_pair[0][pair]["expected"] != pytest.approx(row["expected"]) for pair, row in by_pair[1].items())


@pytest.mark.parametrize(("n", "items", "reason"), [(12, 12, "not converged"), (20, 6, "hardly determine “i04”")])
def test_a_model_that_is_not_to_be_relied_on_is_said_in_words(small: Any, n: int, items: int, reason: str) -> None:
    found = typed("similarity", *small(n=n, items=items))
    assert found["reliable"] is False
    assert reason in found["warnings"][0]
    assert "not to be relied on" in found["warnings"][-1]
    assert not any(row["reliable"] for row in found["lowest"])


def test_each_tenth_of_the_pairs_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    command = importlib.import_module("exam_engine.measuring.commands.similarity")
    said: list[str] = []
    monkeypatch.setattr(command, "say", said.append)
    tell = command._tenths()
    for done in range(1, 101):
        tell(done, 100)
    assert said == [f"compared {done} of 100 pairs" for done in range(10, 101, 10)]


def test_real_answers_with_rare_options_and_blanks_converge(shared: Path) -> None:
    data = shared / "psychometrics" / "data"
    found = typed("similarity", data / "sat12_raw.csv", "--key", data / "sat12_key.json", "--omitted", "8")
    assert (found["converged"], found["reliable"], found["n_flagged"]) == (True, True, 0)


def seated(sitting: tuple[Any, ...], tmp_path: Path, rows: list[int]) -> tuple[Any, ...]:
    """Columns of a room and a seat: rooms of twenty-five, five rows of five, in this order of the candidates."""
    lines = sitting[0].read_text().splitlines()
    told = {row: f"P{place // 25},{place % 25 // 5 + 1}-{place % 5 + 1}" for place, row in enumerate(rows)}
    path = tmp_path / "seated.csv"
    cells = [f"{'room,seat' if row == 0 else told[row]},{line}" for row, line in enumerate(lines)]
    path.write_text("\n".join(cells), encoding="utf-8")
    return "similarity", path, *sitting[1:], "--items", "i*", "--rooms", "room"


def test_neighbours_are_tested_each_way_and_found(sitting: tuple[Any, ...], tmp_path: Path) -> None:
    planted = [(one["copier_row_1based"], one["source_row_1based"]) for one in truth_pairs(sitting)]
    others = [row for row in range(1, 501) if not any(row in pair for pair in planted)]
    rows = [row for place, pair in enumerate(planted) for row in (*pair, *others[3 * place : 3 * place + 3])]
    read = seated(sitting, tmp_path, rows + others[15:])
    found = typed(*read[:4], *read[6:], "--seats", "seat", "--most", "9")
    assert found["n_items"] == 40, "rooms and seats are no items"
    assert found["pairs"] == 2 * 20 * (20 + 20 + 32)  # in a room 20 along, 20 behind and 32 across
    assert len(found["lowest"]) == 9
    flagged = {(row["first"], row["second"]) for row in found["flagged"]}
    assert len(set(planted) & flagged) >= 2
    assert all(row["p"] == row["first_copied"]["gbt_p"] for row in found["lowest"])
    assert typed(*read)["n_flagged"] == 0, "as all pairs of rooms none stands out"
    once = typed(*read, "--seats", "seat", "--index", "m4")
    assert (once["pairs"], once["lowest"][0]["p"]) == (found["pairs"] // 2, once["lowest"][0]["m4_p"])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("2-3", "back"), "seat “back” (row 8): write the row and the place in it, as 3-5"),
        (("2-3", "2-2"), "two candidates at seat “2-2” (rows 7 and 8)"),
    ],
)
def test_seats_that_cannot_be_meant_are_one_line(
    sitting: tuple[Any, ...], tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    read = seated(sitting, tmp_path, list(range(1, 501)))
    text = read[1].read_text(encoding="utf-8")
    read[1].write_text(text.replace(f"P0,{change[0]},", f"P0,{change[1]},"), encoding="utf-8")
    assert complaint in refused(*read, "--seats", "seat")
