"""Where teachers put what is right in Word: tables of answers in any direction, codes of several forms, colours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from item_bank.content.markup import plain_text
from item_bank.content.model import ShortText, SingleChoice, TrueFalseCluster
from item_bank.formats.model import Imported
from tests.item_bank.formats.documents import paragraph, table
from tests.item_bank.formats.test_word_habits import read


@pytest.mark.parametrize(
    "rows",
    [
        (("Câu", "1", "2"), ("a", "Đ", "S"), ("b", "S", "S"), ("c", "S", "Đ"), ("d", "Đ", "Đ")),
        (("Câu", "a)", "b)", "c)", "d)"), ("1", "Đúng", "Sai", "Sai", "Đúng"), ("2", "S", "S", "Đ", "Đ")),
        (("Câu 1", "Câu 2"), ("a) Đ", "a – S"), ("b) S", "b: Sai"), ("c) S", "c) Đ"), ("d) Đ", "d) Đ")),
        (
            ("Câu", "Lệnh hỏi", "Đáp án (Đ/S)", "Câu", "Lệnh hỏi", "Đáp án (Đ/S)"),
            *(("1", "a)", "Đ", "2", "a)", "S"), ("", "b)", "S", "", "b)", "S")),
            *(("", "c)", "S", "", "c)", "Đ"), ("", "d)", "Đ", "", "d)", "Đ")),
        ),
    ],
)
def test_answers_to_statements_run_in_any_direction(rows: tuple[tuple[str, ...], ...]) -> None:
    statements = [paragraph(f"{letter}) Một ý {letter}.") for letter in "abcd"]
    questions = [block for at in (1, 2) for block in (paragraph(f"Câu {at}. Xét:"), *statements)]
    end = (paragraph("HẾT"), paragraph("ĐÁP ÁN PHẦN II"), table(*rows))
    found = read(paragraph("PHẦN II. Câu trắc nghiệm đúng sai"), *questions, *end)
    clusters = [one.item.interaction for one in found.items]
    signs = [[one.correct for one in each.statements] for each in clusters if isinstance(each, TrueFalseCluster)]
    assert signs == [[True, False, False, True], [False, False, True, True]]
    assert not found.report.problems[1:], "the part's heading alone is no question"


def _four(*more: str) -> Imported:
    options = paragraph("A. một\tB. hai\tC. ba\tD. bốn")
    return read(*more[:1], *(one for at in range(1, 5) for one in (paragraph(f"Câu {at}. Hỏi?"), options)), *more[1:])


def _keys(found: Imported) -> str:
    each = [one.item.interaction for one in found.items]
    return "".join(
        option.id for one in each if isinstance(one, SingleChoice) for option in one.options if option.weight == "1"
    )


@pytest.mark.parametrize(
    "below",
    [
        lambda key: table(("1", "2", "3", "4"), tuple(key)),
        lambda key: paragraph(" ".join(f"{at}{letter}" for at, letter in enumerate(key, 1))),
    ],
)
def test_answers_below_the_codes_of_several_forms(below: Callable[[str], str]) -> None:
    tail = (
        *(paragraph("HẾT"), paragraph("ĐÁP ÁN")),
        *(
            paragraph("Mã đề 101"),
            below("AAAA"),
            paragraph("Đáp án mã đề 102:"),
            below("BCDA"),
            paragraph("ĐỀ 103"),
            below("CCCC"),
        ),
    )
    assert _keys(_four(paragraph("Mã đề: 102"), *tail)) == "BCDA"
    unsaid = _four(paragraph("Đề kiểm tra"), *tail)
    assert ("key_forms" in [one.code for one in unsaid.report.problems], len(unsaid.pending)) == (True, 4)


def test_forms_before_rows_in_a_table_for_each_part() -> None:
    found = _four(
        paragraph("Mã đề: 102"),
        *(
            paragraph("HẾT"),
            paragraph("PHẦN I"),
            table(("Mã đề", "1", "2", "3", "4"), ("101", *"AAAA"), ("102", *"BCDA")),
        ),
    )
    assert _keys(found) == "BCDA"


def test_a_coloured_cell_or_paragraph_is_the_key() -> None:
    shade = '<w:shd w:val="clear" w:fill="FFFF00"/>'
    cells = table(("A. x", "B. y"), ("C. z", "D. t")).replace("<w:tc><w:p>", f"<w:tc><w:tcPr>{shade}</w:tcPr><w:p>", 2)
    cells = cells.replace(f"<w:tcPr>{shade}</w:tcPr>", "", 1)
    lines = [paragraph(f"{letter}. ý {letter}") for letter in "ABCD"]
    lines[1] = lines[1].replace("<w:pPr>", f"<w:pPr>{shade}")
    for options in ([cells], lines):
        assert _keys(read(paragraph("Câu 1. Hỏi?"), *options)) == "B"


def test_a_bank_in_a_table_is_a_question_a_row() -> None:
    rows = (
        ("STT", "Câu hỏi", "Đáp án"),
        *((str(at), paragraph(f"Hỏi {at}?") + paragraph("A. một\tB. hai"), "B") for at in (1, 2)),
    )
    assert _keys(read(table(*rows))) == "BB"
    wide = (
        ("Câu", "Nội dung", "A", "B", "C", "Đáp án"),
        ("1", "Hỏi?", "x", "y", "z", "C"),
        ("2", "Hỏi?", "x", "y", "z", "A"),
    )
    assert _keys(read(table(*wide))) == "CA"
    data = table(("STT", "Nội dung"), ("1", "Trái đất"), ("2", "Mặt trăng"))
    (item,) = read(paragraph("Câu 1. Cho bảng:"), data, paragraph("A. x*\tB. y")).items
    assert "<table>" in item.item.stem.html


@pytest.mark.parametrize("first", [("Ý", "Nội dung"), ("Nội dung",)])
def test_statements_in_a_table_without_marks_get_their_letters(first: tuple[str, ...]) -> None:
    cells = [
        (*([letter] if len(first) > 1 else []), f"Ý {letter}", *tick)
        for letter, tick in zip("abcd", (("x", ""), ("", "x")) * 2, strict=True)
    ]
    (found,) = read(paragraph("Câu 1. Xét:"), table((*first, "Đúng", "Sai"), *cells)).items
    assert isinstance(found.item.interaction, TrueFalseCluster)
    told = [(plain_text(one.markup), one.correct) for one in found.item.interaction.statements]
    assert told == [("Ý a", True), ("Ý b", False), ("Ý c", True), ("Ý d", False)]


@pytest.mark.parametrize(
    ("said", "accepted", "codes"),
    [
        ("-1/2", ["-1/2", "-0,5", "-0.5"], ["fraction_decimal"]),
        ("3/40", ["3/40", "0,075", "0.075"], ["fraction_decimal"]),
        ("6/3", ["6/3", "2"], ["fraction_decimal"]),
        *(("1/3", ["1/3"], []), ("1/0", ["1/0"], [])),
    ],
)
def test_a_fraction_is_accepted_as_its_decimal(said: str, accepted: list[str], codes: list[str]) -> None:
    found = read(paragraph("PHẦN III. Trả lời ngắn"), paragraph("Câu 1. Tính."), paragraph(f"Đáp án: {said}"))
    assert [reason.code for reason in found.report.items[0].reasons] == codes
    interaction = found.items[0].item.interaction
    assert isinstance(interaction, ShortText)
    assert [one.text for one in interaction.accepted] == accepted
