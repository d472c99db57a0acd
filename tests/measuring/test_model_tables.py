"""What a response model tells beyond its parameters, from the command line: fit, tables, abilities, given items."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from exam_engine.cli import main
from tests.measuring.typing import refused, typed
from tests.reference.peers import reference


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "psychometrics" / "data"


@pytest.fixture
def theirs(shared: Path) -> Any:
    return reference(shared, "irt_mirt_lsat7")["results"]["2PL"]


def test_fit_of_the_whole_and_of_persons_is_that_of_the_peer(data: Path, theirs: Any) -> None:
    found = typed("analyse", data / "lsat7.csv", "--model", "2pl", "--global-fit")["irt"]
    whole = found["global_fit"]
    assert (whole["m2"], whole["df"]) == (pytest.approx(theirs["M2"]["M2"], abs=0.01), theirs["M2"]["df"])
    assert [whole[name] for name in ("p", "rmsea", "lower", "upper", "srmsr")] == pytest.approx(
        [theirs["M2"][name] for name in ("p", "RMSEA", "RMSEA_5", "RMSEA_95", "SRMSR")], abs=1e-4
    )
    zh = [person["zh"] for person in found["persons"][:50]]
    assert zh == pytest.approx(theirs["personfit_first50"]["Zh"], abs=0.005)
    assert found["persons"][0]["lz_star"] is None, "nothing right: no pattern is odd"
    inside = [one for one in found["persons"] if one["lz_star"] is not None]
    assert all((one["lz_star"] < 0) == (one["lz_star_p"] < 0.5) for one in inside)


def test_equal_slopes_fit_alike_by_either_name(data: Path) -> None:
    rasch, common = (
        typed("analyse", data / "abortion.csv", "--model", name, "--global-fit")["irt"]["global_fit"]
        for name in ("rasch", "1pl")
    )
    assert rasch["m2"] == pytest.approx(common["m2"], abs=0.01)
    assert rasch["df"] == common["df"]


def test_tables_are_those_of_the_peer(data: Path, theirs: Any) -> None:
    found = typed("analyse", data / "lsat7.csv", "--model", "2pl")["irt"]
    assert "global_fit" not in found
    assert [row["theta"] for row in found["information"]] == theirs["information"]["theta"]
    assert [row["information"] for row in found["information"]] == pytest.approx(
        theirs["information"]["test"], abs=0.005
    )
    middle = found["information"][8]
    assert middle["se"] == pytest.approx(middle["information"] ** -0.5)
    assert 0 < middle["score_se"] < middle["expected_score"] < 5
    table = theirs["EAPsum"]
    assert [row["score"] for row in found["sums"]] == table["Sum.Scores"]
    assert [row["n"] for row in found["sums"]] == table["observed"]
    assert [row["theta"] for row in found["sums"]] == pytest.approx(table["F1"], abs=0.005)
    assert [row["se"] for row in found["sums"]] == pytest.approx(table["SE_F1"], abs=0.005)
    assert [1000 * row["probability"] for row in found["sums"]] == pytest.approx(table["expected"], abs=0.1)


@pytest.mark.parametrize("method", ["map", "ml", "wle"])
def test_abilities_are_those_of_the_peer(data: Path, theirs: Any, method: str) -> None:
    found = typed("analyse", data / "lsat7.csv", "--model", "2pl", "--ability", method)["irt"]
    assert found["ability"] == method
    expected = theirs["scores_first50"][method.upper()]["theta"]
    for ours, their in zip(found["persons"][:50], expected, strict=True):
        assert ours["theta"] == (None if abs(their) == float("inf") else pytest.approx(their, abs=0.02))
    assert (found["reliability"]["separation"] is None) == (method == "map")


def test_pairs_furthest_from_the_mean_come_first(data: Path) -> None:
    found = typed("analyse", data / "sim_2pl_missing_2000x40.csv", "--model", "2pl")["irt"]
    q3 = found["q3"]
    away = [abs(pair["q3"] - q3["mean"]) for pair in q3["pairs"]]
    assert away == sorted(away, reverse=True)
    assert len(away) == 20
    assert q3["mean"] == pytest.approx(q3["expected"], abs=0.01)
    assert found["sums"] is None
    assert any(one.startswith("sums: not everybody") for one in found["warnings"])
    assert "expected_score" not in found["information"][0]


def test_sums_are_in_points(tmp_path: Path) -> None:
    rows = ["B,ĐSSĐ", "A,ĐĐĐĐ", "B,ĐSSS", "A,SĐĐS", "B,ĐSSĐ", "A,ĐSSS", "B,SSSĐ", "A,SSSS"] * 20
    responses, key = tmp_path / "r.csv", tmp_path / "k.csv"
    responses.write_text("\n".join(["p1,c1", *rows]), encoding="utf-8")
    key.write_text("item,key,points\np1,B,0.25\nc1,ĐSSĐ,1\n", encoding="utf-8")
    found = typed("analyse", responses, "--key", key, "--model", "rasch", "--cut", "0.75")
    assert found["irt"]["items"][1]["categories"] == [0, 2, 3, 4]
    scores = [row["score"] for row in found["irt"]["sums"]]
    assert scores == pytest.approx([0, 0.25, 0.5, 0.75, 1, 1.25])
    assert sum(row["n"] for row in found["irt"]["sums"]) == 160
    assert found["classical"]["conditional_sem"] is None
    assert not any("conditional_sem" in one for one in found["classical"]["warnings"]), "the model tells it"
    assert found["irt"]["information"][0]["theta"] == -20, "though the ability variance grew without end"
    assert sum(row["probability"] for row in found["irt"]["sums"]) == pytest.approx(1)
    assert found["classical"]["classification"]["lee"]["accuracy"] > 0.5


def test_errors_at_a_score_are_those_at_the_ability_that_expects_it(data: Path) -> None:
    """A Rasch model of 0/1 items: Var(X given θ) is the test information there."""
    found = typed("analyse", data / "sim_2pl_2000x40.csv", "--model", "rasch")["irt"]
    by_ability = {row["expected_score"]: row["information"] ** 0.5 for row in found["information"]}
    low, high = (max(x for x in by_ability if x < 20), min(x for x in by_ability if x > 20))
    errors = sorted((by_ability[low], by_ability[high]))
    assert errors[0] - 0.02 < found["sums"][20]["score_se"] < errors[1] + 0.02
    assert found["sums"][0]["score_se"] is found["sums"][-1]["score_se"] is None


def test_what_belongs_to_a_model_asks_for_one(data: Path) -> None:
    assert "name one with --model" in refused("analyse", data / "lsat7.csv", "--ability", "wle")
    assert "name one with --model" in refused("analyse", data / "lsat7.csv", "--global-fit")


def _moved(found: Any, names: list[str]) -> dict[str, Any]:
    """The items on a scale on which the same abilities have mean 1 and standard deviation 2."""
    items = [row for row in found["irt"]["items"] if row["item"] in names]
    return {"model": "2pl", "items": [{**row, "a": row["a"] / 2, "b": 2 * row["b"] + 1} for row in items]}


def test_given_items_set_the_scale(data: Path, tmp_path: Path) -> None:
    arguments = (data / "sim_2pl_2000x40.csv", "--items", "i0*", "--model", "2pl")
    free = typed("analyse", *arguments)
    (tmp_path / "bank.json").write_text(json.dumps(_moved(free, ["i01", "i04", "i07"])), encoding="utf-8")
    found = typed("analyse", *arguments, "--fixed", tmp_path / "bank.json", "--sx2", "--global-fit")
    assert found["irt"]["fixed"] == ["i01", "i04", "i07"]
    # The population that was estimated, and the items that were, are the same on the other scale: but for what three
    # given items let go.
    assert found["irt"]["latent_mean"] == pytest.approx(1, abs=0.02)
    assert found["irt"]["latent_variance"] == pytest.approx(4, abs=0.05)
    assert found["irt"]["loglik"] == pytest.approx(free["irt"]["loglik"], abs=0.001)
    for ours, before in zip(found["irt"]["items"], free["irt"]["items"], strict=True):
        assert ours["b"] == pytest.approx(2 * before["b"] + 1, abs=0.02)
        assert (ours["se"]["b"] is None) == (ours["item"] in found["irt"]["fixed"])
    thetas = [row["theta"] for row in found["irt"]["persons"]]
    assert thetas == pytest.approx([2 * row["theta"] + 1 for row in free["irt"]["persons"]], abs=0.02)
    df = [
        row["sx2"]["df"] - before["sx2"]["df"]
        for row, before in zip(found["fit"], typed("analyse", *arguments, "--sx2")["fit"], strict=True)
    ]
    assert df[0] == 2, "nothing was estimated of a given item"
    assert found["irt"]["global_fit"] is None
    assert any(one.startswith("global_fit: ") for one in found["irt"]["warnings"])


def test_parameters_come_in_a_table_too(data: Path, tmp_path: Path) -> None:
    told = typed("analyse", data / "science.csv", "--model", "gpcm")["irt"]["items"]
    table, document = tmp_path / "bank.csv", tmp_path / "bank.json"
    lines = [
        f"{row['item']};{row['a']};{' '.join(map(str, row['thresholds']))};{'|'.join(map(str, row['categories']))}"
        for row in told
    ]
    table.write_text("\n".join(["item;a;thresholds;categories", *lines, "other;1;0;0|1"]), encoding="utf-8")
    document.write_text(json.dumps({"irt": {"model": "gpcm", "items": told}}), encoding="utf-8")
    some = tmp_path / "some.csv"
    header, *rows = (data / "science.csv").read_text().splitlines()
    some.write_text("\n".join([header, *(row for row in rows if not row.startswith("1"))]), encoding="utf-8")
    arguments = ("analyse", some, "--model", "gpcm", "--fixed")
    found = typed(*arguments, table)["irt"]
    assert found == typed(*arguments, document)["irt"]
    assert found["parameters"] == 2, "only the population was estimated"
    assert found["items"][0]["categories"] == [1, 2, 3, 4], "though nobody has 1"
    assert found["items"][0]["thresholds"] == told[0]["thresholds"]


@pytest.mark.parametrize(
    ("bank", "told"),
    [
        ("item,a,b\nItem.1,0,1\n", "line 2: a slope a of 0"),
        ("item,a,b\nItem.1,1,\n", "line 2: an item has a and b"),
        ("item,a,b,c\nItem.1,1,0,1.2\n", "line 2: c lies from 0"),
        ("item,a,b\nx,1,0\n", "parameters of none of the items"),
        ("item,a,beta\nItem.1,1,0\n", "column “beta” is not known"),
        ("item,a,b,categories\nItem.1,1,0,1|2\n", "“Item.1”: 0 is none of the categories"),
        ("item,b\nItem.1,0\nItem.1,0\n", "line 3: item “Item.1” has parameters already"),
        ('{"items": [{"item": "Item.1", "a": "1", "b": 0}]}', "a: expected a number"),
        ('{"items": 1}', "with irt.items"),
    ],
)
def test_parameters_that_cannot_be_meant_are_one_line(data: Path, tmp_path: Path, bank: str, told: str) -> None:
    file = tmp_path / ("bank.json" if bank.startswith("{") else "bank.csv")
    file.write_text(bank, encoding="utf-8")
    assert told in refused("analyse", data / "lsat7.csv", "--model", "2pl", "--fixed", file)


@pytest.mark.parametrize(("model", "name"), [("grm", "sim_grm_1500x15"), ("nominal", "sim_mc_500x40")])
def test_figures_of_a_model_stay_together_where_a_table_is_too_wide(shared: Path, model: str, name: str) -> None:
    path = shared / "psychometrics" / "data" / f"{name}.csv"
    done = CliRunner().invoke(main, ["analyse", str(path), "--items", "i0?", "--model", model])
    table = done.stdout.partition("\nItems\n")[2].partition("\nFactor model")[0].splitlines()
    start = table.index("By the response model:")
    head = table[start + 1].split()
    assert head[0] == "item"
    assert head[-1] == "outfit"
    assert head[1] == ("a" if model == "grm" else "slope")
    assert not any("slope" in line or "se b1" in line for line in table[:start])
    assert max(map(len, table[start:])) <= 120
