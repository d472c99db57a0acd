"""The words that a pattern of `building.text_pattern` was made of: gaps of other programs are changed by words."""

from __future__ import annotations

import re

from item_bank.formats.building import BLANKS

_PIECE = re.compile(
    r"(?P<space>\\s\+)|\[(?P<cases>[^\]\\]{2,4})\]|(?P<slash>\[\\\\\])|\\(?P<escaped>\W)|(?P<plain>[^\\\[\].*+?])"
)


def words_of(pattern: str) -> str | None:
    """In small letters where the pattern takes both; None where it says more than words."""
    if not (pattern.startswith(BLANKS) and pattern.endswith(BLANKS) and len(pattern) > 2 * len(BLANKS)):
        return None
    inner, place, found = pattern[len(BLANKS) : -len(BLANKS)], 0, []
    while place < len(inner):
        piece = _PIECE.match(inner, place)
        if piece is None:
            return None
        found.append(_said(piece))
        place = piece.end()
    return "".join(found)


def _said(piece: re.Match[str]) -> str:
    if piece["space"]:
        return " "
    if piece["cases"]:
        return min(piece["cases"], key=lambda letter: (letter != letter.lower(), letter))
    return "\\" if piece["slash"] else piece["escaped"] or piece["plain"]
