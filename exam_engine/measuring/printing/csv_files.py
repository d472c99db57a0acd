"""The tables of an answer as files: figures.csv, and one file a table (docs/statistics.md)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from exam_engine.kit.cells import harmless
from exam_engine.measuring.files.placing import put
from exam_engine.measuring.printing.flat import Flat, Row, columns
from exam_engine.measuring.printing.views import VIEWS


def write(folder: Path, found: Flat) -> list[Path]:
    """Returns the files. Raises FileUnusable."""
    written = []
    for name, rows in {"figures": [found.figure_row()], **found.tables}.items():
        file = folder / (re.sub(r"[^\w-]+", "_", name) + ".csv")
        put(file, as_csv(rows, columns(rows) or VIEWS[name].keys))
        written.append(file)
    return written


def as_csv(rows: Sequence[Row], names: Sequence[str]) -> bytes:
    """UTF-8, commas, decimal points, every digit; a cell is empty where a figure is not defined."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(map(_cell, names))
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return stream.getvalue().encode()


def _cell(value: Any) -> Any:
    """True and false as in JSON; numbers as Python writes them: read again they are the same."""
    if isinstance(value, bool):
        return str(value).lower()
    return harmless(value) if isinstance(value, str) else value
