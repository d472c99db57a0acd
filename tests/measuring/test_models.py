"""Response models, groups and pairs from the command line, against the figures of trusted packages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exam_engine.measuring.commands.equate import EQUATINGS
from exam_engine.measuring.figures import equating
from tests.measuring.typing import refused, typed
from tests.reference.peers import reference, truth


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "psychometrics" / "data"


def test_the_command_offers_what_there_is() -> None:
    assert set(EQUATINGS) == set(equating.METHODS)


@pytest.mark.parametrize(("name", "model", "peer"), [("lsat6", "rasch", "Rasch"), ("lsat7", "2pl", "2PL")])
def test_a_calibration_is_that_of_the_peer(shared: Path, data: Path, name: str, model: str, peer: str) -> None:
    theirs = reference(shared, "irt_converged")["results"][name][peer]
    found = typed("analyse", data / f"{name}.csv", "--model", model)["irt"]
    assert (found["model"], found["converged"]) == (model, True)
    assert found["loglik"] == pytest.approx(theirs["logLik"], abs=0.01)
    assert found["latent_variance"] == pytest.approx(theirs["latent_var"], abs=0.01)
    assert [item["b"] for item in found["items"]] == pytest.approx(theirs["items"]["b"], abs=0.02)
    thetas = [person["theta"] for person in found["persons"][:50]]
    assert thetas == pytest.approx(theirs["EAP_first50"]["theta"], abs=0.005)


def test_categories_have_thresholds_and_standard_errors(data: Path) -> None:
    found = typed("analyse", data / "science.csv", "--model", "grm")["irt"]
    item = found["items"][0]
    assert len(item["thresholds"]) == len(item["se"]["thresholds"]) == 3
    assert item["se"]["a"] > 0


def test_a_model_for_right_and_wrong_takes_clusters_as_ordered_categories(tmp_path: Path) -> None:
    rows = ["p1,p2"] + ["B,ĐSSĐ", "A,ĐĐĐĐ", "B,ĐSSS", "A,SĐĐS", "B,ĐSSĐ", "A,ĐSSS", "B,SSSĐ", "A,SSSS"] * 5
    responses, key = tmp_path / "r.csv", tmp_path / "k.csv"
    responses.write_text("\n".join(rows), encoding="utf-8")
    key.write_text("item,key\np1,B\np2,ĐSSĐ\n", encoding="utf-8")
    items = typed("analyse", responses, "--key", key, "--model", "rasch")["irt"]["items"]
    assert "b" in items[0]
    assert len(items[1]["thresholds"]) == 3, "of 0 to 4 right statements 1 does not occur"


def test_what_a_model_cannot_take_is_one_line(data: Path) -> None:
    assert "use rasch, pcm or gpcm" in refused("analyse", data / "science.csv", "--model", "1pl")


def test_fit_is_told_with_and_without_scores(data: Path) -> None:
    plain = typed("analyse", data / "lsat7.csv", "--model", "2pl")["fit"]
    scored = typed("analyse", data / "lsat7.csv", "--model", "2pl", "--sx2")["fit"]
    assert "sx2" not in plain[0]
    assert scored[0]["sx2"]["df"] > 0
    assert scored[0]["outfit"] == plain[0]["outfit"]


def test_an_item_that_everybody_got_right_has_no_fit_and_keeps_others_from_none(data: Path, tmp_path: Path) -> None:
    responses = tmp_path / "r.csv"
    lines = (data / "lsat7.csv").read_text().splitlines()
    responses.write_text("\n".join([lines[0] + ",easy", *(line + ",1" for line in lines[1:])]), encoding="utf-8")
    found = typed("analyse", responses, "--model", "2pl", "--sx2")
    assert found["irt"]["items"][-1]["a"] is found["irt"]["items"][-1]["c"] is None
    assert "“easy” has category 1 only" in " ".join(found["irt"]["warnings"])
    assert "sx2" not in found["fit"][-1]
    assert found["fit"][0]["sx2"]["df"] > 0


def test_groups_are_compared_as_by_the_peer(shared: Path, data: Path) -> None:
    theirs = reference(shared, "dif_sim_dif_2000x25")["results"]["MH_purifyFALSE_correctTRUE"]
    found = typed(
        "dif", data / "sim_dif_2000x25.csv", "--items", "i*", "--groups", "group", "--focal", "1", "--unpurified"
    )
    ours = [item["mantel_haenszel"] for item in found["items"]]
    assert [one["chi2"] for one in ours] == pytest.approx(theirs["MH"], abs=1e-8)
    assert [one["odds_ratio"] for one in ours] == pytest.approx(theirs["alphaMH"], abs=1e-8)
    assert found["reference"] == "0"


def test_the_column_of_groups_is_no_item(data: Path) -> None:
    file = data / "sim_dif_2000x25.csv"
    assert typed("dif", file, "--groups", "group") == typed("dif", file, "--items", "i*", "--groups", "group")


def test_a_table_of_patterns_is_the_file_of_candidates(data: Path) -> None:
    of_patterns = typed("analyse", data / "lsat6_freq.csv", "--count", "Freq", "--model", "rasch")
    of_persons = typed("analyse", data / "lsat6.csv", "--model", "rasch")
    assert of_patterns["n_persons"] == of_persons["n_persons"] == 1000
    assert of_patterns["classical"]["alpha"] == pytest.approx(of_persons["classical"]["alpha"], abs=1e-12)
    assert of_patterns["irt"]["loglik"] == pytest.approx(of_persons["irt"]["loglik"], abs=1e-6)
    assert "not a number of candidates" in refused("analyse", data / "sim_rt_1000x25.csv", "--count", "t01")


def test_what_a_blank_earns_is_a_category(tmp_path: Path) -> None:
    rows = ["q0,q1,q2"] + ["1,1,0", "9,0,1", "1,1,1", "9,0,0", "1,0,1", "9,1,0"] * 10
    blank, zero = tmp_path / "blank.csv", tmp_path / "zero.csv"
    blank.write_text("\n".join(rows), encoding="utf-8")
    zero.write_text("\n".join(rows).replace("9", "0"), encoding="utf-8")
    theirs = typed("analyse", zero, "--model", "rasch")["irt"]
    assert typed("analyse", blank, "--omitted", "9", "--model", "rasch")["irt"] == theirs


def test_who_was_presented_with_nothing_is_nobody(data: Path, tmp_path: Path) -> None:
    absent = tmp_path / "r.csv"
    lines = (data / "lsat7.csv").read_text().splitlines()
    absent.write_text("\n".join([lines[0], ",,,,", *lines[1:], ",,,,"]), encoding="utf-8")
    found, there = (typed("analyse", file, "--model", "rasch") for file in (absent, data / "lsat7.csv"))
    assert found["n_persons"] == 1000
    assert found["classical"] == there["classical"]
    assert [one["row"] for one in found["irt"]["persons"][:2]] == [2, 3]


def test_guessing_is_taken_off_by_kind(tmp_path: Path) -> None:
    responses, key = tmp_path / "r.csv", tmp_path / "k.csv"
    rows = ["p1;p2;p3", "B;ĐSSĐ;1,5", "a;ĐĐĐĐ;1,5", "C;ĐSSĐ;x", "D;ĐSSS;−2", "b;SĐĐS;1.5"]
    responses.write_text("\n".join(rows), encoding="utf-8")
    key.write_text("item;key;points\np1;B;0,25\np2;ĐSSĐ;1\np3;1,5;0,5\n", encoding="utf-8")
    items = typed("analyse", responses, "--key", key)["classical"]["items"]
    for item, chance in zip(items, (0.25, 0.30625, 0.0), strict=True):
        assert item["facility_corrected"] == pytest.approx((item["facility"] - chance) / (1 - chance))
    assert [item["facility"] for item in items] == pytest.approx([0.4, 0.55, 0.6])


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ('{"q0": {"points": 1}}', "the key is empty"),
        ('{"q0": "A", "q0": "B"}', "is there twice"),
        ('{"q0": null}', "expected text"),
        ('{"q0": {"key": "A", "point": 5}}', "“point” is not known here"),
        ('{"q0": {"key": "ĐSSĐ", "table": "nan 0.2 0.5 1"}}', "not a number"),
        ('{"q0": {"key": "ĐSSĐ", "table": "0.5 0.2 0.1 1"}}', "rising"),
        ("[" * 100_000, "is not valid JSON"),
    ],
)
def test_a_key_that_cannot_be_meant_is_one_line(tmp_path: Path, key: str, told: str) -> None:
    (tmp_path / "r.csv").write_text("q0\nA\nB\n", encoding="utf-8")
    (tmp_path / "k.json").write_text(key, encoding="utf-8")
    assert told in refused("analyse", tmp_path / "r.csv", "--key", tmp_path / "k.json")


@pytest.mark.parametrize("cells", ["1_0", "١٢", "inf", "1e9"])
def test_only_plain_numbers_are_points(tmp_path: Path, cells: str) -> None:
    (tmp_path / "r.csv").write_text(f"q0,q1\n1,0\n{cells},1\n", encoding="utf-8")
    assert "line 3, column “q0”" in refused("analyse", tmp_path / "r.csv")


def test_times_are_no_categories(data: Path) -> None:
    assert "are too many for an item" in refused("analyse", data / "sim_rt_1000x25.csv")


def test_a_file_of_groups_with_several_columns_says_which(data: Path, tmp_path: Path) -> None:
    groups = tmp_path / "g.csv"
    groups.write_text("id,sex\n" + "\n".join(f"S{n},{'FM'[n % 2]}" for n in range(1000)), encoding="utf-8")
    assert f"{groups}:COLUMN" in refused("dif", data / "lsat7.csv", "--groups", groups)
    assert typed("dif", data / "lsat7.csv", "--groups", f"{groups}:sex")["reference"] in ("F", "M")
    assert "neither a file nor a column" in refused("dif", data / "lsat7.csv", "--groups", "gender")
    assert "no two candidates share a room" in refused("similarity", data / "lsat7.csv", "--rooms", f"{groups}:id")


def test_candidates_keep_their_names_and_groups_are_joined_by_them(data: Path, tmp_path: Path) -> None:
    responses, groups = tmp_path / "r.csv", tmp_path / "g.csv"
    lines = (data / "lsat7.csv").read_text().splitlines()
    responses.write_text("\n".join(f"{n or 'SBD'},{line}" for n, line in enumerate(lines)), encoding="utf-8")
    told = [f"{n},{'FM'[n % 2]}" for n in range(1000, 0, -1)]
    groups.write_text("\n".join(["SBD,sex", *told]), encoding="utf-8")
    named = ("--id", "SBD")
    found = typed("analyse", responses, *named, "--model", "rasch", "--groups", f"{groups}:sex", "--focal", "F")
    assert found["n_items"] == 5
    assert found["irt"]["persons"][6] == typed("analyse", data / "lsat7.csv", "--model", "rasch")["irt"]["persons"][
        6
    ] | {"id": "7"}
    in_order = tmp_path / "o.csv"
    in_order.write_text("\n".join(["sex", *("FM"[n % 2] for n in range(1, 1001))]), encoding="utf-8")
    assert found["dif"] == typed("dif", data / "lsat7.csv", "--groups", in_order, "--focal", "F")["items"]
    pairs = typed("similarity", responses, *named, "--rooms", f"{groups}:sex", "--level", "0.999")
    assert all(row["first_id"] == str(row["first"]) for row in pairs["flagged"])
    responses.write_text("SBD,a\n1,0\n1,1\n", encoding="utf-8")
    assert "line 3, column “SBD”: “1” was there before" in refused("analyse", responses, *named)


def test_options_without_a_key_are_not_ordered(shared: Path, data: Path) -> None:
    found = typed("similarity", data / "sim_mc_500x40.csv")
    assert len(found["flagged"]) < 10


def test_groups_come_in_a_file_too(data: Path, tmp_path: Path) -> None:
    groups = tmp_path / "g.csv"
    lines = (data / "sim_dif_2000x25.csv").read_text().splitlines()
    groups.write_text("\n".join(line.rsplit(",", 1)[1] for line in lines), encoding="utf-8")
    arguments = (data / "sim_dif_2000x25.csv", "--items", "i*", "--focal", "1", "--groups")
    assert typed("dif", *arguments, groups) == typed("dif", *arguments, "group")
    assert typed("analyse", *arguments, groups)["dif"] == typed("dif", *arguments, groups)["items"]
    groups.write_text("group\n1\n0\n", encoding="utf-8")
    assert "2 rows of groups for 2000 candidates" in refused("dif", *arguments, groups)
    assert "one of the groups that there are: 0, 1" in refused(
        "dif", *arguments[:3], "--focal", "girls", "--groups", "group"
    )


def test_candidates_who_met_different_items_are_matched_on_ability(data: Path, tmp_path: Path) -> None:
    groups = tmp_path / "g.csv"
    groups.write_text("group\n" + "a\nb\n" * 1000, encoding="utf-8")
    found = typed("dif", data / "sim_2pl_missing_2000x40.csv", "--groups", groups)
    assert found["matched_on"] == "ability"
    assert len(found["items"]) == 40


@pytest.mark.parametrize("index", ["gbt", "omega", "m4"])
def test_copied_answers_are_flagged(shared: Path, data: Path, tmp_path: Path, index: str) -> None:
    key, responses = tmp_path / "k.json", tmp_path / "r.csv"
    key.write_text(json.dumps({"key": truth(shared, "sim_mc_500x40")["key"]}), encoding="utf-8")
    lines = (data / "sim_mc_500x40.csv").read_text().splitlines()
    lines[200] = lines[11].rsplit(",", 6)[0] + "," + lines[200].split(",", 34)[34]  # all but the last six
    responses.write_text("\n".join(lines), encoding="utf-8")
    found = typed("similarity", responses, "--key", key, "--index", index)
    assert found["pairs"] == 500 * 499 // 2
    first = found["flagged"][0]
    assert (first["first"], first["second"]) == (11, 200)
    assert first["matches"] >= 34
    assert max(first["first_copied"]["k"], first["second_copied"]["k"]) < 0.001
    assert all(row["adjusted_p"] <= 0.01 for row in found["flagged"])


def test_only_pairs_of_a_room_are_compared(data: Path, tmp_path: Path) -> None:
    rooms = tmp_path / "rooms.csv"
    rooms.write_text("room\n" + "P1\nP2\n" * 500, encoding="utf-8")
    found = typed("similarity", data / "lsat6.csv", "--rooms", rooms)
    assert found["pairs"] == 2 * (500 * 499 // 2)


@pytest.mark.parametrize("lines", ["1,1,0\n", "1,0,1\n" * 2])
def test_what_no_model_can_tell_leaves_the_rest(tmp_path: Path, lines: str) -> None:
    answers = tmp_path / "r.csv"
    answers.write_text("a,b,c\n" + lines, encoding="utf-8")
    found = typed("analyse", answers, "--model", "rasch", "--report", tmp_path / "report")
    assert (found["irt"], found["fit"]) == (None, [])
    assert (found["distractors"], found["dif"]) == ({}, [])
    assert found["classical"]["items"][0]["facility"] == 1
    assert any("on no item did answers differ" in one and "--fixed" in one for one in found["classical"]["warnings"])
    assert "Chưa ước lượng được mô hình" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
