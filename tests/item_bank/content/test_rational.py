from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.rational import rational, rational_text


@given(st.fractions(max_denominator=10**9, min_value=-(10**9), max_value=10**9))
def test_text_and_back(value: Fraction) -> None:
    assert rational(rational_text(value)) == value


@pytest.mark.parametrize(
    ("text", "value"), [("1/3", (1, 3)), ("0,25", (1, 4)), ("-0.5", (-1, 2)), (" 2 ", (2, 1)), ("0.5/2", (1, 4))]
)
def test_reads(text: str, value: tuple[int, int]) -> None:
    assert rational(text) == Fraction(*value)


@pytest.mark.parametrize("text", ["", "x", "1/0", "1e99999999999", "nan", "--1", ".5", "1" * 99, "٣"])
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        rational(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(1, 4), "0.25"), (Fraction(-1, 2), "-0.5"), (Fraction(1, 3), "1/3"), (Fraction(5), "5")],
)
def test_writes_decimals_where_they_end(value: Fraction, text: str) -> None:
    assert rational_text(value) == text
