"""A draft as the pupil will see it: the rendering data that a paper would carry, without key, weight or rationale."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from exam_engine.authoring.showing import staff_html
from exam_engine.authoring.writing_problems import stated, told
from exam_engine.authoring.written import Read
from exam_engine.authoring.written_varying import variants_told
from exam_engine.kit.errors import _
from item_bank.assembly.randomness import Stream
from item_bank.content.interactions import handler_for
from item_bank.content.markup import from_editor
from item_bank.content.mathematics import MathematicsError, tex_to_mathml
from item_bank.content.model import Item, Passage
from item_bank.content.processing.values import ProcessingError
from item_bank.content.sentence import Sentence, why
from item_bank.content.variants import variant

#: Told to the author below the preview, the shown one first.
SHOWN_VARIANTS = 5


def preview(found: Read, passage: Passage | None) -> dict[str, Any]:
    """A parametric item with some numbers; as it is written where its rules draw none. `variants`: what others get."""
    told = {"variants": variants_told(found.item, SHOWN_VARIANTS)}
    try:
        return as_pupils_see(variant(found.item, Stream("preview", 1, "values").below), passage) | told
    except ProcessingError:
        return as_pupils_see(found.item, passage) | told


def example(item: Item, passage: Passage | None) -> dict[str, Any] | None:
    """As `as_pupils_see`, of a stored item, a parametric one with some numbers; None where it cannot be shown."""
    try:
        filled = variant(item, Stream("preview", 1, "values").below)
    except ProcessingError:
        return None
    return None if list(handler_for(filled).problems(filled)) else as_pupils_see(filled, passage)


def as_pupils_see(item: Item, passage: Passage | None) -> dict[str, Any]:
    """One item of a paper (docs/architecture.md), its options in the author's order, its pictures with an address."""
    handler = handler_for(item)
    order = list(handler.option_ids(item))
    return {
        "item": {
            "slot": 0,
            "type": item.type,
            "stem": staff_html(item.stem),
            "points": item.points,
            "body": handler.body(item, staff_html, {identifier: identifier for identifier in order}),
        },
        "order": order,
        "passage": staff_html(passage.markup) if passage else "",
        "language": item.language,
    }


def pasted_formula(notation: str, source: str, translate: Callable[..., str]) -> dict[str, str]:
    """As `formula`, of one that the clipboard held; `source` is encoded as the editor's span has it."""
    notes: list[str] = []
    found = from_editor(f'<span data-{notation}="{html.escape(source)}"></span>', (), notes)
    if found.math:
        return {"mathml": found.math[0].mathml}
    said = [told(stated(note), translate) for note in notes]
    return {"error": said[0] if said else translate(_("This formula can't be read"))}


def formula(tex: str, display: bool, translate: Callable[..., str]) -> dict[str, str]:
    """{"mathml": …}, or {"error": …} in words."""
    try:
        return {"mathml": tex_to_mathml(tex.strip(), display)}
    except MathematicsError as error:
        said = why(error)
        return {"error": translate(said.msgid, **said.params) if isinstance(said, Sentence) else said}
