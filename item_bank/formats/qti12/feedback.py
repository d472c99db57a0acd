"""Feedback of QTI 1.2 items: what is said, and when, where no condition tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from item_bank.content.processing.declared import Node
from item_bank.content.processing.values import number_text
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_
from item_bank.formats.qti.names import Element, attribute, children, line_of
from item_bank.formats.qti12.conditions import TRUE, call, constant, variable
from item_bank.formats.qti12.rules import Condition
from item_bank.formats.qti12.texts import MaterialTexts

if TYPE_CHECKING:
    from item_bank.formats.qti12.item import Source


def feedback_of(element: Element, texts: MaterialTexts) -> dict[str, str]:
    """Ident → what it says as HTML, of those that say anything."""
    found = {attribute(one, "ident"): texts.html(one) for one in children(element, "itemfeedback")}
    return {name: said for name, said in found.items() if _says(said)}


def _says(said: str) -> bool:
    return "<img" in said or bool(re.sub(r"<[^<>]*>|&nbsp;|\s", "", said))


def show_by_name(source: Source, entry: Entry, *, by_hand: bool) -> None:
    """Feedback that no condition shows: Blackboard's has the name of its option, Canvas' that of its occasion."""
    shown = source.processing.shown
    for name in source.feedback:
        if name in shown:
            continue
        test = _test_by_name(source, name, by_hand=by_hand)
        if test is None:
            message = N_("No condition shows the feedback %(name)s: it is not kept.")
            entry.note("feedback_dropped", message, line=line_of(source.element), name=name[:60])
        else:
            source.processing.also.append(Condition(test, shows=(name,)))


def _test_by_name(source: Source, name: str, *, by_hand: bool) -> Node | None:
    for given in source.body.given.values():
        if name in given.choices:
            chosen = constant("identifier", name)
            asked = variable(given.ident)
            return call("match", asked, chosen) if given.cardinality == "single" else call("member", chosen, asked)
    if name in {"general_fb", "solution"}:
        return TRUE
    if by_hand or source.most <= 0 or name not in {"correct_fb", "general_incorrect_fb"}:
        return None
    most = constant("float", number_text(source.most))
    return call("gte" if name == "correct_fb" else "lt", variable(source.processing.score), most)
