"""Tables of exports as values, and the two ways to write them: CSV for any spreadsheet, XLSX. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from item_bank.content.folding import fold

if TYPE_CHECKING:
    from openpyxl import Workbook

Value = str | int | float | Decimal | datetime | date | None

#: What a spreadsheet may take for a formula or a command at the beginning of a text, full-width signs included.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Characters that no XML, and so no XLSX, can hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LONGEST = 32_000  # a cell of XLSX holds 32,767 characters


@dataclass(frozen=True)
class Sheet:
    """Moments are already in the unit's zone and naive: a spreadsheet knows no zones."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]


def harmless(text: str) -> str:
    """Text stays text: an apostrophe keeps a spreadsheet from running what a pupil has typed."""
    clean = _UNWRITABLE.sub("", text)[:_LONGEST]
    return "'" + clean if clean.startswith(_DANGEROUS) else clean


def as_csv(sheet: Sheet, locale: str) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads it; Vietnamese: semicolons, decimal comma, dd/mm/yyyy."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if locale == "vi" else ",", lineterminator="\r\n")
    writer.writerow([harmless(head) for head in sheet.heads])
    writer.writerows([_text(value, locale) for value in row] for row in sheet.rows)
    return stream.getvalue().encode("utf-8-sig")


def for_programs(sheet: Sheet) -> bytes:
    """CSV as R and others read it without an option: no mark before the first name, commas, decimal points, numbers to
    the last digit; nothing known is NA."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([harmless(head) for head in sheet.heads])
    for row in sheet.rows:
        told = ("NA" if value is None else value for value in row)
        writer.writerow([harmless(value) if isinstance(value, str) else value for value in told])
    return stream.getvalue().encode()


def as_xlsx(*sheets: Sheet) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write(book: Workbook, sheet: Sheet) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    page = book.create_sheet(harmless(sheet.name)[:31])
    page.freeze_panes = "A2"
    heads = []
    for head in sheet.heads:
        cell = WriteOnlyCell(page, value=harmless(head))
        cell.font = Font(bold=True)
        heads.append(cell)
    page.append(heads)
    for row in sheet.rows:
        page.append([harmless(value) if isinstance(value, str) else value for value in row])


def file_name(title: str, what: str, ending: str) -> str:
    """ "Khảo sát Tiếng Anh" → results-khao-sat-tieng-anh.xlsx"""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:60].strip("-")
    return f"{what}-{plain or 'sitting'}.{ending}"


def _text(value: Value, locale: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M:%S" if locale == "vi" else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y" if locale == "vi" else "%Y-%m-%d")
    number = f"{value:.6g}" if isinstance(value, float) else f"{value}"
    return number.replace(".", ",") if locale == "vi" else number
