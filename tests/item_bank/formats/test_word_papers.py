"""Whole tests as teachers make them in Word: every item with its type and key, doubts told where there are any."""

from __future__ import annotations

from functools import cache

import pytest

from item_bank.content.markup import assets_in, plain_text
from item_bank.content.missing import MISSING
from item_bank.content.model import Item, MultipleChoice, Numeric, ShortText, SingleChoice, TrueFalseCluster
from item_bank.formats.model import Imported
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.reading import read_file
from item_bank.formats.word.writing import PaperPart, write_docx
from tests.item_bank.formats.word_papers.every import PAPERS


@cache
def read(name: str) -> Imported:
    return read_file(f"{name}.docx", PAPERS[name].build())


def items(name: str) -> dict[str, Item]:
    """By number in the paper, the doubtful ones too."""
    found = read(name)
    kept = {one.identifier: one.item for one in found.items}
    return kept | {one.identifier: one.item for one in found.pending.values()}


def key(item: Item) -> str:
    match item.interaction:
        case SingleChoice(options) | MultipleChoice(options):
            return "".join(one.id for one in options if one.weight == "1")
        case TrueFalseCluster(statements):
            return "".join("Đ" if one.correct else "S" for one in statements)
        case Numeric(accepted):
            return " ".join(accepted)
        case ShortText(accepted):
            return " ".join(one.text for one in accepted)
    return item.points


@pytest.mark.parametrize("name", PAPERS)
def test_every_item_has_its_type_and_its_key(name: str) -> None:
    paper, found = PAPERS[name], read(name)
    doubts = {
        one.identifier: [reason.code for reason in one.reasons]
        for one in found.report.items
        if one.outcome == "doubtful"
    }
    assert doubts == {identifier: list(codes) for identifier, codes in paper.doubtful.items()}
    told = [(one.identifier, one.type) for one in found.report.items]
    assert told == [(identifier, type_) for identifier, type_, _ in paper.expected]
    read_keys = {identifier: key(item) for identifier, item in items(name).items() if identifier not in paper.doubtful}
    assert read_keys == {identifier: said for identifier, _, said in paper.expected if identifier not in paper.doubtful}


def test_equations_of_word_and_of_mathtype_are_shown() -> None:
    found = items("toan")
    assert "<mfrac>" in found["I.3"].stem.math[0].mathml
    assert "<msqrt>" in found["I.4"].stem.math[0].mathml
    assert [one.notation for one in found["I.7"].stem.math] == ["omml"]
    assert "<mmultiscripts>" in items("vatli")["I.2"].stem.math[0].mathml
    assert [one.notation for one in items("vatli11")["I.3"].stem.math] == ["tex"]
    assert "→</mo>" in items("hoahoc")["I.2"].stem.math[0].mathml


@pytest.mark.parametrize(
    ("paper", "number"),
    [("toan", "I.8"), ("vatli", "I.4"), ("vatli", "I.6"), ("vatli", "I.7"), ("vatli", "II.2"), ("lichsu", "I.4")],
)
def test_pictures_stand_in_their_question(paper: str, number: str) -> None:
    """Inline, floating, in a text box, in the cell beside the question; never behind its last option."""
    item = items(paper)[number]
    assert len(assets_in(item.stem)) == 1
    assert isinstance(item.interaction, SingleChoice | TrueFalseCluster)
    texts = item.interaction.options if isinstance(item.interaction, SingleChoice) else item.interaction.statements
    assert not any(assets_in(one.markup) for one in texts)


def test_pictures_over_their_letters_are_options() -> None:
    choice = items("hoahoc")["I.6"].interaction
    assert isinstance(choice, SingleChoice)
    assert [len(assets_in(one.markup)) for one in choice.options] == [1, 1, 1, 1]


def test_letters_of_fonts_from_before_unicode_are_read() -> None:
    found = items("hoahoc")["I.3"]
    assert plain_text(found.stem) == "Kim loại nào sau đây ở thể lỏng?"
    assert isinstance(found.interaction, SingleChoice)
    assert plain_text(found.interaction.options[0].markup) == "Thủy ngân."
    assert "5 Ω" in plain_text(items("vatli")["I.1"].stem)


def options(item: Item) -> list[str]:
    assert isinstance(item.interaction, SingleChoice)
    return [plain_text(one.markup) for one in item.interaction.options]


def test_boxes_before_and_behind_options_are_no_text() -> None:
    assert plain_text(items("khtn")["4"].stem) == "Nguyên tử H có mấy proton?"
    assert options(items("khtn")["4"]) == ["0", "2", "1", "3"]
    assert options(items("sinhhoc")["I.6"]) == ["AA", "aa", "Aa", "bb"]


