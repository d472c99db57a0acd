"""Words or pictures to be put on areas of a picture (QTI 2.2, graphicGapMatchInteraction)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    choice_problems,
    common,
    limits,
    moving,
    picture,
    picture_problems,
    rendered,
    spot_areas,
    spot_labels,
    type_problems,
)
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration
from item_bank.content.sentence import N_, Sentence


class GraphicGapMatchPart:
    type = "graphic_gap_match"
    inline = False
    gives = "pair"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"single", "multiple"}))
        yield from choice_problems(part.choices)
        yield from picture_problems(part)
        if not part.spots:
            yield Sentence.of(N_("No area of the picture is marked out."))

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return [*moving(part, part.choices), *((spot.id, False) for spot in part.spots)]

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        return common(
            self,
            part,
            declared,
            render,
            choices=rendered(part.choices, render, keys),
            targets=spot_labels(part, keys),
            areas=spot_areas(part, keys),
            limits=limits((*part.choices, *part.spots), keys),
            **picture(part, render),
        )
