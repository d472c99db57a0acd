"""An attempt slot by slot, in the order in which its candidate met the items. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exam_engine.scoring.rules import Slot, canonical
from item_bank.content.interactions import Response, handler_for
from item_bank.content.interactions.composite import answers_said, keys_said, numbered
from item_bank.content.interactions.options import letters, right_ids
from item_bank.content.model import Composite, Essay, Item, MultipleChoice, SingleChoice


@dataclass(frozen=True, slots=True)
class SlotView:
    """`place` counts from 1 in the candidate's own order. `response` and `key` use the letters that stood on the
    candidate's screen. `earned` None: waits for a marker; `counted` false: an alternative that was not scored or an
    item that was dropped; `ruling`: kind of the decision about the item, "" without one."""

    place: int
    slot: int
    version: int
    type: str
    response: str
    long: bool
    key: str
    earned: Fraction | None
    most: Fraction
    counted: bool
    right: bool | None
    ruling: str = ""


def slot_views(
    slots: Sequence[Slot], marks: Sequence[Mapping[str, Any]], values: Mapping[int, Any], variant: Mapping[str, Any]
) -> list[SlotView]:
    found = []
    for place, (number, order) in enumerate(own_order(variant), 1):
        slot, mark = slots[number], marks[number]
        response = canonical(slot, values.get(number))
        shown = own_letters(slot, order)
        earned = None if mark["points"] is None else Fraction(mark["points"])
        found.append(
            SlotView(
                place=place,
                slot=number,
                version=slot.version,
                type=slot.item.type,
                response=described(slot.item, response, shown),
                long=isinstance(slot.item.interaction, Essay),
                key=key_of(slot.item, shown),
                earned=earned,
                most=slot.points,
                counted=mark["counted"],
                right=None if earned is None or not slot.points else earned >= slot.points,
                ruling=slot.ruling,
            )
        )
    return found


def described(item: Item, response: Response, shown: Mapping[str, str] | None = None) -> str:
    """`shown`: the item's own option ids → the letters to use; the author's letters without it."""
    if response is None:
        return ""
    if isinstance(item.interaction, Essay):
        return str(response)
    if shown and isinstance(item.interaction, SingleChoice | MultipleChoice):
        chosen = response if isinstance(response, list) else [str(response)]
        return ", ".join(sorted(shown.get(one, one) for one in chosen))
    if shown and isinstance(item.interaction, Composite):
        return numbered(item, answers_said(item, response, words=True))
    return handler_for(item).describe(item, response)


def key_of(item: Item, shown: Mapping[str, str] | None = None) -> str:
    """The key with the letters that stood on the candidate's screen, where there were letters."""
    choice = item.interaction
    if shown and isinstance(choice, Composite):
        return numbered(item, keys_said(item, words=True))
    if not shown or not isinstance(choice, SingleChoice | MultipleChoice):
        return handler_for(item).key_text(item)
    right = sorted(right_ids(choice))
    sets = [[one] for one in right] if isinstance(choice, SingleChoice) else [right, *choice.also]
    return " / ".join(sorted(", ".join(sorted(shown[one] for one in together)) for together in sets))


def own_order(variant: Mapping[str, Any]) -> Iterator[tuple[int, Sequence[str]]]:
    for section in variant["sections"]:
        for entry in section["items"]:
            yield entry[0], entry[1]


def own_letters(slot: Slot, order: Sequence[str]) -> dict[str, str] | None:
    own = {opaque: identifier for identifier, opaque in slot.keys.items()}
    named = zip(order, letters(len(order)), strict=True)
    return {own[opaque]: letter for opaque, letter in named if opaque in own} or None
