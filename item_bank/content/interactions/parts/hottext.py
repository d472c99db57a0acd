"""Words of a text to be chosen (QTI 2.2, hottextInteraction): `<span data-place="hot:ID">` around each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    choice_problems,
    common,
    placed,
    rendered,
    type_problems,
)
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration
from item_bank.content.sentence import N_, Sentence


class HottextPart:
    type = "hottext"
    inline = False
    gives = "id"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"single", "multiple"}))
        yield from choice_problems(part.choices)
        if part.text is None:
            yield Sentence.of(N_("The interaction has no text with words to choose."))

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return [(one.id, False) for one in part.choices]

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        text = placed(render(part.text), "hot", keys) if part.text else ""
        return common(self, part, declared, render, text=text, choices=rendered(part.choices, render, keys))
