"""An essay: marked by a person against rubric points; only a blank one has its mark at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from item_bank.content.interactions.base import KeyMap, Mark, Render, Response, interaction_of
from item_bank.content.interactions.key import Filled, InvalidKey, WithoutKey
from item_bank.content.interactions.text import TypedText, text_of, typed_text
from item_bank.content.model import Essay, Item
from item_bank.content.rational import rational_or_none
from item_bank.content.sentence import N_, Sentence

#: About twenty handwritten pages. A word limit is shown and counted, but never a reason to refuse to save.
MAX_CHARS = 60_000


class EssayHandler(WithoutKey, TypedText):
    type = "essay"

    def problems(self, item: Item) -> Sequence[str]:
        essay = interaction_of(item, Essay)
        found = []
        if len({point.id for point in essay.rubric}) < len(essay.rubric):
            found.append(Sentence.of(N_("Two rubric points have the same id.")))
        for point in essay.rubric:
            value = rational_or_none(point.points)
            if value is None or value <= 0:
                found.append(
                    Sentence.of(N_("The points of rubric point %(id)s are not a number above 0."), id=point.id)
                )
        if essay.max_words is not None and essay.max_words < 1:
            found.append(Sentence.of(N_("The word limit is below 1.")))
        return found

    def body(self, item: Item, render: Render, keys: KeyMap) -> dict[str, Any]:
        essay = interaction_of(item, Essay)
        return {"max_words": essay.max_words, "lines": essay.lines}

    def parse(self, value: Any, body: Mapping[str, Any]) -> Response:
        return typed_text(value, MAX_CHARS)

    def mark(self, item: Item, response: Response) -> Mark:
        words = len(text_of(response).split())
        return Mark(None if words else Fraction(0), {"words": words})

    def describe(self, item: Item, response: Response) -> str:
        text = " ".join(text_of(response).split())
        return text if len(text) <= 60 else text[:59] + "…"

    def with_key(self, item: Item, filled: Filled) -> Item:
        raise InvalidKey(Sentence.of(NO_KEY))

    def with_second(self, item: Item, filled: Filled) -> Item:
        raise InvalidKey(Sentence.of(NO_KEY))

    def key_text(self, item: Item) -> str:
        return ""


NO_KEY = N_("A person marks this item: it has no key to correct.")
