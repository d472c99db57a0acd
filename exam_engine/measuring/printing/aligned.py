"""Tables as aligned text: words to the left, numbers to the right, as wide as what is in them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exam_engine.telling import NOTHING
from item_bank.content.composing import composed

#: Of a name, in columns of the terminal.
WIDEST = 28
GAP = 2
#: Lines of heads.
HEAD = 2
#: Below this p is only said to be below it.
SMALLEST_P = 0.001
#: From here on a number is written as a power of ten.
HUGE = 1e7


@dataclass(frozen=True, slots=True)
class Column:
    """head: in one line or two. keys: the first that is defined in a row counts. decimals: of numbers that are not
    whole; None: what their size asks for. p: values from 0 to 1 of which small ones matter; tiny: how small, too.
    without: empty where a row has this key. zero: says nothing where all are 0. piece: it begins a piece of the table
    under this title. group: so do the columns of a group where not all of the table fits into the width."""

    head: str
    keys: tuple[str, ...]
    decimals: int | None = None
    p: bool = False
    tiny: bool = False
    without: str = ""
    zero: bool = False
    piece: str = ""
    group: str = ""

    def value(self, row: Mapping[str, Any]) -> Any:
        if self.without in row:
            return ""
        there = [row[key] for key in self.keys if key in row]
        return next((one for one in there if one is not None), None if there else "")

    def is_empty(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        values = {self.value(row) for row in rows}
        return values <= {None, ""} or (self.zero and values <= {None, "", 0})

    def cells(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        values = [self.value(row) for row in rows]
        decimals = _decimals(values) if self.decimals is None else self.decimals
        if self.p:
            return [_p(value, tiny=self.tiny) for value in values]
        return [told(value, decimals) for value in values]


def told(value: Any, decimals: int | None = None) -> str:
    """decimals: of a number that is not whole by kind; None: what its size asks for."""
    match value:
        case None:
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case float() if math.isfinite(value) and abs(value) < HUGE:
            text = f"{value:.{_decimals([value]) if decimals is None else decimals}f}"
            return text.removeprefix("-") if not text.strip("-0.") else text
        case float():
            return f"{value:.3g}" if math.isfinite(value) else NOTHING
    return _shown(str(value))


def table(
    columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], width: int, first: int = 1, *, blocks: bool = False
) -> Iterator[str]:
    """In as many pieces below one another as the width asks for; each begins with the `first` columns, which say what
    a row is about. blocks: what the first column has stands in the first of its rows, after an empty line. Columns in
    which nothing is defined are left out."""
    columns = [column for column in columns if not column.is_empty(rows)]
    texts = [_padded(column, rows) for column in columns]
    starts = _starts(texts[0]) if blocks else frozenset()
    if blocks:
        kept = (*range(HEAD + 1), *starts)
        texts[0] = [one if place in kept else " " * width_of(one) for place, one in enumerate(texts[0])]
    left = width - sum(width_of(one[0]) + GAP for one in texts[:first])
    for number, (title, piece) in enumerate(_pieces(columns[first:], texts[first:], left)):
        yield from ([""] if number else []) + ([title] if title else [])
        for place, cells in enumerate(zip(*texts[:first], *piece, strict=True)):
            line = (" " * GAP).join(cells).rstrip()
            if place in starts:
                yield ""
            if line or place >= HEAD:
                yield line


def _starts(texts: Sequence[str]) -> frozenset[int]:
    """Where another name begins than the line above has; heads and the first row are none."""
    return frozenset(place for place in range(HEAD + 1, len(texts)) if texts[place] != texts[place - 1])


def width_of(text: str) -> int:
    """In columns of a terminal: marks that combine have none, Chinese letters two."""
    return sum(0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF") for one in text)


def cut(text: str, most: int = WIDEST) -> str:
    """Names tell items apart by how they begin and by how they end."""
    if width_of(text) <= most:
        return text
    end = most // 3
    while width_of(text[:-end]) > most - end - 1:
        text = text[: -end - 1] + text[-end:]
    return f"{text[:-end]}…{text[-end:]}"


def _shown(text: str) -> str:
    """What stands in a file may hold anything, orders to a terminal too."""
    return "".join(one if one.isprintable() else " " for one in composed(text))


def _padded(column: Column, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lines of its head and its cells, all of one width."""
    head = column.head.split("\n")
    words = any(isinstance(column.value(row), str) and column.value(row) for row in rows)
    cells = [*[""] * (HEAD - len(head)), *head, *(cut(one) if words else one for one in column.cells(rows))]
    wide = max(map(width_of, cells))
    return [one + _blank(wide, one) if words else _blank(wide, one) + one for one in cells]


def _blank(wide: int, text: str) -> str:
    return " " * (wide - width_of(text))


def _pieces(columns: Sequence[Column], texts: Sequence[list[str]], width: int) -> Iterator[tuple[str, list[list[str]]]]:
    """What fits into the width, with the title of its first column."""
    needed = [width_of(text[0]) + GAP for text in texts]
    title, left, group = "", width, ""
    piece: list[list[str]] = []
    for place, (column, text) in enumerate(zip(columns, texts, strict=True)):
        apart = column.group if column.group != group and sum(needed[place:]) > left else ""
        if piece and (needed[place] > left or column.piece or apart):
            yield title, piece
            title, piece, left = "", [], width
        title, group = title or column.piece or apart, column.group
        piece.append(text)
        left -= needed[place]
    yield title, piece


def _decimals(values: Sequence[Any]) -> int:
    """Four digits of the largest, three decimals at most; none where all are whole."""
    sizes = [abs(one) for one in values if isinstance(one, float) and abs(one) < HUGE]
    if all(one == int(one) for one in sizes):
        return 0
    whole = len(str(int(max(sizes))))
    return max(1, min(3, 4 - whole))


def _p(value: Any, *, tiny: bool) -> str:
    if not isinstance(value, float) or not 0 <= value < SMALLEST_P:
        return told(value, 3)
    return f"{value:.1e}" if tiny and value else f"<{SMALLEST_P}"
