"""Questions in the rows of a table, as banks are collected: number, words, options in columns of their own, the key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from item_bank.content.folding import fold
from item_bank.formats.paper.lines import EMPTY, Rich, Row, Table, joined
from item_bank.formats.paper.marks import question_start

_NUMBERS = {"cau", "stt", "tt", "so", "so cau", "cau so", "no", "question"}
_WORDS = {
    "noi dung",
    "cau hoi",
    "noi dung cau hoi",
    "de bai",
    "cau dan",
    "questions",
    "content",
    "question text",
    "stem",
}
_KEYS = {"dap an", "da", "d/a", "dap an dung", "key", "answer", "ket qua"}
_OPTION = re.compile(r"(?:phuong an |dap an |option )?([a-h])")
_FEWEST = 2


def lines_of(table: Table) -> list[Rich] | None:
    """The lines of the questions; None for any other table."""
    if len(table.rows) < 2:
        return None
    heads = [fold(joined(cell, " ").text).strip(" .:") for cell in table.rows[0]]
    words = next((at for at, head in enumerate(heads) if head in _WORDS), None)
    if words is None or not (heads[0] in _NUMBERS or any(head in _KEYS for head in heads)):
        return None
    rows = [(*row, *[(EMPTY,)] * (len(heads) - len(row))) for row in table.rows[1:]]
    asked = [row for row in rows if any(row[words])]
    if sum(len([one for one in row[words] if one]) > 1 for row in asked) + sum(map(bool, _options(heads))) < _FEWEST:
        return None  # one line and no options: a table of data, or of terms
    return [line for at, row in enumerate(asked, 1) for line in _question(row, heads, words, at)]


def _options(heads: Sequence[str]) -> list[str]:
    """The letter of each column, empty where it holds no options."""
    return [match[1].upper() if (match := _OPTION.fullmatch(head)) else "" for head in heads]


def _question(row: Row, heads: Sequence[str], words: int, at: int) -> Iterator[Rich]:
    lines = [one for one in row[words] if one]
    said = joined(row[0], " ").text if heads[0] in _NUMBERS else ""
    number = int(match[0]) if (match := re.search(r"\d{1,3}", said)) else at
    start = question_start(lines[0].text)
    yield lines[0] if start and start.named else Rich.of(f"Câu {number}. ") + lines[0]
    yield from lines[1:]
    for letter, cell in zip(_options(heads), row, strict=False):
        if letter and any(cell):
            yield Rich.of(f"{letter}. ") + joined((one for one in cell if one), " ")
    key = next((joined(cell, " ").text.strip() for head, cell in zip(heads, row, strict=False) if head in _KEYS), "")
    if key:
        yield Rich.of(f"Đáp án: {key}")
