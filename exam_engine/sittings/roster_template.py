"""An empty roster to fill in, XLSX or CSV, with two lines of example that are to be written over."""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

#: Heading in Vietnamese and English, two examples, width in characters. `roster.HEADINGS` knows them all.
COLUMNS: tuple[tuple[str, str, str, str, int], ...] = (
    ("Số báo danh", "Candidate number", "001", "002", 14),
    ("Mã học sinh", "Pupil code", "0079123456", "0079123457", 16),
    ("Họ và tên", "Full name", "Nguyễn Thị Ánh", "Đặng Văn Bình", 30),
    ("Ngày sinh", "Date of birth", "05/09/2008", "21/11/2008", 14),
    ("Lớp", "Class", "12A1", "12A1", 10),
    ("Phòng thi", "Room", "P01", "P01", 12),
    ("Chỗ ngồi", "Seat", "1", "2", 10),
    ("Thêm giờ %", "Extra time %", "", "25", 12),
    ("Thêm phút", "Extra minutes", "", "", 14),
    ("Lý do", "Reason", "", "Khiếm thị", 30),
)
PREPARED_ROWS = 1000


def write_template(kind: str, locale: str) -> bytes:
    headings = [column[1] if locale == "en" else column[0] for column in COLUMNS]
    examples = [[column[2] for column in COLUMNS], [column[3] for column in COLUMNS]]
    return _xlsx(headings, examples) if kind == "xlsx" else _csv(headings, examples)


def _csv(headings: list[str], examples: list[list[str]]) -> bytes:
    """With a byte-order mark: Excel takes UTF-8 for what it is only then."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([headings, *examples])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(headings: list[str], examples: list[list[str]]) -> bytes:
    """Every cell is prepared as text, so that leading zeros and dates stay as people type them."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Roster"
    sheet.freeze_panes = "A2"
    for number, row in enumerate([headings, *examples], start=1):
        for position, text in enumerate(row, start=1):
            cell = sheet.cell(number, position, text or None)
            cell.number_format = "@"
            cell.font = Font(bold=number == 1)
    for position, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = column[4]
        for number in range(4, PREPARED_ROWS):
            sheet.cell(number, position).number_format = "@"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
