"""Rows of cells of a file as people send it: text of any usual encoding and separator, or a workbook's first sheet.

Every bound is checked before the memory is used: a file may come from anybody.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from item_bank.content.composing import composed
from item_bank.formats.archives import looks_like_zip
from item_bank.formats.encodings import decode
from item_bank.formats.model import ReadProblem

#: As many as a sheet of Excel can have.
MOST_COLUMNS = 16_384
MOST_BYTES = 256 * 1024 * 1024
MOST_CHARACTERS = 5_000_000  # of a line
MOST_CELLS = 50_000_000
SAVE = "Save it as “CSV UTF-8” or as .xlsx"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SEPARATORS = "\t;,"
_QUOTED = re.compile(r'"[^"]*(?:"|$)')
_DECIMAL_COMMA = re.compile(r'\s*"?\s*[+−-]?\d*,\d+\s*"?\s*', re.ASCII)
#: Lines after the line of names that have a say in what separates cells.
_LOOKED_AT = 50


class FileUnusable(ValueError):
    """What is wrong with a file, and where: as people count, the first line and the first column are 1."""


@dataclass(frozen=True, slots=True)
class Rows:
    """names: of the columns, stripped. lines: each row with its line in the file (of a workbook: its row), with as many
    cells as there are names. warnings: what was not clear, though the file could be read."""

    names: tuple[str, ...]
    lines: tuple[tuple[int, Sequence[str]], ...]
    warnings: tuple[str, ...] = ()


def read_rows(path: Path) -> Rows:
    """Raises FileUnusable."""
    data = read_bytes(path)
    warnings: list[str] = []
    if looks_like_zip(data):
        from exam_engine.measuring.files.workbooks import sheet_rows

        found = sheet_rows(path, data)
    else:
        found = _of_text(path, text_lines(path, data, warnings))
    first = next(found, (1, ()))
    names = [" ".join(plain(name).split()) for name in first[1]]
    while names and not names[-1]:
        names.pop()  # a separator at the end of each line, or columns that Excel knows of and nobody filled
    _check_width(path, len(names))
    lines, cells = [], 0
    for line, row in found:
        cells += len(names)
        if cells > MOST_CELLS:
            raise FileUnusable(f"{path} has more than {MOST_CELLS:,} cells. Analyse it in parts.")
        lines.append((line, _fitting(path, line, row, len(names))))
    return Rows(tuple(names), tuple(lines), tuple(warnings))


def read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileUnusable(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:  # a name with a NUL
        raise FileUnusable("the name of the file holds a character that no name can have") from None
    if len(data) > MOST_BYTES:
        raise FileUnusable(f"{path} is larger than {MOST_BYTES // 2**20} MB. Analyse it in parts.")
    return data


def text_lines(path: Path, data: bytes, warnings: list[str]) -> Sequence[str]:
    """With their ends. Letters with marks are one character each: programs differ in how they write “ữ”."""
    if data.startswith(_OLD_EXCEL):
        raise FileUnusable(f"{path} is a workbook of Excel before 2007, or encrypted. {SAVE}.")
    try:
        text = decode(data)
    except ReadProblem as problem:
        where = f"{path}, line {problem.line}" if problem.line else str(path)
        raise FileUnusable(f"{where}: {problem} {SAVE}.") from None
    warnings.extend(f"line {reason.line} of {path}: {reason.text}" for reason in text.problems)
    return [composed(line) for line in text.lines]


def plain(cell: str) -> str:
    """Without spaces around it and without the apostrophe that keeps a spreadsheet from calculating with a text."""
    stripped = cell.strip().strip("\ufeff\u200b").strip()
    return stripped[1:].strip() if len(stripped) > 1 and stripped.startswith("'") else stripped


def quoted(text: str) -> str:
    """A cell or a name in a message."""
    return f"“{in_line(text, 40)}”"


def fault_of(where: str, what: str) -> FileUnusable:
    return FileUnusable(f"{where}: {what}")


def in_line(text: str, most: int) -> str:
    """Of a text from a file, what can stand in a message: one short line that does nothing to the terminal."""
    line = "".join(one if one.isprintable() else "�" for one in " ".join(text.split()))
    return line if len(line) <= most else line[: most - 1] + "…"


def _of_text(path: Path, lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Strict about quotes: one that is not closed would swallow what follows it."""
    separator = _separator(lines)
    reader = csv.reader(_bounded(path, lines, separator), delimiter=separator, strict=True)
    alone = separator not in (lines[0] if lines else "")
    start = 0
    try:
        for cells in reader:
            if cells or (alone and start):  # an empty line of a single column is an empty cell
                yield start + 1, cells or [""]
            start = reader.line_num
    except csv.Error as error:
        raise FileUnusable(f"{path}, line {start + 1}: {_told(error, reader.line_num > start + 1)}") from None


def _told(error: csv.Error, runs_on: bool) -> str:
    told = str(error)
    if "end of data" in told or (runs_on and "field larger" in told):
        return 'a quotation mark (") opens here and is never closed. Close it, or remove it.'
    if "field larger" in told:
        return f"a cell has more than {csv.field_size_limit():,} characters. Shorten it or leave the column out."
    if "expected after" in told:
        return 'text follows a closing quotation mark ("). Within a quoted cell write a quotation mark twice ("").'
    return f"cannot be read as CSV ({told})"


def _bounded(path: Path, lines: Sequence[str], separator: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_CHARACTERS:
            raise FileUnusable(
                f"{path}, line {number} has more than {MOST_CHARACTERS:,} characters. Put each candidate on a line."
            )
        if line.count(separator) > MOST_COLUMNS and _QUOTED.sub("", line).count(separator) > MOST_COLUMNS:
            _check_width(path, line.count(separator) + 1)
        yield line.rstrip("\r\n") + "\n"


def _separator(lines: Sequence[str]) -> str:
    """Of those in the line of names the one that most of the next lines have as often; quoted ones don't count."""
    heads = [_QUOTED.sub("", line[:MOST_CHARACTERS]) for line in lines[: _LOOKED_AT + 1]]
    counts = {one: [head.count(one) for head in heads if head.strip()] for one in _SEPARATORS}
    found = [one for one, times in counts.items() if times and times[0]]
    if found:
        return max(found, key=lambda one: (sum(times == counts[one][0] for times in counts[one]), counts[one][0]))
    # A single column: its commas are those of decimals, unless a line has what cannot be one.
    commas = [line for line in lines if "," in line]
    return ";" if commas and all(_DECIMAL_COMMA.fullmatch(line) for line in commas) else ","


def _check_width(path: Path, width: int) -> None:
    if not width:
        what = "the first line has to name the columns, and each further line is a candidate"
        raise FileUnusable(f"{path} is empty: {what}.")
    if width > MOST_COLUMNS:
        raise FileUnusable(f"{path} has {width:,} columns; at most {MOST_COLUMNS:,} can be read.")


def _fitting(path: Path, line: int, row: Sequence[str], width: int) -> Sequence[str]:
    """Cells beyond the named columns may be there when they are empty."""
    if len(row) == width:
        return row
    if len(row) > width and not any(map(plain, row[width:])):
        return row[:width]
    cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
    columns = "1 column" if width == 1 else f"{width} columns"
    advice = "A cell that holds the separator has to stand in quotation marks, and each of those has to be closed."
    raise FileUnusable(f"{path}, line {line}: {cells}, but the first line names {columns}. {advice}")
