"""One word or number of a list, in the middle of a text (QTI 2.2, inlineChoiceInteraction)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    choice_problems,
    common,
    moving,
    rendered,
    type_problems,
)
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration


class InlineChoicePart:
    type = "inline_choice"
    inline = True
    gives = "id"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"single"}))
        yield from choice_problems(part.choices)

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return moving(part, part.choices)

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        return common(self, part, declared, render, choices=rendered(part.choices, render, keys))
