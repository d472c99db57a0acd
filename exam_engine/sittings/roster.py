"""Reading a roster from CSV or XLSX: every error by row and column, and nothing enters until the whole file is right.

The file may come from any school's software: UTF-8, UTF-16 or Windows-1258; comma, semicolon or tab; numbers that Excel
stripped of their leading zeros and dates that it turned into dates are brought back where the cell still tells.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec

from exam_engine.kit.errors import _
from item_bank.content.folding import fold
from item_bank.formats.archives import Archive, looks_like_zip
from item_bank.formats.encodings import decode

MAX_ROWS = 50_000
MAX_CELL = 200
MAX_COLUMNS = 60

#: Column → the headings that people give it, folded (without accents and case).
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("so bao danh", "sbd", "candidate number", "number"),
    "code": ("ma hoc sinh", "ma dinh danh", "ma hs", "ma", "pupil code", "student code", "code"),
    "full_name": ("ho va ten", "ho ten", "ten hoc sinh", "ho va ten thi sinh", "full name", "name"),
    "family": ("ho dem", "ho va ten dem", "ho", "family name", "last name"),
    "given": ("ten", "given name", "first name"),
    "birth_date": ("ngay sinh", "ngay thang nam sinh", "date of birth", "birth date", "dob"),
    "class_name": ("lop", "class"),
    "room": ("phong", "phong thi", "room"),
    "seat": ("cho", "cho ngoi", "so cho", "seat"),
    "extra_percent": ("them gio %", "cong them %", "% them gio", "extra time %", "extra percent"),
    "extra_minutes": ("them phut", "cong them phut", "phut cong them", "extra minutes"),
    "reason": ("ly do", "ly do dieu chinh", "reason"),
}


class RosterRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One candidate as the file says; `number` may be empty: then numbers are given in order."""

    row: int
    full_name: str
    number: str = ""
    code: str = ""
    birth_date: date | None = None
    class_name: str = ""
    room: str = ""
    seat: int | None = None
    extra_percent: int = 0
    extra_minutes: int = 0
    reason: str = ""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """`message` is an English msgid with `%(name)s` places; rows count as in the spreadsheet, the heading is row 1."""

    row: int
    column: str
    message: str
    params: dict[str, str] = {}


@dataclass
class Roster:
    rows: list[RosterRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def problem(self, row: int, column: str, message: str, **params: object) -> None:
        self.problems.append(Problem(row, column, message, {name: str(value) for name, value in params.items()}))


Line = tuple[int, Sequence[str]]


def read_roster(data: bytes) -> Roster:
    """Raises `item_bank.formats.model.ReadProblem` for a file that is no table at all."""
    roster = Roster()
    lines = list(_xlsx_lines(data, roster) if looks_like_zip(data) else _csv_lines(data, roster))
    if not lines:
        roster.problem(1, "", _("The file is empty."))
        return roster
    heading_row, heading = lines[0]
    columns = _columns(heading, heading_row, roster)
    if roster.problems:
        return roster
    if len(lines) > MAX_ROWS:
        roster.problem(MAX_ROWS, "", _("The file has more than %(limit)s rows."), limit=MAX_ROWS)
        return roster
    for row, cells in lines[1:]:
        found = _read_row(row, cells, columns, roster)
        if found is not None:
            roster.rows.append(found)
    _check_doubles(roster, columns, heading)
    wrong = {problem.row for problem in roster.problems}
    roster.rows = [found for found in roster.rows if found.row not in wrong]
    if not roster.rows and not roster.problems:
        roster.problem(heading_row, "", _("There are no candidates below the headings."))
    return roster


def _columns(heading: Sequence[str], row: int, roster: Roster) -> dict[str, int]:
    columns: dict[str, int] = {}
    for position, text in enumerate(heading):
        name = _column_of(text)
        if name is None:
            if text.strip():
                roster.notes.append(Problem(row, text.strip(), _("This column is not used.")))
        elif name in columns:
            roster.problem(row, text, _("This heading stands twice."))
        else:
            columns[name] = position
    if "full_name" not in columns and not {"family", "given"} <= columns.keys():
        message = _("A column with the name is needed: “Họ và tên”, or “Họ đệm” and “Tên”.")
        roster.problem(row, "", message)
    return columns


def _column_of(heading: str) -> str | None:
    folded = fold(heading).strip(" .:*")
    return next((name for name, words in HEADINGS.items() if folded in words), None)


def _read_row(row: int, cells: Sequence[str], columns: Mapping[str, int], roster: Roster) -> RosterRow | None:
    values = {name: _clean(cells[at]) if at < len(cells) else "" for name, at in columns.items()}
    if not any(values.values()):
        return None
    for name, value in values.items():
        if len(value) > MAX_CELL or any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
            roster.problem(row, _title(name), _("This cell is too long or holds characters that are not text."))
    full_name = values.get("full_name") or f"{values.get('family', '')} {values.get('given', '')}".strip()
    if not full_name:
        roster.problem(row, _title("full_name"), _("The name is missing."))
    found = RosterRow(
        row=row,
        full_name=full_name,
        number=values.get("number", "").upper(),
        code=values.get("code", ""),
        birth_date=_birth_date(row, values.get("birth_date", ""), roster),
        class_name=values.get("class_name", ""),
        room=values.get("room", ""),
        seat=_whole(row, "seat", values, roster, 1, 999),
        extra_percent=_whole(row, "extra_percent", values, roster, 0, 300) or 0,
        extra_minutes=_whole(row, "extra_minutes", values, roster, 0, 600) or 0,
        reason=values.get("reason", ""),
    )
    if (found.extra_percent or found.extra_minutes) and not found.reason:
        roster.problem(row, _title("reason"), _("Extra time needs a reason."))
    return found


def _birth_date(row: int, text: str, roster: Roster) -> date | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text) or None
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", text)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        pass
    roster.problem(row, _title("birth_date"), _("“%(text)s” is no date; write dd/mm/yyyy."), text=text[:40])
    return None


