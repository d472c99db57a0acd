"""Keys: what is right, how many points it is worth, and how an answer earns them.

Marking for analysis of a file that comes from elsewhere; sittings of this service are marked by `scoring`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from exam_engine.measuring.tables import FileUnusable, read

#: Points of a cluster by how many of its four statements are right, as shares: decision 764/QĐ-BGDĐT of 2024.
CLUSTER_TABLE = (0.0, 0.1, 0.25, 0.5, 1.0)
_CLUSTER = re.compile(r"[ĐSTF]{2,}")
_TRUE = {"Đ": True, "T": True, "S": False, "F": False}
KINDS = ("option", "cluster", "number")


@dataclass(frozen=True, slots=True)
class Key:
    """kind: option: one of `answers`; number: equal to one of them; cluster: a letter Đ or S (T, F) for each statement.
    points: what the whole item is worth. table: of a cluster, the share of the points by how many are right, from 0."""

    item: str
    kind: str
    answers: tuple[str, ...]
    points: float = 1.0
    table: tuple[float, ...] = ()

    @property
    def categories(self) -> int:
        return len(self.answers[0]) + 1 if self.kind == "cluster" else 2

    def right(self, answer: str) -> int:
        """How many are right: of a cluster's statements, else 1 or 0. Raises ValueError for what is no answer."""
        match self.kind:
            case "cluster":
                return _statements_right(self.answers[0], answer.upper())
            case "number":
                given = number(answer)
                return int(any(given == number(one) for one in self.answers))
        return int(answer.casefold() in (one.casefold() for one in self.answers))

    def earned(self, right: int) -> float:
        if self.kind == "cluster":
            return self.points * self.table[right]
        return self.points * right


def number(text: str) -> float:
    """Decimal point or comma. Raises ValueError."""
    return float(text.strip().replace(",", "."))


def read_keys(path: Path, items: Sequence[str]) -> Mapping[str, Key]:
    """Of a .json file, or of a table with columns item, key and, where wanted, points, kind, table. Raises
    FileUnusable, also where an item of the responses has no key."""
    found = _of_json(path, items) if path.suffix.lower() == ".json" else _of_table(path)
    missing = [item for item in items if item not in found]
    if missing:
        told = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
        raise FileUnusable(f"{path}: no key for {told}. Name the columns that are items with --items, or add the keys.")
    return {item: found[item] for item in items}


def _of_table(path: Path) -> dict[str, Key]:
    table = read(path)
    columns = {column.name.casefold(): column for column in table.columns}
    for name in ("item", "key"):
        if name not in columns:
            raise FileUnusable(
                f"{path}: no column “{name}”. A key has columns item and key, and may have points, kind, table"
            )
    unknown = set(columns) - {"item", "key", "points", "kind", "table"}
    if unknown:
        raise FileUnusable(f"{path}: column “{min(unknown)}” is not known: item, key, points, kind, table are")
    keys: dict[str, Key] = {}
    for row in range(table.n):
        cells = {name: column.values[column.codes[row]] for name, column in columns.items()}
        key = _key(cells, partial(_fault, f"{path}, line {table.lines[row]}"))
        if key.item in keys:
            raise _fault(f"{path}, line {table.lines[row]}", f"item “{key.item}” has a key already")
        keys[key.item] = key
    return keys


def _of_json(path: Path, items: Sequence[str]) -> dict[str, Key]:
    """{"key": ["B", …]} in the order of the items, or {"item": "B" or {"key": "B", "points": 1, …}, …}."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileUnusable(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise FileUnusable(f"{path} is no JSON: {error}") from None
    if isinstance(found, dict) and isinstance(found.get("key"), list):
        given = found["key"]
        if len(given) != len(items):
            raise FileUnusable(f"{path}: {len(given)} keys for {len(items)} items. Name the items with --items.")
        found = dict(zip(items, given, strict=True))
    if not isinstance(found, dict):
        raise FileUnusable(f'{path}: expected {{"item": "key", …}}')
    keys = {}
    for item, one in found.items():
        cells = one if isinstance(one, dict) else {"key": one}
        told = {str(name): _text(value) for name, value in cells.items()}
        keys[item] = _key(told | {"item": item}, partial(_fault, f"{path}, item “{item}”"))
    return keys


def _fault(where: str, what: str) -> FileUnusable:
    return FileUnusable(f"{where}: {what}")


def _text(value: Any) -> str:
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


def _key(cells: Mapping[str, str], fault: Callable[[str], FileUnusable]) -> Key:
    answers = tuple(one.strip() for one in cells["key"].split("|") if one.strip())
    if not answers:
        raise fault("the key is empty")
    kind = cells.get("kind", "").casefold() or ("cluster" if _CLUSTER.fullmatch(answers[0].upper()) else "option")
    if kind not in KINDS:
        raise fault(f"kind “{kind}” is not known: {', '.join(KINDS)} are")
    try:
        points = number(cells.get("points", "") or "1")
        table = tuple(number(one) for one in re.split(r"[\s|;]+", cells.get("table", "").strip()) if one)
        if kind == "number":
            list(map(number, answers))
    except ValueError as error:
        raise fault(f"no number: {error}") from None
    if not 0 < points < float("inf"):
        raise fault("points must be above 0")
    if kind != "cluster":
        return Key(cells["item"], kind, answers, points)
    return Key(cells["item"], kind, (answers[0].upper(),), points, _table(answers[0].upper(), table, fault))


def _table(key: str, table: tuple[float, ...], fault: Callable[[str], FileUnusable]) -> tuple[float, ...]:
    if set(key) - set(_TRUE):
        raise fault("the key of a cluster has a letter Đ or S (or T, F) for each statement")
    table = table or (CLUSTER_TABLE if len(key) == 4 else ())
    if len(table) == len(key):
        table = (0.0, *table)  # as tables are mostly told: from one right statement up
    if len(table) != len(key) + 1 or table[-1] <= 0:
        raise fault(f"a table of {len(key)} shares is needed, for 1 to {len(key)} right statements")
    return tuple(share / table[-1] for share in table)


def _statements_right(key: str, answer: str) -> int:
    if len(answer) != len(key) or set(answer) - set(_TRUE) - set("-._ "):
        raise ValueError(f"expected {len(key)} letters Đ or S, - for a blank")
    return sum(one in _TRUE and _TRUE[one] == _TRUE[right] for one, right in zip(answer, key, strict=True))
