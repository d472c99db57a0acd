"""What an item declares: variables with types, keys and tables, and rules as a tree of named nodes. Plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

Cardinality = Literal["single", "multiple", "ordered", "record"]
Kind = Literal["response", "outcome", "template"]
#: Of values; `float` and `integer` are exact rationals here.
BASE_TYPES = frozenset(
    {"identifier", "boolean", "integer", "float", "string", "point", "pair", "directedPair", "duration"}
    | {"file", "uri", "intOrIdentifier"}
)
NUMERIC = frozenset({"integer", "float", "duration"})


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value as text; `name` and `base_type` where it is a field of a record."""

    text: str
    name: str = ""
    base_type: str = ""


class MapEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    key: str
    value: str
    case_sensitive: bool = True


class ValueMap(msgspec.Struct, frozen=True, omit_defaults=True):
    """What each answer earns, as text of numbers; `lower` and `upper` bound the sum over a container."""

    entries: tuple[MapEntry, ...] = ()
    default: str = "0"
    lower: str = ""
    upper: str = ""


class Area(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a picture, in its own pixels: `rect` left top right bottom, `circle` x y r, `ellipse` x y h v, `poly`
    x y …, `default` the whole."""

    shape: Literal["rect", "circle", "ellipse", "poly", "default"]
    coords: tuple[str, ...] = ()


class AreaEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    area: Area
    value: str


class AreaMap(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a point in each area earns; each area counts once."""

    entries: tuple[AreaEntry, ...] = ()
    default: str = "0"
    lower: str = ""
    upper: str = ""


class TableEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    source: str
    target: str
    include_boundary: bool = True


class Table(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of an outcome: `match` takes the entry with this integer, `interpolation` the first that is not above it."""

    kind: Literal["match", "interpolation"]
    entries: tuple[TableEntry, ...] = ()
    default: str | None = None


class Declaration(msgspec.Struct, frozen=True, omit_defaults=True):
    """A variable. `correct` and `default` None: not told. `external`: a person or another machine sets the outcome.
    `mathematical`: a formula may show its value."""

    identifier: str
    kind: Kind
    cardinality: Cardinality = "single"
    base_type: str = ""
    default: tuple[Field, ...] | None = None
    correct: tuple[Field, ...] | None = None
    mapping: ValueMap | None = None
    areas: AreaMap | None = None
    table: Table | None = None
    maximum: str = ""
    minimum: str = ""
    external: str = ""
    mathematical: bool = False


class Node(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule or an expression: the element's name, attributes and children under QTI 2.2's names."""

    name: str
    attributes: Mapping[str, str] = msgspec.field(default_factory=dict)
    children: tuple[Node, ...] = ()
    text: str = ""

    def walk(self) -> Iterator[Node]:
        """Itself and all within it, in the order of the document."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.children)


class Rules(msgspec.Struct, frozen=True, omit_defaults=True):
    """Rules in their order; `template` names a standard set of rules in place of them."""

    rules: tuple[Node, ...] = ()
    template: str = ""

    def walk(self) -> Iterator[Node]:
        for rule in self.rules:
            yield from rule.walk()
