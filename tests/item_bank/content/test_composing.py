from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exam_engine
import item_bank
from exam_engine.kit.forms import clean
from item_bank.content.composing import MOST_MARKS, composed, stream_safe
from item_bank.content.folding import fold, sort_key
from item_bank.content.interactions.text import typed_text
from item_bank.content.markup import from_html

#: Each mark belongs before the one that it follows: putting n of them in order takes n² steps.
PILED = "e" + "\u0327\u0301\u0315" * 1_000
MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]+")


@given(st.text(st.sampled_from("aeéộ …Đ\u0301\u0323\u0327"), max_size=MOST_MARKS))
def test_ordinary_text_is_composed_as_unicode_says(text: str) -> None:
    assert composed(text) == unicodedata.normalize("NFC", text)


def test_leaders_and_half_width_letters_are_no_marks() -> None:
    assert stream_safe("Đáp án: " + "…" * 200) == "Đáp án: " + "…" * 200
    assert stream_safe("\uff9e\u0327" * 40) != "\uff9e\u0327" * 40  # NFKD makes a mark of the first


CONVERT: list[Callable[[str], str]] = [
    composed,
    lambda text: typed_text(text, 60_000) or "",
    lambda text: from_html(text).html,
    lambda text: clean(text) or "",
]


@pytest.mark.parametrize("convert", CONVERT)
def test_marks_without_end_on_one_letter_are_parted(convert: Callable[[str], str]) -> None:
    made = convert(PILED)
    assert max(map(len, MARKS.findall(made))) <= MOST_MARKS
    assert composed(made) == made
    assert made.replace("\u034f", "").count("\u0301") >= 999  # nothing of it is lost


def test_search_and_order_take_them_too() -> None:
    assert fold(PILED) == "e"
    assert sort_key(PILED).startswith("H")


def test_nobody_composes_text_past_it() -> None:
    sources = [
        path for package in (exam_engine, item_bank) for path in Path(str(package.__file__)).parent.rglob("*.py")
    ]
    those = {path.name for path in sources if "unicodedata.normalize(" in path.read_text("utf-8")}
    assert those == {"composing.py", "folding.py"}
