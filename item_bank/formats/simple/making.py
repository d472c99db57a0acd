"""The declarations and rules of a composite item whose marking a teacher described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from item_bank.content.model import Composite, Markup, Part
from item_bank.content.processing.declared import (
    AreaEntry,
    AreaMap,
    Cardinality,
    Declaration,
    Field,
    MapEntry,
    Node,
    ValueMap,
)
from item_bank.content.processing.rules import SCORE
from item_bank.content.rational import rational_text
from item_bank.formats import building
from item_bank.formats.building import Marked
from item_bank.formats.model import ReadProblem
from item_bank.formats.simple.areas import area_of
from item_bank.formats.simple.model import BASES, TOLD, Simple
from item_bank.formats.simple.points import NOTHING, most_of, number_of, total_points


def made(parts: Sequence[Part], marking: Sequence[Simple], remarks: Mapping[str, Markup] | None = None) -> Composite:
    """What is described wrongly earns nothing; `marking_problems` says so. Where a part is marked by hand, a person
    marks the item, and the rules help nobody."""
    marked = [_marked(part, simple) for part, simple in zip(parts, marking, strict=True)]
    found = building.composite(marked, total_points(parts, marking), remarks=remarks)
    if not any(TOLD.get(part.type) == "hand" for part in parts):
        return found
    declarations = tuple(
        msgspec.structs.replace(one, external="human") if one.identifier == SCORE else one for one in found.declarations
    )
    changed: Composite = msgspec.structs.replace(found, declarations=declarations)
    return changed


def cardinality_of(part: Part, simple: Simple) -> Cardinality:
    told = TOLD.get(part.type, "none")
    if told == "sequence":
        return "ordered"
    if told == "pair" or (told in ("id", "area") and simple.several and part.type != "inline_choice"):
        return "multiple"
    return "single"


def _marked(part: Part, simple: Simple) -> Marked:
    told = TOLD.get(part.type, "none")
    if told in ("hand", "none"):
        return Marked(part, Declaration(part.id, "response", "single", BASES.get(part.type, "string")))
    if told == "area":
        return _in_areas(part, simple)
    if told == "number" or (told == "typed" and simple.numeric):
        return _number(part, simple)
    if told == "typed":
        return _text(part, simple)
    if simple.way == "all":
        right = [one.value for one in simple.answers]
        points = number_of(simple.points)
        return building.all_or_nothing(part, cardinality_of(part, simple), BASES[part.type], right, points)
    return _sequence(part, simple) if told == "sequence" else _mapped(part, simple)


def _mapped(part: Part, simple: Simple) -> Marked:
    points = {one.value: number_of(one.points) for one in simple.answers}
    wrong = min(number_of(simple.wrong), NOTHING) if TOLD[part.type] == "pair" else NOTHING
    takes = wrong < 0 or any(value < 0 for value in points.values())
    cardinality = cardinality_of(part, simple)
    bounds = (NOTHING, most_of(part, simple)) if takes and simple.floor and cardinality == "multiple" else None
    return building.mapped(part, cardinality, BASES[part.type], points, bounds=bounds, otherwise=wrong)


def _sequence(part: Part, simple: Simple) -> Marked:
    """Everything at its own place earns its points."""
    declaration = Declaration(
        part.id, "response", "ordered", BASES[part.type], correct=tuple(Field(one.value) for one in simple.answers)
    )
    rules: list[Node] = []
    for place, one in enumerate(simple.answers, start=1):
        there = building.node("index", building.variable(part.id), n=str(place))
        test = building.node("match", there, building.constant("identifier", one.value))
        rules += building.earning([(test, number_of(one.points))])
    return Marked(part, declaration, tuple(rules))


def _in_areas(part: Part, simple: Simple) -> Marked:
    """A point in an area earns the area's points, once."""
    areas = [(area, number_of(one.points)) for one in simple.answers if (area := area_of(one.value))]
    shared = building.common_divisor(points for _area, points in areas)
    entries = tuple(AreaEntry(area, rational_text(points * shared)) for area, points in areas)
    declaration = Declaration(
        part.id, "response", cardinality_of(part, simple), BASES[part.type], areas=AreaMap(entries)
    )
    earned = Node("mapResponsePoint", {"identifier": part.id})
    if shared != 1:
        earned = building.node("divide", earned, building.constant("float", str(shared)))
    return Marked(part, declaration, (building.adding(earned),))


def _text(part: Part, simple: Simple) -> Marked:
    """The accepted texts stand in the declaration, too: a pattern does not say how a word was written."""
    answers = [(one.value, number_of(one.points)) for one in simple.answers if one.value.strip()]
    try:
        found = building.typed_text(
            part.id, answers, building.WHOLE, case_sensitive=simple.case_sensitive, wildcards=False
        )
    except ReadProblem:  # told by `marking_problems`
        return Marked(part, Declaration(part.id, "response", "single", "string"))
    entries = tuple(MapEntry(text, building.decimal(points), simple.case_sensitive) for text, points in answers)
    mapping = ValueMap(entries) if entries else None
    return Marked(part, msgspec.structs.replace(found.declaration, mapping=mapping), found.rules)


def _number(part: Part, simple: Simple) -> Marked:
    tolerance = max(number_of(simple.tolerance), NOTHING)
    ways = {"toleranceMode": "absolute", "tolerance": building.decimal(tolerance)} if tolerance else {}
    given = building.variable(part.id)
    cases = [
        (Node("equal", ways or {"toleranceMode": "exact"}, (building.number(number_of(one.value)), given)), one)
        for one in simple.answers
    ]
    best = max(simple.answers, key=lambda one: number_of(one.points), default=None)
    correct = (Field(building.decimal(number_of(best.value))),) if best else None
    declaration = Declaration(part.id, "response", "single", "float", correct=correct)
    return Marked(part, declaration, building.earning((test, number_of(one.points)) for test, one in cases))
