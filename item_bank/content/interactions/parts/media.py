"""Something to hear or see, so often as allowed; the response counts how often (QTI 2.2, mediaInteraction).

The recording is no part of the paper: players fetch it by its digest (`source`).
"""

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


class MediaPart:
    type = "media"
    inline = False
    gives = "plays"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"single"}))

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return ()

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        """`plays`: how often it may be played, 0 without a limit. It never begins by itself."""
        told = part.settings
        return common(
            self,
            part,
            declared,
            render,
            source=told.get("asset", ""),
            film=told.get("kind", "").startswith("video/"),
            plays=plays_of(part),
            description=told.get("description", ""),
        )


def plays_of(part: Part) -> int:
    text = part.settings.get("most_plays", "")
    return min(int(text), 99) if text.isascii() and text.isdigit() and len(text) < 9 else 0
