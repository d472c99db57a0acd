"""A table of answers for several forms of a test (Mã đề 101, 102 …): the answers of the form that the test is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from item_bank.formats.model import N_, Reason
from item_bank.formats.paper.lines import EMPTY, Line, Row, Table, joined
from item_bank.formats.paper.marks import is_end, key_heading

_FORM = re.compile(r"mã\s+đề(?:\s+thi)?(?:\s+gốc)?\s*[:.–-]?\s*(?P<code>\d{2,4})\b", re.IGNORECASE)
_CODE = re.compile(r"(?:mã\s+đề\s*|đề\s*)?(\d{3,4})", re.IGNORECASE)
#: What stands over the numbers and beside the codes. A table of years has other words there.
_CORNER = re.compile(r"(?:(?:câu(?:\s+hỏi)?|mã(?:\s+đề)?|đề|stt)[\s\\/|–-]*){0,2}", re.IGNORECASE)
#: A line over the answers of one form.
_SECTION = re.compile(
    r"\W*(?:(?:bảng\s+)?đáp\s*án\s*(?:của\s+)?)?(?:mã\s+)?đề(?:\s+thi)?(?:\s+số)?\s*[:.–-]?\s*(?P<code>\d{2,4})\W*",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[A-H]|[ĐDS]{2,8}", re.IGNORECASE)
_FEWEST = 2


def form_of(lines: Sequence[Line], margins: Sequence[str] = ()) -> str:
    """The code that the test's own lines say, or else the head or the foot of its pages; empty where they say none, or
    several. Behind the end stand the codes of all forms."""
    own = itertools.takewhile(lambda line: not (is_end(line.text) or key_heading(line.text)), lines)
    return _said(_texts(list(own))) or _said(margins) or _said(_texts(lines))


def _texts(lines: Sequence[Line]) -> list[str]:
    texts = [line.text for line in lines]
    texts += [one.text for line in lines if line.table for row in line.table.rows[:6] for cell in row for one in cell]
    return texts


def _said(texts: Sequence[str]) -> str:
    found = {match["code"] for text in texts if (match := _FORM.search(text))}
    return found.pop() if len(found) == 1 else ""


def of_one_form(table: Table, form: str, problems: list[Reason], line: int) -> Table:
    """The table without the answers of other forms; as it is, where it has no codes."""
    if not table.rows or not _CORNER.fullmatch(_text(table.rows[0], 0)):
        return table
    across = _codes([_text(row, at) for row in table.rows[:1] for at in range(len(row))])
    down = _codes([_text(row, 0) for row in table.rows])
    codes = across or down
    if not codes or not _answers(table):
        return table
    if form not in codes.values():
        problems.append(_unsaid(", ".join(dict.fromkeys(codes.values())), line))
        return table
    if across:
        return Table(tuple(_columns(row, across, form) for row in table.rows[1:]))
    rows = (row for at, row in enumerate(table.rows) if down.get(at, form) == form)
    return Table(tuple(row[1:] for row in rows))


def lines_of_one_form(lines: Sequence[Line], form: str, problems: list[Reason]) -> list[Line]:
    """What follows the end of a test, without the answers that stand below the codes of other forms."""
    codes = [match["code"] if (match := _SECTION.fullmatch(line.text)) else "" for line in lines]
    named = dict.fromkeys(code for code in codes if code)
    if len(named) < _FEWEST:
        return list(lines)
    if form not in named:
        problems.append(_unsaid(", ".join(named), lines[codes.index(next(iter(named)))].number))
    kept, now = [], form
    for line, code in zip(lines, codes, strict=True):
        now = code or now
        if now == form and not code:
            kept.append(line)
    return kept


def _unsaid(names: str, line: int) -> Reason:
    message = N_("The table of answers is for the forms %(forms)s; the test does not say which of them it is.")
    return Reason.of("key_forms", message, line=line, forms=names)


def _answers(table: Table) -> bool:
    """A table of years and amounts has no letters."""
    return any(_LETTERS.fullmatch(_text(row, at)) for row in table.rows for at in range(1, len(row)))


def _codes(texts: Sequence[str]) -> dict[int, str]:
    """Places of codes, at least two of different forms, none of them first."""
    found = {at: match[1] for at, text in enumerate(texts) if at and (match := _CODE.fullmatch(text))}
    return found if len(set(found.values())) >= _FEWEST else {}


def _columns(row: Row, codes: dict[int, str], form: str) -> Row:
    """Numbers with the answers beside them that are this form's."""
    kept = [cell for at, cell in enumerate(row) if codes.get(at, form) == form]
    return tuple(kept) if any(any(cell) for cell in kept) else ((EMPTY,),)


def _text(row: Row, at: int) -> str:
    return joined(row[at], " ").text.strip() if at < len(row) else ""
