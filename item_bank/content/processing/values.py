"""Values of variables: a cardinality, a base type and atoms. NULL is None; a container without members is NULL, too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from item_bank.content.processing.declared import NUMERIC, Declaration, Field

#: A point is a pair of numbers, a pair two identifiers, a number a Fraction.
Atom = str | bool | Fraction | tuple[Fraction, Fraction] | tuple[str, str]
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_LONGEST = 400
#: Numerator and denominator may grow to so many bits; then the number is rounded to a double.
MOST_BITS = 4096


class ProcessingError(ValueError):
    """A rule cannot be carried out on these values; the message says which and why."""


class Unsupported(ProcessingError):
    """The item asks for something that only its maker's own program knows."""


@dataclass(frozen=True, slots=True)
class Value:
    """`names` and `types` beside the atoms of a record; then `base` is empty."""

    cardinality: str
    base: str
    atoms: tuple[Atom, ...]
    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    @property
    def single(self) -> bool:
        return self.cardinality == "single"

    def field(self, name: str) -> Value | None:
        """Of a record."""
        if name not in self.names:
            return None
        place = self.names.index(name)
        return Value("single", self.types[place], (self.atoms[place],))


Maybe = Value | None


def single(base: str, atom: Atom) -> Value:
    return Value("single", base, (atom,))


def container(cardinality: str, base: str, atoms: Iterable[Atom]) -> Maybe:
    found = tuple(atoms)
    return Value(cardinality, base, found) if found else None


def boolean(truth: bool) -> Value:
    return single("boolean", truth)


def number(value: Fraction, base: str = "float") -> Value:
    return single(base, bounded(value))


def bounded(value: Fraction) -> Fraction:
    """The same number unless it has grown beyond reason: then the nearest double."""
    if value.numerator.bit_length() + value.denominator.bit_length() <= MOST_BITS:
        return value
    try:
        return Fraction(float(value))
    except OverflowError:
        raise ProcessingError("a number grew beyond what can be told") from None


def parsed(base: str, text: str) -> Atom:
    """One value from its text. Raises ProcessingError."""
    told = text.strip()
    match base:
        case "boolean":
            if told.lower() not in {"true", "false", "1", "0"}:
                raise ProcessingError(f"“{told[:60]}” is neither true nor false")
            return told.lower() in {"true", "1"}
        case "integer" | "float" | "duration":
            return parsed_number(told)
        case "point":
            x, y = _two(told)
            return parsed_number(x), parsed_number(y)
        case "pair" | "directedPair":
            return _two(told)
        case "string":
            return text
        case _:
            return told


@lru_cache(maxsize=4096)
def parsed_number(text: str) -> Fraction:
    """Remembered: rules compare the same few constants again and again."""
    told = text.strip()
    if len(told) > _LONGEST or not _NUMBER.fullmatch(told):
        raise ProcessingError(f"“{told[:60]}” is not a number")
    return Fraction(told)


def _two(text: str) -> tuple[str, str]:
    parts = text.split()
    if len(parts) != 2:
        raise ProcessingError(f"“{text[:60]}” does not have two parts")
    return parts[0], parts[1]


def told(atom: Atom) -> str:
    """An atom as text; numbers as decimals where they end, else as the nearest double."""
    match atom:
        case bool():
            return "true" if atom else "false"
        case Fraction():
            return number_text(atom)
        case tuple():
            return " ".join(map(told, atom))
    return atom


def number_text(value: Fraction) -> str:
    """A decimal; of what no double holds the whole part."""
    if value.denominator == 1:
        return str(value.numerator)
    try:
        return repr(float(value))
    except OverflowError:
        return str(round(value))


def of_fields(declared: Declaration, fields: Sequence[Field] | None) -> Maybe:
    """The declared default or correct value."""
    if fields is None:
        return None
    if declared.cardinality == "record":
        return record(
            {one.name: (one.base_type or "string", parsed(one.base_type or "string", one.text)) for one in fields}
        )
    atoms = tuple(parsed(declared.base_type, one.text) for one in fields)
    if declared.cardinality == "single":
        return single(declared.base_type, atoms[0]) if atoms else None
    return container(declared.cardinality, declared.base_type, atoms)


def record(fields: Mapping[str, tuple[str, Atom]]) -> Maybe:
    if not fields:
        return None
    types, atoms = zip(*fields.values(), strict=True)
    return Value("record", "", tuple(atoms), tuple(fields), tuple(types))


def same_atom(base: str, one: Atom, other: Atom) -> bool:
    """A pair says nothing of its order; a blank around a string counts."""
    if base == "pair" and isinstance(one, tuple) and isinstance(other, tuple):
        return one == other or one == other[::-1]
    return type(one) is type(other) and one == other


def identity(base: str, atom: Atom) -> Hashable:
    """What all atoms have in common that are the same by `same_atom`."""
    told = tuple(sorted(atom)) if base == "pair" and isinstance(atom, tuple) else atom
    return type(atom), told


def counted(base: str, value: Value) -> Counter[Hashable]:
    """How often each member stands in a container."""
    return Counter(identity(base, atom) for atom in value.atoms)


def same(one: Value, other: Value) -> bool:
    """Of equal type and value: members of a `multiple` in any order, those of an `ordered` in theirs."""
    numeric = one.base in NUMERIC and other.base in NUMERIC
    if one.cardinality != other.cardinality or (one.base != other.base and not numeric and not _alike(one, other)):
        return False
    if len(one.atoms) != len(other.atoms):
        return False
    base = one.base
    if one.cardinality == "record":
        return dict(zip(one.names, one.atoms, strict=True)) == dict(zip(other.names, other.atoms, strict=True))
    if one.cardinality != "multiple":
        return all(same_atom(base, a, b) for a, b in zip(one.atoms, other.atoms, strict=True))
    return counted(base, one) == counted(base, other)


def _alike(one: Value, other: Value) -> bool:
    """Identifiers are compared with texts by authors who declare one and mean the other."""
    words = {"identifier", "string", "uri", "intOrIdentifier"}
    return one.base in words and other.base in words


def truth(value: Maybe) -> bool | None:
    if value is None:
        return None
    if value.base != "boolean" or not value.single:
        raise ProcessingError("true or false is expected")
    return bool(value.atoms[0])


def fraction(value: Value) -> Fraction:
    """The one number of a single numeric value."""
    atom = value.atoms[0] if value.single else None
    if not isinstance(atom, Fraction):
        raise ProcessingError("a number is expected")
    return atom
