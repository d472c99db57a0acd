"""Missing word: the older sister of GIFT."""

from __future__ import annotations

import pytest

from item_bank.content.markup import plain_text
from item_bank.content.model import ShortText, SingleChoice
from item_bank.formats.reading import read_file

TEXT = """\
Nước {=sôi#đúng ~75%nóng#gần đúng ~đá} ở 100 độ.

Thủ đô là {=Hà Nội}.
"""


def test_the_gap_shares_and_feedback() -> None:
    imported = read_file("questions.txt", TEXT.encode())
    assert imported.report.format == "missing_word"
    choice, short = (one.item for one in imported.items)
    assert plain_text(choice.stem) == "Nước _____ ở 100 độ."
    assert isinstance(choice.interaction, SingleChoice)
    assert [option.weight for option in choice.interaction.options] == ["1", "0.75", "0"]
    assert [one.feedback is not None for one in choice.interaction.options] == [True, True, False]
    assert isinstance(short.interaction, ShortText)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Không có gì.", "missing_word_answers", 1),
        ("Một\n{=a ~75%b", "gift_braces", 2),
        ("Một {~a ~0%b}", "not_usable", 1),
    ],
)
def test_what_is_broken_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    (entry,) = read_file("missingword.txt", text.encode()).report.items
    assert entry.outcome == "refused"
    assert (entry.reasons[-1].code, entry.reasons[-1].line) == (code, line)


def test_gift_with_its_own_shares_stays_gift() -> None:
    assert read_file("questions.txt", "Một {=a ~%75%b}".encode()).report.format == "gift"
