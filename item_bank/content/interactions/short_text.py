"""A word or phrase, compared with accepted texts in which `*` stands for anything and `\\*` for an asterisk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec

from item_bank.content.composing import composed
from item_bank.content.interactions.base import KeyMap, Mark, Render, Response, interaction_of
from item_bank.content.interactions.key import Filled, InvalidKey, KeyField, lines
from item_bank.content.interactions.text import TypedText, text_of, typed_text
from item_bank.content.model import AcceptedText, Item, ShortText
from item_bank.content.rational import rational, rational_or_none, rational_text
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

    def key_fields(self, item: Item) -> Sequence[KeyField]:
        texts = "\n".join(one.text for one in interaction_of(item, ShortText).accepted)
        label = N_("Accepted texts, one a line; * stands for anything")
        return [KeyField("accepted", label, "lines", text=texts)]

    def with_key(self, item: Item, filled: Filled) -> Item:
        return _accepting(item, lines(filled, "accepted"))

    def second_fields(self, item: Item) -> Sequence[KeyField]:
        return [KeyField("also", N_("Texts that are right, too, one a line; * stands for anything"), "lines")]

    def with_second(self, item: Item, filled: Filled) -> Item:
        more = lines(filled, "also")
        if not more:
            raise InvalidKey(Sentence.of(N_("Write at least one text.")))
        kept = [one.text for one in interaction_of(item, ShortText).accepted]
        return _accepting(item, [*kept, *more], dict.fromkeys(more, "1"))

    def key_text(self, item: Item) -> str:
        """What earns only a part of the points with its share."""
        accepted = [(one.text, rational(one.weight)) for one in interaction_of(item, ShortText).accepted]
        return " / ".join(
            text if share >= 1 else f"{text} ({rational_text(round(share * 100, 2))} %)"
            for text, share in accepted
            if share > 0
        )


def _accepting(item: Item, texts: Sequence[str], weights: Mapping[str, str] | None = None) -> Item:
    """A text that stays keeps its weight; a new one earns the full points."""
    short = interaction_of(item, ShortText)
    weight = {one.text: one.weight for one in short.accepted} | dict(weights or {})
    accepted = tuple(AcceptedText(text, weight.get(text, "1")) for text in dict.fromkeys(texts))
    found: Item = msgspec.structs.replace(item, interaction=msgspec.structs.replace(short, accepted=accepted))
    for problem in ShortTextHandler().problems(found):
        raise InvalidKey(problem)
    return found


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
    text = " ".join(composed(text).split())
    return text if case_sensitive else composed(text.casefold())
