"""Lists of people as schools send them, CSV or XLSX: read into plain rows of text, each with its place in the file.

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
from item_bank.content.composing import composed
from item_bank.content.folding import fold
from item_bank.formats.archives import Archive, looks_like_zip
from item_bank.formats.encodings import decode

MAX_ROWS = 50_000
MAX_CELL = 200
MAX_COLUMNS = 60
#: How many lines with anything in them may end with the headings: school, title and year stand above them.
HEADING_WITHIN = 10

#: A row's place, as the spreadsheet counts, and its cells.
Line = tuple[int, Sequence[str]]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """`message` is an English msgid with `%(name)s` places; rows count as in the spreadsheet."""

    row: int
    column: str
    message: str
    params: dict[str, str] = {}


@dataclass
class Sheet:
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def problem(self, row: int, column: str, message: str, **params: object) -> None:
        self.problems.append(Problem(row, column, message, {name: str(value) for name, value in params.items()}))


def read_sheet(data: bytes) -> Sheet:
    """The rows that hold anything. Raises `item_bank.formats.model.ReadProblem` for a file that is no table at all."""
    sheet = Sheet()
    sheet.lines = list(_xlsx_lines(data, sheet) if looks_like_zip(data) else _csv_lines(data, sheet))
    if not sheet.lines and not sheet.problems:
        sheet.problem(1, "", _("The file is empty."))
    if len(sheet.lines) > MAX_ROWS:
        sheet.problem(MAX_ROWS, "", _("The file has more than %(limit)s rows."), limit=MAX_ROWS)
    return sheet


def heading_at(lines: Sequence[Line], headings: Mapping[str, Sequence[str]]) -> int | None:
    """Which of the first lines holds the headings, one of them a name's. None where there is none."""
    for at, (_row, cells) in enumerate(lines[:HEADING_WITHIN]):
        if {"full_name", "given"} & {column_of(cell, headings) for cell in cells}:
            return at if not any(re.search(r"\d", cell) for cell in cells) else None
    return None


def tell_titles(lines: Sequence[Line], notes: list[Problem], problems: list[Problem]) -> None:
    """Of the lines above the headings: a title is told, and somebody with a birth date must not stand there."""
    for row, cells in lines:
        filled = [plain_cell(cell) for cell in cells if cell.strip()]
        if len(filled) > 1 and any(day_of(cell) for cell in filled):
            problems.append(Problem(row, "", _("This line stands above the headings. Move it below them.")))
        else:
            notes.append(_not_read(row, filled))


def without_footer(lines: Sequence[Line], notes: list[Problem]) -> list[Line]:
    """The lines of people. From a total or a signature on only lines that count on or hold a day are people's; the
    others are told in `notes`, as nobody can know whether the name under a signature is a pupil's."""
    people: list[Line] = []
    ended = False
    for row, cells in lines:
        filled = [plain_cell(cell) for cell in cells if cell.strip()]
        closing = bool(filled) and _FOOTER.search(fold(filled[0])) is not None
        ended = ended or closing
        if closing or (ended and not any(cell.isdigit() or day_of(cell) for cell in filled)):
            notes.append(_not_read(row, filled))
        else:
            people.append((row, cells))
    return people


_FOOTER = re.compile(
    r"^(tong (so|cong)|tong:|danh sach (nay )?(co|gom)|nguoi lap|giao vien|gvcn|(pho )?hieu truong|thu truong|xac nhan|"
    r"ky ten|\(ky)|\bngay\b.*\bthang\b.*\bnam\b"
)


def _not_read(row: int, filled: Sequence[str]) -> Problem:
    return Problem(
        row, "", _("Row %(row)s is not read: “%(text)s”"), {"row": str(row), "text": " · ".join(filled)[:80]}
    )


def column_of(heading: str, headings: Mapping[str, Sequence[str]]) -> str | None:
    """Which column a heading names; `headings` holds the ways to write it, folded (without accents and case)."""
    folded = fold(heading).strip(" .:*")
    return next((name for name, words in headings.items() if folded in words), None)


def plain_cell(text: str) -> str:
    """NFC with single spaces, without the apostrophe that keeps Excel from reading a number."""
    return " ".join(composed(text.lstrip("'\ufeff")).split())


def unfit_cell(value: str) -> bool:
    return len(value) > MAX_CELL or any(unicodedata.category(c) in ("Cc", "Cs") for c in value)


def day_of(text: str) -> date | None:
    """dd/mm/yyyy with any of / . -, or ISO; None for what is no date."""
    match = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text)
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", text)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        return None
    return None


def _csv_lines(data: bytes, sheet: Sheet) -> Iterator[Line]:
    text = decode(data)
    sheet.notes += [Problem(1, "", reason.message, dict(reason.params)) for reason in text.problems]
    content = "".join(text.lines)
    delimiter = max(",;\t", key="".join(content.splitlines(keepends=True)[:HEADING_WITHIN]).count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        sheet.problem(reader.line_num, "", _("This row is not well-formed CSV."))


def _xlsx_lines(data: bytes, sheet: Sheet) -> Iterator[Line]:
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    archive = Archive(data)
    archive.check_all()
    if any(declares_entities(archive.read(name)) for name in archive.names if name.endswith((".xml", ".rels"))):
        sheet.problem(1, "", _("A part of the workbook declares a document type, which is refused."))
        return
    try:
        book = load_workbook(io.BytesIO(data), data_only=True, read_only=False)
    except Exception:  # noqa: BLE001 - openpyxl lets anything through for a damaged workbook
        sheet.problem(1, "", _("This is not a spreadsheet that can be read (XLSX)."))
        return
    page = book.worksheets[0]
    formulas = _formulas_without_result(data, page.title) if page.max_row <= MAX_ROWS else set()
    # Within what is there: openpyxl makes every cell that it is asked for.
    for row in page.iter_rows(max_row=min(page.max_row, MAX_ROWS + 2), max_col=min(page.max_column, MAX_COLUMNS)):
        cells = [cell_text(cell) for cell in row]
        for cell in row:
            if cell.value is None and cell.coordinate in formulas:
                message = _("This cell holds a formula without a result. Save the file in Excel, or write the value.")
                sheet.problem(cell.row or 0, get_column_letter(cell.column or 1), message)
        if any(cell.strip() for cell in cells):
            yield row[0].row or 0, cells


def declares_entities(part: bytes) -> bool:
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


def cell_text(cell: Any) -> str:
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
