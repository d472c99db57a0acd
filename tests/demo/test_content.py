"""The demo's files go whole through the real importers, and say what their sources say."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from exam_engine.demo.content import make_qti, make_xlsx
from exam_engine.demo.content.sources import CONTENT, FOLDER, source
from item_bank.content.interactions import handler_for
from item_bank.content.markup import plain_text
from item_bank.content.model import (
    Essay,
    Item,
    MultipleChoice,
    Numeric,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
    encode,
)
from tests.demo.bank import imported, items, languages
from tests.demo.tex import number

VIETNAMESE_ONLY = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
ENGLISH_WORDS = re.compile(r"\b(the|which|what|following|according|sentence|of the)\b", re.IGNORECASE)
#: What a text in English may say in Vietnamese: names of people.
NAMES = re.compile(r"\b(Hà|Bình|Lan|Nam|Hoa|Minh)\b")
ANSWER_SHEET = re.compile(r"(?=.{1,4}$)-?\d+(,\d+)?")


@pytest.mark.parametrize("name", languages())
def test_file_is_kept_whole(name: str) -> None:
    report = imported(name).report
    assert [entry for entry in report.items if entry.outcome != "kept" or entry.reasons] == []
    assert report.problems == ()


def test_there_are_enough_items_of_every_type() -> None:
    everything = items("")
    assert len(everything) >= 60
    assert Counter(item.type for item in everything).keys() == {
        "single_choice", "multiple_choice", "true_false_cluster", "numeric", "short_text", "essay",
    }  # fmt: skip
    assert len({encode(item) for item in everything}) == len(everything)


@pytest.mark.parametrize("name", languages())
def test_items_may_be_used(name: str) -> None:
    for one in imported(name).items:
        assert list(handler_for(one.item).problems(one.item)) == [], one.identifier


def test_mathematics_paper_has_the_format_of_2025() -> None:
    paper = items("toan/")
    kinds = [(item.type, item.maximum) for item in paper]
    expected = [("single_choice", Fraction(1, 4))] * 12 + [("true_false_cluster", Fraction(1))] * 4
    assert kinds == expected + [("numeric", Fraction(1, 2))] * 6
    assert sum(item.maximum for item in paper) == 10


def test_physics_paper_has_the_format_of_2025() -> None:
    paper = items("vat-li")[:28]
    assert Counter((item.type, item.maximum) for item in paper) == {
        ("single_choice", Fraction(1, 4)): 18,
        ("true_false_cluster", Fraction(1)): 4,
        ("numeric", Fraction(1, 4)): 6,
    }
    assert sum(item.maximum for item in paper) == 10


@pytest.mark.parametrize("subject", ["toan/", "vat-li"])
def test_clusters_have_four_statements_with_levels_and_the_table(subject: str) -> None:
    clusters = [item.interaction for item in items(subject) if isinstance(item.interaction, TrueFalseCluster)]
    for cluster in clusters:
        assert [statement.id for statement in cluster.statements] == list("abcd")
        assert {statement.level for statement in cluster.statements} == {"Biết", "Hiểu", "Vận dụng"}
        assert [Fraction(share) for share in cluster.table] == [
            0,
            Fraction("0.1"),
            Fraction("0.25"),
            Fraction("0.5"),
            1,
        ]
    truths = [statement.correct for cluster in clusters for statement in cluster.statements]
    assert 0.3 < sum(truths) / len(truths) < 0.75


def test_numbers_fit_the_answer_sheet() -> None:
    for item in items(""):
        if isinstance(item.interaction, Numeric):
            assert item.interaction.max_chars == 4
            assert all(ANSWER_SHEET.fullmatch(text.replace(".", ",")) for text in item.interaction.accepted)


def test_options_are_four_and_differ() -> None:
    for item in items(""):
        if isinstance(item.interaction, SingleChoice | MultipleChoice):
            texts = [plain_text(option.markup) for option in item.interaction.options]
            assert len(set(texts)) == 4, item.title


def test_numeric_distractors_have_different_values() -> None:
    for name in ("toan", "vat_li"):
        for item in source(name)["items"]:
            values = [number(text.removeprefix("tăng ").removeprefix("giảm ")) for text in item.get("options", ())]
            same = [text.split(" ")[0] for text, one in zip(item.get("options", ()), values, strict=True) if one]
            assert len(set(zip(values, same, strict=False))) == len(same) or None in values, item["id"]


def test_keys_are_spread_over_the_letters() -> None:
    for subject in ("toan/", "vat-li", "tieng-anh"):
        choices = [item.interaction for item in items(subject) if isinstance(item.interaction, SingleChoice)]
        keys = Counter(option.id for choice in choices for option in choice.options if option.weight == "1")
        assert set(keys) == set("ABCD")
        assert max(keys.values()) <= 0.4 * len(choices)


def test_passages_are_shared() -> None:
    for name, count in (("vat-li-12.xlsx", 2), ("tieng-anh-12-reading-writing.xlsx", 2)):
        uses = Counter(one.item.passage for one in imported(name).items if one.item.passage)
        assert len(imported(name).passages) == len(uses) == count
        assert min(uses.values()) >= 2


def test_a_picture_and_tables_are_there() -> None:
    paper = items("toan/")
    assert sum("<table" in item.stem.html for item in paper) >= 3
    assert sum("data-asset" in item.stem.html for item in paper) == 1
    assert [asset.media_type for asset in imported("toan/toan-02.xml").assets] == ["image/png"]
    assert imported("toan/toan-02.xml").assets[0].data == (CONTENT / "pictures" / "cubic.png").read_bytes()


def texts(item: Item) -> list[str]:
    found = [item.stem, *([item.rationale] if item.rationale else [])]
    match item.interaction:
        case SingleChoice() | MultipleChoice():
            found += [option.markup for option in item.interaction.options]
        case TrueFalseCluster():
            found += [statement.markup for statement in item.interaction.statements]
        case _:
            pass
    return [plain_text(markup) for markup in found]


@pytest.mark.parametrize("name", languages())
def test_every_item_is_in_its_language(name: str) -> None:
    for one in imported(name).items:
        said = " ".join(texts(one.item))
        assert one.item.language == languages()[name]
        if one.item.language == "vi":
            assert VIETNAMESE_ONLY.search(said)
            assert not ENGLISH_WORDS.search(said), said
        else:
            assert not VIETNAMESE_ONLY.search(NAMES.sub("", said)), said


def test_everything_is_nfc() -> None:
    files = [path for path in CONTENT.rglob("*") if path.suffix in {".toml", ".gift", ".xml", ".txt"}]
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path
        assert "\ufffd" not in text
    for item in items(""):
        assert unicodedata.is_normalized("NFC", encode(item).decode())


def test_levels_are_known() -> None:
    for item in (*items("toan/"), *items("vat-li")):
        assert item.level in {"Biết", "Hiểu", "Vận dụng"}, item.title
        assert item.topic
        assert item.subject in {"?", "Vật lí"}  # QTI leaves the subject to the one who imports


def test_english_paper_makes_ten_points() -> None:
    gift = [item.interaction for item in items("tieng-anh-12.gift")]
    read = items("tieng-anh-12-reading")
    choices = sum(isinstance(one, SingleChoice) for one in gift) + len([i for i in read if i.type == "single_choice"])
    words = sum(isinstance(one, ShortText) for one in gift)
    essay = next(item for item in read if isinstance(item.interaction, Essay))
    assert isinstance(essay.interaction, Essay)
    assert sum(Fraction(point.points) for point in essay.interaction.rubric) == essay.maximum
    assert choices * Fraction("0.2") + words * Fraction("0.3") + essay.maximum == 10


def test_qti_files_are_what_the_source_makes() -> None:
    content = source("toan")
    made = {f"{item['id']}.xml": make_qti.document(item, content) for item in content["items"]}
    assert {path.name: path.read_text(encoding="utf-8") for path in (CONTENT / "toan").glob("*.xml")} == made


@pytest.mark.parametrize("name", make_xlsx.BOOKS)
def test_workbooks_are_what_the_source_makes(name: str) -> None:
    made = BytesIO()
    make_xlsx.workbook(name).save(made)
    kept = load_workbook(CONTENT / make_xlsx.BOOKS[name])
    assert cells(kept) == cells(load_workbook(made))


def cells(book: Workbook) -> list[list[tuple[Any, ...]]]:
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_foreseen_slips_are_wrong_and_fit(path: Any) -> None:
    for item in source(path.stem)["items"]:
        for slip in item.get("slips", ()):
            assert ANSWER_SHEET.fullmatch(slip), (item["id"], slip)
            assert slip not in item["accepted"]
