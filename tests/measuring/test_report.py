"""The report of an analysis: one PDF, or a folder; the same figures as the document, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from exam_engine.kit import languages
from exam_engine.measuring.report import pictures, plots
from exam_engine.measuring.report.plots import Axis, Bar, Line
from tests.measuring.typing import refused, typed

NAMES = ("<b>", "two", "three", "four", "five")


@pytest.fixture
def responses(tmp_path: Path) -> Path:
    rng = np.random.default_rng(7)
    ability = rng.normal(size=(200, 1))
    right = rng.random((200, 5)) < 1 / (1 + np.exp(np.array([-1.0, -0.5, 0.0, 0.5, 1.0]) - 1.5 * ability))
    wrong = np.array(["B", "C"])[rng.integers(0, 2, right.shape)]
    cells = np.where(right, "A", wrong)
    path = tmp_path / "r.csv"
    path.write_text("\n".join([",".join(NAMES), *(",".join(row) for row in cells)]))
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "k.json"
    path.write_text(json.dumps({"key": ["A"] * 5}))
    return path


def test_a_folder_has_pdf_page_and_the_figures_that_were_told(responses: Path, key: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "report"
    told = typed("analyse", responses, "--key", key, "--model", "2pl", "--report", folder)
    assert {one.name for one in folder.iterdir()} == {"report.pdf", "report.html", "analysis.json"}
    assert json.loads((folder / "analysis.json").read_text()) == told
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    page = (folder / "report.html").read_text()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    for item in told["classical"]["items"]:
        assert languages.number(item["facility"], "vi", 2) in page
        assert languages.number(item["item_rest"], "vi", 2) in page
    assert languages.number(told["irt"]["items"][1]["b"], "vi", 2) in page
    # Distribution, information, Wright map; of each item its curve and its options.
    assert page.count("<svg") == page.count('role="img"') == 3 + 2 * 5


@pytest.mark.parametrize(("language", "title"), [("vi", "Phân tích câu hỏi"), ("en", "Item analysis")])
def test_both_languages(responses: Path, key: Path, tmp_path: Path, language: str, title: str) -> None:
    typed("analyse", responses, "--key", key, "--report", tmp_path / "d", "--language", language)
    page = (tmp_path / "d" / "report.html").read_text()
    assert f"<h1>{title}</h1>" in page
    assert f'<html lang="{language}">' in page


def test_without_a_model_there_are_no_curves_of_it(responses: Path, key: Path, tmp_path: Path) -> None:
    typed("analyse", responses, "--key", key, "--report", tmp_path / "d", "--language", "en")
    page = (tmp_path / "d" / "report.html").read_text()
    assert page.count("<svg") == 1 + 5
    assert "Wright" not in page


def test_one_pdf_has_every_page_that_it_needs(responses: Path, tmp_path: Path, key: Path) -> None:
    made = tmp_path / "R.PDF"
    typed("analyse", responses, "--key", key, "--model", "rasch", "--report", made)
    assert made.read_bytes().startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", made.read_bytes())) >= 4
    assert sorted(one.name for one in tmp_path.iterdir()) == ["R.PDF", "k.json", "r.csv"]


@pytest.mark.parametrize("model", [None, "grm", "nominal", "gpcm"])
def test_categories_without_a_key(tmp_path: Path, model: str | None) -> None:
    rng = np.random.default_rng(3)
    ability = rng.normal(size=(300, 1))
    cells = np.clip(np.round(1.5 + ability + rng.normal(size=(300, 4))), 0, 3).astype(int)
    path = tmp_path / "r.csv"
    path.write_text("\n".join(["a,b,c,d", *(",".join(map(str, row)) for row in cells)]))
    typed("analyse", path, *(["--model", model] if model else []), "--report", tmp_path / "d")
    page = (tmp_path / "d" / "report.html").read_text()
    assert page.count("<svg") == {None: 1, "grm": 7, "gpcm": 7, "nominal": 6}[model]


def test_one_candidate_is_a_report_too(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("a,b\n1,0\n")
    typed("analyse", path, "--report", tmp_path / "d")
    assert "nan" not in (tmp_path / "d" / "report.html").read_text()


def test_a_place_that_cannot_be_written_is_one_line(responses: Path, key: Path, tmp_path: Path) -> None:
    assert "is no folder" in refused("analyse", responses, "--key", key, "--report", responses)
    assert "is no folder" in refused("analyse", responses, "--key", key, "--report", responses / "x.pdf")
    (tmp_path / "d.pdf").mkdir()
    assert "is a folder" in refused("analyse", responses, "--key", key, "--report", tmp_path / "d.pdf")


def test_a_chart_escapes_and_tells_lines_apart_without_colour() -> None:
    lines = [Line(f"<{place}>", [(0, 0), (1, 1)], marked=True) for place in range(6)]
    drawn = plots.chart("a < b", Axis("x", 0, 1), Axis("y", 0, 1), str, lines=lines, bars=[Bar(0, 1, 0.5)])
    assert 'aria-label="a &lt; b"' in drawn
    assert "&lt;5&gt;" in drawn
    assert len(set(re.findall(r'stroke-dasharray="([^"]*)"', drawn))) == 5
    assert "style" not in drawn


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-4, 4), (0, 60), (0, 0.003), (-0.5, 32.5)])
def test_ticks_are_few_round_and_inside(low: float, high: float) -> None:
    ticks = Axis("", low, high).ticks()
    assert 3 <= len(ticks) <= 9
    assert low <= ticks[0] <= ticks[-1] <= high * (1 + 1e-9)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Options, a cluster, typed numbers, one that nobody has right, and two groups of which one finds q1 harder."""
    rng, n = np.random.default_rng(2), 400
    ability, group = rng.normal(size=n), np.arange(n) % 2

    def right(difficulty: float | np.ndarray) -> np.ndarray:
        return rng.random(n) < 1 / (1 + np.exp(difficulty - 2 * ability))

    columns = {f"q{place}": np.where(right(place / 4 - 1), "A", "B") for place in range(2, 8)}
    columns["q1"] = np.where(right(2.0 * group - 1), "A", "B")
    parts = [np.where(right(place / 2 - 1), "Đ", "S") for place in range(4)]
    columns["c1"] = np.array(["".join(one) for one in zip(*parts, strict=True)])
    columns["n1"] = np.where(right(0), "2.5", "4.25")
    columns["n2"] = np.where(right(0), "3.14", "3.15")
    folder = tmp_path_factory.mktemp("mixed")
    rows = zip(*columns.values(), np.array(["girls", "boys"])[group], strict=True)
    table = [",".join([*columns, "group"]), *(",".join(row) for row in rows)]
    (folder / "r.csv").write_text("\n".join(table), encoding="utf-8")
    keys = dict.fromkeys(columns, "A") | {"c1": "ĐĐSĐ", "n1": "2.5", "n2": "3.141"}
    (folder / "k.json").write_text(json.dumps(keys), encoding="utf-8")
    return folder / "r.csv", folder / "k.json"


