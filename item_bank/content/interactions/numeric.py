"""A short number, compared as an exact decimal or character by character (QĐ 764/QĐ-BGDĐT, Part III)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from item_bank.content.interactions.base import (
    InvalidResponse,
    KeyMap,
    Mark,
    Render,
    Response,
    interaction_of,
)
from item_bank.content.interactions.text import TypedText, text_of, typed_text
from item_bank.content.model import Item, Numeric
from item_bank.content.rational import rational, rational_or_none
from item_bank.content.sentence import N_, Sentence

_TYPED = str.maketrans({".": ",", "−": "-", "–": "-", "‐": "-", "‑": "-", " ": "", "\u00a0": ""})
#: A number as the answer sheet knows it: an optional minus, digits, an optional comma with digits after it.
NUMBER = re.compile(r"-?[0-9]+(?:,[0-9]+)?")
#: What may stand in the field while a number is typed: saved (the candidate may be cut off there), but earns nothing.
UNFINISHED = re.compile(r"-?[0-9]*,?[0-9]*")


def as_typed(text: str) -> str:
    """The characters of the answer sheet: comma for point, plain minus, no spaces."""
    return text.translate(_TYPED)


def exact(text: str) -> Fraction | None:
    return rational(text) if NUMBER.fullmatch(text) and len(text) <= 40 else None


class NumericHandler(TypedText):
    type = "numeric"

    def problems(self, item: Item) -> Sequence[str]:
        number = interaction_of(item, Numeric)
        found = []
        if not number.accepted:
            found.append(Sentence.of(N_("No accepted value is given.")))
        if number.max_chars < 1:
            found.append(Sentence.of(N_("The field needs room for at least one character.")))
        values = [as_typed(text) for text in number.accepted]
        wrong = N_("The accepted value %(value)s is not a decimal number.")
        found += [Sentence.of(wrong, value=repr(v[:40])) for v in values if exact(v) is None]
        tolerance = rational_or_none(number.tolerance)
        if tolerance is None or tolerance < 0:
            found.append(Sentence.of(N_("The tolerance is not a number from 0 upwards.")))
        elif values and (tolerance == 0 or number.literal) and min(map(len, values)) > number.max_chars:
            found.append(Sentence.of(N_("No accepted value fits into %(limit)s characters."), limit=number.max_chars))
        return found

    def body(self, item: Item, render: Render, keys: KeyMap) -> dict[str, Any]:
        return {"max_chars": interaction_of(item, Numeric).max_chars}

    def parse(self, value: Any, body: Mapping[str, Any]) -> Response:
        text = typed_text(value, 4 * body["max_chars"] + 16)
        if text is None:
            return None
        typed = as_typed(text)
        if not UNFINISHED.fullmatch(typed):
            raise InvalidResponse("only a number with digits, one comma and a minus in front is expected")
        if len(typed) > body["max_chars"]:
            raise InvalidResponse(f"longer than {body['max_chars']} characters")
        return typed or None

    def mark(self, item: Item, response: Response) -> Mark:
        number = interaction_of(item, Numeric)
        typed = as_typed(text_of(response))
        value = exact(typed)
        accepted = [as_typed(text) for text in number.accepted]
        if value is None:
            right = False
        elif number.literal:
            right = typed in accepted
        else:
            tolerance = rational(number.tolerance)
            right = any(abs(value - wanted) <= tolerance for wanted in map(exact, accepted) if wanted is not None)
        return Mark(Fraction(int(right)), {"typed": typed})

    def describe(self, item: Item, response: Response) -> str:
        return text_of(response)
