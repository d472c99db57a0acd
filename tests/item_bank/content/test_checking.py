from __future__ import annotations

import msgspec
import pytest

from item_bank.content.checking import markups, problems, search_text
from item_bank.content.model import Item, Markup
from tests.item_bank.content.interactions.items import SAMPLES

SOUND = SAMPLES["single_choice"]


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_sound_items_have_no_problems(sample: Item) -> None:
    assert problems(sample) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"stem": Markup("<p> </p>")}, "stem"),
        ({"points": "0"}, "points"),
        ({"points": "much"}, "points"),
        ({"title": "a\x00b"}, "NUL"),
        ({"title": "\ud800"}, "surrogate"),
        ({"title": "x" * 600_000}, "larger"),
    ],
)
def test_unusable_items_say_why(change: dict[str, object], word: str) -> None:
    assert any(word in problem for problem in problems(msgspec.structs.replace(SOUND, **change)))


def test_items_are_found_without_accents() -> None:
    item = msgspec.structs.replace(SOUND, title="Đạo hàm", stem=Markup("<p>Tính <b>giới</b> hạn</p>"), tags=("Ôn tập",))
    assert "dao ham" in search_text(item)
    assert "gioi han" in search_text(item)
    assert "on tap" in search_text(item)
    assert len(list(markups(item))) == 5
