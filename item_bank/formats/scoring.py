"""What a response earns by an item's own rules, for a program that asks: responses as JSON, outcomes as JSON.

A response is {identifier: value}, or the value alone where the item has one response. A value is text, a number, true,
a list of them, or as QTI's interchange of results writes it: {"base": {"identifier": "A"}}, {"list": {"pair": [["A",
"B"]]}}, {"record": [{"name": …, "base": …}]} (QTI 3.0, PCI response JSON). Pairs and points are "A B" or ["A", "B"].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import msgspec

from item_bank.assembly.randomness import Stream
from item_bank.content.best import maximum
from item_bank.content.interactions import InvalidResponse, handler_for
from item_bank.content.interactions.composite import score_of, waits_for_a_person
from item_bank.content.interactions.options import letters
from item_bank.content.interactions.parts.base import as_value, number_record
from item_bank.content.markup import plain_text
from item_bank.content.model import Composite, Item, MultipleChoice, SingleChoice, TrueFalseCluster
from item_bank.content.processing.declared import NUMERIC, Declaration
from item_bank.content.processing.rules import processed
from item_bank.content.processing.values import (
    Maybe,
    ProcessingError,
    container,
    parsed,
    record,
    single,
    told,
)
from item_bank.content.variants import declarations_of

Json = Any
_TRUTHS = {"true": True, "t": True, "đ": True, "1": True, "false": False, "f": False, "s": False, "0": False}


@dataclass(frozen=True, slots=True)
class Scored:
    """score None: nothing sets one, or a person does. failures: rules that could not be carried out.
    variables: what was drawn for the variant.
    """

    score: Fraction | None
    maximum: Fraction | None
    outcomes: Mapping[str, Json]
    failures: tuple[str, ...] = ()
    variables: Mapping[str, Json] = field(default_factory=dict)


def scored(item: Item, response: Json, seed: str = "") -> Scored:
    """`seed`: of the variant of a parametric item. Raises ValueError for a response that does not fit the item."""
    if isinstance(item.interaction, Composite):
        return _by_rules(item.interaction, response, seed)
    mark = handler_for(item).mark(item, _usual(item, response))
    score = None if mark.share is None else mark.share * item.maximum
    return Scored(score, item.maximum, {"SCORE": plain_number(score), "MAXSCORE": plain_number(item.maximum)})


def plain_number(value: Fraction | None) -> float | int | None:
    if value is None:
        return None
    try:
        return int(value) if value.denominator == 1 else float(value)
    except OverflowError:
        return round(value)  # as near as a number can be that no double holds


# --- composite items -------------------------------------------------------------------------------------------------


def _by_rules(composite: Composite, response: Json, seed: str) -> Scored:
    declarations = composite.declarations
    if composite.drawing.rules:
        declarations = declarations_of(composite, Stream(seed, 1, "variant").below)
    given = {one.identifier: one for one in declarations if one.kind == "response"}
    named = response if isinstance(response, dict) and set(response) <= set(given) else None
    if named is None:
        if len(given) != 1:
            raise InvalidResponse(f"name the responses: {', '.join(given) or 'the item has none'}")
        named = {next(iter(given)): response}
    values = {name: value_of(given[name], value) for name, value in named.items()}
    scope = processed(declarations, composite.rules, values)
    names = dict.fromkeys([*(one.identifier for one in declarations if one.kind == "outcome"), "completionStatus"])
    outcomes = {name: as_json(scope.values.get(name)) for name in names}
    failures = tuple(message for _name, message in scope.failures)
    score = None if waits_for_a_person(composite) else score_of(composite, scope)
    drawn: Composite = msgspec.structs.replace(composite, declarations=declarations)
    drawn_names = [one.identifier for one in declarations if one.kind == "template"]
    variables = {name: as_json(scope.values.get(name)) for name in drawn_names}
    return Scored(score, maximum(drawn), outcomes, failures, variables)


def value_of(declared: Declaration, given: Json) -> Maybe:
    """Raises InvalidResponse."""
    try:
        return _value(declared, given)
    except ProcessingError as error:
        raise InvalidResponse(f"{declared.identifier}: {error}") from None


def _value(declared: Declaration, given: Json) -> Maybe:
    plain = _opened(given)
    if plain is None or plain in ("", []):
        return None
    if declared.cardinality == "record":
        return _record(plain)
    base = declared.base_type
    if declared.cardinality == "single" and base in NUMERIC and isinstance(plain, str):
        return as_value(plain, declared)  # as a candidate types it: what is no number earns nothing
    if declared.cardinality == "single":
        return single(base, parsed(base, _text(plain[0] if _is_list_of_one(plain, base) else plain)))
    several = plain if isinstance(plain, list) and not _is_pair(plain, base) else [plain]
    return container(declared.cardinality, base, [parsed(base, _text(one)) for one in several])


def _opened(given: Json) -> Json:
    """The value inside {"base": {type: value}} and {"list": {type: values}}."""
    if isinstance(given, dict) and len(given) == 1:
        (kind, inner) = next(iter(given.items()))
        if kind in ("base", "list") and isinstance(inner, dict) and len(inner) == 1:
            return next(iter(inner.values()))
        if kind in ("base", "list") and inner is None:
            return None
    return given


def _is_pair(value: Json, base: str) -> bool:
    """["A", "B"] is one pair, [["A", "B"]] and ["A B"] are lists of one."""
    if base not in {"pair", "directedPair", "point"} or not isinstance(value, list) or len(value) != 2:
        return False
    return all(isinstance(one, str | int | float) and " " not in str(one) for one in value)


def _is_list_of_one(value: Json, base: str) -> bool:
    return isinstance(value, list) and len(value) == 1 and not _is_pair(value, base)


def _text(value: Json) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return repr(value)
        case list() if len(value) == 2:
            return " ".join(map(_text, value))
    raise ProcessingError(f"{str(value)[:60]} is no value")


def _record(given: Json) -> Maybe:
    """{"record": [{"name", "base": {type: value}}]}, {name: value}, or a number as it was typed."""
    if isinstance(given, str | int | float):
        return number_record(_text(given))
    fields = given.get("record", given) if isinstance(given, dict) else given
    if isinstance(fields, list):
        fields = {str(one.get("name", "")): one for one in fields if isinstance(one, dict)}
    if not isinstance(fields, dict):
        raise ProcessingError("a record is expected")
    found: dict[str, tuple[str, Any]] = {}
    for name, value in fields.items():
        inner = value.get("base", value) if isinstance(value, dict) else value
        if not name or inner == {}:
            raise ProcessingError("a field has no name or no value")
        base, plain = next(iter(inner.items())) if isinstance(inner, dict) else (_kind(inner), inner)
        found[name] = (base, parsed(base, _text(plain)))
    return record(found)


def _kind(value: Json) -> str:
    return "integer" if isinstance(value, int) else "float" if isinstance(value, float) else "string"


def as_json(value: Maybe) -> Json:
    """A single value, or a list of a container's; numbers as numbers, pairs and points as "A B"."""
    if value is None:
        return None
    if value.cardinality == "record":
        return {name: _plain(atom) for name, atom in zip(value.names, value.atoms, strict=True)}
    return _plain(value.atoms[0]) if value.single else [_plain(atom) for atom in value.atoms]


