"""Keys: what is right, how many points it is worth, and how an answer earns them.

Marking for analysis of a file that comes from elsewhere; sittings of this service are marked by `scoring`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from exam_engine.measuring.tables import FileUnusable, read

#: Points of a cluster by how many of its four statements are right, as shares: decision 764/QĐ-BGDĐT of 2024.
CLUSTER_TABLE = (0.0, 0.1, 0.25, 0.5, 1.0)
_CLUSTER = re.compile(r"[ĐSTF]{2,}")
_NUMBER = re.compile(r"[+-]?(\d{1,15}([.,]\d{1,15})?|[.,]\d{1,15})", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+[.,]\d+", re.ASCII)
_FIELDS = {"item", "key", "points", "kind", "table", "set"}
_TRUE = {"Đ": True, "T": True, "S": False, "F": False}
KINDS = ("option", "cluster", "number")


@dataclass(frozen=True, slots=True)
class Key:
    """kind: option: one of `answers`; number: equal to one of them; cluster: a letter Đ or S (T, F) for each statement.
    points: what the whole item is worth. table: of a cluster, the share of the points by how many are right, from 0.
    set: the passage, table or figure that the item shares with others; empty where it stands alone."""

    item: str
    kind: str
    answers: tuple[str, ...]
    points: float = 1.0
    table: tuple[float, ...] = ()
    set: str = ""

    @property
    def categories(self) -> int:
        return len(self.answers[0]) + 1 if self.kind == "cluster" else 2

    def right(self, answer: str) -> int:
        """How many are right: of a cluster's statements, else 1 or 0. Raises ValueError for what is no answer."""
        match self.kind:
            case "cluster":
                return _statements_right(self.answers[0], answer.upper())
            case "number":
                try:
                    given = number(answer)
                except ValueError:
                    return 0  # candidates write what they like
                return int(any(given == number(one) for one in self.answers))
        return int(answer.casefold() in (one.casefold() for one in self.answers))

    def earned(self, right: int) -> float:
        if self.kind == "cluster":
            return self.points * self.table[right]
        return self.points * right


def number(text: str) -> float:
    """Decimal point or comma, and the minus signs that people type. Raises ValueError."""
    plain = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"“{text}” is not a number")
    return float(plain.replace(",", "."))


def read_keys(path: Path, items: Sequence[str]) -> Mapping[str, Key]:
    """Of a .json file, or of a table with columns item, key and, where wanted, points, kind, table, set.
    Raises FileUnusable, also where an item of the responses has no key."""
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
                f"{path}: no column “{name}”. A key has columns item and key, and may have points, kind, table, set"
            )
    unknown = set(columns) - _FIELDS
    if unknown:
        raise FileUnusable(f"{path}: column “{min(unknown)}” is not known: item, key, points, kind, table, set are")
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
        found = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_told_once)
    except OSError as error:
        raise FileUnusable(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
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
        fault = partial(_fault, f"{path}, item “{item}”")
        cells = one if isinstance(one, dict) else {"key": one}
        if "key" not in cells or set(cells) - _FIELDS:
            raise fault(f"expected a key, and where wanted points, kind, table and set, not {', '.join(cells)}")
        told = {name: _text(value, fault) for name, value in cells.items()}
        keys[item] = _key(told | {"item": item}, fault)
    return keys


def _told_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    if len(set(names)) < len(names):
        raise ValueError(f"“{next(name for name in names if names.count(name) > 1)}” is told twice")
    return dict(pairs)


def _fault(where: str, what: str) -> FileUnusable:
    return FileUnusable(f"{where}: {what}")


def _text(value: Any, fault: Callable[[str], FileUnusable]) -> str:
    parts = value if isinstance(value, list) else [value]
    if not parts or not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in parts):
        raise fault(f"expected text, a number or a list of them, not {json.dumps(value)[:40]}")
    return "|".join(map(str, parts))


def _key(cells: Mapping[str, str], fault: Callable[[str], FileUnusable]) -> Key:
    answers = tuple(one.strip() for one in cells["key"].split("|") if one.strip())
    if not answers:
        raise fault("the key is empty")
    kind = cells.get("kind", "").casefold() or _guessed(answers[0])
    if kind not in KINDS:
        raise fault(f"kind “{kind}” is not known; known are {', '.join(KINDS)}")
    try:
        points = number(cells.get("points", "") or "1")
        table = tuple(number(one) for one in re.split(r"[\s|;]+", cells.get("table", "").strip()) if one)
        if kind == "number":
            list(map(number, answers))
    except ValueError as error:
        raise fault(str(error)) from None
    if not points > 0:
        raise fault("points must be above 0")
    found = Key(cells["item"], kind, answers, points, set=cells.get("set", "").strip())
    if kind != "cluster":
        return found
    letters = answers[0].upper()
    return replace(found, answers=(letters,), table=_table(letters, table, fault))


def _guessed(answer: str) -> str:
    """Letters Đ and S are a cluster, a number with decimals is one that was typed; else it names an option."""
    if _CLUSTER.fullmatch(answer.upper()):
        return "cluster"
    return "number" if _DECIMAL.fullmatch(answer) else "option"


def _table(key: str, table: tuple[float, ...], fault: Callable[[str], FileUnusable]) -> tuple[float, ...]:
    if set(key) - set(_TRUE):
        raise fault("the key of a cluster has a letter Đ or S (or T, F) for each statement")
    table = table or (CLUSTER_TABLE if len(key) == 4 else ())
    if len(table) == len(key):
        table = (0.0, *table)  # as tables are mostly told: from one right statement up
    rising = all(low <= high for low, high in pairwise(table))
    if len(table) != len(key) + 1 or not rising or table[0] < 0 or table[-1] <= 0:
        raise fault(f"a table of {len(key)} rising shares is needed, for 1 to {len(key)} right statements")
    return tuple(share / table[-1] for share in table)


def _statements_right(key: str, answer: str) -> int:
    if len(answer) != len(key) or set(answer) - set(_TRUE) - set("-._ "):
        raise ValueError(f"expected {len(key)} letters Đ or S, - for a blank")
    return sum(one in _TRUE and _TRUE[one] == _TRUE[right] for one, right in zip(answer, key, strict=True))
