"""One way to place the tone of oa, oe and uy in Vietnamese: on the first vowel (xóa, khỏe, tùy), as most texts do."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: In an open syllable alone: "hoàn", "huỳnh" and "quý" have one way only.
OTHER = re.compile(r"\b\w*(?:o[áàảãạéèẻẽẹ]|(?<!q)u[ýỳỷỹỵ])\b", re.IGNORECASE)
WRITTEN = sorted(
    [*ROOT.glob("exam_engine/locale/vi/*.po"), *ROOT.glob("exam_engine/templates/**/*.html")]
    + [path for path in ROOT.glob("exam_engine/web/**/*.js") if not {"node_modules", "dist"} & set(path.parts)]
)


@pytest.mark.parametrize(
    ("text", "other"), [("xoá", True), ("xóa", False), ("quý", False), ("Thuỷ", True), ("hoàn", False)]
)
def test_the_rule_knows_one_from_the_other(text: str, other: bool) -> None:
    assert bool(OTHER.search(text)) is other


def test_every_text_places_the_tone_the_same_way() -> None:
    assert len(WRITTEN) > 20
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in WRITTEN
        for word in OTHER.findall(unicodedata.normalize("NFC", path.read_text()))
    }
    assert not found
