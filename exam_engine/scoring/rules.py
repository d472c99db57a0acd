"""Marks of one attempt: a pure function of the form, the item versions, the answers that count and the hand marks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import msgspec

from exam_engine.authoring.definition import ExamDefinition
from exam_engine.sittings.forms import as_met
from item_bank.content.interactions import InvalidResponse, Mark, Response, handler_for
from item_bank.content.marking import Answered, PaperMark, Scheme, mark_item, mark_paper
from item_bank.content.model import Item, TrueFalseCluster


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a form: what `form.key_map` holds, with the item version it pins, a parametric one as drawn.
    `ruling`: the kind of the decision in force about the item, "" without one; a corrected key stands in `item`."""

    version: int
    item: Item
    points: Fraction
    section: int
    group: str | None
    choose: int | None
    keys: Mapping[str, str]
    ruling: str = ""


@dataclass(frozen=True, slots=True)
class SlotMark:
    """`response` is canonical (the item's own ids); `share` None: waits for a person; `by_hand`: a person decides."""

    response: Response
    share: Fraction | None
    detail: Mapping[str, Any]
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class HandMark:
    """Points of the item's own maximum, given to the response of that digest and to no other."""

    points: Fraction
    response_digest: str


@dataclass(frozen=True, slots=True)
class AttemptMark:
    slots: tuple[SlotMark, ...]
    paper: PaperMark

    @property
    def pending(self) -> int:
        """How many slots that count still wait for a person."""
        pairs = zip(self.slots, self.paper.counted, strict=True)
        return sum(1 for mark, counts in pairs if counts and mark.share is None)


def slots_of(
    key_map: Sequence[Mapping[str, Any]], items: Mapping[int, Item], cluster_table: tuple[str, ...] | None = None
) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            version=entry["version"],
            item=with_table(as_met(items[entry["version"]], entry), cluster_table),
            points=Fraction(entry["points"]),
            section=entry["section"],
            group=entry["group"],
            choose=entry["choose"],
            keys=entry["keys"],
        )
        for entry in key_map
    )


def with_table(item: Item, table: tuple[str, ...] | None) -> Item:
    """The item as the exam marks it: its cluster's table replaced by the exam's, where the sizes fit."""
    cluster = item.interaction
    if table is None or not isinstance(cluster, TrueFalseCluster) or len(table) != len(cluster.statements) + 1:
        return item
    return msgspec.structs.replace(item, interaction=msgspec.structs.replace(cluster, table=table))


def scheme_of(definition: ExamDefinition) -> Scheme:
    return Scheme(definition.rounding, Fraction(definition.scale) if definition.scale else None)


#: (slot, value) → its mark, within one form: most of thousands of candidates gave one of the same few answers.
Memory = dict[tuple[int, str], tuple[SlotMark, Answered]]


def mark_attempt(
    slots: Sequence[Slot],
    values: Mapping[int, Any],
    hand: Mapping[int, HandMark],
    scheme: Scheme,
    memory: Memory | None = None,
) -> AttemptMark:
    """`values`: slot → journal value (opaque ids); `hand`: slot → what a marker gave; `memory` of the same form."""
    known: Memory = {} if memory is None else memory
    found = [
        _remembered(known, number, slot, values.get(number), hand.get(number)) for number, slot in enumerate(slots)
    ]
    return AttemptMark(tuple(mark for mark, _told in found), mark_paper([told for _mark, told in found], scheme))


def _remembered(known: Memory, number: int, slot: Slot, value: Any, hand: HandMark | None) -> tuple[SlotMark, Answered]:
    place = (number, repr(value))
    if hand is None and place in known:
        return known[place]
    found = _marked(slot, value, hand)
    if not found[0].by_hand:  # of the same answer each candidate's marker may think otherwise
        known[place] = found
    return found


def _marked(slot: Slot, value: Any, hand: HandMark | None) -> tuple[SlotMark, Answered]:
    mark = _slot_mark(slot, value, hand)
    return mark, Answered(
        points=slot.points,
        share=mark.share,
        answered=mark.response is not None,
        section=slot.section,
        alternative=slot.group,
        choose=slot.choose,
        dropped=slot.ruling == "dropped",
    )


#: Decisions that give everybody the same, answered or not.
_SHARES = {"full_marks": Fraction(1), "dropped": Fraction(0)}


def _slot_mark(slot: Slot, value: Any, hand: HandMark | None) -> SlotMark:
    response = canonical(slot, value)
    if slot.ruling in _SHARES:
        return SlotMark(response, _SHARES[slot.ruling], {"ruling": slot.ruling})
    mark = by_rule(slot.item, response)
    if mark.share is not None:
        return SlotMark(response, mark.share, mark.detail)
    if hand is None or hand.response_digest != response_digest(response):
        return SlotMark(response, None, mark.detail, by_hand=True)
    share = hand.points / slot.item.maximum if slot.item.maximum else Fraction(0)
    return SlotMark(response, share, {"hand": str(hand.points)}, by_hand=True)


def by_rule(item: Item, response: Response) -> Mark:
    """Where a composite item's own rules fail on an answer, a person looks at it: no sitting stays without marks."""
    try:
        return mark_item(item, response)
    except InvalidResponse as error:
        return Mark(None, {"failed": [str(error)]})


def response_digest(response: Response) -> str:
    """Tells whether a later response is the one that a marker has read."""
    return hashlib.sha256(repr(response).encode()).hexdigest()


def canonical(slot: Slot, value: Any) -> Response:
    """The response in the item's own ids. A value that the save path should have refused counts as no answer."""
    if value is None:
        return None
    try:
        return handler_for(slot.item).canonical(value, slot.keys)
    except InvalidResponse:
        return None
