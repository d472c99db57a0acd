"""Response models, groups, pairs and forms from the command line, against the figures of trusted packages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exam_engine.measuring import command, equating, modelling
from tests.measuring.typing import refused, typed
from tests.reference.peers import reference, truth


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "psychometrics" / "data"


def test_the_command_offers_what_there_is() -> None:
    assert set(command.MODELS) == set(modelling.MODELS)
    assert set(command.EQUATINGS) == set(equating.METHODS)


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
    assert found["irt"]["items"][-1]["a"] is None
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
    assert "no count of candidates" in refused("analyse", data / "sim_rt_1000x25.csv", "--count", "t01")


def test_groups_come_in_a_file_too(data: Path, tmp_path: Path) -> None:
    groups = tmp_path / "g.csv"
    lines = (data / "sim_dif_2000x25.csv").read_text().splitlines()
    groups.write_text("\n".join(line.rsplit(",", 1)[1] for line in lines), encoding="utf-8")
    arguments = (data / "sim_dif_2000x25.csv", "--items", "i*", "--focal", "1", "--groups")
    assert typed("dif", *arguments, groups) == typed("dif", *arguments, "group")
    assert typed("analyse", *arguments, groups)["dif"] == typed("dif", *arguments, groups)["items"]
    groups.write_text("group\n1\n0\n", encoding="utf-8")
    assert "2 rows of groups for 2000 candidates" in refused("dif", *arguments, groups)
    assert "the groups are 0, 1" in refused("dif", *arguments[:3], "--focal", "girls", "--groups", "group")


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
    assert "name its columns with --anchor" in refused("equate", *forms, "--design", "neat")
    assert "has none" in refused("equate", *forms, "--design", "random-groups", "--method", "tucker")
    assert "--smooth is for" in refused("equate", *forms, "--design", "random-groups", "--method", "mean", "--smooth")
    assert "a single group" in refused(
        "equate", data / "kbneat_x.csv", data / "kbneat_y.csv", "--design", "single-group"
    )
