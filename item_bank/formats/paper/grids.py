"""Answers in cells: numbers over, beside or before letters, however the cells of a table were copied into lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from item_bank.formats.paper import marks as exam_marks
from item_bank.formats.paper.lines import Line

_HEAD = re.compile(
    r"^\W*(?:câu(?:\s*hỏi|\s*số)?|question|stt|số|đáp\s*án|đ/?a|chọn|answer|key|phương\s*án|trả\s*lời|kết\s*quả)"
    r"\s*[:.|]?(?=[\s|\t\d]|$)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:câu\s*)?(\d{1,3})\s*\.?", re.IGNORECASE)
_ANSWER = re.compile(
    r"[A-Ha-h](?:\s*[,&]\s*[A-Ha-h])*\.?|[-−–]?\d+(?:[.,]\d+)?(?:/\d+)?"
    r"(?:\s(?:%|°C?|(?![A-H]\b)[^\W\d_]{1,6}[²³]?)|%|°C?)?|(?:[ĐDSTFđs]|đúng|sai)(?:\s*[-,;/–]?\s*(?:[ĐDSTFđs]|đúng|sai)(?!\w)){1,7}|[ĐDSTFđs]{2,8}",
    re.IGNORECASE,
)
_TABS = re.compile(r"\s*[\t|]\s*")
_PARTED = re.compile(r"\s*[\t|]\s*|\s{2,}")
#: So many answers in order are a table, though nothing announces it.
_FEWEST = 3
#: More than this is no table of answers; what looks for one takes time in proportion to its square.
_LONGEST, _MOST_CELLS = 2_000, 2_000
_ONE = re.compile(r"\b(\d{1,3})\s*[-–.:)=/]?\s*[A-H](?!\w)")


def cells(text: str) -> list[str] | None:
    """The cells of a line of a table of answers; empty for its headings, None for any other line."""
    if len(text) > _LONGEST:
        return None
    bare = text.strip()
    while found := _HEAD.match(bare):
        bare = bare[found.end() :].strip(" |\t")
    for pattern in (_TABS, _PARTED, re.compile(r"\s+")):
        made = [one.strip() for one in pattern.split(bare) if one.strip()]
        if all(_NUMBER.fullmatch(one) or _ANSWER.fullmatch(one) for one in made):
            return made
    return None


def solved(rows: Sequence[Sequence[str]]) -> list[tuple[int, str]] | None:
    """Numbers and answers of rows that stand together; None where they don't come out even."""
    flat = [one for row in rows for one in row]
    if len(flat) > _MOST_CELLS:
        return None
    if (found := _beside(flat)) is not None:
        return found
    if len(rows) == 2 and (found := _letters_together(*rows)) is not None:
        return found
    return _pairs_down(rows) or _over(flat)


def _beside(flat: Sequence[str]) -> list[tuple[int, str]] | None:
    """1 D 2 B 3 A."""
    if len(flat) % 2 or _run(flat[::2]) < len(flat) // 2 or not _are_answers(flat[1::2]):
        return None
    return [(_as_number(one) or 0, said) for one, said in zip(flat[::2], flat[1::2], strict=True)]


def _pairs_down(rows: Sequence[Sequence[str]]) -> list[tuple[int, str]] | None:
    """1 D 4 A, 2 B 5 C, 3 A 6 B: pairs of columns, their numbers go on from the foot of one to the head of the next."""
    width = len(rows[0])
    if len(rows) < 2 or width < 4 or width % 2 or any(len(row) % 2 or len(row) > width for row in rows):
        return None
    pairs = [(row[at], row[at + 1]) for at in range(0, width, 2) for row in rows if at < len(row)]
    return _beside([one for pair in pairs for one in pair])


def _letters_together(numbers: Sequence[str], letters: Sequence[str]) -> list[tuple[int, str]] | None:
    """1 2 3 over DBA."""
    if len(letters) != 1 or _run(numbers) < len(numbers) or not re.fullmatch(rf"[A-H]{{{len(numbers)}}}", letters[0]):
        return None
    return [(_as_number(one) or 0, said) for one, said in zip(numbers, letters[0], strict=True)]


def _over(flat: Sequence[str]) -> list[tuple[int, str]] | None:
    """Blocks of consecutive numbers, each followed by as many answers; the longest blocks that come out even."""
    found: list[tuple[int, str]] = []
    at = 0
    while at < len(flat):
        size = _block(flat, at)
        if not size:
            return None
        found += [(_as_number(flat[at + i]) or 0, flat[at + size + i]) for i in range(size)]
        at += 2 * size
    return found


def _block(flat: Sequence[str], at: int) -> int:
    for size in range(_run(flat[at:]), 0, -1):
        after = at + 2 * size
        fits = after == len(flat) or (after < len(flat) and _as_number(flat[after]) in (_next(flat, at, size), 1))
        if fits and _are_answers(flat[at + size : after]):
            return size
    return 0


def _next(flat: Sequence[str], at: int, size: int) -> int:
    return (_as_number(flat[at]) or 0) + size


def _run(flat: Sequence[str]) -> int:
    """How many numbers from the first on follow each other."""
    first = _as_number(flat[0]) if flat else None
    size = 0
    while first is not None and size < len(flat) and _as_number(flat[size]) == first + size:
        size += 1
    return size


def _as_number(cell: str) -> int | None:
    found = _NUMBER.fullmatch(cell)
    return int(found[1]) if found else None


def _are_answers(found: Sequence[str]) -> bool:
    return all(_ANSWER.fullmatch(one) for one in found)


def begins_at(lines: Sequence[Line]) -> int:
    """Where the answers begin after the questions: at HẾT, at their heading, or where a table of them stands alone."""
    asked = inside = False
    for at, line in enumerate(lines):
        if exam_marks.is_end(line.text) or (asked and (_headed(lines, at) or (not inside and alone(lines, at)))):
            return at
        inside = cells(line.text) is not None
        asked = asked or exam_marks.question_start(line.text) is not None
    return len(lines)


def _headed(lines: Sequence[Line], at: int) -> bool:
    text = lines[at].text.strip()
    said = exam_marks.answer_said(text)
    if said is not None and said.text:
        return len(said.text) <= _LONGEST and _pairs(said.text, 2)
    if not exam_marks.key_heading(text):
        return False
    bare = text.isupper() or "bảng" in text.casefold() or not text.endswith((":", "."))
    return bare or alone(lines, at + 1)


def alone(lines: Sequence[Line], at: int = 0) -> bool:
    """A table from question 1 on, of lines that hold nothing else."""
    if at >= len(lines):
        return False
    if len(lines[at].text) <= _LONGEST and _pairs(lines[at].text, _FEWEST):
        return True
    rows: list[list[str]] = []
    for line in lines[at:]:
        row = cells(line.text)
        if row is None or len(rows) > _MOST_CELLS:
            break
        rows.append(row)
    flat = [one for row in rows for one in row]
    if len(flat) < 2 * _FEWEST or flat[0].rstrip(".") != "1":
        return False
    found = solved([row for row in rows if row])
    return found is not None and len(found) >= _FEWEST and found[0][1].strip(".").upper() in set("ABCDEFGH")


def _pairs(text: str, fewest: int) -> bool:
    numbers = [int(one) for one in _ONE.findall(text)]
    return (
        len(numbers) >= fewest
        and numbers == list(range(1, len(numbers) + 1))
        and not re.search(r"\w", _ONE.sub(" ", text))
    )
