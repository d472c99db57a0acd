from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.folding import fold, name_key, sort_key

# Ordered by hand: letters first (a ă â, d đ, e ê, o ô ơ, u ư), then the tone (none, huyền, hỏi, ngã, sắc, nặng).
WORDS = """
1 2 An Anh Ánh Ăn Ân Ấn Ba Bà Bả Bã Bá Bạ Ban Bàn Bình Bính Cường Dung Dũng Duy Duyên Đan Đạt Đức
Em Én Giang Hà Hạ Hải Hạnh Hân Hoa Hoà Hoàng Hồng Huy Khánh Kiên Lan Lâm Linh Long Ma Mà Mả Mã Má Mạ Man Minh
Nam Nga Ngà Ngân Ngọc Nhi Oanh Ông Ơn Phong Phúc Quân Quý Sơn Tâm Thảo Thắng Thủy Trang Tú Tùng Tư Uyên Văn Vân Vi Vĩ
Vỹ Xuân Yên Yến
"""


def test_words_stand_in_vietnamese_order() -> None:
    words = WORDS.split()
    shuffled = words[:]
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == words


def test_phrases_go_syllable_by_syllable() -> None:
    phrases = ["An", "An Bình", "An Cư", "Anh", "Ánh Dương", "Bà Rịa", "Bả trầu", "Bạ"]
    backwards = list(reversed(phrases))
    assert sorted(backwards, key=sort_key) == phrases


def test_names_go_by_given_name_then_family_then_middle() -> None:
    people = [
        ("An", "Lê", "Văn"),
        ("An", "Nguyễn", "Thị"),
        ("An", "Nguyễn", "Văn"),
        ("Ân", "Bùi", ""),
        ("Bình", "Âu", ""),
    ]
    backwards = list(reversed(people))
    assert sorted(backwards, key=lambda person: name_key(*person)) == people


@given(st.text(), st.text())
def test_forms_of_unicode_and_case_make_no_difference(first: str, second: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", "Đoàn Thị Ngọc Ánh")) == sort_key("đoàn thị ngọc ánh")
    joined = f"{first} {second}"
    assert sort_key(unicodedata.normalize("NFD", joined)) == sort_key(unicodedata.normalize("NFC", joined))
    assert fold(fold(joined)) == fold(joined)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đề Ôn  Tập", "de on tap"),
        ("đường ưỡn ẹo", "duong uon eo"),
        ("Ha\u0300 No\u0323\u0302i", "ha noi"),
        ("x² ≤ 3", "x2 ≤ 3"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
