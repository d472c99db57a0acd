"""Answers to single statements of a cluster, one by one: `1a Đ 1b S`, `Câu 2a: Sai`, `a) Đ` below its number."""

from __future__ import annotations

import re

_SIGN = r"(?:đúng|sai|true|false|[ĐđDSsTF])(?!\w)"
_ONE = re.compile(
    rf"(?:(?:(?i:câu|question|bài)\s*)?(?P<number>\d{{1,3}})\s*[.:)|–-]?\s*)?"
    rf"(?<![^\W\d])(?:(?i:ý)\s*)?(?P<letter>[a-h])\s*[).:|–-]?\s*[:=–-]?\s*(?P<sign>(?i:{_SIGN}))"
)
_EXPLAINED = re.compile(r"^\W*(?P<letter>[a-h])\s*[).:]\s*(?P<sign>đúng|sai|true|false)(?!\w)", re.IGNORECASE)


def statement_answers(text: str) -> list[tuple[int | None, str]] | None:
    """(number of the question where it is written, `a) Đ`) of a line that says nothing else; None otherwise."""
    if len(text) > 2_000:
        return None
    found = list(_ONE.finditer(text))
    if not found or re.search(r"\w", _ONE.sub(" ", text)):
        return None
    said: list[tuple[int | None, str]] = []
    number: int | None = None
    for one in found:
        number = int(one["number"]) if one["number"] else number
        said.append((number, f"{one['letter'].lower()}) {one['sign']}"))
    return said


def explained(text: str) -> str:
    """`a) Đúng` of an explanation that begins so."""
    found = _EXPLAINED.match(text)
    return f"{found['letter'].lower()}) {found['sign']}" if found else ""
