"""H5P texts in which stars mark words: `Oslo is the capital of *Norway/Norge:a kingdom*.`

Source: H5P tutorials, "Fill in the Blanks", "Drag the Words", "Mark the Words": `/` parts alternatives, `:` begins a
tip, `\\+` and `\\-` feedback; two stars in a row are a star.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from item_bank.formats.model import N_, ReadProblem

MAX_WORDS = 100
_STAR = "\ufdd0"
_MARKED = re.compile(r"\*([^*]{1,2000})\*")
_TAG = re.compile(r"<[^<>]*>")
_FEEDBACK = re.compile(r"\\[+-].*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MarkedWord:
    """A word between stars, its tip and feedback taken off, entities resolved."""

    word: str
    tip: bool
    start: int
    end: int


def marked_words(text: str) -> tuple[str, list[MarkedWord]]:
    """The text in which doubled stars are put aside (`restored` brings them back), and its marked words."""
    hidden = text.replace("**", _STAR)
    found = [_marked(one) for one in _MARKED.finditer(hidden)]
    if not found or len(found) > MAX_WORDS:
        message = N_("The text has no word between stars, or more than %(limit)s.")
        raise ReadProblem("h5p_words", message, limit=MAX_WORDS)
    return hidden, found


def restored(text: str) -> str:
    return text.replace(_STAR, "*")


def _marked(found: re.Match[str]) -> MarkedWord:
    inner = _FEEDBACK.sub("", found[1])
    word, colon, _tip = inner.partition(":")
    plain = " ".join(html.unescape(_TAG.sub("", word)).split())
    return MarkedWord(restored(plain), bool(colon), found.start(), found.end())


def alternatives(word: str) -> list[str]:
    r"""`\/` is a slash of the word itself."""
    parts = re.split(r"(?<!\\)/", word)
    return [told for one in parts if (told := one.replace("\\/", "/").strip())]


def pieces(text: str) -> list[tuple[str, bool]]:
    """Tags and text of an HTML text in their order, and whether a piece is text."""
    found, at = [], 0
    for tag in _TAG.finditer(text):
        found += [(text[at : tag.start()], True), (tag[0], False)]
        at = tag.end()
    return [one for one in [*found, (text[at:], True)] if one[0]]
