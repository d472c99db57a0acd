"""Words and numbers that a candidate types, as Moodle marks them: answers in order, each with its share.

Source: Moodle documentation, "Short-Answer question type" and "Numerical question type": the first answer that fits
counts. Where the order does not matter, the item is one of the usual kinds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from item_bank.content.model import AcceptedText, Composite, Numeric, ShortText
from item_bank.content.rational import rational_text
from item_bank.formats.building import composite, typed_number, typed_text
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.numbers import ANY_NUMBER, as_decimal, middle, room, room_for_words

#: After the point, of a percentage that is a binary float.
_EXACT_DIGITS = 13
_WILDCARD = re.compile(r"(?<!\\)\*")


@dataclass(frozen=True, slots=True)
class TypedRange:
    """An accepted number as decimals; `anything` stands for every answer that no other range takes."""

    value: str
    tolerance: str
    share: Fraction
    anything: bool = False

    @property
    def bounds(self) -> tuple[Fraction, Fraction, Fraction]:
        value, tolerance = Fraction(self.value), Fraction(self.tolerance)
        return value - tolerance, value + tolerance, self.share


def exact_share(percent: str) -> Fraction:
    """A percentage → share; 33.33333 and the like are the thirds, sixths, … that decimals cannot write."""
    share = Fraction(percent) / 100
    digits = len(percent.partition(".")[2])
    if digits < 3:
        return share
    near = share.limit_denominator(12)
    # a program writes a third as the double 33.333333333333336
    return near if abs(near - share) <= Fraction(2, 10 ** (min(digits, _EXACT_DIGITS) + 2)) else share


def range_of(text: str, tolerance: str, share: Fraction, line: int | None = None) -> TypedRange:
    """`3.14`, `3..4`, `3.14:0.005` or `*`. Raises ReadProblem."""
    said = text.strip()
    if said == "*":
        return TypedRange("0", "0", share, anything=True)
    low, between, high = said.partition("..")
    value, _, own = said.partition(":")
    try:
        if between:
            return TypedRange(*middle(low, high), share)
        wide = own.strip() or tolerance.strip() or "0"
        return TypedRange(as_decimal(value), as_decimal(wide).removeprefix("-"), share)
    except ValueError:
        message = N_("%(text)s is not a number, a range or a number with a tolerance.")
        raise ReadProblem("number_unreadable", message, line=line, text=said[:60] or "—") from None


def short_text(
    answers: Sequence[tuple[str, Fraction]], points: Fraction, *, case_sensitive: bool = False
) -> ShortText | Composite:
    """The usual kind where it earns the same: it takes the best answer that fits, Moodle the first."""
    accepted = [one for one in answers if one[1] > 0]
    usual = all(0 <= share <= 1 for _text, share in answers) and any(share == 1 for _text, share in accepted)
    if not usual or not _order_is_idle(answers, case_sensitive):
        marked = typed_text("RESPONSE", [one for one in answers if one[0]], points, case_sensitive=case_sensitive)
        return composite([marked], points, least=None)
    texts = tuple(AcceptedText(text, rational_text(share)) for text, share in accepted)
    return ShortText(texts, case_sensitive=case_sensitive, max_chars=room_for_words(text for text, _share in accepted))


def _order_is_idle(answers: Sequence[tuple[str, Fraction]], case_sensitive: bool) -> bool:
    """No answer that comes first takes what a better one would take."""
    seen: list[tuple[str, Fraction]] = []
    for text, share in answers:
        told = " ".join(text.split()) if case_sensitive else " ".join(text.split()).casefold()
        for earlier, less in seen:
            may_be_the_same = earlier == told or _WILDCARD.search(earlier) or _WILDCARD.search(told)
            if less < share and may_be_the_same:
                return False
        seen.append((told, share))
    return True


def numeric(ranges: Sequence[TypedRange], points: Fraction) -> Numeric | Composite:
    """The usual kind where all accepted numbers earn everything and have one tolerance."""
    right = [one for one in ranges if one.share > 0]
    tolerances = {Fraction(one.tolerance): one.tolerance for one in right}
    otherwise = next((one.share for one in ranges if one.anything), Fraction(0))
    plain = right and len(tolerances) == 1 and not otherwise and all(one.share == 1 for one in right)
    if not plain or any(one.share <= 0 and not one.anything for one in ranges[: ranges.index(right[-1])]):
        bounds = [one.bounds for one in ranges if not one.anything]
        return composite([typed_number("RESPONSE", bounds, points, otherwise)], points, least=None)
    values = tuple(dict.fromkeys(_short(one.value) for one in right))
    return Numeric(values, next(iter(tolerances.values())), max_chars=room(values, ANY_NUMBER))


def _short(value: str) -> str:
    """Zeros behind the point are only how the number was stored."""
    return f"{Decimal(value).normalize():f}" if "." in value else value
