"""A mark of the key that a teacher typed is read, and never stays in what a pupil reads."""

from __future__ import annotations

from typing import Any

import pytest

from item_bank.content.markup import plain_text
from item_bank.content.model import Item, Numeric, SingleChoice, TrueFalseCluster
from item_bank.formats.model import Imported
from item_bank.formats.reading import read_file

TEXTS = ["Byte gồm 8 bit.", "Hàm số đạt cực đại tại x = 2.", "Giá trị bằng 1.", "Số 7 là số nguyên tố"]


def read(text: str, **hints: Any) -> Imported:
    return read_file("paste.txt", text.encode(), format_name="text", **hints)


def cluster(item: Item) -> tuple[str, list[str]]:
    assert isinstance(item.interaction, TrueFalseCluster)
    made = item.interaction.statements
    return "".join("Đ" if one.correct else "S" for one in made), [plain_text(one.markup) for one in made]


def written(pattern: str, signs: str, *, heading: str = "PHẦN II. Đúng sai\n") -> str:
    words = {"Đ": "Đúng", "S": "Sai"}
    english = {"Đ": "T", "S": "F"}
    lines = [
        pattern.format(letter=letter, text=text, sign=sign, word=words.get(sign, ""), english=english.get(sign, ""))
        if sign != "-"
        else f"{letter}) {text}"
        for letter, text, sign in zip("abcd", TEXTS, signs, strict=True)
    ]
    return heading + "Câu 1. Xét các phát biểu sau.\n" + "\n".join(lines)


SPELLINGS = [
    "{letter}) [{sign}] {text}",
    "{letter}) ({sign}) {text}",
    "{letter}) {sign}. {text}",
    "{letter}) {sign}: {text}",
    "{letter}) {sign} - {text}",
    "{letter}) {word}: {text}",
    "{letter}) [{word}] {text}",
    "[{sign}] {letter}) {text}",
    "{letter}) {text} {sign}",
    "{letter}) {text} {sign}.",
    "{letter}) {text} [{sign}]",
    "{letter}) {text} - {sign}",
    "{letter}) {text} : {word}",
    "{letter}) {text} → {sign}",
    "{letter}) {text} ({english})",
    "{letter}) [{english}] {text}",
    "{letter}) {text} {english}",
]


@pytest.mark.parametrize("pattern", SPELLINGS)
def test_signs_of_all_statements_are_no_doubt_and_no_text(pattern: str) -> None:
    found = read(written(pattern, "ĐSSĐ"))
    assert [cluster(one.item) for one in found.items] == [("ĐSSĐ", TEXTS)], found.report


@pytest.mark.parametrize("pattern", [one for one in SPELLINGS if one != "{letter}) {text} {english}"])
@pytest.mark.parametrize("signs", ["Đ--S", "-SS-", "S---"])
def test_a_sign_never_stays_when_a_person_decides_the_rest(pattern: str, signs: str) -> None:
    text = written(pattern, signs)
    assert read(text).report.items[0].outcome == "doubtful"
    found = read(text, repairs={"1": {"truth": "TFFT"}})
    assert [cluster(one.item) for one in found.items] == [("ĐSSĐ", TEXTS)]


@pytest.mark.parametrize(
    "statement",
    ["Điểm I nằm trong mặt cầu (S).", "Diện tích bằng S.", "Thể tích là V = S", "Ta có tam giác vuông tại T."],
)
def test_names_of_things_are_no_signs(statement: str) -> None:
    text = f"PHẦN II. Đúng sai\nCâu 1. x\na) {statement}\nb) Không gì.\nc) Có.\nd) Nữa.\nĐáp án: ĐSSĐ"
    (item,) = read(text).items
    assert cluster(item.item) == ("ĐSSĐ", [statement, "Không gì.", "Có.", "Nữa."])


@pytest.mark.parametrize(
    "right",
    ["B. hai (đúng)", "B. hai [Đúng]", "B. hai (Đ)", "B. [x] hai", "[x] B. hai", "B. hai [x]", "B. ✓ hai", "✓ B. hai",
     "B. hai ✓", "B. * hai", "B. *hai*", "B. **hai**", "B. hai (đáp án đúng)", "B. hai ← đáp án", "☑ B. hai",
     "B. hai (correct)", "B. hai - Đúng"],
)  # fmt: skip
@pytest.mark.parametrize("repairs", [{}, {"1": {"answer": "B"}}])
def test_the_mark_of_the_right_option_is_no_text(right: str, repairs: dict[str, Any]) -> None:
    (one,) = read(f"Câu 1. Số nào?\nA. một\n{right}\nC. ba\nD. bốn", repairs=repairs).items
    assert isinstance(one.item.interaction, SingleChoice)
    options = one.item.interaction.options
    assert [plain_text(option.markup) for option in options] == ["một", "hai", "ba", "bốn"]
    assert [option.weight for option in options] == ["0", "1", "0", "0"]


def test_a_mark_stays_in_no_option_when_a_person_chooses_among_several() -> None:
    (one,) = read("Câu 1. x\nA. một (đúng)\nB. hai (đúng)\nC. ba", repairs={"1": {"answer": "A"}}).items
    assert isinstance(one.item.interaction, SingleChoice)
    assert [plain_text(option.markup) for option in one.item.interaction.options] == ["một", "hai", "ba"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [("1", 4), ("−1,5", 4), ("2026", 4), ("112,36", 20), ("12345", 20), ("-1234567,5", 20)],
)
def test_the_room_of_a_number_does_not_tell_its_length(said: str, expected: int) -> None:
    (one,) = read(f"PHẦN III. Trả lời ngắn\nCâu 1. Tính.\nĐáp án: {said}").items
    assert isinstance(one.item.interaction, Numeric)
    assert one.item.interaction.max_chars == expected
