"""The one intermediate form of a written test: lines of characters, each with its look; pasted text and .docx give it.

A formula, a picture or a table stands as one character of a private plane that points into `Objects`, so that a rule
over plain text also cuts what is rich.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntFlag

from item_bank.content.composing import composed
from item_bank.content.missing import MISSING
from item_bank.content.model import Asset, Formula
from item_bank.formats.model import Reason


class Look(IntFlag):
    """One byte per character. RED is told from other colours: red often marks the key, blue labels are decoration."""

    BOLD = 1
    ITALIC = 2
    UNDERLINE = 4
    RED = 8
    COLOURED = 16
    HIGHLIGHT = 32
    SUB = 64
    SUP = 128


PLAIN = Look(0)
FIRST_OBJECT = 0xF0000
LAST_OBJECT = 0xFFFFD
OBJECT = re.compile(f"[{chr(FIRST_OBJECT)}-{chr(LAST_OBJECT)}]")
#: A table begins and ends a line by itself.
_BESIDE_TABLE = re.compile(r"(?<=</table>)(?:<br/>)+|(?:<br/>)+(?=<table>)")
#: Gaps only part; the rules that look for them take time in proportion to their square.
_WIDEST_GAP = 8
_GAP = re.compile(r"[ \t]{9,}")
_UNWANTED = re.compile(
    f"[{chr(FIRST_OBJECT)}-{chr(0x10FFFF)}\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b-\u200f\u00ad\u2060]"
)
#: A browser shows a tab as a space: what stands in two columns would run together.
_PLACED = {"\n": "<br/>", "\t": "\u2003"}
# One character for one: offsets stay. Full-width forms come from Asian input methods and from PDF copies.
_SPACES = dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x2028, 0x2029, 0x85), " ")
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SAME_LENGTH = _SPACES | _FULL_WIDTH


@dataclass(frozen=True, slots=True)
class Rich:
    """Characters and, beside each, its look."""

    text: str = ""
    looks: bytes = b""

    @classmethod
    def of(cls, text: str, look: Look = PLAIN) -> Rich:
        clean = cleaned(text)
        return cls(clean, bytes([look]) * len(clean))

    def __getitem__(self, place: slice) -> Rich:
        return Rich(self.text[place], self.looks[place])

    def __add__(self, other: Rich) -> Rich:
        return Rich(self.text + other.text, self.looks + other.looks)

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def stripped(self, characters: str = " \t\n") -> Rich:
        start = len(self.text) - len(self.text.lstrip(characters))
        return self[start : max(start, len(self.text.rstrip(characters)))]

    def has(self, look: Look) -> bool:
        """Whether every letter or digit of it looks so."""
        places = [at for at, character in enumerate(self.text) if not character.isspace()]
        return bool(places) and all(self.looks[at] & look for at in places)

    def without(self, look: Look) -> Rich:
        return Rich(self.text, bytes(one & ~look & 0xFF for one in self.looks))


EMPTY = Rich()


def joined(parts: Iterable[Rich], between: str = "\n") -> Rich:
    found = list(parts)
    glue = bytes(len(between))
    made = Rich(between.join(part.text for part in found), glue.join(part.looks for part in found))
    return _narrowed(made) if _GAP.search(made.text) else made


def _narrowed(content: Rich) -> Rich:
    """No gap is wider than in `cleaned`, when it was put together of many runs, either: patterns try each cut of it."""
    kept, place = [], 0
    for gap in _GAP.finditer(content.text):
        kept.append(content[place : gap.start() + _WIDEST_GAP])
        place = gap.end()
    kept.append(content[place:])
    return Rich("".join(part.text for part in kept), b"".join(part.looks for part in kept))


def cleaned(text: str) -> str:
    """NFC, usual spaces, ASCII for full-width forms; without invisible characters and those that point to objects."""
    plain = composed(_UNWANTED.sub("", text)).translate(_SAME_LENGTH)
    return _GAP.sub(lambda found: found[0][:_WIDEST_GAP], plain)


#: No formula holds the beginning of another (`\\[2pt]` is none): a text of beginnings alone would take time in
#: proportion to its square.
_ROUND, _SQUARE = r"(?<!\\)\\\(", r"(?<!\\)\\\["
TEX = re.compile(
    rf"\$\$.+?\$\$|\$(?=\S)[^$\n]*?\S\$|{_ROUND}(?:(?!{_ROUND}).)+?\\\)|{_SQUARE}(?:(?!{_SQUARE}).)+?\\\]", re.DOTALL
)


def with_plain_formulas(content: Rich) -> Rich:
    """TeX is read as it is typed, whatever the looks of its letters."""
    looks = bytearray(content.looks)
    for found in TEX.finditer(content.text):
        looks[found.start() : found.end()] = bytes(found.end() - found.start())
    return Rich(content.text, bytes(looks))


#: Cells of paragraphs.
Row = tuple[tuple[Rich, ...], ...]
Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    rows: Rows

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Lost:
    """Something of the source that can't be shown, and why. `picture`: a picture put in later can take its place.
    `shown`: what stands there instead."""

    reason: Reason
    picture: bool = False
    shown: str = "□"


Thing = Formula | Asset | Table | Lost


@dataclass(frozen=True, slots=True)
class Line:
    """`number` counts the source's lines (paragraphs of a document) from 1."""

    content: Rich
    number: int
    table: Table | None = None

    @property
    def text(self) -> str:
        return self.content.text


