"""An item's variables and rules as plain data (QTI 2.2 Information Model, sections on declarations and processing)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from item_bank.content.processing.declared import (
    BASE_TYPES,
    Area,
    AreaEntry,
    AreaMap,
    Cardinality,
    Declaration,
    Field,
    Kind,
    MapEntry,
    Node,
    Rules,
    Table,
    TableEntry,
    ValueMap,
)
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.names import Element, attribute, camel, child, children, flag, line_of, local

_KINDS: dict[str, Kind] = {
    "responseDeclaration": "response",
    "outcomeDeclaration": "outcome",
    "templateDeclaration": "template",
}
_SHAPES = ("rect", "circle", "ellipse", "poly", "default")
#: The name space of MathAssess's attributes beside a `customOperator`.
MATHASSESS = "http://mathassess.qtitools.org/xsd/mathassess"
#: What may stand in a document and says nothing: namespaces, schema locations, comments of a tool.
_IGNORED = re.compile(r"\{|^(?:xmlns|xsi)\b|^data-|^class$")


def declarations(item: Element) -> tuple[Declaration, ...]:
    found = [_declaration(element, _KINDS[local(element)]) for element in children(item, *_KINDS)]
    if (twice := first_repeated(one.identifier for one in found)) is not None:
        raise ReadProblem("declared_twice", N_("%(name)s is declared twice."), line=line_of(item), name=twice)
    return tuple(found)


def first_repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    return next((name for name in names if name in seen or seen.add(name)), None)  # type: ignore[func-returns-value]


def _declaration(element: Element, kind: Kind) -> Declaration:
    identifier, base = attribute(element, "identifier"), attribute(element, "baseType")
    cardinality = attribute(element, "cardinality").lower() or "single"
    if cardinality not in {"single", "multiple", "ordered", "record"} or (base and base not in BASE_TYPES):
        message = N_("%(name)s is declared as %(cardinality)s %(type)s, which is no type.")
        raise ReadProblem(
            "variable_type", message, line=line_of(element), name=identifier, cardinality=cardinality, type=base
        )
    mapping, areas = child(element, "mapping"), child(element, "areaMapping")
    return Declaration(
        identifier=identifier,
        kind=kind,
        cardinality=_cardinality(cardinality),
        base_type=base,
        default=_fields(child(element, "defaultValue")),
        correct=_fields(child(element, "correctResponse")),
        mapping=_mapping(mapping) if mapping is not None else None,
        areas=_areas(areas) if areas is not None else None,
        table=_table(element),
        maximum=attribute(element, "normalMaximum"),
        minimum=attribute(element, "normalMinimum"),
        external=attribute(element, "externalScored"),
        mathematical=flag(element, "mathVariable"),
    )


def _cardinality(text: str) -> Cardinality:
    match text:
        case "multiple" | "ordered" | "record":
            return text
    return "single"


def _fields(element: Element | None) -> tuple[Field, ...] | None:
    if element is None:
        return None
    return tuple(
        Field(_words(value), attribute(value, "fieldIdentifier"), attribute(value, "baseType"))
        for value in children(element, "value")
    )


def _words(element: Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def _mapping(element: Element) -> ValueMap:
    entries = tuple(
        MapEntry(
            attribute(entry, "mapKey"),
            attribute(entry, "mappedValue") or "0",
            flag(entry, "caseSensitive", default=True),
        )
        for entry in children(element, "mapEntry")
    )
    return ValueMap(entries, *_bounds(element))


def _bounds(element: Element) -> tuple[str, str, str]:
    return attribute(element, "defaultValue") or "0", attribute(element, "lowerBound"), attribute(element, "upperBound")


def _areas(element: Element) -> AreaMap:
    entries = tuple(
        AreaEntry(area_of(entry), attribute(entry, "mappedValue") or "0") for entry in children(element, "areaMapEntry")
    )
    return AreaMap(entries, *_bounds(element))


def area_of(element: Element) -> Area:
    """The shape and coordinates that an element has as attributes."""
    shape = attribute(element, "shape") or "default"
    if shape not in _SHAPES:
        raise ReadProblem("shape_unknown", N_("%(name)s is no shape of an area."), line=line_of(element), name=shape)
    coords = attribute(element, "coords").replace(",", " ").split()
    return Area(shape, tuple(coords))  # type: ignore[arg-type]


def _table(element: Element) -> Table | None:
    kinds: tuple[tuple[str, Literal["match", "interpolation"]], ...] = (
        ("matchTable", "match"),
        ("interpolationTable", "interpolation"),
    )
    for name, kind in kinds:
        table = child(element, name)
        if table is not None:
            return Table(kind, tuple(_table_entries(table)), attribute(table, "defaultValue") or None)
    return None


def _table_entries(table: Element) -> Iterator[TableEntry]:
    for entry in children(table, "matchTableEntry", "interpolationTableEntry"):
        yield TableEntry(
            attribute(entry, "sourceValue"),
            attribute(entry, "targetValue"),
            flag(entry, "includeBoundary", default=True),
        )


def rules_of(element: Element | None) -> Rules:
    """Of responseProcessing or templateProcessing; a template by its address."""
    if element is None:
        return Rules()
    template = attribute(element, "template") or attribute(element, "templateLocation")
    rules = tuple(map(node, children(element)))
    named = re.sub(r"\.xml$", "", re.split(r"[/\\#]", template.rstrip("/"))[-1])
    return Rules(rules, "" if rules else named)


def node(element: Element) -> Node:
    """A rule or expression and everything in it."""
    name = local(element)
    attributes = {_attribute(str(key)): str(value).strip() for key, value in element.attrib.items()}
    inner = tuple(node(one) for one in children(element) if local(one))
    text = "" if inner else "".join(map(str, element.itertext()))
    kept = {key: value for key, value in attributes.items() if not _IGNORED.search(key)}
    if name == "customOperator":
        kept["class"] = attribute(element, "class")
    return Node(name, kept, inner, text.strip() if name == "baseValue" else "")


def _attribute(name: str) -> str:
    name = name.removeprefix(f"{{{MATHASSESS}}}")
    return camel(name) if "-" in name and not name.startswith("data-") else name
