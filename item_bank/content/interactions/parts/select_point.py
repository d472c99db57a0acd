"""Points of a picture (QTI 2.2, selectPointInteraction)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    common,
    picture,
    picture_problems,
    type_problems,
)
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration


class SelectPointPart:
    type = "select_point"
    inline = False
    gives = "point"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"single", "multiple"}))
        yield from picture_problems(part)

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return ()

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        return common(self, part, declared, render, **picture(part, render))
