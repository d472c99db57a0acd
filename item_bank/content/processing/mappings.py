"""What answers earn by a table: mapResponse, mapResponsePoint and lookupOutcomeValue."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from item_bank.content.processing.areas import contains
from item_bank.content.processing.declared import AreaMap, Declaration, MapEntry, ValueMap
from item_bank.content.processing.values import (
    Atom,
    Maybe,
    ProcessingError,
    Value,
    fraction,
    identity,
    number,
    parsed,
    parsed_number,
)


def mapped(declared: Declaration, value: Maybe) -> Value:
    """Of a container the sum over different members, within the bounds; each member counts once. No answer earns the
    default of a single value, and the sum of nothing of a container."""
    table = declared.mapping
    if table is None:
        raise ProcessingError(f"“{declared.identifier}” has no mapping")
    entries = _Entries(table, declared.base_type)
    if declared.cardinality == "single":
        return number(_points(table, entries.of(value.atoms[0]) if value else None))
    members = {identity(declared.base_type, atom): atom for atom in (value.atoms if value else ())}
    found = [entries.of(atom) for atom in members.values()]
    # Two spellings that one entry takes earn its value once (QTI 2.2, mapResponse: each value is counted once).
    earned = [*{id(entry): entry for entry in found if entry}.values(), *(None for entry in found if entry is None)]
    return number(_within(sum((_points(table, entry) for entry in earned), Fraction(0)), table.lower, table.upper))


def _points(table: ValueMap, entry: MapEntry | None) -> Fraction:
    return parsed_number(entry.value if entry else table.default)


class _Entries:
    """Of a mapping the first entry that takes a value. A key that is none counts for values that no entry before it
    takes."""

    def __init__(self, table: ValueMap, base: str) -> None:
        self._base = base
        self._places: dict[Hashable, int] = {}
        self._folded: dict[str, int] = {}
        self._entries = table.entries
        self._wrong: ProcessingError | None = None
        for place, entry in enumerate(table.entries):
            try:
                key = parsed(base, entry.key)
            except ProcessingError as error:
                self._wrong = error
                break
            if isinstance(key, str) and not entry.case_sensitive:
                self._folded.setdefault(key.casefold(), place)
            else:
                self._places.setdefault(identity(base, key), place)

    def of(self, atom: Atom) -> MapEntry | None:
        places = [self._places.get(identity(self._base, atom))]
        if isinstance(atom, str):
            places.append(self._folded.get(atom.casefold()))
        known = [place for place in places if place is not None]
        if not known and self._wrong is not None:
            raise self._wrong
        return self._entries[min(known)] if known else None


def mapped_points(declared: Declaration, value: Maybe) -> Value:
    """Each area that any point hits counts once; a point in none earns the default."""
    areas = declared.areas
    if areas is None:
        raise ProcessingError(f"“{declared.identifier}” has no area mapping")
    if value is None:
        return number(parsed_number(areas.default) if declared.cardinality == "single" else Fraction(0))
    hits = [_hit(areas, atom) for atom in value.atoms]
    total = sum((parsed_number(areas.entries[hit].value) for hit in set(hits) if hit is not None), Fraction(0))
    total += parsed_number(areas.default) * sum(hit is None for hit in hits)
    return number(total if value.single else _within(total, areas.lower, areas.upper))


def _hit(areas: AreaMap, atom: Atom) -> int | None:
    if not isinstance(atom, tuple) or not isinstance(atom[0], Fraction) or not isinstance(atom[1], Fraction):
        raise ProcessingError("a point is expected")
    point = (atom[0], atom[1])
    found = (n for n, one in enumerate(areas.entries) if contains(one.area.shape, one.area.coords, point))
    return next(found, None)


def _within(total: Fraction, lower: str, upper: str) -> Fraction:
    if lower:
        total = max(total, parsed_number(lower))
    return min(total, parsed_number(upper)) if upper else total


def looked_up(declared: Declaration, value: Maybe) -> Maybe:
    """The outcome that the table has for a number; its default where nothing fits."""
    table = declared.table
    if table is None:
        raise ProcessingError(f"“{declared.identifier}” has no table to look up")
    found = None
    if value is not None:
        source = fraction(value)
        for entry in table.entries:
            bound = parsed_number(entry.source)
            fits = (
                source == bound
                if table.kind == "match"
                else source >= bound and (entry.include_boundary or source > bound)
            )
            if fits:
                found = entry.target
                break
    text = table.default if found is None else found
    return None if text is None else Value("single", declared.base_type, (parsed(declared.base_type, text),))