@dataclass(slots=True)
class Objects:
    """What the characters of the private plane stand for: formulas, pictures, tables."""

    found: list[Thing] = field(default_factory=list)
    #: Places among `found` of pictures that float beside the text.
    floating: set[int] = field(default_factory=set)
    #: Place among `found` of a picture → the words that describe it.
    alts: dict[int, str] = field(default_factory=dict)

    def add(self, thing: Thing, *, floating: bool = False, alt: str = "") -> Rich:
        if len(self.found) >= LAST_OBJECT - FIRST_OBJECT:
            return EMPTY
        self.found.append(thing)
        if floating:
            self.floating.add(len(self.found) - 1)
        if alt:
            self.alts[len(self.found) - 1] = alt
        return Rich(chr(FIRST_OBJECT + len(self.found) - 1), b"\0")

    def floated(self, content: Rich) -> Rich:
        """The same object, taken for one that stands beside the text."""
        if OBJECT.match(content.text):
            self.floating.add(ord(content.text[0]) - FIRST_OBJECT)
        return content

    def at(self, character: str) -> Thing:
        return self.found[ord(character) - FIRST_OBJECT]

    def floats(self, character: str) -> bool:
        return bool(OBJECT.match(character)) and ord(character) - FIRST_OBJECT in self.floating

    def html(self, content: Rich, tags: Sequence[tuple[int, str]]) -> str:
        """HTML for `markup.from_html`: line ends as breaks, looks as the given tags, objects in place."""
        written: list[str] = []
        tags = [(int(look), tag) for look, tag in tags]  # a set of flags takes far longer, for every character
        previous, wanted = 0, sum(look for look, _ in tags)
        for character, byte in zip(content.text, content.looks, strict=True):
            plain = character.isspace() or OBJECT.match(character) is not None
            look = 0 if character == "\n" else byte & wanted & (previous if plain else wanted)
            if look != previous:
                written += [f"</{tag}>" for one, tag in reversed(tags) if previous & one]
                written += [f"<{tag}>" for one, tag in tags if look & one]
                previous = look
            written.append(self._shown(character))
        written += [f"</{tag}>" for one, tag in reversed(tags) if previous & one]
        return _BESIDE_TABLE.sub("", "".join(written))

    def _shown(self, character: str) -> str:
        if not OBJECT.match(character):
            return _PLACED.get(character) or html.escape(character, quote=False)
        thing = self.at(character)
        match thing:
            case Formula():
                return thing.mathml
            case Asset():
                return self._picture(thing, character)
            case Table():
                return self._table(thing)
            case Lost():
                return self._picture(MISSING, character) if thing.picture else thing.shown

    def _picture(self, asset: Asset, character: str) -> str:
        alt = html.escape(self.alts.get(ord(character) - FIRST_OBJECT, ""))
        return f'<img data-asset="{asset.digest}" alt="{alt}">'

    def _table(self, table: Table) -> str:
        cell = "<td>{}</td>".format
        rows = (
            "".join(cell("<br/>".join(self.html(one, SHOWN) for one in paragraphs)) for paragraphs in row)
            for row in table.rows
        )
        return "<table><tbody>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</tbody></table>"


#: Looks that say something inside a text.
SHOWN = ((Look.BOLD, "b"), (Look.ITALIC, "i"), (Look.UNDERLINE, "u"), (Look.SUB, "sub"), (Look.SUP, "sup"))


@dataclass(slots=True)
class Document:
    """A test as it stands in its source."""

    lines: list[Line]
    objects: Objects = field(default_factory=Objects)
    problems: list[Reason] = field(default_factory=list)
    #: At the head and the foot of pages: no lines of the test, but its code may stand there.
    margins: list[str] = field(default_factory=list)