def test_a_report_says_what_to_look_at_first(mixed: tuple[Path, Path], tmp_path: Path) -> None:
    typed(
        "analyse", mixed[0], "--key", mixed[1], "--groups", "group", "--focal", "boys", "--model", "2pl",
        "--language", "en", "--report", tmp_path,
    )  # fmt: skip
    page = (tmp_path / "report.html").read_text()
    first = page.partition("What to look at first")[2].partition("<h2>")[0]
    told = [re.sub(r"<.*?>", "", line) for line in re.findall(r"<li>(.*)</li>", first)]
    assert told[:2] == [
        "c1: Statement c: the best third mostly judge it against the key. Check which is right.",
        "n2: The answer 3.14 may be right: it goes with higher scores more than the key does. Check it.",
    ]
    large = "At equal ability harder for group boys: a large difference (class C), no verdict."
    assert f"q1: {large} Ask the subject team why." in told
    # As in the terminal moderate differences are worth a look, too, after the large ones.
    assert told[-1] == "q7: At equal ability harder for group boys: a moderate difference (class B)."
    assert "Equal ability: the same total of the item itself and of those that show no difference" in page
    assert all(re.search(f'id="{at}"', page) for at in re.findall(r'href="#(item-\d+)"', first))
    # The model knows nothing of an item that nobody has right, and says so before all figures.
    assert page.index("“n2” takes no part in the model") < page.index("What to look at first")
    # Distribution, information, Wright map; curves of nine of the ten items, and answers of all.
    assert page.count("<svg") == 3 + 9 + 10
    assert "nan" not in page