def _plain(atom: Any) -> Json:
    if isinstance(atom, bool):
        return atom
    return plain_number(atom) if isinstance(atom, Fraction) else told(atom)


# --- the usual kinds -------------------------------------------------------------------------------------------------


def _usual(item: Item, response: Json) -> Any:
    """A response of the item's own ids from ids, letters or the options' words."""
    given = _opened(response)
    if isinstance(given, dict) and len(given) == 1 and not isinstance(item.interaction, TrueFalseCluster):
        given = _opened(next(iter(given.values())))
    match item.interaction:
        case SingleChoice(options=options):
            one = given[0] if isinstance(given, list) and len(given) == 1 else given
            return None if one is None else _option(options, one)
        case MultipleChoice(options=options):
            several = given if isinstance(given, list) else [] if given is None else [given]
            return sorted(_option(options, one) for one in several) or None
        case TrueFalseCluster(statements=statements):
            return _truths([one.id for one in statements], given)
    return None if given is None else _text(given)


def _option(options: Any, given: Json) -> str:
    wanted = str(given).strip()
    ways: list[Callable[[], dict[str, str]]] = [
        lambda: {one.id: one.id for one in options},
        lambda: dict(zip(letters(len(options)), (one.id for one in options), strict=True)),
        lambda: {" ".join(plain_text(one.markup).split()): one.id for one in options},
    ]
    for way in ways:
        if wanted in (known := way()):
            return known[wanted]
    raise InvalidResponse(f"“{wanted[:60]}” is none of the options")


def _truths(statements: list[str], given: Json) -> dict[str, bool] | None:
    """{"a": true}, "ĐSSĐ" or "TFFT"."""
    if given is None:
        return None
    pairs = given.items() if isinstance(given, dict) else zip(statements, str(given), strict=False)
    found = {name: _TRUTHS.get(str(value).lower()) for name, value in pairs}
    return {name: value for name, value in found.items() if value is not None and name in statements}
