"""What an item declares about its response and outcomes (QTI 2.1 ASI Information Model, sections 5.1 and 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from item_bank.content.rational import rational
from item_bank.formats.numbers import as_decimal
from item_bank.formats.qti.names import Element, attribute, child, children, descendants, flag, line_of, text_of
from item_bank.formats.qti.usual import NotUsual


@dataclass(frozen=True, slots=True)
class Mapping:
    """`entries`: (key, value, whether the case of letters counts)."""

    entries: tuple[tuple[str, Fraction, bool], ...]
    default: Fraction
    lower: Fraction | None
    upper: Fraction | None


@dataclass(frozen=True, slots=True)
class Response:
    identifier: str
    cardinality: str
    base_type: str
    correct: tuple[str, ...]
    mapping: Mapping | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    identifier: str
    default: str | None
    #: matchTable: source value → target value
    table: dict[str, str]
    table_default: str


def responses(item: Element) -> dict[str, Response]:
    return {one.identifier: one for one in map(_response, children(item, "responseDeclaration"))}


def outcomes(item: Element) -> dict[str, Outcome]:
    return {one.identifier: one for one in map(_outcome, children(item, "outcomeDeclaration"))}


def number(text: str) -> Fraction:
    try:
        return rational(as_decimal(text))
    except ValueError:
        raise NotUsual from None


def _response(element: Element) -> Response:
    correct = child(element, "correctResponse")
    mapping = child(element, "mapping")
    return Response(
        identifier=attribute(element, "identifier"),
        cardinality=attribute(element, "cardinality"),
        base_type=attribute(element, "baseType"),
        correct=tuple(map(text_of, children(correct, "value"))) if correct is not None else (),
        mapping=_mapping(mapping) if mapping is not None else None,
        line=line_of(element),
    )


def _mapping(element: Element) -> Mapping:
    def bound(name: str) -> Fraction | None:
        text = attribute(element, name)
        return number(text) if text else None

    return Mapping(
        entries=tuple(
            (
                attribute(entry, "mapKey"),
                number(attribute(entry, "mappedValue")),
                flag(entry, "caseSensitive", default=True),
            )
            for entry in children(element, "mapEntry")
        ),
        default=bound("defaultValue") or Fraction(0),
        lower=bound("lowerBound"),
        upper=bound("upperBound"),
    )


def _outcome(element: Element) -> Outcome:
    value = next(descendants(element, "value"), None) if child(element, "defaultValue") is not None else None
    table = child(element, "matchTable")
    entries = children(table, "matchTableEntry") if table is not None else ()
    return Outcome(
        identifier=attribute(element, "identifier"),
        default=text_of(value) if value is not None else None,
        table={attribute(entry, "sourceValue"): attribute(entry, "targetValue") for entry in entries},
        table_default=attribute(table, "defaultValue") if table is not None else "",
    )
