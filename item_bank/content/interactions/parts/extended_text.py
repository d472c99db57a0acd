"""A longer text (QTI 2.2, extendedTextInteraction): lines, or several short answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    common,
    type_problems,
)
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration

_CARDINALITIES = frozenset({"single", "multiple", "ordered", "record"})
#: As of an essay.
MAX_CHARS = 60_000


class ExtendedTextPart:
    type = "extended_text"
    inline = False
    gives = "text"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, _CARDINALITIES)

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return ()

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        told = {name: part.settings[name] for name in ("lines", "words", "format") if name in part.settings}
        return common(self, part, declared, render, **told, max_chars=MAX_CHARS)
