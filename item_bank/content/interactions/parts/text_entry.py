"""A word or number typed into a text (QTI 2.2, textEntryInteraction)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    common,
    type_problems,
)
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration

#: What browsers may try in so many ways that a page stands still: groups that repeat, several repetitions, references.
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{)|\\[1-9k]")
_REPEATED = re.compile(r"[*+]|\{[0-9]*,[0-9]*\}")
_CARDINALITIES = frozenset({"single", "record"})


class TextEntryPart:
    type = "text_entry"
    inline = True
    gives = "text"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, _CARDINALITIES)

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return ()

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        told = {name: part.settings[name] for name in ("length", "pattern", "placeholder") if name in part.settings}
        if not _is_quick(told.get("pattern", "")):
            del told["pattern"]
        for name in ("pattern", "placeholder"):
            if _tells(told.get(name, ""), declared):
                del told[name]
        return common(self, part, declared, render, **told)


def _tells(hint: str, declared: Declaration) -> bool:
    """An answer that is declared stands in the hint, word for word; a single sign may be there by chance."""
    entries = declared.mapping.entries if declared.mapping else ()
    answers = {*(field.text.strip() for field in declared.correct or ()), *(entry.key.strip() for entry in entries)}
    shown = hint.strip().replace("\\", "").casefold()
    return any(one and (one == shown or (len(one) > 1 and one in shown)) for one in map(str.casefold, answers))


def _is_quick(pattern: str) -> bool:
    """The pattern is a hint while typing: one that could hold up the candidate's page is not sent."""
    return len(pattern) <= 500 and not _REPEATED_GROUP.search(pattern) and len(_REPEATED.findall(pattern)) <= 2
