"""Pairs across two sets: lines to draw, or a table to tick (QTI 2.2, matchInteraction)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    choice_problems,
    common,
    limits,
    moving,
    rendered,
    type_problems,
)
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration


class MatchPart:
    type = "match"
    inline = False
    gives = "pair"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"single", "multiple"}))
        yield from choice_problems(part.choices)
        yield from choice_problems(part.targets)

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return [*moving(part, part.choices), *moving(part, part.targets)]

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        both = (*part.choices, *part.targets)
        return common(
            self,
            part,
            declared,
            render,
            choices=rendered(part.choices, render, keys),
            targets=rendered(part.targets, render, keys),
            limits=limits(both, keys),
            table=part.settings.get("table") == "true",
        )
