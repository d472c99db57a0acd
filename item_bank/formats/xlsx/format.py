"""XLSX: one item per row, after the template that `writing_xlsx.write_template` makes (docs/authoring/xlsx.md).

The file is checked as an archive before openpyxl sees it (ISO/IEC 29500-2, Open Packaging Conventions).
"""

from __future__ import annotations

import json
from functools import partial

from item_bank.content.model import Item, Passage
from item_bank.formats.archives import looks_like_zip
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.model import N_, Imported, ReadProblem, Reason
from item_bank.formats.registry import Format, Reading
from item_bank.formats.xlsx.items import RowReader
from item_bank.formats.xlsx.rows import Row, Table, tables
from item_bank.formats.xlsx.safety import OLD_EXCEL, safe_archive


def detect(name: str, data: bytes) -> float:
    if looks_like_zip(data):
        return 1.0 if name.lower().endswith((".xlsx", ".xlsm")) else 0.9 * (b"xl/workbook" in data)
    return 0.6 if data.startswith(OLD_EXCEL) else 0.9 * name.lower().endswith((".xlsx", ".xlsm"))


def read(data: bytes, reading: Reading) -> Imported:
    archive = safe_archive(data)
    collector = Collector("xlsx", reading)
    found = list(tables(data, archive, comma=reading.language == "vi"))
    for table in found:
        collector.problems += table.problems
    passages = _passages(found, reading, collector)
    for table in found:
        if table.kind == "items":
            for row in table.rows:
                entry = Entry(
                    identifier=row["id"].text or row.place, title=row["id"].text, line=row.number, place=row.place
                )
                collector.add(entry, _source(row), partial(_item, row, reading, passages))
    if not any(table.kind == "items" for table in found):
        message = N_("No sheet has a header row with the columns Câu dẫn (Stem) and Đáp án (Key).")
        raise ReadProblem("header_missing", message)
    if not collector.entries:
        collector.problems.append(Reason.of("no_items", N_("The file holds no question.")))
    return collector.finish()


def _passages(found: list[Table], reading: Reading, collector: Collector) -> dict[str, Passage | ReadProblem]:
    """Code (case folded) → passage, or why it can't be used: the items that refer to it are refused for that."""
    passages: dict[str, Passage | ReadProblem] = {}
    for row in (row for table in found if table.kind == "passages" for row in table.rows):
        entry = Entry(place=row.place)
        try:
            passages[row["id"].text.casefold()] = Passage(
                RowReader(row, reading, {}, entry).markup("text"), row["title"].text
            )
        except ReadProblem as problem:
            passages[row["id"].text.casefold()] = problem
            collector.problems.append(problem.reason)
        collector.problems += entry.notes
        collector.keep(entry.assets)
    return passages


def _item(row: Row, reading: Reading, passages: dict[str, Passage | ReadProblem], entry: Entry) -> Item:
    return RowReader(row, reading, passages, entry).item()


def _source(row: Row) -> bytes:
    """A row has no bytes of its own in a zip file: its cells, as JSON. The import keeps the workbook itself."""
    cells = {column: value.text for column, value in row.values.items() if value}
    return json.dumps({"sheet": row.sheet, "row": row.number, "cells": cells}, ensure_ascii=False).encode()


FORMAT = Format("xlsx", "Excel (XLSX)", (".xlsx",), detect, read)