def _whole(row: int, name: str, values: Mapping[str, str], roster: Roster, low: int, high: int) -> int | None:
    text = values.get(name, "").removesuffix("%").strip()
    if not text:
        return None
    if re.fullmatch(r"\d{1,4}", text) and low <= int(text) <= high:
        return int(text)
    roster.problem(
        row,
        _title(name),
        _("“%(text)s” is not a whole number from %(low)s to %(high)s."),
        text=text[:40],
        low=low,
        high=high,
    )
    return None


def _check_doubles(roster: Roster, columns: Mapping[str, int], heading: Sequence[str]) -> None:
    for name in ("number", "code"):
        if name not in columns:
            continue
        first: dict[str, int] = {}
        for row in roster.rows:
            value = getattr(row, name)
            if value and value in first:
                message = _("“%(value)s” stands in row %(first)s already.")
                roster.problem(row.row, heading[columns[name]].strip(), message, value=value, first=first[value])
            first.setdefault(value, row.row)
    seats: dict[tuple[str, int], int] = {}
    for row in roster.rows:
        if row.seat is None:
            continue
        if (place := (row.room, row.seat)) in seats:
            message = _("Seat %(seat)s of this room is taken by row %(first)s.")
            roster.problem(row.row, _title("seat"), message, seat=row.seat, first=seats[place])
        seats.setdefault(place, row.row)
    if "number" in columns:
        for row in roster.rows:
            if not row.number:
                roster.problem(row.row, _title("number"), _("The candidate number is missing."))


def _title(name: str) -> str:
    titles = {
        "full_name": "Họ và tên", "birth_date": "Ngày sinh", "seat": "Chỗ ngồi", "number": "Số báo danh",
        "reason": "Lý do", "extra_percent": "Thêm giờ %", "extra_minutes": "Thêm phút", "code": "Mã học sinh",
        "class_name": "Lớp", "room": "Phòng thi", "family": "Họ đệm", "given": "Tên",
    }  # fmt: skip
    return titles[name]


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text.lstrip("'\ufeff")).split())


def _csv_lines(data: bytes, roster: Roster) -> Iterator[Line]:
    text = decode(data)
    roster.notes += [Problem(1, "", reason.message, dict(reason.params)) for reason in text.problems]
    content = "".join(text.lines)
    delimiter = max(",;\t", key=content.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        roster.problem(reader.line_num, "", _("This row is not well-formed CSV."))


def _xlsx_lines(data: bytes, roster: Roster) -> Iterator[Line]:
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    archive = Archive(data)
    archive.check_all()
    if any(_declares_entities(archive.read(name)) for name in archive.names if name.endswith((".xml", ".rels"))):
        roster.problem(1, "", _("A part of the workbook declares a document type, which is refused."))
        return
    try:
        book = load_workbook(io.BytesIO(data), data_only=True, read_only=False)
    except Exception:  # noqa: BLE001 - openpyxl lets anything through for a damaged workbook
        roster.problem(1, "", _("This is not a spreadsheet that can be read (XLSX)."))
        return
    sheet = book.worksheets[0]
    formulas = _formulas_without_result(data, sheet.title) if sheet.max_row <= MAX_ROWS else set()
    # Within what is there: openpyxl makes every cell that it is asked for.
    for row in sheet.iter_rows(max_row=min(sheet.max_row, MAX_ROWS + 2), max_col=min(sheet.max_column, MAX_COLUMNS)):
        cells = [_cell_text(cell) for cell in row]
        for cell in row:
            if cell.value is None and cell.coordinate in formulas:
                message = _("This cell holds a formula without a result. Save the file in Excel, or write the value.")
                roster.problem(cell.row or 0, get_column_letter(cell.column or 1), message)
        if any(cell.strip() for cell in cells):
            yield row[0].row or 0, cells


def _declares_entities(part: bytes) -> bool:
    return re.search(rb"<!(?:DOCTYPE|ENTITY)", part.replace(b"\0", b""), re.IGNORECASE) is not None


def _formulas_without_result(data: bytes, title: str) -> set[str]:
    """Cells whose formula nobody has calculated: without this they would read as empty."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), data_only=False, read_only=True)
    try:
        rows = book[title].iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS)
        return {cell.coordinate for row in rows for cell in row if cell.data_type == "f"}
    finally:
        book.close()


def _cell_text(cell: Any) -> str:
    """What the person sees in the cell: zeros of a format like 000000 come back, dates become dd/mm/yyyy."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, (datetime, date)):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)) and float(value).is_integer():
        zeros = re.fullmatch(r"0+", str(cell.number_format or ""))
        return str(int(value)).zfill(len(zeros[0]) if zeros else 0)
    return str(value)
