"""A short number, compared as an exact decimal or character by character (QĐ 764/QĐ-BGDĐT, Part III)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec

from item_bank.content.interactions.base import (
    InvalidResponse,
    KeyMap,
    Mark,
    Render,
    Response,
    interaction_of,
)
from item_bank.content.interactions.key import Filled, InvalidKey, KeyField, lines
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
    """None, too, for a number of more digits than are counted with (`rational`)."""
    return rational_or_none(text) if NUMBER.fullmatch(text) else None


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

    def key_fields(self, item: Item) -> Sequence[KeyField]:
        number = interaction_of(item, Numeric)
        fields = [KeyField("accepted", N_("Right values, one a line"), "lines", text=_shown(item, number.accepted))]
        if not number.literal:
            shown = _shown(item, [number.tolerance])
            fields.append(KeyField("tolerance", N_("Tolerance (0: exactly this value)"), "text", text=shown))
        return fields

    def with_key(self, item: Item, filled: Filled) -> Item:
        number = interaction_of(item, Numeric)
        tolerance = number.tolerance if number.literal else "".join(filled.get("tolerance", ())).strip() or "0"
        return _checked(item, _values(filled, "accepted"), tolerance.replace(",", "."))

    def second_fields(self, item: Item) -> Sequence[KeyField]:
        return [KeyField("also", N_("Values that are right, too, one a line"), "lines")]

    def with_second(self, item: Item, filled: Filled) -> Item:
        number = interaction_of(item, Numeric)
        return _checked(item, (*number.accepted, *_values(filled, "also")), number.tolerance)

    def key_text(self, item: Item) -> str:
        number = interaction_of(item, Numeric)
        text = " / ".join(_shown(item, [value]) for value in number.accepted)
        return f"{text} ± {_shown(item, [number.tolerance])}" if rational_or_none(number.tolerance) else text


def _shown(item: Item, values: Sequence[str]) -> str:
    text = "\n".join(values)
    return text.replace(".", ",") if item.language == "vi" else text


def _values(filled: Filled, name: str) -> list[str]:
    """As they are stored: with a point."""
    values = [as_typed(line).replace(",", ".") for line in lines(filled, name)]
    if not values:
        raise InvalidKey(Sentence.of(N_("Write at least one value.")))
    return values


def _checked(item: Item, accepted: Sequence[str], tolerance: str) -> Item:
    number = interaction_of(item, Numeric)
    changed = msgspec.structs.replace(number, accepted=tuple(dict.fromkeys(accepted)), tolerance=tolerance)
    found: Item = msgspec.structs.replace(item, interaction=changed)
    for problem in NumericHandler().problems(found):
        raise InvalidKey(problem)
    return found
