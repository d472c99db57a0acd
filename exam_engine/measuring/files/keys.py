"""Keys: what is right, how many points it is worth, and how an answer earns them.

Marking for analysis of a file that comes from elsewhere; sittings of this service are marked by `scoring`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from exam_engine.kit.spreadsheets import column_of
from exam_engine.measuring.files.rows import FileUnusable, quoted, read_bytes, text_lines
from exam_engine.measuring.files.tables import listed, read
from item_bank.content.folding import fold
from item_bank.formats.xlsx.columns import TYPES

#: Points of a cluster by how many of its four statements are right, as shares: decision 764/QĐ-BGDĐT of 2024.
CLUSTER_TABLE = (0.0, 0.1, 0.25, 0.5, 1.0)
_CLUSTER = re.compile(r"[ĐSTF]{2,}")
_NUMBER = re.compile(r"[+-]?(\d{1,15}([.,]\d{1,15})?|[.,]\d{1,15})", re.ASCII)
_COMPUTED = re.compile(r"[+-]?(\d{1,30}([.,]\d{0,30})?|[.,]\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+[.,]\d+", re.ASCII)
#: Field → what people call it, folded (without accents and case).
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "item": ("item", "cau", "cau hoi", "ma cau"),
    "key": ("key", "dap an", "dap an dung"),
    "points": ("points", "diem", "so diem", "diem toi da"),
    "kind": ("kind", "loai", "loai cau hoi", "dang"),
    "table": ("table", "bang diem"),
    "set": ("set", "nhom", "ngu lieu", "passage"),
}
_NAMED = "item, key, points, kind, table and set (Câu, Đáp án, Điểm, Loại, Bảng điểm, Nhóm)"
_TRUE = {"Đ": True, "T": True, "S": False, "F": False}
_TYPES = {"option": "single_choice", "cluster": "true_false_cluster", "number": "numeric", "points": "essay"}
#: Kind → what people call it, folded; the names of the template of items among them.
KINDS: Mapping[str, tuple[str, ...]] = {
    kind: (kind, *(re.sub(r"[-/]", " ", fold(name)) for name in (*TYPES[of][:2], *TYPES[of][2])))
    for kind, of in _TYPES.items()
}


@dataclass(frozen=True, slots=True)
class Key:
    """kind: option: one of `answers`; number: equal to one of them; cluster: a letter Đ or S (T, F) for each statement;
    points: no answers, a marker's points stand in the cells.
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
        """How many are right: of a cluster's statements, else 1 or 0. Raises ValueError for no letters of a cluster."""
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

    def blank(self, answer: str) -> bool:
        """Whether no statement of a cluster is judged, in an answer that `right` takes."""
        return self.kind == "cluster" and not any(one.isalpha() for one in answer)

    def earned(self, right: int) -> float:
        if self.kind == "cluster":
            return self.points * self.table[right]
        return self.points * right


def number(text: str, *, computed: bool = False) -> float:
    """Decimal point or comma, and the minus signs that people type; of a computed one all digits that a program writes,
    and an exponent. Raises ValueError."""
    plain = text.strip().replace("−", "-")
    if not (_COMPUTED if computed else _NUMBER).fullmatch(plain):
        raise ValueError(f"{quoted(text)} is not a number")
    return float(plain.replace(",", "."))


def holds_numbers(cells: Iterable[str]) -> bool:
    """Whether every cell that holds anything is a number, and some are."""
    there = [cell for cell in cells if cell]
    try:
        return bool([number(cell) for cell in there])
    except ValueError:
        return False


def read_keys(path: Path, items: Sequence[str]) -> Mapping[str, Key]:
    """All keys of a .json file, or of a table with columns item, key and, where wanted, points, kind, table, set, in
    English or Vietnamese. Raises FileUnusable, also where an item of the responses has no key."""
    found = _of_json(path, items) if path.suffix.lower() == ".json" else _of_table(path)
    missing = [item for item in items if item not in found]
    if missing:
        others = [item for item in found if item not in items]
        there = f" (it has keys for {listed(others)})" if others else ""
        advice = "Add the keys, or say which columns are items with --items and which names candidates with --id"
        raise FileUnusable(f"{path} has no key for {listed(missing)}{there}. {advice}.")
    return found


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
        raise FileUnusable(f'{path}: expected {{"item": "key", …}} or {{"key": ["B", …]}}.')
    return found


