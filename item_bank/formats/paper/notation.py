"""Rich lines as text that a person can edit in a plain field, and back: `<u>A</u>. 5 m<sup>2</sup> ⟦3⟧`."""

from __future__ import annotations

import re

from item_bank.formats.paper.lines import EMPTY, FIRST_OBJECT, OBJECT, PLAIN, Line, Look, Objects, Rich, joined

_TAGS = {
    "b": Look.BOLD,
    "i": Look.ITALIC,
    "u": Look.UNDERLINE,
    "red": Look.RED,
    "mark": Look.HIGHLIGHT,
    "sub": Look.SUB,
    "sup": Look.SUP,
}
#: In front of a pasted text: looks are written in it.
MARK = "⟦looks⟧"
_PIECE = re.compile(r"<(/?)(b|i|u|red|mark|sub|sup)>|⟦(\d{1,5})⟧")


def written(lines: list[Line]) -> str:
    return "\n".join(_written(_whole(line)) for line in lines)


def read(text: str, objects: Objects, first: int) -> list[Line]:
    """The lines of edited text; objects that it does not know stay as written."""
    return [Line(_read(one, objects), first + at) for at, one in enumerate(re.split(r"\r\n|\r|\n", text))]


def _whole(line: Line) -> Rich:
    if line.table is None:
        return line.content
    rows = (joined((joined(cell, " ") for cell in row), "\t") for row in line.table.rows)
    return joined(rows)


def _written(content: Rich) -> str:
    parts: list[str] = []
    previous = PLAIN
    for character, byte in zip(content.text, content.looks, strict=True):
        look = PLAIN if character == "\n" else Look(byte & ~Look.COLOURED)
        if look != previous:
            parts += [f"</{tag}>" for tag, one in reversed(_TAGS.items()) if previous & one]
            parts += [f"<{tag}>" for tag, one in _TAGS.items() if look & one]
            previous = look
        parts.append(f"⟦{ord(character) - FIRST_OBJECT}⟧" if OBJECT.match(character) else character)
    parts += [f"</{tag}>" for tag, one in reversed(_TAGS.items()) if previous & one]
    return "".join(parts)


def _read(text: str, objects: Objects) -> Rich:
    found, look, place = EMPTY, PLAIN, 0
    for piece in _PIECE.finditer(text):
        found += Rich.of(text[place : piece.start()], look)
        place = piece.end()
        closing, tag, number = piece.groups()
        if tag:
            look = look & ~_TAGS[tag] if closing else look | _TAGS[tag]
        elif int(number) < len(objects.found):
            found += Rich(chr(FIRST_OBJECT + int(number)), b"\0")
        else:
            found += Rich.of(piece[0], look)
    return found + Rich.of(text[place:], look)
