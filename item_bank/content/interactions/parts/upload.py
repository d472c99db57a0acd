"""Files of the candidate's: photographs of a page, a drawing (QTI 2.2, uploadInteraction, drawingInteraction).

The bytes travel beside the answer, which names them by their digest (`handed.py`); a person marks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from item_bank.content.interactions.base import KeyMap, Render
from item_bank.content.interactions.parts.base import (
    common,
    type_problems,
)
from item_bank.content.interactions.parts.handed import MOST_FILES, takes
from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration


class UploadPart:
    type = "upload"
    inline = False
    gives = "file"

    def problems(self, part: Part, declared: Declaration) -> Iterator[str]:
        yield from type_problems(self, declared, frozenset({"single"}))

    def option_ids(self, part: Part) -> Sequence[tuple[str, bool]]:
        return ()

    def body(self, part: Part, declared: Declaration, render: Render, keys: KeyMap) -> dict[str, Any]:
        """A page of handwriting rarely fits into one photograph: several may be given wherever one is asked for."""
        accepts = list(takes(part.settings.get("accepts", "")))
        return common(self, part, declared, render, accepts=accepts, files=MOST_FILES)
