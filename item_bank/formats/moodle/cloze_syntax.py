r"""The gaps of an embedded-answers text: `{2:MULTICHOICE:=right#well done~wrong~%50%half right}`.

Source: Moodle documentation, "Embedded Answers (Cloze) question type", https://docs.moodle.org/en/Embedded_Answers_(Cloze)
(kinds and their short names, weights, `=`, `%n%`, `~`, `#`, escapes `\} \# \~ \/ \" \\`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.typed_answers import exact_share

GapKind = Literal["choice", "several", "text", "number"]
MAX_GAPS = 100
MAX_ANSWERS = 100
#: Name → kind, `inline` a pull-down list or field within the text, `across` side by side, shuffled, by case.
_NAMES: dict[str, tuple[GapKind, str]] = {
    **dict.fromkeys(("NUMERICAL", "NM"), ("number", "inline")),
    **dict.fromkeys(("SHORTANSWER", "SA", "MW"), ("text", "inline")),
    **dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), ("text", "inline case")),
    **dict.fromkeys(("MULTICHOICE", "MC"), ("choice", "inline")),
    **dict.fromkeys(("MULTICHOICE_S", "MCS"), ("choice", "inline shuffle")),
    **dict.fromkeys(("MULTICHOICE_V", "MCV"), ("choice", "")),
    **dict.fromkeys(("MULTICHOICE_VS", "MCVS"), ("choice", "shuffle")),
    **dict.fromkeys(("MULTICHOICE_H", "MCH"), ("choice", "across")),
    **dict.fromkeys(("MULTICHOICE_HS", "MCHS"), ("choice", "across shuffle")),
    **dict.fromkeys(("MULTIRESPONSE", "MR"), ("several", "")),
    **dict.fromkeys(("MULTIRESPONSE_S", "MRS"), ("several", "shuffle")),
    **dict.fromkeys(("MULTIRESPONSE_H", "MRH"), ("several", "across")),
    **dict.fromkeys(("MULTIRESPONSE_HS", "MRHS"), ("several", "across shuffle")),
}
_START = re.compile(rf"\{{([0-9]{{0,4}}):({'|'.join(sorted(_NAMES, key=len, reverse=True))}):")
_STEP = re.compile(r"\\.|[~#}]|(?:&amp;|&)#", re.DOTALL)
_SHARE = re.compile(r"\s*(?:=|%(-?[0-9]{1,3}(?:[.,][0-9]{0,9})?)%)")
_ESCAPED = re.compile(r'\\([}#~/"\\])')


@dataclass(frozen=True, slots=True)
class GapAnswer:
    """Text and feedback as they are written, escapes resolved."""

    text: str
    share: Fraction
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """One embedded question; `start` and `end` are its places in the text."""

    kind: GapKind
    looks: frozenset[str]
    weight: int
    answers: tuple[GapAnswer, ...]
    start: int
    end: int

    @property
    def inline(self) -> bool:
        return "inline" in self.looks


def has_gaps(text: str) -> bool:
    return _START.search(text) is not None


def gaps(text: str) -> Iterator[Gap]:
    """In their order. Raises ReadProblem, its line counted within the text."""
    at = 0
    for _count in range(MAX_GAPS + 1):
        found = _START.search(text, at)
        if found is None:
            return
        gap = _gap(text, found)
        yield gap
        at = gap.end
    raise ReadProblem("too_many_interactions", N_("The item has more than %(limit)s interactions."), limit=MAX_GAPS)


def line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _gap(text: str, found: re.Match[str]) -> Gap:
    kind, looks = _NAMES[found[2]]
    answers: list[GapAnswer] = []
    at, piece = found.end(), found.end()
    feedback_at = None
    while True:
        step = _STEP.search(text, at)
        if step is None or len(answers) > MAX_ANSWERS:
            message = N_("The gap %(text)s has no closing }, or more than 100 answers.")
            raise ReadProblem("cloze_unclosed", message, line=line_at(text, found.start()), text=_short(text, found))
        at = step.end()
        mark = step[0]
        if mark == "#" and feedback_at is None:
            feedback_at = step.start()
        if mark not in "~}":
            continue
        if written := text[piece : step.start()].strip():
            answers.append(_answer(text, piece, step.start(), feedback_at))
        elif answers or mark == "}":
            message = N_("The gap %(text)s has an empty answer.")
            raise ReadProblem("cloze_empty", message, line=line_at(text, piece), text=_short(text, found) + written)
        piece, feedback_at = step.end(), None
        if mark == "}":
            weight = int(found[1] or 1)
            return Gap(kind, frozenset(looks.split()), weight, tuple(answers), found.start(), at)


def _answer(text: str, start: int, end: int, feedback_at: int | None) -> GapAnswer:
    written = text[start : end if feedback_at is None else feedback_at]
    feedback = "" if feedback_at is None else text[feedback_at + 1 : end]
    share = Fraction(0)
    if found := _SHARE.match(written):
        share = exact_share(found[1].replace(",", ".")) if found[1] else Fraction(1)
        written = written[found.end() :]
    return GapAnswer(_unescaped(written).strip(), share, _unescaped(feedback).strip())


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def _short(text: str, found: re.Match[str]) -> str:
    told = " ".join(text[found.start() : found.start() + 40].split())
    return told if len(told) < 40 else told + "…"
