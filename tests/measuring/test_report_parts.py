"""Parts of the report: scores in steps that people count in, categories by their scores, sets, what b says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from exam_engine.kit import languages
from exam_engine.measuring.report import pictures
from tests.measuring.typing import shown, typed


def _page(folder: Path, *arguments: str | Path, language: str = "en") -> str:
    typed("analyse", *arguments, "--report", folder / language, "--language", language)
    return (folder / language / "report.html").read_text(encoding="utf-8")


def _file(path: Path, names: Sequence[str], cells: np.ndarray) -> Path:
    path.write_text("\n".join([",".join(names), *(",".join(map(str, row)) for row in cells.tolist())]))
    return path


@pytest.mark.parametrize(
    ("totals", "maximum", "single", "step", "count"),
    [
        ([0, 3, 32], 32, True, 1, 33),
        ([0.25, 7.5, 10], 10, True, 0.25, 41),
        ([5, 40, 100], 100, True, 5, 21),
        ([1, 52, 99, 100], 100, False, 5, 20),
        ([0.3333, 9.1, 10], 10, False, 0.5, 20),
        ([1, 170, 233], 233, False, 10, 24),
        ([3, 4001, 9000], 9000, False, 500, 18),
    ],
)
def test_scores_are_counted_in_steps_that_people_count_in(
    totals: list[float], maximum: float, single: bool, step: float, count: int
) -> None:
    bars, by_score = pictures.bars(np.array(totals, dtype=np.float64), maximum)
    assert by_score == single
    assert len(bars) == count
    assert sum(one.value for one in bars) == len(totals)
    assert bars[0].high - bars[0].low == pytest.approx(step)
    assert bars[-1].high == pytest.approx(maximum + (step / 2 if single else 0))


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert languages.number(-0.001, "vi", 2) == "0,00"
    assert languages.number(-0.0, "en") == "0"
    assert languages.number(-0.005001, "vi", 2) == "\N{MINUS SIGN}0,01"


@pytest.fixture
def ordered(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    ability = rng.normal(size=(300, 1))
    cells = np.clip(np.round(2.5 + ability + rng.normal(size=(300, 4))), 1, 4).astype(int)
    return _file(tmp_path / "r.csv", "abcd", cells)


def test_categories_and_their_b_are_told_as_people_know_them(ordered: Path, tmp_path: Path) -> None:
    page = _page(tmp_path, ordered, "--model", "grm")
    assert "the ability at which half of the candidates reach it or a higher one." in page
    assert ">Category 4<" in page
    assert ">Category 0<" not in page
    assert ">To look at</th>" not in page, "no item has a reason"
    found = typed("analyse", ordered, "--model", "grm")["irt"]["items"][0]["thresholds"]
    assert "; ".join(languages.number(one, "en", 2) for one in found) in page
    assert "the ability at which a category and the one below it are equally likely." in shown(
        "analyse", ordered, "--model", "gpcm"
    )


def test_categories_at_cuts_are_named_by_their_scores(ordered: Path, tmp_path: Path) -> None:
    asked = (ordered, "--model", "gpcm", "--cut", "8", "--cut", "11.5")
    assert "true below 8 8–<11.5 11.5 and above below 8 0." in shown("analyse", *asked)
    page = _page(tmp_path, *asked, language="vi")
    for name in ("dưới 8", "8–&lt;11,5", "từ 11,5 trở lên"):
        assert page.count(f">{name}<") == 2, "a row and a column"
    lee = typed("analyse", *asked)["classical"]["classification"]["lee"]
    assert f"sẽ đạt: {languages.number(lee['accuracy'], 'vi', 2)}" in page
    rough = typed("analyse", ordered, "--cut", "8")["classical"]["classification"]
    assert languages.number(rough["livingston_lewis"]["true_observed"][0][0], "en", 3) in _page(
        tmp_path, ordered, "--cut", "8"
    )


def test_sets_studied_whole_stand_in_the_report(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    ability, group = rng.normal(size=(1200, 1)), np.arange(1200) % 2
    shift = np.array([0, 0, 0, 0, 0, 0, 0.9, 0.9, 0.9])
    right = rng.random((1200, 9)) < 1 / (1 + np.exp(shift * group[:, None] - ability))
    names = [f"q{place}" for place in range(1, 10)]
    file = _file(tmp_path / "r.csv", [*names, "g"], np.column_stack([right.astype(int).astype(str), group.astype(str)]))
    key = tmp_path / "k.csv"
    key.write_text("item,key,set\n" + "".join(f"{name},1,{'P' if name > 'q6' else ''}\n" for name in names))
    asked = (file, "--key", key, "--groups", "g", "--focal", "1")
    (row,) = typed("analyse", *asked)["dif_sets"]
    assert row["set"] == "P"
    page = _page(tmp_path, *asked)
    part = page.partition("Sets studied whole (DIF)")[2].partition("</section>")[0]
    smd = languages.number(row["mantel"]["smd"], "en", 2)
    for cell in ("P", "q7, q8, q9", "1", smd, row["mantel"]["ets"]):
        assert f">{cell}</td>" in part
    assert "Set P</a>" in page.partition("<h2>What to look at first")[2].partition("</section>")[0]
    assert "set P" in shown("analyse", *asked)


def test_what_candidates_are_matched_on_is_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    cells = (rng.normal(size=(400, 1)) + rng.logistic(size=(400, 6)) > 0).astype(int).astype(str)
    cells[np.arange(400), rng.integers(0, 6, 400)] = ""
    file = _file(tmp_path / "r.csv", [*"abcdef", "g"], np.column_stack([cells, np.arange(400) % 2]))
    page = _page(tmp_path, file, "--groups", "g", language="vi")
    assert "tính theo mô hình Rasch" in page
    assert "matched" not in page
    assert "Nhóm 1: thí sinh được ghép theo năng lực" in page


def test_long_names_are_cut_in_tables_and_pictures_and_whole_above_their_figures(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    names = [f"Chapter {place // 3}: derivatives and the shape of curves ({place})" for place in range(5)]
    cells = (rng.normal(size=(600, 1)) + rng.logistic(size=(600, 5)) > 0).astype(int).astype(str)
    schools = np.array(["School of the Northern District", "School"])[np.arange(600) % 2]
    file = _file(tmp_path / "r.csv", [*names, "g"], np.column_stack([cells, schools]))
    page = _page(tmp_path, file, "--groups", "g", "--focal", "School of the Northern District", "--model", "rasch")
    for name in names:
        assert f"<h3>{name}</h3>" in page
        # In the table of items and in that of differences.
        assert page.count(f">{name[:18]}…{name[-9:]}</td>") == 2
        assert pictures.short(name) == f"{name[:9]}…{name[-4:]}"
    assert ">School of the …istrict</td>" in page
    assert "the same total of all items, as none had to be left out" in page
