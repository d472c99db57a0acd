"""Markup → lines of runs, for formats that know no HTML: Word documents, cells of a workbook."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from item_bank.content.model import Formula, Markup

#: Looks that such formats know; others keep their words.
LOOKS = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "ins": "u", "sub": "sub", "sup": "sup"}
_BLOCKS = {"p", "div", "blockquote", "pre", "h3", "h4", "h5", "h6", "figure", "figcaption", "caption", "dl", "dt", "dd"}
_LISTS = {"ul", "ol"}
_SPACE = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    looks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture; sizes in pixels, 0 where nothing tells them."""

    digest: str
    alt: str = ""
    width: int = 0
    height: int = 0


Piece = Text | Shown | Formula


@dataclass(slots=True)
class Line:
    pieces: list[Piece] = field(default_factory=list)

    @property
    def blank(self) -> bool:
        return not any(not isinstance(one, Text) or one.text.strip() for one in self.pieces)


@dataclass(slots=True)
class Grid:
    """Rows of cells of lines."""

    rows: list[list[list[Block]]] = field(default_factory=list)


Block = Line | Grid


def blocks_of(markup: Markup) -> list[Block]:
    """What stands below each other; a line break parts lines as a paragraph does. Empty lines are left out."""
    reader = _Reader(markup)
    reader.feed(markup.html)
    reader.close()
    return reader.finish()


class _Reader(HTMLParser):
    def __init__(self, markup: Markup) -> None:
        super().__init__(convert_charrefs=True)
        self.math = markup.math
        self.found: list[Block] = []
        self.line = Line()
        self.looks: list[str] = []
        self.lists: list[int] = []
        #: Tables that are open, each with what stood before it.
        self.outer: list[tuple[list[Block], Grid]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in LOOKS:
            self.looks.append(tag)
        elif tag == "br" or tag in _BLOCKS:
            self._end_line()
        elif tag in _LISTS:
            self._end_line()
            self.lists.append(0 if tag == "ul" else int(values.get("start") or 1))
        elif tag == "li":
            self._begin_entry()
        elif tag == "img":
            sizes = (int(values.get(name) or 0) for name in ("width", "height"))
            self.line.pieces.append(Shown(values.get("data-asset", ""), values.get("alt", ""), *sizes))
        elif "data-math" in values and int(values["data-math"]) < len(self.math):
            self.line.pieces.append(self.math[int(values["data-math"])])
        else:
            self._in_table(tag)

    def _begin_entry(self) -> None:
        self._end_line()
        if self.lists:
            self.line.pieces.append(Text(f"{self.lists[-1]}. " if self.lists[-1] else "• "))
            self.lists[-1] += bool(self.lists[-1])

    def _in_table(self, tag: str) -> None:
        if tag == "table":
            self._end_line()
            self.outer.append((self.found, Grid()))
            self.found = []
        elif tag == "tr" and self.outer:
            self.outer[-1][1].rows.append([])
        elif tag in ("td", "th") and self.outer and self.outer[-1][1].rows:
            self._end_line()
            self.found = []
            self.outer[-1][1].rows[-1].append(self.found)

    def handle_endtag(self, tag: str) -> None:
        if tag in LOOKS and tag in self.looks:
            del self.looks[len(self.looks) - 1 - self.looks[::-1].index(tag)]
        elif tag in _BLOCKS or tag in ("li", "td", "th"):
            self._end_line()
        elif tag in _LISTS and self.lists:
            self._end_line()
            self.lists.pop()
        elif tag == "table" and self.outer:
            self._end_line()
            before, grid = self.outer.pop()
            self.found = [*before, grid] if grid.rows else before

    def handle_data(self, data: str) -> None:
        text = _SPACE.sub(" ", data)
        text = text.lstrip(" ") if not self.line.pieces else text
        if text:
            self.line.pieces.append(Text(text, frozenset(LOOKS[one] for one in self.looks)))

    def _end_line(self) -> None:
        if not self.line.blank:
            self.found.append(self.line)
        self.line = Line()

    def finish(self) -> list[Block]:
        self._end_line()
        while self.outer:
            before, grid = self.outer.pop()
            self.found = [*before, grid]
        return self.found
