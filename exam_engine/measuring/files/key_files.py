"""Files of keys: tables and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from exam_engine.kit.spreadsheets import column_of
from exam_engine.measuring.files.asking import items_option
from exam_engine.measuring.files.documents import is_json, read_json
from exam_engine.measuring.files.key_cells import key_of
from exam_engine.measuring.files.keys import Key
from exam_engine.measuring.files.rows import FileUnusable, fault_of, quoted
from exam_engine.measuring.files.tables import listed, read
from item_bank.content.folding import fold

#: Field → what people call it, folded (without accents and case).
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "item": ("item", "cau", "cau hoi", "ma cau"),
    "key": ("key", "dap an", "dap an dung"),
    "points": ("points", "diem", "so diem", "diem toi da"),
    "kind": ("kind", "loai", "loai cau hoi", "dang"),
    "table": ("table", "bang diem"),
    "set": ("set", "nhom", "ngu lieu", "passage"),
}
#: What people call the column of form codes, folded.
FORM = ("form", "ma de", "de", "ma de thi")
_CODE = re.compile(r"((ma )?de |ma |form )?\d+", re.ASCII)
_SHAPES = 'Expected are {"item": "B", …}, {"item": {"key": "B", "points": 0.25}, …} or {"key": ["B", …]} in order'
_OF_MAP = "With a map keys go by its items, in their own letters; keys by form and position belong into the map"
_NAMED = "item, key, points, kind, table and set (Câu, Đáp án, Điểm, Loại, Bảng điểm, Nhóm)"


def read_keys(
    path: Path, items: Sequence[str], asks: Collection[str] = ("id",), *, mapped: bool = False
) -> Mapping[str, Key]:
    """All keys of a file of JSON, or of a table with columns item, key and, where wanted, points, kind, table, set, in
    English or Vietnamese. asks: options that could yet say what a column is. mapped: items are those of a map of
    numbered forms. Raises FileUnusable, also where an item of the responses has no key."""
    found = _of_json(path, items) if is_json(path) else _of_table(path)
    missing = [item for item in items if item not in found]
    if missing:
        others = [item for item in found if item not in items]
        there = f" (it has keys for {listed(others)})" if others else ""
        named = " and which names candidates with --id" if "id" in asks else ""
        say = items_option([item for item in items if item in found], missing)
        advice = f"Add the keys, or say which columns are items with {say}{named}"
        raise FileUnusable(f"{path} has no key for {listed(missing)}{there}. {_OF_MAP if mapped else advice}.")
    return found


def is_code(name: str) -> bool:
    """Whether a column is called by the code of a form, as 101, or Mã đề 101."""
    return bool(_CODE.fullmatch(fold(name)))


def _of_forms(name: str) -> str:
    """Keys of numbered forms are no keys of items."""
    if not is_code(name):
        return f"{quoted(name)}: this tells of numbered forms. Give it with --forms, the column of codes with --form"
    what = f"{quoted(name)} looks like a form code, and its column like the keys of that form by position"
    advice = "Give a map of the forms with --forms: a line a form and position says which item stands there (Mã đề, Câu"
    return f"{what}. {advice}, Câu gốc, Đáp án). Or analyse each form by itself, with columns item and key"


def _of_table(path: Path) -> dict[str, Key]:
    table = read(path)
    fields = _fields([column.name for column in table.columns], path)
    columns = dict(zip(fields, table.columns, strict=True))
    if "item" not in columns or not {"key", "kind"} & set(columns):
        raise FileUnusable(f"{path} needs the columns item and key (Câu and Đáp án). A key may have {_NAMED}.")
    keys: dict[str, Key] = {}
    for row in range(table.n):
        cells = {name: column.values[column.codes[row]] for name, column in columns.items()}
        fault = partial(fault_of, f"{path}, line {table.lines[row]}")
        key = key_of(cells, fault)
        if not key.item:
            raise fault("the cell of the item is empty. Name the item, or remove the line.")
        if key.item in keys:
            raise fault(f"item {quoted(key.item)} already has a key. Keep one of them.")
        keys[key.item] = key
    return keys


def _fields(names: Sequence[str], where: Path | str) -> list[str]:
    """What each of these names means."""
    fields: list[str] = []
    for name in names:
        field = column_of(name, _FIELDS)
        if field is None and (is_code(name) or column_of(name, {"form": FORM})):
            raise FileUnusable(f"{where}: {_of_forms(name)}.")
        if field is None:
            raise FileUnusable(f"{where}: {quoted(name)} is not known here. A key may have {_NAMED}.")
        if field in fields:
            raise FileUnusable(f"{where}: {quoted(name)} is there twice, under another name. Keep one of them.")
        fields.append(field)
    return fields


def _of_json(path: Path, items: Sequence[str]) -> dict[str, Key]:
    """{"key": ["B", …]} in the order of the items, or {"item": "B" or {"key": "B", "points": 1, …}, …}."""
    found = _json(path)
    in_order = [one for name, one in found.items() if column_of(name, _FIELDS) == "key" and isinstance(one, list)]
    if in_order and len(found) == 1:
        (answers,) = in_order
        if len(answers) != len(items):
            what = f"{len(answers)} keys for {len(items)} items ({listed(items)})"
            raise FileUnusable(f"{path}: {what}. Say which columns are items with --items.")
        found = dict(zip(items, answers, strict=True))
    elif not set(found) & set(items):
        what = f"none of its names ({listed(found)}) is that of an item ({listed(items)})"
        raise FileUnusable(f"{path}: {what}. {_SHAPES}. A key may have {_NAMED}.")
    keys = {}
    for item, one in found.items():
        where = f"{path}, item {quoted(item)}"
        given: dict[str, Any] = one if isinstance(one, dict) else {"key": one}
        cells = dict(zip(_fields(list(given), where), given.values(), strict=True))
        told = {name: _text(value, partial(fault_of, where)) for name, value in cells.items()}
        keys[item] = key_of(told | {"item": item}, partial(fault_of, where))
    return keys


def _json(path: Path) -> dict[str, Any]:
    found = read_json(path)
    if not isinstance(found, dict):
        raise FileUnusable(f"{path}: a list is no file of keys. {_SHAPES}. A key may have {_NAMED}.")
    return found


def _text(value: Any, fault: Callable[[str], FileUnusable]) -> str:
    parts = value if isinstance(value, list) else [value]
    if not parts or not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in parts):
        raise fault(f"expected text, a number or a list of them, not {json.dumps(value, ensure_ascii=False)[:40]}.")
    return "|".join(map(str, parts))
