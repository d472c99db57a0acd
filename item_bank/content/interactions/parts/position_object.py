"""A small picture to be put on a larger one (QTI 2.2, positionObjectInteraction): `choices` holds the small one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    choice_problems,
    common,
    picture,
    picture_problems,
    type_problems,
)
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration


class PositionObjectPart:
    type = "position_object"
    inline = False
    gives = "point"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"single", "multiple"}))
        yield from choice_problems(part.choices)
        yield from picture_problems(part)

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return ()

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        thing = render(part.choices[0].markup) if part.choices else ""
        return common(self, part, declared, render, thing=thing, **picture(part, render))