def read_json(path: Path) -> Any:
    """A document of bounded size in which nothing is told twice. Raises FileUnusable."""
    text = "".join(text_lines(path, read_bytes(path), []))
    try:
        return json.loads(text, object_pairs_hook=_told_once)
    except json.JSONDecodeError as error:
        raise FileUnusable(
            f"{path}, line {error.lineno}, column {error.colno}: not valid JSON ({error.msg})."
        ) from None
    except (ValueError, RecursionError) as error:
        raise FileUnusable(f"{path} is not valid JSON: {error}.") from None


def _told_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _value in pairs)
        raise ValueError(f"{quoted(counts.most_common(1)[0][0])} is there twice")
    return {unicodedata.normalize("NFC", name).strip(): value for name, value in found.items()}


def fault_of(where: str, what: str) -> FileUnusable:
    return FileUnusable(f"{where}: {what}")


def _text(value: Any, fault: Callable[[str], FileUnusable]) -> str:
    parts = value if isinstance(value, list) else [value]
    if not parts or not all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in parts):
        raise fault(f"expected text, a number or a list of them, not {json.dumps(value, ensure_ascii=False)[:40]}.")
    return "|".join(map(str, parts))


def key_of(cells: Mapping[str, str], fault: Callable[[str], FileUnusable]) -> Key:
    answers = tuple(one.strip() for one in cells.get("key", "").split("|") if one.strip())
    kind = _kind(cells.get("kind", ""), fault) or (_guessed(answers[0]) if answers else "option")
    if not answers and kind != "points":
        raise fault("the key is empty. Give the right answer, or kind=points for an item that was marked by hand.")
    if answers and kind == "points":
        raise fault("an item of kind=points has no key: its cells hold the points earned. Leave the key empty.")
    try:
        points = number(cells.get("points", "") or "1")
        table = tuple(number(one) for one in re.split(r"[\s|;]+", cells.get("table", "").strip()) if one)
        if kind == "number":
            list(map(number, answers))
    except ValueError as error:
        raise fault(f"{error}.") from None
    if not points > 0:
        raise fault("points must be above 0.")
    found = Key(cells["item"], kind, answers, points, set=cells.get("set", "").strip())
    if kind != "cluster":
        return found
    letters = answers[0].upper()
    return replace(found, answers=(letters,), table=_table(letters, table, fault))


def _kind(text: str, fault: Callable[[str], FileUnusable]) -> str:
    """Empty where nothing is said."""
    said = re.sub(r"\s*[-/]\s*", " ", fold(text))
    if said and column_of(said, KINDS) is None:
        known = "option, number, cluster and points (Trắc nghiệm, Trả lời ngắn, Đúng–Sai, Tự luận)"
        raise fault(f"kind {quoted(text)} is not known. The kinds are {known}.")
    return column_of(said, KINDS) or ""


def _guessed(answer: str) -> str:
    """Letters Đ and S are a cluster, a number with decimals is one that was typed; else it names an option."""
    if _CLUSTER.fullmatch(answer.upper()):
        return "cluster"
    return "number" if _DECIMAL.fullmatch(answer) else "option"


def _table(key: str, table: tuple[float, ...], fault: Callable[[str], FileUnusable]) -> tuple[float, ...]:
    if set(key) - set(_TRUE):
        raise fault("the key of a cluster has a letter Đ or S (or T, F) for each statement.")
    table = table or (CLUSTER_TABLE if len(key) == 4 else ())
    if len(table) == len(key):
        table = (0.0, *table)  # as tables are mostly told: from one right statement up
    rising = all(low <= high for low, high in pairwise(table))
    if len(table) != len(key) + 1 or not rising or table[0] < 0 or table[-1] <= 0:
        what = f"a cluster of {len(key)} statements needs a table of {len(key)} rising shares"
        raise fault(f"{what}, for 1 to {len(key)} right statements, as in 0.1 0.25 0.5 1.")
    return tuple(share / table[-1] for share in table)


def _statements_right(key: str, answer: str) -> int:
    if len(answer) != len(key) or set(answer) - set(_TRUE) - set("-._ "):
        raise ValueError(
            f"a cluster of {len(key)} statements is answered with {len(key)} letters Đ or S, - for a blank"
        )
    return sum(one in _TRUE and _TRUE[one] == _TRUE[right] for one, right in zip(answer, key, strict=True))
