from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.interactions import InvalidResponse, handler_for
from item_bank.content.interactions.short_text import matches
from item_bank.content.model import AcceptedText, Essay, Numeric, RubricPoint, ShortText
from tests.item_bank.content.interactions.items import item


def share(interaction: Numeric | ShortText | Essay, typed: Any) -> Fraction | None:
    sample = item(interaction)
    handler = handler_for(sample)
    body = handler.body(sample, lambda markup: markup.html, {})
    return handler.mark(sample, handler.parse(typed, body)).share


@pytest.mark.parametrize(
    ("accepted", "typed", "right"),
    [
        ("0,5", "0.5", True),
        ("0.5", "0,50", True),
        ("-1", "−1", True),
        ("-1", "–1", True),
        ("-1", "1", False),
        ("3", " 3 ", True),
        ("3", "3,0", True),
        ("3", "3,", False),
        ("0", "-", False),
        ("12", "0012", True),
        ("-1,5", "-1,5", True),
    ],
)
def test_numbers_are_compared_as_exact_decimals(accepted: str, typed: str, right: bool) -> None:
    assert share(Numeric((accepted,)), typed) == int(right)


@pytest.mark.parametrize("typed", ["abc", "1e3", "--1", "1-", "1,2,3", "12345", "1,234", "½", "٣", 5, 0.5, True, ["1"]])
def test_what_the_answer_sheet_could_not_hold_is_refused(typed: Any) -> None:
    with pytest.raises(InvalidResponse):
        share(Numeric(("1",)), typed)


def test_more_digits_than_are_counted_with_are_no_number() -> None:
    """Within what the field takes: the marking failed on such an answer, the import on such a key."""
    assert share(Numeric(("3",), max_chars=40), "3" * 31) == 0
    assert handler_for(item(Numeric(("3" * 31,), max_chars=40))).problems(item(Numeric(("3" * 31,), max_chars=40)))


def test_tolerance_is_exact_and_inclusive() -> None:
    number = Numeric(("0,3",), tolerance="0,1", max_chars=6)
    assert [share(number, typed) for typed in ("0,2", "0,4", "0,1999", "0,4001")] == [1, 1, 0, 0]


def test_literal_compares_characters() -> None:
    number = Numeric(("0,5",), literal=True)
    assert [share(number, typed) for typed in ("0.5", "0,50")] == [1, 0]


def test_a_list_of_accepted_values() -> None:
    assert [share(Numeric(("2", "3")), typed) for typed in "1234"] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    "number",
    [
        Numeric(()),
        Numeric(("x",)),
        Numeric(("12345",)),
        Numeric(("1",), tolerance="-1"),
        Numeric(("1",), tolerance="?"),
    ],
)
def test_unusable_numbers_say_why(number: Numeric) -> None:
    assert handler_for("numeric").problems(item(number))


@pytest.mark.parametrize(
    ("typed", "earned"),
    [
        ("Hà Nội", 1),
        ("  hà   nội ", 1),
        ("HÀ NỘI", 1),
        ("Ha\u0300 No\u0323\u0302i", 1),
        ("Ha Noi", 0),
        ("thủ đô Hà Nội!", Fraction(1, 2)),
    ],
)
def test_short_texts_are_compared_after_normalising(typed: str, earned: Fraction) -> None:
    assert share(ShortText((AcceptedText("*hà nội*", "1/2"), AcceptedText("Hà Nội"))), typed) == earned


def test_case_may_matter() -> None:
    short = ShortText((AcceptedText("NaCl"),), case_sensitive=True)
    assert [share(short, typed) for typed in ("NaCl", "nacl")] == [1, 0]


@pytest.mark.parametrize(
    ("text", "pattern", "fits"),
    [("abc", "a*c", True), ("ac", "a*c", True), ("abcd", "a*c", False), ("a*c", "a\\*c", True), ("abc", "a\\*c", False),
     ("a", "a*a", False), ("xaybz", "*a*b*", True), ("anything", "*", True), ("ab", "*b*a*", False)],
)  # fmt: skip
def test_wildcards(text: str, pattern: str, fits: bool) -> None:
    assert matches(text, pattern) is fits


def test_a_hostile_pattern_takes_no_time() -> None:
    began = time.perf_counter()
    assert not matches("a" * 50_000, "*".join("a" * 40) + "*b")
    assert time.perf_counter() - began < 1


def test_a_text_over_the_limit_is_refused() -> None:
    short = ShortText((AcceptedText("x"),), max_chars=3)
    assert share(short, "ắắắ") == 0  # three letters, however they are composed
    with pytest.raises(InvalidResponse):
        share(short, "abcd")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=500))
def test_a_written_essay_waits_for_a_person_whatever_its_length(text: str) -> None:
    assert share(Essay(max_words=3), text) == (None if text.strip() else 0)


def test_rubric_points_are_checked() -> None:
    essay = item(Essay((RubricPoint("r1", "ý 1", "1"), RubricPoint("r1", "ý 2", "-1"))))
    assert len(handler_for(essay).problems(essay)) == 2
