"""Aiken: what it becomes, and what is refused, with its line."""

from __future__ import annotations

import pytest

from item_bank.content.markup import plain_text
from item_bank.content.model import SingleChoice
from item_bank.formats.reading import read_file

GOOD = """\
Thủ đô của Lào là <b>gì</b>?
A) Viêng Chăn
B) Luông Pha Băng
ANSWER: A

Hai cộng hai?
Chọn một.

A. 3
B. 4

ANSWER: B
"""


def test_questions_become_single_choice() -> None:
    imported = read_file("questions.txt", GOOD.encode())
    assert imported.report.format == "aiken"
    first, second = (one.item for one in imported.items)
    assert plain_text(first.stem) == "Thủ đô của Lào là <b>gì</b>?"
    assert isinstance(first.interaction, SingleChoice)
    assert [(option.id, option.weight) for option in first.interaction.options] == [("A", "1"), ("B", "0")]
    assert plain_text(second.stem).split() == ["Hai", "cộng", "hai?", "Chọn", "một."]
    assert [entry.line for entry in imported.report.items] == [1, 6]
    assert imported.items[1].source.decode().startswith("Hai cộng hai?")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Một?\nA. 1\nB. 2\nANSWER: C", "aiken_answer", 4),
        ("Một?\nA. 1\nB. 2\nANSWER:", "aiken_answer", 4),
        ("Một?\nA. 1\nB. 2\n", "aiken_answer", 1),
        ("Một?\nA. 1\nC. 2\nANSWER: A", "aiken_letter", 3),
        ("Một?\nA. 1\nvà nữa\nB. 2\nANSWER: A", "aiken_line", 3),
        ("Một?\nA. 1\nANSWER: A", "not_usable", 1),
    ],
)
def test_what_is_broken_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    (entry,) = read_file("questions.aiken", text.encode()).report.items
    assert entry.outcome == "refused"
    assert (entry.reasons[-1].code, entry.reasons[-1].line) == (code, line)


def test_a_question_without_answer_does_not_take_the_next_one() -> None:
    imported = read_file("questions.aiken", f"Không đáp án?\nA. 1\nB. 2\n\n{GOOD}".encode())
    assert [entry.outcome for entry in imported.report.items] == ["refused", "kept", "kept"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Câu 1. Một?\nA. 1\nB. 2\nCâu 2. Hai?\nA. 1\nB. 2\n", "text"),
        ("Câu 1. Một?\nA. 1\nB. 2\nANSWER: A\n", "text"),
        ("Một{=1 ~2}\n", "gift"),
        ("Một {1:SA:=1}\n", "cloze"),
        (GOOD, "aiken"),
    ],
)
def test_text_files_are_told_apart(text: str, wanted: str) -> None:
    assert read_file("questions.txt", text.encode()).report.format == wanted
