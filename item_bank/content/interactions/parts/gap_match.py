"""Words or pictures to be put into the gaps of a text (QTI 2.2, gapMatchInteraction). The text has a place for each
gap, `<span data-place="gap:ID">`; gaps are the part's targets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    choice_problems,
    common,
    limits,
    moving,
    placed,
    rendered,
    type_problems,
)
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration
from item_bank.content.sentence import N_, Sentence


class GapMatchPart:
    type = "gap_match"
    inline = False
    gives = "pair"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"single", "multiple"}))
        yield from choice_problems(part.choices)
        yield from choice_problems(part.targets)
        if part.text is None:
            yield Sentence.of(N_("The interaction has no text with gaps."))

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return [*moving(part, part.choices), *((gap.id, False) for gap in part.targets)]

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        text = placed(render(part.text), "gap", keys) if part.text else ""
        targets = {keys[gap.id]: "" for gap in part.targets}
        both = (*part.choices, *part.targets)
        return common(
            self,
            part,
            declared,
            render,
            text=text,
            choices=rendered(part.choices, render, keys),
            targets=targets,
            limits=limits(both, keys),
        )
