"""`exam-engine analyse` as it is typed: documents with stable keys, and one line for an obstacle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from exam_engine.cli import main
from tests.measuring.typing import typed
from tests.reference.peers import reference, truth

#: Data set → columns that are items, all where there is nothing else.
SETS = {
    "lsat6": "", "lsat7": "", "abortion": "", "sat12_scored": "", "sat12_raw": "", "science": "", "verbal": "S*",
    "gmat": "Item*",
    "sim_2pl_2000x40": "", "sim_2pl_missing_2000x40": "", "sim_3pl_5000x30": "", "sim_grm_1500x15": "",
    "sim_gpcm_1500x12": "",
    "sim_forms_X": "", "sim_forms_Y": "", "sim_mc_500x40": "", "sim_dif_2000x25": "i*", "sim_rt_1000x25": "x*",
}  # fmt: skip


def run(*arguments: str | Path) -> Any:
    return typed("analyse", *arguments)


#: Calibrated as well.
MODELS = {
    "lsat6": "rasch", "lsat7": "2pl", "abortion": "rasch", "sat12_raw": "2pl", "science": "grm", "verbal": "1pl",
    "gmat": "2pl", "sim_2pl_missing_2000x40": "2pl", "sim_3pl_5000x30": "3pl",
    "sim_grm_1500x15": "grm", "sim_gpcm_1500x12": "gpcm",
}  # fmt: skip


@pytest.fixture
def responses(tmp_path: Path) -> Path:
    path = tmp_path / "r.csv"
    rows = ["p1;p2;ma", "B;ĐSSĐ;x", "A;ĐĐSĐ;x", ";SĐĐS;x", "C;ĐSSS;x", "B;ĐSS-;x", "B;ĐSSĐ;x"]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "k.csv"
    path.write_text("item,key,points\np1,B,0.25\np2,ĐSSĐ,1\n", encoding="utf-8")
    return path


def test_options_and_clusters_by_a_key(responses: Path, key: Path) -> None:
    found = run(responses, "--items", "p*", "--key", key, "--empty", "omitted")
    assert (found["n_persons"], found["n_items"]) == (6, 2)
    first, second = found["classical"]["items"]
    assert (first["item"], first["facility"], first["omitted"]) == ("p1", 0.5, 1)
    assert second["facility"] == pytest.approx((1 + 0.5 + 0 + 0.5 + 0.5 + 1) / 6)
    rows = {row["option"]: row for row in found["distractors"]["p1"]}
    assert {name: (row["n"], row["key"]) for name, row in rows.items()} == {
        "A": (1, False), "B": (3, True), "C": (1, False), "omitted": (1, False),
    }  # fmt: skip


def test_an_empty_cell_is_not_presented_unless_said_otherwise(responses: Path, key: Path) -> None:
    found = run(responses, "--items", "p*", "--key", key)
    assert found["classical"]["items"][0]["n"] == 5
    assert "omitted" not in {row["option"] for row in found["distractors"]["p1"]}


def test_what_is_not_defined_is_null(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("a,b\n1,0\n", encoding="utf-8")
    found = run(path)
    assert found["classical"]["alpha"] is None
    assert found["classical"]["items"][0]["item_rest"] is None


def test_people_read_figures_and_an_obstacle_in_one_line(responses: Path, key: Path) -> None:
    shown = CliRunner().invoke(main, ["analyse", str(responses), "--items", "p*", "--key", str(key)])
    assert shown.exit_code == 0
    assert "p1    5      0.60" in shown.output
    refused = CliRunner().invoke(main, ["analyse", str(responses), "--items", "p*"])
    assert refused.exit_code == 2
    assert refused.stderr.count("\n") == 1
    assert "line 2, column “p1”: “B” is not a number" in refused.stderr


@pytest.mark.parametrize("name", SETS)
def test_every_data_set_is_analysed(shared: Path, tmp_path: Path, name: str) -> None:
    chosen = ["--items", SETS[name]] if SETS[name] else []
    model = ["--model", MODELS[name], "--sx2"] if name in MODELS else []
    found = run(shared / "psychometrics" / "data" / f"{name}.csv", *chosen, *keyed(shared, tmp_path, name), *model)
    assert len(found["classical"]["items"]) == found["n_items"]
    assert 0 < found["classical"]["alpha"] < 1
    if name in MODELS:
        assert found["irt"]["converged"]


def keyed(shared: Path, folder: Path, name: str) -> list[Path | str]:
    match name:
        case "sat12_raw":
            return ["--key", shared / "psychometrics" / "data" / "sat12_key.json"]
        case "sim_mc_500x40":
            path = folder / "key.json"
            path.write_text(json.dumps({"key": truth(shared, name)["key"]}))
            return ["--key", path]
    return []


@pytest.mark.parametrize("name", ["lsat6", "sat12_scored", "verbal", "science", "sim_grm_1500x15"])
def test_alpha_is_that_of_the_peers(shared: Path, name: str) -> None:
    found = run(shared / "psychometrics" / "data" / f"{name}.csv", *(["--items", SETS[name]] if SETS[name] else []))
    theirs = reference(shared, f"ctt_{name}")["results"]["psych_alpha"]
    assert found["classical"]["alpha"] == pytest.approx(theirs["raw_alpha"], abs=1e-8)
    ours = [item["alpha_if_deleted"] for item in found["classical"]["items"]]
    assert ours == pytest.approx(theirs["alpha_if_deleted"]["raw_alpha"], abs=1e-8)


def test_two_marks_are_no_option_and_one_that_nobody_chose_is(tmp_path: Path) -> None:
    """Guessing earns a quarter wherever the paper has four letters."""
    answers, key = tmp_path / "r.csv", tmp_path / "k.csv"
    key.write_text("item,key\nq1,A\nq2,B\nq3,Paris\n", encoding="utf-8")
    plain = ["A,A,Paris", "A,B,Rome", "B,B,Paris", "C,D,Rome", "A,B,Paris"]
    answers.write_text("\n".join(["q1,q2,q3", *plain]), encoding="utf-8")
    found = typed("analyse", answers, "--key", key)["classical"]
    assert [item["facility"] for item in found["items"]] == [0.6, 0.6, 0.6]
    guessed = [pytest.approx((0.6 - one) / (1 - one)) for one in (0.25, 0.25, 0.5)]
    assert [item["facility_corrected"] for item in found["items"]] == guessed
    assert not any("letter" in one for one in found["warnings"])
    answers.write_text("\n".join(["q1,q2,q3", *plain, "BC,*,Rome", "abd,B,Paris"]), encoding="utf-8")
    found = typed("analyse", answers, "--key", key)["classical"]
    assert found["items"][0]["facility_corrected"] == pytest.approx((3 / 7 - 0.25) / 0.75)
    assert any(one.startswith("“q1” (2), “q2” (1): more than one letter") for one in found["warnings"])


@pytest.mark.parametrize(("sign", "told"), [("*", "--omitted '*'"), ("X", "--omitted X"), ("KTL", "--omitted KTL")])
def test_what_may_be_a_code_for_no_answer_is_told(tmp_path: Path, sign: str, told: str) -> None:
    answers, key = tmp_path / "r.csv", tmp_path / "k.csv"
    key.write_text("item,key\nq1,A\nq2,B\nq3,C\n", encoding="utf-8")
    rows = ["A,B,C", "B,AC,D", f"{sign},B,E", f"C,{sign},C", f"A,D,{sign}"]
    answers.write_text("\n".join(["q1,q2,q3", *rows]), encoding="utf-8")
    (hint,) = (one for one in typed("analyse", answers, "--key", key)["classical"]["warnings"] if "may be" in one)
    assert hint.startswith(f"“{sign}” (3): may be a code for no answer")
    assert hint.endswith(told)
    coded = typed("analyse", answers, "--key", key, "--omitted", sign)["classical"]
    assert not any("may be" in one for one in coded["warnings"])


def test_codes_of_sat12_are_told_and_points_are_not(shared: Path, tmp_path: Path) -> None:
    path = shared / "psychometrics" / "data" / "sat12_raw.csv"
    hints = [
        one for one in run(path, *keyed(shared, tmp_path, "sat12_raw"))["classical"]["warnings"] if "may be" in one
    ]
    cells = sum(line.split(",").count("8") for line in path.read_text().splitlines()[1:])
    assert hints[0].startswith(f"“8” ({cells})")
    scored = tmp_path / "r.csv"
    scored.write_text("a,b,c\n1,0,4\n0,1,8\n9,9,9\n1,1,7\n9,9,5\n0,1,6\n", encoding="utf-8")
    (hint,) = (one for one in run(scored)["classical"]["warnings"] if "may be" in one)
    assert hint.startswith("“9” (4)")
