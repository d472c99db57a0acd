"""A number on a scale (QTI 2.2, sliderInteraction)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    common,
    number_setting,
    type_problems,
)
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration
from item_bank.content.processing.values import ProcessingError
from item_bank.content.sentence import N_, Sentence


class SliderPart:
    type = "slider"
    inline = False
    gives = "text"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"single"}))
        try:
            lower, upper = (float(number_setting(part, name)) for name in ("lower", "upper"))
            step = float(number_setting(part, "step", 1))
        except (ProcessingError, OverflowError):
            yield Sentence.of(N_("The ends or the step of the scale are no numbers."))
            return
        if lower >= upper:
            yield Sentence.of(N_("The lower end of the scale is not below the upper."))
        if step <= 0:
            yield Sentence.of(N_("The step of the scale is not above 0."))

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return ()

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        scale = {name: float(number_setting(part, name, int(name == "step"))) for name in ("lower", "upper", "step")}
        ways = {name: part.settings.get(name, "") for name in ("orientation", "reverse", "labels")}
        return common(self, part, declared, render, **scale, **ways)
