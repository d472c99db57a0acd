"""Which group or room each candidate is in, told by a column or a file."""

from __future__ import annotations

from collections.abc import Sequence

from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.rows import FileUnusable, quoted
from exam_engine.measuring.files.tables import Column, Table


def labels(column: Column, table: Table, n: int) -> list[str | None]:
    """(n,) group of each row; None for an empty cell: in no group."""
    if table.n != n:
        what = f"{table.n} rows of groups for {n} candidates"
        raise FileUnusable(f"{table.path}: {what}. Give both files a column of ids and name it with --id.")
    return [column.values[code] or None for code in column.codes]


def labels_by_id(column: Column, ids: Column, table: Table, wanted: Column) -> list[str | None]:
    """Group of each candidate in the order of `wanted`, by the ids that both files have; None for who is not told.
    Raises FileUnusable where nobody is."""
    told = dict(zip(table.ids(ids), (column.values[code] or None for code in column.codes), strict=True))
    if not set(wanted.values) & set(told):
        example = f"{quoted(ids.values[0])} here, {quoted(wanted.values[0])} there"
        advice = "Write them alike; a spreadsheet may have taken zeros from their beginning"
        raise FileUnusable(f"{table.path}: no candidate of the responses has an id of this file ({example}). {advice}.")
    return [told.get(wanted.values[code]) for code in wanted.codes]


def of_those(marked: Marked, labelled: Sequence[str | None]) -> list[str | None]:
    """Of the candidates who were presented with anything."""
    return [labelled[row] for row in marked.rows]