def test_pictures_between_rows_of_letters_are_options() -> None:
    choice = items("khtn")["3"].interaction
    assert isinstance(choice, SingleChoice)
    shown = [assets_in(one.markup) for one in choice.options]
    assert ([len(one) for one in shown], len({*map(tuple, shown)})) == ([1, 1, 1, 1], 4)


def test_whole_documents_in_fonts_from_before_unicode_are_read() -> None:
    found = items("congnghe")
    assert plain_text(found["2"].stem) == "Phân nào là phân hữu cơ?"
    assert options(found["3"]) == ["Lúa hè thu", "Lúa mùa", "Lúa nương", "Lúa trời"]
    assert options(found["4"])[0] == "lớn hơn 7"


def test_lines_of_a_program_keep_their_indents_and_columns_their_gap() -> None:
    program = ["for i in range(3):", "    if i % 2 == 0:", "        print(i, end=' ')", "print('xong')"]
    item = items("tinhoc")["1"]
    assert item.stem.html.replace("&#160;", " ").split("<br/>")[1:] == program
    written = write_docx([PaperPart((Exported("x", item),))], lambda _digest: MISSING)
    assert read_file("de.docx", written.data).items[0].item.stem == item.stem
    assert "129\u2003\u2003\u2003560" in items("tieuhoc")["II.4"].stem.html


def test_sentences_to_be_put_in_order_are_no_options() -> None:
    assert "b) Mai: Would you like" in plain_text(items("tienganh9")["4"].stem)
    assert options(items("tienganh9")["5"])[2] == "a – b – c"


def test_shared_texts_reach_their_questions() -> None:
    assert [bool(one.passage) for one in items("gdktpl").values()] == [True] * 3 + [False] * 2
    assert [bool(one.passage) for one in items("lichsu11").values()] == [False] * 4 + [True] * 2
    assert all(one.passage for number, one in items("tienganh9").items() if number not in "45")
    assert [bool(one.passage) for one in items("tienganh").values()] == [False] * 3 + [True] * 7
    (poem,) = read("nguvan").passages
    assert "Con đò<sup>[1]</sup>" in poem.markup.html
    assert "[1] Đò: thuyền nhỏ" in plain_text(poem.markup)


SECTIONS = {
    "toan": ("KIỂM TRA CUỐI HỌC KÌ I – TOÁN 12", "5400", [(12, "1/4", True), (4, "1", True), (6, "1/2", True)]),
    "vatli": (
        "ĐỀ THI THỬ TỐT NGHIỆP THPT NĂM 2025 – MÔN: VẬT LÍ",
        "",
        [(8, "0.25", True), (2, "", True), (3, "0.5", True)],
    ),
    "hoahoc": ("ĐỀ KIỂM TRA GIỮA KÌ II – HOÁ HỌC 10", "", [(6, "", True), (2, "", True), (2, "", True)]),
    "tienganh": ("KỲ THI THỬ TỐT NGHIỆP THPT NĂM 2025 – TIẾNG ANH", "", [(10, "", True)]),
    "nguvan": ("ĐỀ KIỂM TRA CUỐI HỌC KÌ II – NGỮ VĂN 12", "", [(5, "", False), (2, "", False)]),
    "lichsu": ("lichsu", "", [(6, "", True), (3, "", True)]),
    "diali": ("ĐỀ KHẢO SÁT LỚP 12 – ĐỊA LÍ", "", [(6, "0.25", True), (2, "1", True), (3, "0.5", True)]),
    "hoahoc11": ("ĐỀ KIỂM TRA GIỮA KÌ I – HOÁ HỌC 11", "2700", [(4, "", True), (2, "", True), (2, "", True)]),
    "lichsu11": ("lichsu11", "", [(4, "", True), (2, "", True)]),
    "tieuhoc": ("PHIẾU KIỂM TRA CUỐI TUẦN – LỚP 3", "", [(3, "", True), (2, "", False)]),
    "toan9": ("KỲ THI TUYỂN SINH VÀO LỚP 10 THPT – MÔN TOÁN", "7200", [(5, "", False)]),
}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_paper_is_a_test_with_its_parts_points_and_time(name: str) -> None:
    (test,) = read(name).tests
    sections = [(len(one.inner), one.points, one.shuffle) for one in test.sections()]
    assert (test.title, test.limits.most if test.limits else "", sections) == SECTIONS[name]
    assert [ref.identifier for ref in test.items()] == [identifier for identifier, _, _ in PAPERS[name].expected]
