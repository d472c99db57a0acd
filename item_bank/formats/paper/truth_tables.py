"""Tables of answers to true/false clusters, in whatever direction they run → a line `1: ĐSSĐ` for each question.

The Ministry's key of 2025 repeats the columns Câu, Lệnh hỏi, Đáp án; teachers put questions over columns and letters
before rows, or the other way round, or `a) Đ` into cells below `Câu 1`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from item_bank.content.folding import fold
from item_bank.formats.paper.lines import Table, joined

_SIGNS = {"dung": "Đ", "d": "Đ", "true": "Đ", "t": "Đ", "sai": "S", "s": "S", "false": "S", "f": "S"}
_NUMBER = re.compile(r"(?:câu(?:\s*hỏi|\s*số)?|question)?\s*(\d{1,3})\s*[.:)]?", re.IGNORECASE)
_LETTER = re.compile(r"(?:ý\s*)?\(?([a-h])\s*[).:]?", re.IGNORECASE)
_BOTH = re.compile(r"\(?([a-h])\s*[).:–-]?\s*[:–-]?\s*([^\W\d_]{1,5})\W*", re.IGNORECASE)
_FEWEST = 2

#: Question, letter, sign.
Told = tuple[int, str, str]


def rows_of(table: Table) -> list[str] | None:
    """None for any other table."""
    cells = [[joined(cell, " ").text.strip() for cell in row] for row in table.rows]
    if len(cells) < 2:
        return None
    for way in (_columns_of_questions, _rows_of_questions, _columns_in_cells, _repeated):
        told = list(way(cells))
        signs = _gathered(told)
        if signs:
            return [f"{number}: {''.join(found)}" for number, found in signs.items()]
    return None


def _gathered(told: Sequence[Told]) -> dict[int, list[str]]:
    """Empty where a letter is missing or comes twice."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for number, letter, sign in told:
        found[number][letter] = sign
    whole = all(sorted(one) == list("abcdefgh"[: len(one)]) and len(one) >= _FEWEST for one in found.values())
    if not whole or sum(map(len, found.values())) < len(told):
        return {}
    return {number: [one[letter] for letter in sorted(one)] for number, one in sorted(found.items())}


def _columns_of_questions(cells: list[list[str]]) -> Iterator[Told]:
    """Questions over the columns, letters before the rows."""
    for row in cells[1:]:
        for head, text in zip(cells[0][1:], row[1:], strict=False):
            yield from _one(head, row[0], text)


def _rows_of_questions(cells: list[list[str]]) -> Iterator[Told]:
    """Letters over the columns, questions before the rows."""
    for row in cells[1:]:
        for head, text in zip(cells[0][1:], row[1:], strict=False):
            yield from _one(row[0], head, text)


def _columns_in_cells(cells: list[list[str]]) -> Iterator[Told]:
    """`a) Đ` in the column of its question."""
    for row in cells[1:]:
        for head, text in zip(cells[0], row, strict=False):
            if both := _BOTH.fullmatch(text):
                yield from _one(head, both[1], both[2])


def _repeated(cells: list[list[str]]) -> Iterator[Told]:
    """Question, letter, answer, and the same again beside it; a question's number stands in its first row."""
    for at in range(0, max(map(len, cells)) - 2, 3):
        number = ""
        for row in cells:
            if len(row) >= at + 3:
                number = row[at] or number
                yield from _one(number, row[at + 1], row[at + 2])


def _one(number: str, letter: str, sign: str) -> Iterator[Told]:
    question, place, said = _NUMBER.fullmatch(number), _LETTER.fullmatch(letter), _SIGNS.get(fold(sign).strip(" .()"))
    if question and place and said:
        yield int(question[1]), place[1].lower(), said
