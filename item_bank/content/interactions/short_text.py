"""A word or phrase, compared with accepted texts in which `*` stands for anything and `\\*` for an asterisk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from item_bank.content.interactions.base import KeyMap, Mark, Render, Response, interaction_of
from item_bank.content.interactions.text import TypedText, text_of, typed_text
from item_bank.content.model import Item, ShortText
from item_bank.content.rational import rational, rational_or_none
from item_bank.content.sentence import N_, Sentence

_WILDCARD = re.compile(r"(?<!\\)\*")


class ShortTextHandler(TypedText):
    type = "short_text"

    def problems(self, item: Item) -> Sequence[str]:
        short = interaction_of(item, ShortText)
        weights = [rational_or_none(accepted.weight) for accepted in short.accepted]
        found = []
        if not short.accepted:
            found.append(Sentence.of(N_("No accepted text is given.")))
        if any(not accepted.text.strip() for accepted in short.accepted):
            found.append(Sentence.of(N_("An accepted text is empty.")))
        if any(weight is None or not 0 <= weight <= 1 for weight in weights):
            found.append(Sentence.of(N_("The weight of an accepted text is not between 0 and 1.")))
        elif weights and 1 not in weights:
            found.append(Sentence.of(N_("No accepted text earns the full points.")))
        if short.max_chars < 1:
            found.append(Sentence.of(N_("The field needs room for at least one character.")))
        return found

    def body(self, item: Item, render: Render, keys: KeyMap) -> dict[str, Any]:
        return {"max_chars": interaction_of(item, ShortText).max_chars}

    def parse(self, value: Any, body: Mapping[str, Any]) -> Response:
        return typed_text(value, body["max_chars"])

    def mark(self, item: Item, response: Response) -> Mark:
        short = interaction_of(item, ShortText)
        typed = _comparable(text_of(response), short.case_sensitive)
        if not typed:
            return Mark(Fraction(0), {"matched": None})
        earned, matched = Fraction(0), None
        for accepted in short.accepted:
            weight = rational(accepted.weight)
            if weight > earned and matches(typed, _comparable(accepted.text, short.case_sensitive)):
                earned, matched = weight, accepted.text
        return Mark(earned, {"matched": matched})

    def describe(self, item: Item, response: Response) -> str:
        return text_of(response)


def matches(text: str, pattern: str) -> bool:
    """Whether the whole text fits the pattern; takes time in proportion to the text, whatever the pattern."""
    first, *rest = [part.replace("\\*", "*") for part in _WILDCARD.split(pattern)]
    if not rest:
        return text == first
    *middle, last = rest
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last) and end >= len(first)):
        return False
    place = len(first)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _comparable(text: str, case_sensitive: bool) -> str:
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text if case_sensitive else unicodedata.normalize("NFC", text.casefold())