def test_answers_and_differences_stand_with_their_item(mixed: tuple[Path, Path], tmp_path: Path) -> None:
    told = typed(
        "analyse",
        mixed[0],
        "--key",
        mixed[1],
        "--groups",
        "group",
        "--focal",
        "boys",
        "--language",
        "en",
        "--report",
        tmp_path,
    )
    page = (tmp_path / "report.html").read_text()
    article = {name: one for one in page.split("<article")[1:] for name in re.findall("<h3>(.*)</h3>", one)}
    assert "key may be reversed" in article["c1"]
    assert "may be the key" in article["n2"]
    assert "Typed answer" in article["n1"]
    (row,) = (one for one in told["dif"] if one["item"] == "q1")
    delta = languages.number(row["mantel_haenszel"]["delta"], "en", 2)
    assert f"{delta} (C), p &lt;\N{NO-BREAK SPACE}0.001" in article["q1"]
    section = page.partition("Differences between groups (DIF)")[2].partition("<h2>")[0]
    assert section.count("<tr>") == 1 + len(told["dif"])
    assert "those of group girls" in section
    assert "Few candidates in group" in section
    assert "bias" not in page


def test_warnings_are_words_of_the_language(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("a,b,c\n1,0,1\n0,1,\n1,,1\n,1,0\n")
    found = typed("analyse", path, "--report", tmp_path / "d")
    page = (tmp_path / "d" / "report.html").read_text()
    assert {"few_persons", "different_items"} <= set(found["classical"]["warnings"])
    assert "30 thí sinh" in page
    assert "Không phải thí sinh nào cũng làm cùng các câu" in page
    assert "omega" not in page


def test_a_wrong_key_of_options_comes_first(responses: Path, tmp_path: Path) -> None:
    key = tmp_path / "wrong.json"
    key.write_text(json.dumps({"key": ["A", "B", "A", "A", "A"]}))
    typed("analyse", responses, "--key", key, "--report", tmp_path / "d", "--language", "en")
    page = (tmp_path / "d" / "report.html").read_text()
    first = re.sub("<.*?>", "", page[page.index("<li>") : page.index("</li>")])
    assert first == "two: Option A may be the key: it goes with higher scores more than the key does. Check it."
    assert 'href="#item-1"' in page
    assert re.search(r"<td[^>]*>two</td>.*check the key, negative discrimination", page)


def test_the_wright_map_spans_persons_and_items() -> None:
    """A class of like ability is no thin heap in the middle, and what is far off stays in sight."""
    assert pictures.span(np.array([0.1, 1.2, np.nan]), [("a", 0.6)]) == (0.0, 1.5)
    assert pictures.span(np.array([0.5]), []) == (0.5, 1.5)
    assert pictures.span(np.array([-6.2, 3.0]), [("far", 40.0)]) == (-6.5, 5.0)
    assert pictures.span(np.array([np.nan]), [("far", 40.0), ("near", 1.0)]) == (1.0, 10.0)
    draw = pictures.Drawing(str, "{:g}".format)
    drawn = pictures.wright_map([("near", 0.6), ("far", 40.0)], np.array([-6.2, 3.0]), draw)
    assert ">far (40)<" in drawn
    assert ">near<" in drawn
    assert ">-6<" in drawn
    assert ">6<" not in drawn, "one item far off leaves room for the others"
