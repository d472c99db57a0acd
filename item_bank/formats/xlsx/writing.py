"""The XLSX template that authors fill in: item sheet with lists to choose from, passage sheet, guide, examples."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import partial

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from item_bank.content.model import Language
from item_bank.formats.xlsx.columns import COLUMNS, LEVELS, PASSAGE_COLUMNS, SHEETS, TYPES
from item_bank.formats.xlsx.template import EXAMPLES, GUIDE, PASSAGES

#: Rows that are prepared (text format, lists); more may be filled in.
_ROWS = 500
_WIDTHS = {"stem": 50, "rationale": 40, "text": 90, "type": 20, "key": 16, "topic": 24, "levels": 22, "title": 30}


def write_template(language: Language = "vi") -> bytes:
    """An .xlsx with one example of each type; what it holds can be imported as it is."""
    return write_workbook(EXAMPLES[language], PASSAGES[language], language)


def write_workbook(
    items: Sequence[Mapping[str, str]], passages: Sequence[Mapping[str, str]], language: Language = "vi"
) -> bytes:
    """Rows by column name (xlsx_columns.COLUMNS); `type` is a type name of the item model."""
    book = Workbook()
    titles = partial(_title, language=language)
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = titles(SHEETS["items"])
    named = [{**row, "type": titles(TYPES[row["type"]])} for row in items]
    _fill(sheet, {column: titles(words) for column, words in COLUMNS.items()}, named)
    _offer(sheet, "type", [titles(words) for words in TYPES.values()])
    _offer(sheet, "level", list(LEVELS), strict=False)
    passage_sheet = book.create_sheet(titles(SHEETS["passages"]))
    _fill(passage_sheet, {column: titles(words) for column, words in PASSAGE_COLUMNS.items()}, passages)
    _guide(book.create_sheet(titles(SHEETS["guide"])), GUIDE[language])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _title(words: tuple[str, str] | tuple[str, str, tuple[str, ...]], *, language: Language) -> str:
    return words[1] if language == "en" else words[0]


def _fill(sheet: Worksheet, titles: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> None:
    for index, (column, title) in enumerate(titles.items(), start=1):
        cell = sheet.cell(1, index, title)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(index)].width = _WIDTHS.get(column, 14)
        for number in range(2, max(_ROWS, len(rows) + 1) + 1):
            prepared = sheet.cell(number, index)
            prepared.number_format = "@"  # text: Excel shall not make a number of 0,5 nor a date of 1/2
            prepared.alignment = Alignment(vertical="top", wrap_text=True)
    for number, row in enumerate(rows, start=2):
        for index, column in enumerate(titles, start=1):
            if row.get(column):
                cell = sheet.cell(number, index, row[column])
                cell.data_type = "s"  # a text that begins with = is no formula
    sheet.freeze_panes = "A2"


def _offer(sheet: Worksheet, column: str, values: Sequence[str], *, strict: bool = True) -> None:
    letter = get_column_letter(list(COLUMNS).index(column) + 1)
    rule = DataValidation("list", formula1=f'"{",".join(values)}"', allow_blank=True, showErrorMessage=strict)
    rule.add(f"{letter}2:{letter}{_ROWS}")
    sheet.add_data_validation(rule)


def _guide(sheet: Worksheet, lines: Sequence[tuple[str, str]]) -> None:
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 100
    for number, (term, explanation) in enumerate(lines, start=1):
        sheet.cell(number, 1, term).font = Font(bold=True)
        sheet.cell(number, 2, explanation).alignment = Alignment(wrap_text=True, vertical="top")
