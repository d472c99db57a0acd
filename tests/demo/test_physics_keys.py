"""Every calculated key of the physics items, found again from the numbers in their stems."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from exam_engine.demo.content.sources import source
from tests.demo.tex import number, rounded

SOURCE = source("vat_li")
ITEMS: dict[str, dict[str, Any]] = {item["id"].removeprefix("VL12-"): item for item in SOURCE["items"]}

HEATING = {0: Fraction(25), 60: Fraction(31), 120: Fraction(37), 180: Fraction(43), 240: Fraction(49)}

CHOICES: dict[str, float] = {
    "03": 27 + 273,
    "05": float(HEATING[60] - HEATING[0]),
    "06": float(84 * 240 / (Fraction("0.20") * (HEATING[240] - HEATING[0]))),
    "07": 0.5 * 3.34e5,
    "09": 12 / 4,
    "11": 400 / 300,
    "13": 0.02 * 5 * 0.4,
    "14": 0.4 * 50e-4 * math.cos(math.radians(60)),
    "16": 60 - 27,
    "17": 480 * 0.5 ** ((18 - 6) / 6),
    "18": 100 * (1 - 0.5 ** ((24 - 6) / 6)),
}
WORDS = {"01": "sự nóng chảy.", "04": f"tăng {150 - 60} J.", "08": "$pV$", "15": "vêbe (Wb)."}

NUMBERS: dict[str, tuple[Fraction | float, int]] = {
    "23": (Fraction(2 * 90 + 3 * 20, 2 + 3), 0),
    "24": (Fraction("9.6") * 5 / (1 * 40) * (27 + 273) - 273, 0),
    "25": (Fraction("1.5") * 10**5 * Fraction("8.31") / 1000 / (Fraction("8.31") * 300), 1),
    "26": (Fraction("0.02") / (4 * Fraction("0.2") * Fraction(1, 2)) * 1000, 0),
    "27": (50 * (Fraction(8) - 2) / 1000 / Fraction("0.05"), 0),
    "28": ((2 * Fraction("1.0073") + 2 * Fraction("1.0087") - Fraction("4.0015")) * Fraction("931.5") / 4, 1),
}


def key(item: dict[str, Any]) -> str:
    return str(item["options"]["ABCD".index(item["key"])])


@pytest.mark.parametrize("name", CHOICES)
def test_choice(name: str) -> None:
    item = ITEMS[name]
    options = [text.removeprefix("tăng ").removeprefix("giảm ").replace(" lần.", "") for text in item["options"]]
    right = [letter for letter, text in zip("ABCD", options, strict=True) if _is(text, CHOICES[name])]
    assert right[:1] == [item["key"]], right


def _is(text: str, wanted: float) -> bool:
    said = number(text.replace(" Wb.", "").replace(" J.", ""))
    return said is not None and math.isclose(said, wanted, rel_tol=2e-3)


@pytest.mark.parametrize("name", WORDS)
def test_words(name: str) -> None:
    assert key(ITEMS[name]) == WORDS[name]


@pytest.mark.parametrize("name", NUMBERS)
def test_number(name: str) -> None:
    exact, places = NUMBERS[name]
    assert ITEMS[name]["accepted"] == [rounded(exact, places)]


def truths(name: str) -> list[bool]:
    return [truth == "Đ" for _, truth, _ in ITEMS[name]["statements"]]


def test_kettle() -> None:
    heat = Fraction("1.2") * 4200 * (100 - 25)
    useful = Fraction(80, 100) * 1500
    steam = useful * 180 / Fraction(2_260_000)
    assert truths("19") == [True, heat == 378_000, heat / useful == 252, round(steam * 1000) == 96]


def test_tyre() -> None:
    hot, cold = 57 + 273, 27 + 273
    assert truths("20") == [
        True,
        Fraction(hot, cold) == Fraction(57, 27),
        Fraction("2.4") * hot / cold == Fraction("2.64"),
        round(100 * (1 - Fraction(cold, hot))) == 9,
    ]


def test_generator() -> None:
    peak = 100 * 0.5 * 0.02 * 2 * math.pi * 50
    assert truths("21") == [
        True,
        math.isclose(0.5 * 0.02, 0.01),
        math.isclose(1 / 50, 0.05),
        abs(peak / math.sqrt(2) - 314) < 1,
    ]


def test_polonium() -> None:
    left = Fraction(42) / 2 ** (276 // 138)
    lead = (42 - left) * Fraction(206, 210)
    alpha = (210 - 206, 84 - 82)
    assert truths("22") == [alpha == (4, 2), 210 - 4 - 82 == 124, left == 21, lead == Fraction("30.9")]


def test_every_item_is_checked_here_or_is_a_matter_of_words() -> None:
    by_meaning = {"02", "10", "12", "29", "30"}
    clusters = {"19", "20", "21", "22"}
    assert set(ITEMS) == set(CHOICES) | set(WORDS) | set(NUMBERS) | clusters | by_meaning


def test_passage_says_what_the_keys_use() -> None:
    text = SOURCE["passages"]["NL1"]["text"]
    assert f"(s): {'; '.join(map(str, HEATING))}." in text
    assert f"(°C): {'; '.join(f'{int(one)},0' for one in HEATING.values())}." in text
