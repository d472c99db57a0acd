"""What stands where on each numbered form (mã đề): the map that a tool which shuffles papers exports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from exam_engine.kit.spreadsheets import column_of
from exam_engine.measuring.files.key_cells import key_of
from exam_engine.measuring.files.key_files import FORM, is_code
from exam_engine.measuring.files.keys import Key
from exam_engine.measuring.files.rows import fault_of, quoted
from exam_engine.measuring.files.tables import FileUnusable, Table, listed, read

#: Field → what people call it, folded (without accents and case).
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "form": FORM,
    "position": ("position", "cau", "cau hoi", "thu tu", "vi tri", "stt"),
    "item": ("item", "cau goc", "ma cau", "ma cau hoi", "cau trong de goc"),
    "options": ("options", "thu tu dap an", "thu tu phuong an", "hoan vi", "dap an goc"),
    "key": ("key", "dap an", "dap an dung"),
    "points": ("points", "diem", "so diem", "diem toi da"),
    "kind": ("kind", "loai", "loai cau hoi", "dang"),
    "table": ("table", "bang diem"),
    "set": ("set", "nhom", "ngu lieu", "passage"),
}
#: What stands in the answer to a cluster, a letter for each statement.
STATEMENTS = frozenset("ĐSTF-._ ")
#: What may stand between two marks.
_BETWEEN = re.compile(r"[\s,;/+&]")
_KEYS = ("item", "key", "points", "kind", "table", "set")
_PARTS = re.compile(r"(\d+)", re.ASCII)
_NAMED = "form, position, item, options and key (Mã đề, Câu, Câu gốc, Thứ tự phương án, Đáp án)"


@dataclass(frozen=True, slots=True)
class Place:
    """An item where a form has it. position: of the answers, a number from 1 or the name of a column. options: the
    item's own option behind each shown one, empty where they stand as in the item. key: as this form shows it, None
    where the map has no keys."""

    position: str
    item: str
    options: tuple[str, ...]
    key: Key | None
    line: int

    @property
    def shown(self) -> tuple[str, ...]:
        """What candidates call the options, in order."""
        return tuple(sorted(self.options, key=natural))

    def own(self, answer: str) -> str:
        """The answer as the item's own options name it: an option, several that are marked, or letters of a cluster in
        the item's order of statements. What is no option, as a blank or a code, stays."""
        behind = dict(zip((one.casefold() for one in self.shown), self.options, strict=True))
        if answer.casefold() in behind:
            return behind[answer.casefold()]
        if self.options and len(answer) == len(self.options) and not set(answer.upper()) - STATEMENTS:
            letters = dict(zip(self.options, answer, strict=True))
            return "".join(letters[one] for one in self.shown)
        marks = _BETWEEN.sub("", answer.casefold())
        if len(marks) > 1 and all(one in behind for one in marks):
            return "".join(sorted((behind[one] for one in marks), key=natural))
        return answer


@dataclass(frozen=True, slots=True)
class FormMap:
    """forms: code → its places, in the map's order. ordered: whether the map tells the order of options."""

    path: Path
    forms: Mapping[str, tuple[Place, ...]]
    ordered: bool

    def of(self, code: str) -> tuple[Place, ...] | None:
        """Spreadsheets eat the zeros that a code begins with."""
        known = {plain_code(one): places for one, places in self.forms.items()}
        return known.get(plain_code(code))


def plain_code(code: str) -> str:
    return (code.lstrip("0") or "0") if code.isdecimal() else code.casefold()


def natural(name: str) -> list[tuple[int, str]]:
    """Item 2 before item 10, and option 9 before option 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _PARTS.split(name)]


def read_map(path: Path) -> FormMap:
    """A table with columns form, position, item and, where wanted, options and those of a key, in English or
    Vietnamese. Raises FileUnusable."""
    table = read(path)
    columns = _columns(table)
    forms: dict[str, list[Place]] = {}
    for row in range(table.n):
        cells = {name: columns[name][row] for name in columns}
        fault = partial(fault_of, f"{path}, line {table.lines[row]}")
        empty = [name for name in ("form", "position", "item") if not cells[name]]
        if empty:
            raise fault(f"the cell of the {empty[0]} is empty. Every line tells form, position and item.")
        there = forms.setdefault(cells["form"], [])
        for name in ("position", "item"):
            if any(getattr(one, name) == cells[name] for one in there):
                what = f"form {quoted(cells['form'])} already has {name} {quoted(cells[name])}"
                raise fault(f"{what}. Keep one of them.")
        key = (
            key_of({name: cells[name] for name in (*_KEYS, "item") if name in cells}, fault) if _keyed(cells) else None
        )
        options = _options(cells.get("options", ""), fault)
        there.append(Place(cells["position"], cells["item"], options, key, int(table.lines[row])))
    _check_codes(path, forms)
    found = FormMap(path, {code: tuple(places) for code, places in forms.items()}, "options" in columns)
    _check_alike(found)
    return found


def own_key(place: Place) -> Key | None:
    """The key in the item's own options."""
    if place.key is None:
        return None
    answers = tuple(place.own(one) for one in place.key.answers)
    return replace(place.key, answers=answers, guessed=place.key.guessed and not place.options)


