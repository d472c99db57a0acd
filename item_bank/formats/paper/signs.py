"""Marks of the key typed into an option or a statement: `[Đ]`, `(đúng)`, `✓`, `- S`; read, and cut off the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from item_bank.content.folding import fold
from item_bank.formats.paper.draft import Choice
from item_bank.formats.paper.lines import Rich

_WORD = r"(?:đúng|sai|true|false|đ|s|t|f)"
_BARE = r"(?:Đ|S|T|F|Đúng|Sai|ĐÚNG|SAI|True|False|TRUE|FALSE)"
_CROSS = "✗✘☒✕"
#: Marks that can hardly be anything else.
_CERTAIN = (
    re.compile(rf"(?P<cut>^\s*[(\[]\s*(?P<sign>{_WORD})\s*[)\]]\s*[:.–—-]?\s*)", re.IGNORECASE),
    re.compile(rf"(?P<cut>^\s*(?P<sign>{_BARE})\s*(?:[.:)]\s*|[–—-]\s+|(?:→|=>|⇒)\s*))(?=\S)"),
    re.compile(r"(?P<cut>^\s*(?P<sign>Đ)\s+)(?=\S)"),
    re.compile(rf"(?P<cut>^\s*(?P<sign>[{_CROSS}])\s*)"),
    re.compile(rf"(?P<cut>\s*[(\[]\s*(?P<sign>{_WORD})\s*[)\]]\s*[.;]?\s*$)", re.IGNORECASE),
    re.compile(
        rf"(?P<cut>(?:\t+|\s{{2,}}|\s+[–—-]\s*|\s*(?:→|=>|⇒|:)\s*)(?P<sign>{_WORD})\s*[.;]?\s*$)", re.IGNORECASE
    ),
    re.compile(rf"(?<=[.;!?…])(?P<cut>\s+(?P<sign>{_BARE})\s*[.;]?\s*$)"),
    re.compile(r"(?P<cut>\s+(?P<sign>Đ)\s*[.;]?\s*$)"),
    re.compile(rf"(?P<cut>\s*(?P<sign>[{_CROSS}])\s*$)"),
)
#: A name of a thing as well: only where most statements have one.
_LIKELY = (re.compile(rf"(?P<cut>\s+(?P<sign>{_BARE})\s*[.;]?\s*$)"),)
#: After these S and T are a sphere, an area, a point.
_NAMED = re.compile(
    r"(?:[=+:<>]|\b(?:bằng|là|tích|cầu|tròn|phẳng|hình|khối|thị|điểm|thẳng|tập|của|trong|ngoài|trên|dưới|với|cắt|qua|xúc|thuộc|tại|và|kính|đoạn))\s*$",
    re.IGNORECASE,
)
_NAMES = frozenset("STF")
_TRUE = {"dung", "d", "true", "t"}
#: What marks the right option: never part of it. A bracketed (S) is a sphere.
_OPTION = (
    re.compile(
        r"\s*[(\[]\s*(?:đúng|đáp\s*án(?:\s+đúng)?|đ/?a|true|correct|right|key)\s*[)\]]\s*[.;]?\s*$", re.IGNORECASE
    ),
    re.compile(r"(?:\s+[(\[]Đ[)\]]|\s+\[[xX]\])\s*[.;]?\s*$"),
    re.compile(r"\s*(?:←|<-+|<=+|→|=>|⇒)\s*(?:đúng|đáp\s*án(?:\s+đúng)?|correct)\s*[.;]?\s*$", re.IGNORECASE),
    re.compile(
        r"^\s*(?:[(\[]\s*(?:đúng|đ|đáp\s*án(?:\s+đúng)?|true|correct)\s*[)\]])\s*[:.–-]?\s*(?=\S)", re.IGNORECASE
    ),
)
#: Words of an option as well (`I – Sai, II – Đúng`): a mark where it is the only one.
_ALONE = re.compile(r"\s+[–—-]\s*(?:Đúng|ĐÚNG|Đáp án(?: đúng)?|Đ)\s*[.;]?\s*$")
_WORD_LAST = re.compile(r"\b(?:đúng|sai|đ)\W*$", re.IGNORECASE)
_WRONG = re.compile(r"\s*(?:[(\[]\s*(?:sai|false|wrong|incorrect)\s*[)\]]\s*[.;]?|[□☐◻❑❒])\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Sign:
    start: int
    end: int
    value: str
    certain: bool
    named: bool


def signs_taken(statements: Sequence[Choice], *, decided: bool) -> str:
    """`TF?T` as the statements carry it; cuts the marks off their texts.

    A mark that may be the name of a thing counts where most statements have a mark. Where it does not count it stays,
    unless a person decided about a question that says nothing else: then it has been looked at.
    """
    found = [_sign(one.content.text) for one in statements]
    marked = sum(one is not None for one in found)
    most = marked * 2 > len(found) and marked > 1
    every = marked == len(found)
    signs = ""
    for statement, sign in zip(statements, found, strict=True):
        counts = sign is not None and (every or (not sign.named and (sign.certain or most)))
        if sign is not None and (counts or (decided and not sign.named)):
            text = statement.content
            statement.content = (text[: sign.start] + text[sign.end :]).stripped()
        signs += sign.value if sign is not None and counts else "?"
    return signs


def _sign(text: str) -> _Sign | None:
    for patterns, certain in ((_CERTAIN, True), (_LIKELY, False)):
        for pattern in patterns:
            match = pattern.search(text)
            if match is None or not (text[: match.start()] + text[match.end() :]).strip():
                continue
            value = "T" if fold(match["sign"]) in _TRUE else "F"
            named = (
                match["sign"] in _NAMES
                and match.start() > 0
                and "\t" not in match["cut"]
                and bool(_NAMED.search(text[: match.start()]))
            )
            return _Sign(match.start(), match.end(), value, certain, named)
    return None


def options_unmarked(options: Sequence[Choice]) -> None:
    """Cuts `(đúng)` and its like off options and takes it as a star; `(sai)` beside it says nothing more."""
    alone = sum(_WORD_LAST.search(one.content.text) is not None for one in options) == 1
    for option in options:
        for pattern in (*_OPTION, _ALONE) if alone else _OPTION:
            content = _without(option.content, pattern)
            if content is not None:
                option.content, option.starred = content, True
                break
    if any(one.starred for one in options):
        for option in options:
            option.content = _without(option.content, _WRONG) or option.content


def _without(content: Rich, pattern: re.Pattern[str]) -> Rich | None:
    match = pattern.search(content.text)
    rest = (content[: match.start()] + content[match.end() :]).stripped() if match else None
    return rest or None
