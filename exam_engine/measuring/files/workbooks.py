"""Rows of the first sheet of a workbook (XLSX), read as a stream."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from exam_engine.kit.spreadsheets import cell_text, declares_entities
from exam_engine.measuring.files.rows import SAVE, FileUnusable
from item_bank.formats.archives import Archive
from item_bank.formats.model import HostileFile


def sheet_rows(path: Path, data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows with anything in them and their numbers, padded to the width of the first. Raises FileUnusable."""
    try:
        _check(path, data)
        yield from _rows(path, data)
    except FileUnusable:
        raise
    except HostileFile as problem:
        raise FileUnusable(f"{path}: {problem}") from None
    except Exception as error:  # openpyxl lets anything through for a damaged workbook
        raise FileUnusable(f"{path} is damaged or is not an Excel workbook. {SAVE}.") from error


def _check(path: Path, data: bytes) -> None:
    archive = Archive(data)
    archive.check_all()
    if any(declares_entities(archive.read(name)) for name in archive.names if name.endswith((".xml", ".rels"))):
        raise FileUnusable(f"{path}: a part of the workbook declares a document type, which is refused.")


def _rows(path: Path, data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """Results and formulas side by side: a formula that nobody has calculated would read as an empty cell."""
    shown, written = _sheet(data, results=True), _sheet(data, results=False)
    width = 0
    for number, (row, formulas) in enumerate(zip(shown.iter_rows(), written.iter_rows(), strict=True), 1):
        cells = [cell_text(cell) for cell in row]
        for cell, formula in zip(row, formulas, strict=True):
            if cell.value is None and formula.data_type == "f":
                what = "holds a formula without a result. Save the file in Excel, or write the value"
                raise FileUnusable(f"{path}, cell {formula.coordinate} {what}.")
        if any(cells):
            width = width or len(cells)
            yield number, cells + [""] * (width - len(cells))


def _sheet(data: bytes, *, results: bool) -> Any:
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(data), data_only=results, read_only=True).worksheets[0]
    sheet.reset_dimensions()  # what a file says of its own size need not be so
    return sheet
