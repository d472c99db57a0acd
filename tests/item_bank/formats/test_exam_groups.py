"""Marks of groups: what may be shuffled, common texts of university programs, answers of several forms of a test."""

from __future__ import annotations

import pytest

from item_bank.content.markup import plain_text
from item_bank.content.model import Numeric, SingleChoice, TrueFalseCluster
from item_bank.formats.model import Imported
from item_bank.formats.reading import read_file
from tests.item_bank.formats.documents import document, paragraph, table

QUESTION = "Câu {}. Hai?\n*A. x\nB. y\n"


def pasted(text: str) -> Imported:
    return read_file("paste.txt", text.encode(), format_name="text")


@pytest.mark.parametrize(
    ("mark", "shuffled", "told"),
    [
        ("<g0>", False, True),
        ("<#g1>", False, True),
        ("<g2>", True, True),
        ("<G3>", True, False),
        ("</g1>", True, False),
    ],
)
def test_the_mark_of_a_group_says_what_may_be_shuffled(mark: str, shuffled: bool, told: bool) -> None:
    found = pasted(QUESTION.format(1) + mark + "\n" + QUESTION.format(2))
    first, second = (one.item.interaction for one in found.items)
    assert isinstance(first, SingleChoice)
    assert isinstance(second, SingleChoice)
    assert (first.shuffle, second.shuffle) == (True, shuffled)
    assert [[reason.code for reason in one.reasons] for one in found.report.items] == [[], ["group_mark"] * told]


def test_groups_of_university_programs() -> None:
    found = pasted(
        "[<sg>]\nBees {<1>} pollen and {<2>} honey.\n[<egc>]\n(<1>) Choose\n*A. carry\nB. eat\n[<br>]\n(<2>) Choose\n"
        "A. drink\n*B. make\n[</sg>]\nThủ đô nước ta?\n*A. Hà Nội\nB. Huế\n[<br>]\nNghe <audio>a.mp3</audio>\n"
        "A. Hồng\n*B. Đồng Nai\n"
    )
    assert [one.identifier for one in found.report.items] == ["1", "2", "3", "4"]
    assert [bool(one.item.passage) for one in found.items] == [True, True, False]
    assert plain_text(found.passages[0].markup) == "Bees (1) ____ pollen and (2) ____ honey."
    assert [reason.code for reason in found.report.items[3].reasons] == ["sound_missing"]


PAPER = (
    "PHẦN I. Trắc nghiệm nhiều lựa chọn\nCâu 1. Một?\nA. a\nB. b\nCâu 2. Hai?\nA. a\nB. b\n"
    "PHẦN II. Trắc nghiệm đúng sai\nCâu 1. Ba?\na) a\nb) b\nc) c\nd) d\nPHẦN III. Trả lời ngắn\nCâu 1. Bốn?"
)
ANSWERS = {"101": ("A", "B", "ĐSSĐ", "2,5"), "102": ("B", "A", "SSĐĐ", "-3")}
DOWN = [("Câu\\Mã đề", *ANSWERS), *((str(n + 1), *(one[n] for one in ANSWERS.values())) for n in range(4))]
ACROSS = [("Mã đề", "1", "2", "3", "4"), *((code, *said) for code, said in ANSWERS.items())]


@pytest.mark.parametrize("rows", [DOWN, ACROSS], ids=["down", "across"])
@pytest.mark.parametrize("code", ANSWERS)
def test_answers_of_several_forms_numbered_through_the_parts(rows: list[tuple[str, ...]], code: str) -> None:
    lines = [paragraph(one) for one in (f"Mã đề: {code}", *PAPER.split("\n"), "HẾT")]
    found = read_file("de.docx", document(*lines, table(*rows)))
    first, second, cluster, number = (one.item.interaction for one in found.items)
    assert isinstance(first, SingleChoice)
    assert isinstance(second, SingleChoice)
    assert isinstance(cluster, TrueFalseCluster)
    assert isinstance(number, Numeric)
    keys = ["".join(option.id for option in one.options if option.weight == "1") for one in (first, second)]
    truth = "".join("Đ" if one.correct else "S" for one in cluster.statements)
    assert (*keys, truth, *number.accepted) == ANSWERS[code]


def test_a_table_of_years_is_none_of_answers() -> None:
    years = table(("STT", "2019", "2020"), ("1", "5", "7"))
    found = read_file("de.docx", document(paragraph("Câu 1. Xem bảng"), years, paragraph("A. 1*\nB. 2")))
    assert not found.report.problems
    assert "<td>2020</td>" in found.items[0].item.stem.html


def test_a_test_that_does_not_say_its_form_is_told_so() -> None:
    found = read_file("de.docx", document(*(paragraph(one) for one in (*PAPER.split("\n"), "HẾT")), table(*DOWN)))
    assert "key_forms" in [one.code for one in found.report.problems]
    assert {one.outcome for one in found.report.items} == {"doubtful"}
