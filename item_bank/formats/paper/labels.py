"""Option labels in a line: `A. 5   B. 6`, `*C) 7`, `a) …`; one line may hold them all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from item_bank.formats.paper.lines import TEX

#: A box to tick stands before the letter, where nobody has ticked it.
_UPPER = (
    r"(?P<box>[□☐◻❑❒○◯]?)\s*(?P<star>[*#✓✔√☑]{0,2}|\[[xX]\])\s*(?P<open>[(\[]?)"
    r"(?P<letter>[A-H])(?P<after>\*?)\s*(?P<mark>[.)\]:/])(?P<late>\*?)"
)
_LOWER = _UPPER.replace("[A-H]", "[a-h]")
_AT_START = {False: re.compile(r"^\s*" + _UPPER), True: re.compile(r"^\s*" + _LOWER)}
# Inside a line only `.` and `)` mark a label, and something parts it from what stands before.
_INSIDE = {
    lower: re.compile(r"(?P<gap>\t+|\s{2,}|\s)" + pattern.replace("[.)\\]:/]", "[.)\\]]"))
    for lower, pattern in ((False, _UPPER), (True, _LOWER))
}


@dataclass(frozen=True, slots=True)
class Label:
    """`start`…`end` is the label with its marks; `at` the letter's own place; the option's text begins at `end`."""

    letter: str
    start: int
    at: int
    end: int
    starred: bool
    hashed: bool
    wide: bool = True


def at_start(text: str, *, lower: bool) -> Label | None:
    found = _AT_START[lower].match(text)
    if found is None or (found["open"] == "(" and found["mark"] != ")"):
        return None
    marked = next((name for name in ("box", "star") if found[name]), "")
    return _label(found, found.start(marked) if marked else found.start("letter") - len(found["open"]))


def labels(text: str, expected: str, *, lower: bool, inside: bool = False) -> list[Label]:
    """The labels of a line in their order: one at its start (whatever its letter), then each next letter after a gap.

    With `inside` the line may begin with something else, a stem: then `expected` and the letter after it must follow.
    """
    formulas = [found.span() for found in TEX.finditer(text)]
    first = at_start(text, lower=lower)
    if first is None:
        return _inside(text, expected, formulas, lower=lower) if inside else []
    return [first, *_following(text, first, formulas, lower=lower)]


def _inside(text: str, expected: str, formulas: list[tuple[int, int]], *, lower: bool) -> list[Label]:
    # What follows a later candidate follows the first one, too.
    candidate = next(_candidates(text, expected, 0, formulas, lower=lower), None)
    found = [candidate, *_following(text, candidate, formulas, lower=lower)] if candidate else []
    return found if len(found) >= 2 else []


def _following(text: str, first: Label, formulas: list[tuple[int, int]], *, lower: bool) -> Iterator[Label]:
    last = first
    while True:
        wanted = chr(ord(last.letter) + 1)
        found = _plausible(text, list(_candidates(text, wanted, last.end, formulas, lower=lower)))
        if not found:
            return
        last = next((one for one in found if one.wide), found[0])
        yield last


def _plausible(text: str, found: list[Label]) -> list[Label]:
    """In `B. vitamin C. C. vitamin D.` the second `C.` is the label: something has to stand after one."""
    kept = []
    for at, one in enumerate(found):
        after = text[one.end : found[at + 1].start] if at + 1 < len(found) else text[one.end :]
        if one.wide or after.strip(" .\t"):
            kept.append(one)
    return kept


def _candidates(text: str, letter: str, start: int, formulas: list[tuple[int, int]], *, lower: bool) -> Iterator[Label]:
    for found in _INSIDE[lower].finditer(text, max(0, start - 1)):
        place = found.start("letter")
        if found["letter"] == letter and place >= start and not any(a <= place < b for a, b in formulas):
            yield _label(found, found.end("gap"), wide=found["gap"] != " ")


def _label(found: re.Match[str], start: int, *, wide: bool = True) -> Label:
    starred = any(mark in found["star"] for mark in "*✓✔√☑xX") or bool(found["after"] or found["late"])
    return Label(found["letter"], start, found.start("letter"), found.end(), starred, "#" in found["star"], wide)
