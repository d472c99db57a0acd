"""What answers earn by a table: mapResponse, mapResponsePoint and lookupOutcomeValue."""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.processing.areas import contains
from item_bank.content.processing.declared import AreaMap, Declaration, MapEntry, ValueMap
from item_bank.content.processing.values import (
    Atom,
    Maybe,
    ProcessingError,
    Value,
    fraction,
    number,
    parsed,
    parsed_number,
    same_atom,
)


def mapped(declared: Declaration, value: Maybe) -> Value:
    """Of a container the sum over different members, within the bounds; each member counts once. No answer earns the
    default of a single value, and the sum of nothing of a container."""
    table = declared.mapping
    if table is None:
        raise ProcessingError(f"“{declared.identifier}” has no mapping")
    if declared.cardinality == "single":
        return number(parsed_number(table.default) if value is None else _of(table, value.base, value.atoms[0]))
    members: list[Atom] = []
    for atom in value.atoms if value else ():
        if not any(same_atom(declared.base_type, atom, known) for known in members):
            members.append(atom)
    # Two spellings that one entry takes earn its value once (QTI 2.2, mapResponse: each value is counted once).
    earned: list[tuple[MapEntry | None, Fraction]] = []
    for atom in members:
        entry = _entry(table, declared.base_type, atom)
        if entry is None or all(entry is not known for known, _points in earned):
            earned.append((entry, parsed_number(entry.value if entry else table.default)))
    return number(_within(sum((points for _entry_, points in earned), Fraction(0)), table.lower, table.upper))


def _of(table: ValueMap, base: str, atom: Atom) -> Fraction:
    entry = _entry(table, base, atom)
    return parsed_number(entry.value if entry else table.default)


def _entry(table: ValueMap, base: str, atom: Atom) -> MapEntry | None:
    return next((entry for entry in table.entries if _takes(entry, base, atom)), None)


def _takes(entry: MapEntry, base: str, atom: Atom) -> bool:
    key = parsed(base, entry.key)
    if isinstance(key, str) and isinstance(atom, str) and not entry.case_sensitive:
        return key.casefold() == atom.casefold()
    return same_atom(base, key, atom)


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
