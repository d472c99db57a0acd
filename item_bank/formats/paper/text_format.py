"""A written test as text: pasted, or a file `.txt` (docs/authoring/text-and-word.md has the conventions)."""

from __future__ import annotations

import re

from item_bank.formats.archives import looks_like_zip
from item_bank.formats.encodings import decode
from item_bank.formats.model import N_, Imported, ReadProblem
from item_bank.formats.paper import notation as exam_notation
from item_bank.formats.paper.labels import at_start
from item_bank.formats.paper.lines import Document, Line, Objects, Rich, cleaned
from item_bank.formats.paper.marks import question_start
from item_bank.formats.paper.notation import MARK
from item_bank.formats.paper.reading import read_document
from item_bank.formats.registry import Format, Reading

MAX_LINES = 20_000
MAX_LINE = 20_000
_LOOKED_AT = 200_000


def detect(name: str, data: bytes) -> float:
    if (
        not name.lower().endswith(".txt")
        or looks_like_zip(data)
        or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    ):
        return 0.0
    try:
        lines = [cleaned(line.rstrip("\r\n")) for line in decode(data[:_LOOKED_AT]).lines]
    except ReadProblem:
        return 0.1
    starts = [start for line in lines if (start := question_start(line))]
    optioned = any(at_start(line, lower=False) for line in lines)
    return 0.8 if any(start.named for start in starts) or (starts and optioned) else 0.4 if starts else 0.1


def read(data: bytes, reading: Reading) -> Imported:
    text = decode(data)
    if len(text.lines) > MAX_LINES:
        raise ReadProblem("too_many_lines", N_("The text has more than %(limit)s lines."), limit=MAX_LINES)
    lines = [_line(line, number) for number, line in enumerate(text.lines, 1)]
    if lines and lines[0].text.startswith(MARK):
        lines = _with_looks(lines)
    return read_document(Document(lines, problems=list(text.problems)), "text", reading, text.encoding)


def _with_looks(lines: list[Line]) -> list[Line]:
    """What was copied from Word: underlined letters and their like stand between tags."""
    texts = [line.text.removeprefix(MARK) if at == 0 else line.text for at, line in enumerate(lines)]
    return [exam_notation.read(text, Objects(), number)[0] for number, text in enumerate(texts, 1)]


def _line(line: str, number: int) -> Line:
    if len(line) > MAX_LINE:
        raise ReadProblem(
            "line_too_long", N_("A line is longer than %(limit)s characters."), line=number, limit=MAX_LINE
        )
    return Line(Rich.of(re.sub(r"[\r\n]+$", "", line)), number)


FORMAT = Format("text", "Text", (".txt",), detect, read)
