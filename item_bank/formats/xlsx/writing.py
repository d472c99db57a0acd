"""The XLSX template that authors fill in: item sheet with lists to choose from, passage sheet, guide, examples."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from item_bank.content.model import Language
from item_bank.formats.xlsx.columns import COLUMNS, LEVELS, PASSAGE_COLUMNS, SHEETS, TYPES
from item_bank.formats.xlsx.rows import MAX_ROWS
from item_bank.formats.xlsx.template import EXAMPLES, GUIDE, PASSAGES

_WRONG = ("Hãy chọn một loại câu hỏi trong danh sách.", "Choose a type from the list.")
#: Text: Excel shall not make a number of 0,5 nor a date of 1/2.
_TEXT = "@"
_TOP = Alignment(vertical="top", wrap_text=True)
#: Of a cell; with letters of several kinds it is rich text.
Words = str | CellRichText
_WIDTHS = {"stem": 50, "rationale": 40, "text": 90, "type": 20, "key": 16, "topic": 24, "levels": 22, "title": 30}


def write_template(language: Language = "vi") -> bytes:
    """An .xlsx with one example of each type; what it holds can be imported as it is."""
    return write_workbook(EXAMPLES[language], PASSAGES[language], language)


def write_workbook(
    items: Sequence[Mapping[str, Words]], passages: Sequence[Mapping[str, Words]], language: Language = "vi"
) -> bytes:
    """Rows by column name (`columns.COLUMNS`); `type` is a type name of the item model."""
    book = Workbook()
    titles = partial(_title, language=language)
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = titles(SHEETS["items"])
    named = [{**row, "type": titles(TYPES[str(row["type"])])} for row in items]
    _fill(sheet, {column: titles(words) for column, words in COLUMNS.items()}, named)
    passage_sheet = book.create_sheet(titles(SHEETS["passages"]))
    _offer(sheet, "type", _listed([titles(words) for words in TYPES.values()]), wrong=titles(_WRONG))
    _offer(sheet, "level", _listed(LEVELS))
    _offer(sheet, "passage", f"'{passage_sheet.title}'!$A$2:$A${MAX_ROWS + 1}")
    _offer(sheet, "fixed", _listed("x"))
    _offer(sheet, "language", _listed(("vi", "en")))
    _fill(passage_sheet, {column: titles(words) for column, words in PASSAGE_COLUMNS.items()}, passages)
    _guide(book.create_sheet(titles(SHEETS["guide"])), GUIDE[language])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _title(words: tuple[str, str] | tuple[str, str, tuple[str, ...]], *, language: Language) -> str:
    return words[1] if language == "en" else words[0]


def _fill(sheet: Worksheet, titles: Mapping[str, str], rows: Sequence[Mapping[str, Words]]) -> None:
    for index, (column, title) in enumerate(titles.items(), start=1):
        cell = sheet.cell(1, index, title)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        whole = sheet.column_dimensions[get_column_letter(index)]
        whole.width = _WIDTHS.get(column, 14)
        whole.number_format, whole.alignment = _TEXT, _TOP
    for number, row in enumerate(rows, start=2):
        for index, column in enumerate(titles, start=1):
            if row.get(column):
                cell = sheet.cell(number, index, row[column])
                if isinstance(row[column], str):
                    cell.data_type = "s"  # a text that begins with = is no formula
                cell.number_format, cell.alignment = _TEXT, _TOP
    sheet.freeze_panes = "A2"


def _listed(values: Iterable[str]) -> str:
    return f'"{",".join(values)}"'


def _offer(sheet: Worksheet, column: str, formula: str, *, wrong: str = "") -> None:
    """A list to choose from in every row that is read. wrong: said of anything else; without it anything may be typed,
    as what else is understood stands in no list."""
    letter = get_column_letter(list(COLUMNS).index(column) + 1)
    rule = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=bool(wrong), error=wrong or None)
    rule.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
    sheet.add_data_validation(rule)


def _guide(sheet: Worksheet, lines: Sequence[tuple[str, str]]) -> None:
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 100
    for number, (term, explanation) in enumerate(lines, start=1):
        sheet.cell(number, 1, term).font = Font(bold=True)
        sheet.cell(number, 2, explanation).alignment = Alignment(wrap_text=True, vertical="top")
