from __future__ import annotations

from typing import Any

import msgspec
import pytest

from item_bank.content.checking import markups, problems, search_text, undeliverable
from item_bank.content.model import Composite, Essay, Item, Markup, Part, Picture
from item_bank.content.processing.declared import Declaration, Node, Rules
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


BY_KEY = Rules(template="match_correct")


def composite(*parts: Part, rules: Rules = BY_KEY, points: str = "1", **more: Any) -> Item:
    declared = tuple(Declaration(part.id, "response", base_type="string") for part in parts)
    score = Declaration("SCORE", "outcome", base_type="float")
    return Item(Markup("<p>?</p>"), Composite(parts, (*declared, score), rules, **more), points=points)


ENTRY = Part("RESPONSE", "text_entry", most=1)
BROKEN = Rules((Node("setOutcomeValue", {"identifier": "SCORE"}, (Node("variable", {"identifier": "NONE"}),)),))
NEVER = Rules((Node("templateConstraint", {}, (Node("baseValue", {"baseType": "boolean"}, (), "false"),)),))


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (composite(ENTRY, adaptive=True), "adaptive"),
        (composite(Part("RESPONSE", "upload", settings={"accepts": "audio/mpeg"})), "only pictures and PDF"),
        (composite(Part("RESPONSE", "media")), "A recording that it plays"),
        (composite(), "asks nothing"),
        (composite(ENTRY, points="0"), "no points"),
        (composite(msgspec.structs.replace(ENTRY, picture=Picture(""))), "picture"),
        (composite(ENTRY, rules=BROKEN), "NONE"),
        (composite(ENTRY, drawing=NEVER), "draws"),
    ],
)
def test_what_may_not_be_put_into_an_exam_says_why(item: Item, reason: str) -> None:
    assert reason in " ".join(undeliverable(item))


def test_other_items_may_be_put_into_an_exam() -> None:
    assert undeliverable(composite(ENTRY)) == []
    assert undeliverable(Item(Markup("<p>?</p>"), Essay())) == []
