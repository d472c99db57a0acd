"""An empty list to fill in, XLSX or CSV, with lines of example that are to be written over."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

#: Heading in Vietnamese and English, two examples, width in characters.
Column = tuple[str, str, str, str, int]
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
PREPARED_ROWS = 1000


def write_template(kind: str, locale: str, columns: Sequence[Column], title: str) -> bytes:
    """`kind` is one of `MEDIA`."""
    headings = [column[1] if locale == "en" else column[0] for column in columns]
    rows = [headings, [column[2] for column in columns], [column[3] for column in columns]]
    return _xlsx(rows, [column[4] for column in columns], title) if kind == "xlsx" else _csv(rows)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """With a byte-order mark: Excel takes UTF-8 for what it is only then."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(rows: Sequence[Sequence[str]], widths: Sequence[int], title: str) -> bytes:
    """Every cell is prepared as text, so that leading zeros and dates stay as people type them."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.worksheet import Worksheet

    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, start=1):
        for position, text in enumerate(row, start=1):
            cell = sheet.cell(number, position, text or None)
            cell.number_format = "@"
            cell.font = Font(bold=number == 1)
    for position, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
        for number in range(len(rows) + 1, PREPARED_ROWS):
            sheet.cell(number, position).number_format = "@"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
