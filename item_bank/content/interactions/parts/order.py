"""Options to be put in order, all of them or some (QTI 2.2, orderInteraction)."""

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


class OrderPart:
    type = "order"
    inline = False
    gives = "id"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"ordered"}))
        yield from choice_problems(part.choices, 2)

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return moving(part, part.choices)

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        return common(self, part, declared, render, choices=rendered(part.choices, render, keys))
