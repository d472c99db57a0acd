"""A workbook → rows of named values: finds the header row of each sheet, spreads merged cells, attaches pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from item_bank.formats.archives import Archive
from item_bank.formats.model import N_, ReadProblem, Reason
from item_bank.formats.xlsx.cells import CellReader, Value
from item_bank.formats.xlsx.columns import COLUMNS, PASSAGE_COLUMNS, column_named
from item_bank.formats.xlsx.pictures import Embedded, embedded_pictures

MAX_ROWS = 5_000
MAX_COLUMNS = 60
_HEADER_WITHIN = 20
Titles = dict[str, tuple[str, str, tuple[str, ...]]]


@dataclass(slots=True)
class Row:
    sheet: str
    number: int
    values: Mapping[str, Value]
    pictures: list[tuple[str, Embedded]] = field(default_factory=list)
    remarks: list[Reason] = field(default_factory=list)

    def __getitem__(self, column: str) -> Value:
        return self.values.get(column, Value(self.place))

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.number}"


@dataclass(frozen=True, slots=True)
class Table:
    kind: str
    rows: tuple[Row, ...]
    problems: tuple[Reason, ...]


def tables(data: bytes, archive: Archive, *, comma: bool) -> Iterator[Table]:
    """The sheets that have a header row of items or of passages; others (a guide) are passed over."""
    book = _open(data, formulas=True)
    results = _open(data, formulas=False)
    for sheet in book.worksheets:
        found = _header(sheet)
        if found is None:
            continue
        kind, header, columns = found
        if sheet.sheet_state != "visible":
            message = N_("The hidden sheet %(sheet)s was not read.")
            yield Table("hidden", (), (Reason.of("hidden_sheet", message, sheet=sheet.title),))
            continue
        reader = CellReader(sheet.title, comma, _results(sheet, results[sheet.title]))
        pictures = embedded_pictures(archive, sheet.title)
        yield _table(sheet, kind, header, columns, reader, pictures)


def _open(data: bytes, *, formulas: bool) -> Workbook:
    try:
        return load_workbook(io.BytesIO(data), data_only=not formulas, rich_text=formulas, keep_links=False)
    except Exception as error:  # openpyxl lets KeyError, ValueError, TypeError, XML errors of damaged files through
        raise ReadProblem("workbook_damaged", N_("The workbook is damaged or is no Excel workbook (.xlsx).")) from error


def _cells(sheet: Worksheet) -> Iterator[Cell]:
    """The cells that exist. Walking by rows would make each of the 17 billion that a sheet can have."""
    return (cell for cell in list(sheet._cells.values()) if isinstance(cell, Cell))  # noqa: SLF001 - no public way


def _results(sheet: Worksheet, results: Worksheet) -> dict[str, object]:
    return {cell.coordinate: results[cell.coordinate].value for cell in _cells(sheet) if cell.data_type == "f"}


def _header(sheet: Worksheet) -> tuple[str, int, dict[int, str]] | None:
    """The row with the titles: (items or passages, its number, column number → column)."""
    kinds = (("items", COLUMNS, {"stem", "key"}), ("passages", PASSAGE_COLUMNS, {"id", "text"}))
    for number, cells in enumerate(sheet.iter_rows(max_row=_HEADER_WITHIN, max_col=MAX_COLUMNS), start=1):
        for kind, titles, needed in kinds:
            columns = _columns(cells, titles)
            if needed <= set(columns.values()):
                return kind, number, columns
    return None


def _columns(cells: tuple[Cell | MergedCell, ...], titles: Titles) -> dict[int, str]:
    named: dict[int, str] = {}
    for index, cell in enumerate(cells, start=1):
        column = column_named(str(cell.value), titles) if cell.value is not None else None
        if column and column not in named.values():
            named[index] = column
    return named


def _table(
    sheet: Worksheet, kind: str, header: int, columns: dict[int, str], reader: CellReader, pictures: list[Embedded]
) -> Table:
    last = _last_row(sheet)
    if last - header > MAX_ROWS:
        message = N_("The sheet %(sheet)s has more than %(limit)s rows.")
        raise ReadProblem("too_many_rows", message, sheet=sheet.title, limit=MAX_ROWS)
    spread = _spread(sheet, header)
    shown: dict[int, list[Embedded]] = {}
    for one in pictures:
        shown.setdefault(one.row, []).append(one)
    rows = []
    for number in range(header + 1, last + 1):
        row = _row(sheet, number, columns, reader, spread)
        row.pictures = [(columns.get(one.column, ""), one) for one in shown.get(number, ())]
        if any(row.values.values()) or row.pictures:
            rows.append(row)
    covered = {row.number for row in rows}
    lost = [one for one in pictures if one.row not in covered]
    return Table(kind, tuple(rows), (*_ignored_columns(sheet, header, columns), *(_stray(sheet, one) for one in lost)))


def _last_row(sheet: Worksheet) -> int:
    """The last row with a value: a formatted but empty tail may reach down to row 1,048,576."""
    return max((int(cell.row) for cell in _cells(sheet) if cell.value is not None), default=0)


def _row(
    sheet: Worksheet, number: int, columns: dict[int, str], reader: CellReader, spread: dict[tuple[int, int], Cell]
) -> Row:
    values: dict[str, Value] = {}
    row = Row(sheet.title, number, values)
    for index, column in columns.items():
        cell = spread.get((number, index)) or sheet.cell(number, index)
        if isinstance(cell, Cell):
            values[column] = reader.read(cell)
        if (number, index) in spread and cell.row != number:
            message = N_("A merged cell: the value of %(cell)s was read for each of its rows.")
            row.remarks.append(
                Reason.of("merged_cell", message, place=row.place, cell=f"{sheet.title}!{cell.coordinate}")
            )
    if sheet.row_dimensions[number].hidden and any(values.values()):
        row.remarks.append(Reason.of("hidden_row", N_("The row is hidden in Excel, but was read."), place=row.place))
    return row


def _spread(sheet: Worksheet, header: int) -> dict[tuple[int, int], Cell]:
    """(row, column) → the cell with the value, for every row of a merged range; only its first column counts."""
    spread: dict[tuple[int, int], Cell] = {}
    for merged in sheet.merged_cells.ranges:
        first = sheet.cell(merged.min_row, merged.min_col)
        if merged.min_row > header and merged.max_row - merged.min_row < MAX_ROWS and isinstance(first, Cell):
            spread.update({(row, merged.min_col): first for row in range(merged.min_row, merged.max_row + 1)})
    return spread


def _ignored_columns(sheet: Worksheet, header: int, columns: dict[int, str]) -> Iterator[Reason]:
    for cell in sheet[header][:MAX_COLUMNS]:
        if cell.value is not None and cell.column not in columns:
            message = N_("The column %(title)s is unknown or stands twice; it was not read.")
            place = f"{sheet.title}!{cell.coordinate}"
            yield Reason.of("column_ignored", message, place=place, title=str(cell.value)[:60])


def _stray(sheet: Worksheet, picture: Embedded) -> Reason:
    message = N_("A picture stands in row %(row)s, where there is no item.")
    return Reason.of("picture_stray", message, place=f"{sheet.title}!{picture.row}", row=picture.row)
