"""What the commands print for people, and the tables that they write: each as somebody types it."""

from __future__ import annotations

import csv
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from exam_engine.cli import main
from exam_engine.measuring.printing import aligned, looking
from exam_engine.measuring.printing.aligned import Column
from exam_engine.measuring.printing.flat import flattened
from exam_engine.measuring.printing.printed import lines
from tests.measuring.typing import refused, typed

NAMES = ("Câu 1", "Câu 2", "=cmd()", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")


@pytest.fixture
def responses(tmp_path: Path) -> Path:
    """Twelve items of three options for 240 candidates in two groups. The key of `bốn` is wrong: what the able chose
    there is B, and what the key says is A; `năm` is much harder for group F than for others of the same ability."""
    rng = np.random.default_rng(11)
    ability, focal = rng.normal(size=(240, 1)), np.arange(240) % 2 == 0
    hard = np.tile(np.linspace(-1, 1, len(NAMES)), (240, 1))
    hard[focal, 4] += 3
    right = rng.random(hard.shape) < 1 / (1 + np.exp(hard - 1.5 * ability))
    cells = np.where(right, "A", rng.choice(["B", "C"], right.shape))
    cells[:, 3] = np.where(right[:, 3], "B", rng.choice(["A", "C"], 240))
    path = tmp_path / "r.csv"
    path.write_text("\n".join([",".join(NAMES), *(",".join(row) for row in cells)]), encoding="utf-8")
    (tmp_path / "g.csv").write_text("\n".join(["group", *("F" if one else "M" for one in focal)]), encoding="utf-8")
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "k.csv"
    path.write_text("\n".join(["item,key", *(f"{name},A" for name in NAMES)]), encoding="utf-8")
    return path


def printed(*arguments: str | Path) -> list[str]:
    done = CliRunner().invoke(main, [*map(str, arguments)])
    assert done.exit_code == 0, done.output
    assert done.stderr == ""
    return done.stdout.splitlines()


def under(title: str, shown: list[str]) -> list[str]:
    """The lines from a title to the next."""
    start = shown.index(title) + 2
    ends = [place for place in range(start, len(shown)) if shown[place] and set(shown[place]) == {"-"}]
    return shown[start : ends[0] - 2 if ends else None]


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_what_deserves_a_look_comes_before_every_item_in_a_line(responses: Path, key: Path) -> None:
    asked = ("analyse", responses, "--key", key, "--groups", responses.with_name("g.csv"), "--focal", "F")
    shown, told = printed(*asked, "--model", "2pl"), typed(*asked)
    head = " ".join(" ".join(shown[: shown.index("Total scores")]).split())
    test = told["classical"]
    assert "persons 240" in head
    assert f"alpha {test['alpha']:.3f} ({test['lower']:.3f} to {test['upper']:.3f})" in head
    look = "\n".join(under("Worth a look", shown))
    assert "! Negative discrimination. Candidates with lower scores did better" in look
    assert "\n  bốn\n" in look
    assert "! Check the key. Option B may be the key:" in look
    assert "! At equal ability harder for group F: a large difference (class C), no verdict." in look
    items = under("Items", shown)
    rows = {name: next(line for line in items if line.startswith(name)) for name in NAMES}
    assert [name for name, line in rows.items() if " ! " in line] == ["bốn"]
    for row in told["classical"]["items"]:
        cells = rows[row["item"]].removeprefix(row["item"]).replace("!", "").split()
        assert cells[:3] == [str(row["n"]), f"{row['facility']:.2f}", f"{row['item_rest']:.2f}"]
    assert shown.index("Worth a look") < shown.index("Items") < shown.index("Options")
    assert all(len(line) <= 120 for line in shown)
    assert any(line.startswith("240, not listed here") for line in under("Persons", shown))


def test_numbers_stand_under_one_another_whatever_the_names(responses: Path, key: Path) -> None:
    items = [line for line in under("Items", printed("analyse", responses, "--key", key)) if line]
    assert len(items) == 2 + len(NAMES)
    assert len({len(line) for line in items[1:]}) == 1
    ends = [line.index("0.") for line in items[2:]]
    assert len(set(ends)) == 1


def test_an_option_is_marked_as_the_key_or_as_what_may_be_it(responses: Path, key: Path) -> None:
    options = under("Options", printed("analyse", responses, "--key", key))
    start = next(place for place, line in enumerate(options) if line.startswith("bốn"))
    assert options[start - 1] == ""
    assert options[start].split()[:3] == ["bốn", "A", "key"]
    assert options[start + 1].split()[:2] == ["B", "key?"]


def test_differences_have_one_line_an_item_and_group(responses: Path, key: Path) -> None:
    asked = ("dif", responses, "--key", key, "--groups", responses.with_name("g.csv"), "--focal", "F")
    shown = printed(*asked)
    rows = under("Differential item functioning", shown)
    (five,) = (line for line in rows if line.startswith("năm"))
    row = typed(*asked)["items"][4]
    assert " ! " in five
    assert f"{row['mantel_haenszel']['delta']:.2f}" in five
    assert " C " in five
    assert len([line for line in rows if " F " in line]) == len(NAMES)
    assert shown.index("Worth a look") < shown.index("Differential item functioning")


def test_the_whole_table_of_an_equating(tmp_path: Path) -> None:
    form = tmp_path / "x.csv"
    form.write_text("total\n" + "\n".join(str(n % 31) for n in range(310)), encoding="utf-8")
    shown = printed("equate", form, form, "--design", "random-groups", "--total", "total", "--method", "mean")
    rows = under("Scores of form X on the scale of form Y", shown)
    assert [line.split()[:2] for line in rows[1:]] == [[str(score), f"{score:.4f}"] for score in range(31)]


def test_pairs_are_listed_and_nothing_flagged_is_said(responses: Path, key: Path) -> None:
    shown = printed("similarity", responses, "--key", key, "--level", "0.000001")
    assert under("Pairs flagged", shown)[0] == "None."


def test_warnings_are_sentences(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("a,b\n1,0\n0,1\n1,1\n", encoding="utf-8")
    shown = printed("analyse", path)
    assert "! Fewer than 30 candidates: read these figures with care." in shown
    assert not any("few_persons" in line for line in shown)


def test_what_is_not_known_is_shown_all_the_same() -> None:
    document = {
        "n_persons": 5,
        "classical": {"alpha": 0.81234, "lower": 0.7, "upper": 0.9, "omega": 0.8, "omega_error": 0.02, "odd": None},
        "irt": {"curve": {"theta": [-1.0, 1.0], "value": [0.25, 12.5]}},
        "guesses": {"q1": [{"answer": "1,5", "n": 3}, {"answer": "2", "n": 1}], "q2": [{"answer": "7", "n": 2}]},
    }
    shown = [click.unstyle(line) for line in lines(document, flattened(document), 100)]
    head = " ".join(" ".join(shown[:6]).split())
    assert "alpha 0.812 (0.700 to 0.900)" in head
    assert "omega 0.800 ± 0.020" in head
    assert "odd" not in head
    assert [line.split() for line in under("Curve", shown)] == [["theta", "value"], ["-1", "0.25"], ["1", "12.50"]]
    assert [line.split() for line in under("Guesses", shown)] == [
        ["item", "answer", "n"], ["q1", "1,5", "3"], ["2", "1"], [], ["q2", "7", "2"],
    ]  # fmt: skip


def test_long_and_odd_names_are_cut_and_made_harmless() -> None:
    columns = (Column("item", ("item",)), Column("n", ("n",)))
    names = (
        "Phần II – Câu hỏi trắc nghiệm đúng sai số 11",
        "Phần II – Câu hỏi trắc nghiệm đúng sai số 12",
        "a\x1b[31m",
    )
    shown = list(aligned.table(columns, [{"item": name, "n": 1} for name in names], 80))
    assert "số 11" in shown[1]
    assert "số 12" in shown[2]
    assert "\x1b" not in shown[3]
    assert len({aligned.width_of(line) for line in shown}) == 1
    assert aligned.width_of("e\u0302\u0301") == 1


def test_tables_are_written_with_every_digit(responses: Path, key: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "tables"
    told = typed(
        "analyse", responses, "--key", key, "--model", "2pl", "--groups", responses.with_name("g.csv"), "--csv", folder
    )
    assert {"figures.csv", "items.csv", "options.csv", "persons.csv", "dif.csv"} <= {
        one.name for one in folder.iterdir()
    }
    items = table(folder, "items")
    assert [row["item"] for row in items] == ["'" + name if name.startswith("=") else name for name in NAMES]
    for row, of_test, of_model, fit in zip(
        items, told["classical"]["items"], told["irt"]["items"], told["fit"], strict=True
    ):
        assert float(row["item_rest"]) == of_test["item_rest"]
        assert float(row["irt_b"]) == of_model["b"]
        assert float(row["irt_se_b"]) == of_model["se"]["b"]
        assert row["irt_se_c"] == ""
        assert float(row["fit_infit"]) == fit["infit"]
    options = table(folder, "options")
    assert (options[0]["item"], options[0]["option"], options[0]["key"]) == ("Câu 1", "A", "true")
    assert float(options[0]["shares_1"]) == told["distractors"]["Câu 1"][0]["shares"][0]
    assert len(table(folder, "persons")) == 240
    assert float(table(folder, "dif")[4]["mantel_haenszel_delta"]) == told["dif"][4]["mantel_haenszel"]["delta"]
    (figures,) = table(folder, "figures")
    assert float(figures["classical_scores_sd"]) == told["classical"]["scores"]["sd"]


def test_negative_numbers_stay_numbers_and_files_are_replaced(tmp_path: Path) -> None:
    form, folder = tmp_path / "x.csv", tmp_path / "d"
    form.write_text("total\n" + "\n".join(str(n % 11) for n in range(110)), encoding="utf-8")
    other = tmp_path / "y.csv"
    other.write_text("total\n" + "\n".join(str(max(n % 11 - 3, 0)) for n in range(110)), encoding="utf-8")
    folder.mkdir()
    (folder / "equating.csv").write_text("old " * 10_000)
    asked = ("equate", form, other, "--design", "random-groups", "--total", "total", "--method", "mean")
    told = typed(*asked, "--csv", folder)
    rows = table(folder, "equating")
    assert [float(row["equivalent"]) for row in rows] == [row["equivalent"] for row in told["table"]]
    assert rows[0]["equivalent"].startswith("-")
    assert sorted(one.name for one in folder.iterdir()) == ["equating.csv", "figures.csv"]


def test_nothing_flagged_is_a_table_without_rows(responses: Path, key: Path, tmp_path: Path) -> None:
    typed("similarity", responses, "--key", key, "--level", "0.000001", "--csv", tmp_path)
    assert table(tmp_path, "pairs") == []
    assert (tmp_path / "pairs.csv").read_text().count("\n") == 1


def test_a_folder_that_cannot_be_is_told_before_the_work(responses: Path, tmp_path: Path) -> None:
    """Before the file of responses is read, even."""
    assert "is no folder" in refused("analyse", tmp_path / "none.csv", "--csv", responses)
    assert "is no folder" in refused(
        "dif", tmp_path / "none.csv", "--groups", responses.with_name("g.csv"), "--csv", responses / "below"
    )


def test_statements_and_numbers_whose_key_may_be_wrong(tmp_path: Path) -> None:
    """Statement b of the cluster has the wrong letter in the key, the number typed by the able is 2.5, not 3."""
    rng = np.random.default_rng(5)
    able = rng.normal(size=300)
    right = rng.random((300, 6)) < 1 / (1 + np.exp(-2 * able[:, None]))
    clusters = ["".join("ĐS"[not one] for one in row[:4]) for row in right]
    numbers = np.where(right[:, 4], "2.5", rng.choice(["3.0", "4.0"], 300))
    rows = [f"{a},{b},{int(c)},{int(c)}" for a, b, c in zip(clusters, numbers, right[:, 5], strict=True)]
    (tmp_path / "r.csv").write_text("\n".join(["cum,so,e,g", *rows]), encoding="utf-8")
    (tmp_path / "k.csv").write_text("item,key,kind\ncum,ĐSĐĐ,\nso,3.0,\ne,1,option\ng,1,option\n", encoding="utf-8")
    shown = printed("analyse", tmp_path / "r.csv", "--key", tmp_path / "k.csv")
    look = "\n".join(under("Worth a look", shown))
    assert "! Check the key. Statement b: the best third mostly judge it against the key." in look
    assert "! Check the key. The answer 2.5 may be right" in look
    statements = [line.split() for line in under("Statements", shown)]
    assert [cells[:2] for cells in statements if "!" in cells] == [["b", "S"]]
    numbers_shown = [line.split() for line in under("Numbers typed", shown)]
    assert ["so", "2.5", "key?"] in [cells[:3] for cells in numbers_shown]


def test_each_way_of_copying_has_its_lines(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    able = rng.normal(size=(80, 1))
    able[5] = -1.0
    right = rng.random((80, 30)) < 1 / (1 + np.exp(-1.2 * able))
    cells = np.where(right, "A", rng.choice(["B", "C", "D"], right.shape))
    cells[7] = cells[5]
    rows = [f"HS{place:02d},{','.join(row)}" for place, row in enumerate(cells)]
    head = ",".join(["SBD", *(f"c{place}" for place in range(30))])
    (tmp_path / "r.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    (tmp_path / "k.csv").write_text("item,key\n" + "\n".join(f"c{place},A" for place in range(30)), encoding="utf-8")
    asked = ("similarity", tmp_path / "r.csv", "--key", tmp_path / "k.csv", "--id", "SBD", "--most", "3")
    shown, told = printed(*asked), typed(*asked)
    flagged = under("Pairs flagged", shown)
    mark = next(line for line in flagged if "HS05" in line).split()
    assert mark[:4] == ["HS05", "HS07", "!", "30"]
    assert len([line for line in flagged if "HS05" in line]) == 3
    start = flagged.index("If the second had copied from the first:")
    back = next(line for line in flagged[start:] if "HS05" in line).split()
    assert back[2] == f"{told['flagged'][0]['second_copied']['omega']:.2f}"
    assert all(len(line) <= 120 for line in shown)


def test_tables_are_told_from_rows_of_items() -> None:
    """What is a mapping of tables, and what a table with a list an item; and columns side by side."""
    found = flattened(
        {
            "part": {"items": [{"item": "q1", "n": 1}], "pairs": [{"first": "q1", "second": "q2"}]},
            "empty": {"rows": [], "warnings": []},
            "answers": {"q1": [{"n": 1, "by": [2, 3], "words": ["a", "b"]}], "q2": []},
            "curve": {"x": [1.0, 2.0], "y": [0.5, None], "peak": {"at": 2.0}},
            "matrix": [[1, 2], [3, 4]],
        }
    )
    assert found.tables == {
        "items": [{"item": "q1", "n": 1}],
        "pairs": [{"first": "q1", "second": "q2"}],
        "answers": [{"item": "q1", "n": 1, "by_1": 2, "by_2": 3, "words": "a; b"}],
        "curve": [{"x": 1.0, "y": 0.5}, {"x": 2.0, "y": None}],
        "matrix": [{"row": 1, "1": 1, "2": 2}, {"row": 2, "1": 3, "2": 4}],
    }
    assert found.figures == {("empty", "rows"): "", ("empty", "warnings"): "", ("curve", "peak", "at"): 2.0}


def test_every_warning_is_a_sentence(tmp_path: Path) -> None:
    """Of the library in words, of a figure with its name; and fits that rest on little."""
    path = tmp_path / "r.csv"
    path.write_text("\n".join(["a,b,c", *(f"{n % 3},{n % 2},{n % 5 // 4}" for n in range(40))]), encoding="utf-8")
    look = under("Worth a look", printed("analyse", path, "--model", "gpcm", "--sx2", "--global-fit"))
    said = " ".join(look).split("! ")[1:]
    assert any(one.startswith("Global fit: ") for one in said)
    assert not any(one[0].islower() for one in said)
    assert "_" not in "".join(said).split("irt.")[0]


def test_sets_studied_whole_are_told_beside_items(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    focal = np.arange(600) % 2
    harder = np.hstack([np.repeat(focal[:, None] * 0.6, 4, axis=1), np.zeros((600, 8))])
    right = rng.logistic(size=(600, 12)) < 1.7 * rng.normal(size=(600, 1)) - harder
    names = [f"q{number}" for number in range(1, 13)]
    rows = [",".join([*("BA"[int(one)] for one in row), "MF"[who]]) for row, who in zip(right, focal, strict=True)]
    responses, key = tmp_path / "r.csv", tmp_path / "k.csv"
    responses.write_text("\n".join([",".join([*names, "sex"]), *rows]), encoding="utf-8")
    key.write_text("item,key,set\n" + "".join(f"{one},A,{'text' if n < 4 else ''}\n" for n, one in enumerate(names)))
    asked = ("dif", responses, "--key", key, "--groups", "sex", "--focal", "F", "--csv", tmp_path)
    shown, told = printed(*asked), typed(*asked)["sets"][0]
    assert "  set text" in under("Worth a look", shown)
    cells = under("Sets studied whole", shown)[-1].split()
    assert cells[:3] == ["text", "F", "!"]
    assert f"{told['mantel']['smd']:.3f}" in cells
    assert float(table(tmp_path, "dif_sets")[0]["mantel_smd"]) == told["mantel"]["smd"]


def test_a_group_is_told_of_for_its_own_sake(tmp_path: Path) -> None:
    """Items of several points, three groups, one item harder for one of them: the other has no part in that."""
    rng = np.random.default_rng(4)
    groups, ability = np.arange(600) % 3, rng.normal(size=(600, 1))
    points = (rng.logistic(size=(600, 8, 3)) < 1.5 * ability[:, None] + np.array([1.0, 0.0, -1.0])).sum(axis=2)
    points[:, 2] = np.maximum(points[:, 2] - (groups == 1), 0)
    rows = [",".join([*map(str, row), f"g{who}"]) for row, who in zip(points, groups, strict=True)]
    (tmp_path / "r.csv").write_text("\n".join([",".join([*(f"i{n}" for n in range(8)), "g"]), *rows]))
    asked = ("dif", tmp_path / "r.csv", "--groups", "g")
    shown, told = printed(*asked), typed(*asked)
    assert {row["focal"] for row in told["items"]} == {"g1", "g2"}
    rows_shown = [line.split() for line in under("Differential item functioning", shown)]
    assert [cells[:2] for cells in rows_shown if "!" in cells] == [["i2", "g1"]]
    (row,) = (one for one in told["items"] if (one["item"], one["focal"]) == ("i2", "g2"))
    assert row["adjusted"]["generalised"] < 0.001
    cells = next(cells for cells in rows_shown if cells[:2] == ["i2", "g2"])
    assert f"{row['adjusted']['mantel']:.3f}" in cells
    assert f"{row['adjusted']['ordinal']:.3f}" in cells


def test_what_did_not_come_to_rest_is_named() -> None:
    still = {"converged": False}
    told = {"classical": {"factor": still}, "irt": still, "link": still, "times": {"model": still}, "standard": still}
    said = list(looking.cautions(told))
    assert [one.partition(" did not")[0] for one in said] == [
        "The factor model", "The calibration", "The link of the scales", "The steps of “model”",
    ]  # fmt: skip
