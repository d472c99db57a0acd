"""A document of the commands as figures and flat tables: one rule for what people read and for files of CSV.

Rows are lists of mappings, mappings of an item to such a list, several lists of numbers of one length side by side (a
column each), and lists of lists. In a row nested keys are joined with `_`, numbers in a list are numbered from 1, words
in a list stay together. Everything else is a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str, ...]
Row = dict[str, Any]
#: What a table is called, by where it stands; others by their keys without that of the part.
NAMES: Mapping[Path, str] = {
    ("classical", "items"): "items",
    ("classical", "factor", "items"): "items",
    ("irt", "items"): "items",
    ("fit",): "items",
    ("irt", "persons"): "persons",
    ("distractors",): "options",
    ("items",): "dif",
    ("sets",): "dif_sets",
    ("table",): "equating",
    ("flagged",): "pairs",
    ("times", "items"): "times",
    ("standard", "items"): "ratings",
}
#: Of tables of one name, what rows are joined by. The first has its columns as they are, a further one after its place.
JOINED_BY = "item"


@dataclass(frozen=True, slots=True)
class Flat:
    figures: dict[Path, Any] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def figure_row(self) -> Row:
        return {"_".join(path): value for path, value in self.figures.items()}


def flattened(document: Mapping[str, Any]) -> Flat:
    """document: of strings, numbers, None, lists and mappings, as JSON has them."""
    found = Flat()
    _walk(found, (), document)
    return found


def columns(rows: Sequence[Row]) -> tuple[str, ...]:
    """Of all rows, in the order in which they appear."""
    return tuple({name: None for row in rows for name in row})


def _walk(found: Flat, path: Path, value: Mapping[str, Any]) -> None:
    by_column = _columns_of(value)
    if by_column:
        lengthwise = zip(*by_column.values(), strict=True)
        _add(found, path, [dict(zip(by_column, row, strict=True)) for row in lengthwise])
    for name, one in value.items():
        here = (*path, name)
        if name in by_column:
            continue
        if _is_by_item(one) and not any((*here, inner) in NAMES for inner in one):
            _add(found, here, [{"item": item, **row} for item, rows in one.items() for row in rows])
        elif isinstance(one, Mapping):
            _walk(found, here, one)
        elif _is_rows(one) and (one or here in NAMES):
            _add(found, here, one)
        elif _is_matrix(one):
            _add(found, here, _numbered(one))
        else:
            found.figures.update({(*path, key): single for key, single in _cells(name, one)})


def _numbered(lists: Sequence[Sequence[Any]]) -> list[Row]:
    numbered = enumerate(lists, 1)
    return [{"row": number, **{str(place): cell for place, cell in enumerate(row, 1)}} for number, row in numbered]


def _columns_of(value: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Its lists of numbers, where there are several and all have one length."""
    lists = {name: one for name, one in value.items() if isinstance(one, list) and one and all(map(_is_number, one))}
    return lists if len(lists) > 1 and len(set(map(len, lists.values()))) == 1 else {}


def _add(found: Flat, path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    flat = [dict(_row(row)) for row in rows]
    name = NAMES.get(path) or "_".join(path[1:] or path) or "table"
    if name not in found.tables:
        found.tables[name] = flat
    elif path in NAMES:
        _join(found.tables[name], flat, "_".join(key for key in path if key not in ("classical", name)))
    else:
        found.tables["_".join(path)] = flat


def _join(rows: list[Row], further: Sequence[Row], prefix: str) -> None:
    known = {row[JOINED_BY]: row for row in rows}
    for row in further:
        known[row[JOINED_BY]] |= {f"{prefix}_{name}": value for name, value in row.items() if name != JOINED_BY}


def _row(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        yield from _cells(name, value)


def _cells(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            for inner, one in value.items():
                yield from _cells(f"{name}_{inner}", one)
        case list() if all(isinstance(one, str) for one in value):
            yield name, "; ".join(value)
        case list():
            for place, one in enumerate(value, 1):
                yield from _cells(f"{name}_{place}", one)
        case _:
            yield name, value


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, (int, float))


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _is_by_item(value: Any) -> bool:
    """Rows under each name, all of one kind and without a column of items: else it is a mapping of tables."""
    if not (isinstance(value, dict) and all(map(_is_rows, value.values()))):
        return False
    kinds = {frozenset(rows[0]) for rows in value.values() if rows}
    return len(kinds) == 1 and "item" not in next(iter(kinds))


def _is_matrix(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, list) for one in value)
