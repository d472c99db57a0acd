"""What a teacher says of the marking of one part."""

from __future__ import annotations

from typing import Literal

import msgspec

from item_bank.content.model import Part, PartChoice, Spot

#: By what an answer is told: an id, a sequence of ids, a pair of ids, an area of the picture, typed text, or nothing.
Told = Literal["id", "sequence", "pair", "area", "typed", "number", "hand", "none"]
TOLD: dict[str, Told] = {
    "choice": "id",
    "inline_choice": "id",
    "hottext": "id",
    "hotspot": "id",
    "order": "sequence",
    "graphic_order": "sequence",
    "match": "pair",
    "associate": "pair",
    "gap_match": "pair",
    "graphic_associate": "pair",
    "graphic_gap_match": "pair",
    "select_point": "area",
    "position_object": "area",
    "text_entry": "typed",
    "slider": "number",
    "extended_text": "hand",
    "upload": "hand",
    "media": "none",
    "end_attempt": "none",
}
#: The declared type of a response; a pair of one set has no direction.
BASES = {
    **{kind: "identifier" for kind, told in TOLD.items() if told in ("id", "sequence")},
    **dict.fromkeys(("match", "gap_match", "graphic_gap_match"), "directedPair"),
    **dict.fromkeys(("associate", "graphic_associate"), "pair"),
    **dict.fromkeys(("select_point", "position_object"), "point"),
    "text_entry": "string",
    "slider": "float",
    "extended_text": "string",
    "upload": "file",
    "media": "integer",
    "end_attempt": "boolean",
}


def things(part: Part) -> list[PartChoice | Spot]:
    """Everything of the part that an answer can name."""
    return [*part.choices, *part.targets, *part.spots]


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A choice's id, a pair "a b", an area "circle 60,70,24", a text or a number; and what it earns or takes."""

    value: str
    points: str = "1"


class Simple(msgspec.Struct, frozen=True, omit_defaults=True):
    """`all`: exactly the answers earn `points`; `each`: every answer earns its own. `several`: more than one is given.

    wrong: what any other answer earns (not above 0). floor: the part never takes points away from others. numeric: what
    is typed is a number, compared within `tolerance`.
    """

    way: Literal["all", "each"] = "all"
    answers: tuple[Answer, ...] = ()
    points: str = "1"
    several: bool = False
    wrong: str = "0"
    floor: bool = True
    case_sensitive: bool = False
    numeric: bool = False
    tolerance: str = "0"