def _columns(table: Table) -> dict[str, list[str]]:
    """Field → cell of each row."""
    found: dict[str, list[str]] = {}
    for column in table.columns:
        field = column_of(column.name, _FIELDS)
        if field is None:
            wide = ": a column a form is a table of keys, which does not say which item stands where"
            what = f"{quoted(column.name)} is not known here{wide if is_code(column.name) else ''}"
            raise FileUnusable(f"{table.path}: {what}. A map has a line a form and position, and columns {_NAMED}.")
        if field in found:
            raise FileUnusable(f"{table.path}: {quoted(column.name)} is there twice, under another name. Keep one.")
        found[field] = [column.values[code] for code in column.codes]
    missing = [one for one in ("form", "position", "item") if one not in found]
    if missing == ["item"]:
        what = "tells forms and positions, but not which item stands there: forms cannot be put together by their keys"
        advice = "Add a column item (Câu gốc) from the tool that shuffled the papers, or analyse each form by itself"
        raise FileUnusable(f"{table.path} {what}. {advice}.")
    if missing:
        raise FileUnusable(f"{table.path} has no column {missing[0]}. A map has {_NAMED}; the last two may be missing.")
    return found


def _keyed(cells: Mapping[str, str]) -> bool:
    return bool(cells.get("key") or cells.get("kind"))


def _options(text: str, fault: partial[FileUnusable]) -> tuple[str, ...]:
    """CADB, or C A D B, or C|A|D|B."""
    parts = text.replace("|", " ").replace(",", " ").replace(";", " ").split()
    options = tuple(parts[0]) if len(parts) == 1 else tuple(parts)
    if len(set(options)) < len(options):
        raise fault(f"options {quoted(text)}: one of them stands there twice. Name each once, as in CADB.")
    if len(options) == 1:
        raise fault(f"options {quoted(text)}: one is no order. Name all in the order of the form, as in CADB.")
    return options


def _check_codes(path: Path, forms: Mapping[str, Sequence[Place]]) -> None:
    """Two codes that a spreadsheet may make one: whose answers are whose could not be told."""
    seen: dict[str, str] = {}
    for code, places in forms.items():
        other = seen.setdefault(plain_code(code), code)
        if other != code:
            what = f"forms {quoted(other)} and {quoted(code)} differ by zeros in front or by capitals only"
            advice = "Spreadsheets lose that: give one of them another code, here and in the answers"
            raise fault_of(f"{path}, line {places[0].line}", f"{what}. {advice}.")


def _check_alike(found: FormMap) -> None:
    """Forms hold the same items, with the same options and, in these, the same key."""
    (first, places), *others = found.forms.items()
    base = {one.item: one for one in places}
    for code, there in others:
        _check_items(found.path, (first, list(base)), (code, [one.item for one in there]))
        for one in there:
            where = f"{found.path}, line {one.line}"
            other = base[one.item]
            if one.options and other.options and one.shown != other.shown:
                what = f"item {quoted(one.item)} has options {listed(one.shown)} here, {listed(other.shown)} on form"
                raise fault_of(where, f"{what} {quoted(first)}. Correct one of them.")
            if found.ordered and not _same_key(own_key(one), own_key(other)):
                what = f"by order of options and key another option of item {quoted(one.item)} is right than by line"
                raise fault_of(where, f"{what} {other.line}, on form {quoted(first)}. Correct the key or the order.")


def _same_key(one: Key | None, other: Key | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.kind, {*one.answers}, one.points, one.table) == (
        other.kind,
        {*other.answers},
        other.points,
        other.table,
    )


def _check_items(path: Path, first: tuple[str, Sequence[str]], other: tuple[str, Sequence[str]]) -> None:
    for (code, items), (lacking, there) in ((first, other), (other, first)):
        left = [item for item in items if item not in set(there)]
        if left:
            what = f"form {quoted(lacking)} does not hold {listed(left)}, which form {quoted(code)} holds"
            advice = "Correct the map; if the forms do hold different items, split the file and see exam-engine equate"
            raise FileUnusable(f"{path}: {what}. {advice}.")
