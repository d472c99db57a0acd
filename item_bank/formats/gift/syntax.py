"""One GIFT question → its parts, each with its offset, so that errors name their line (source: see gift.py)."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.typed_answers import exact_share

TextFormat = Literal["moodle", "html", "markdown", "plain"]
Kind = Literal[
    "description", "essay", "numerical", "multichoice", "multichoice-multi", "matching", "truefalse", "shortanswer"
]
MAX_ANSWERS = 100

# Escaped characters travel as noncharacters, so that the control characters left are all meant as such.
_ESCAPES = dict(zip("\\~=#{}:n", map(chr, range(0xFDD1, 0xFDD9)), strict=True))
_PLAIN = {ord(mark): "\n" if character == "n" else character for character, mark in _ESCAPES.items()}
_STRAY = re.compile("[\ufdd0-\ufdd9]")
_TEX_COMMANDS = (
    "nabla natural ncong ne nearrow neg neq nexists ngeq ngtr ni nleq nless nmid not notin nparallel nprec nrightarrow "
    "nsim nsubseteq nsucc nu nwarrow"
)
_TEX_WITH_N = re.compile(rf"\$|\\(?:{'|'.join(_TEX_COMMANDS.split())})(?![A-Za-z])")
_FORMAT = re.compile(r"\s*\[(html|moodle|markdown|plain)\]")
#: Moodle writes up to seven decimals; of more than nine the first are taken.
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{0,9})?)(?:(?<=\.\d{9})\d+)?%", re.ASCII)
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_OPEN_TAG = re.compile(r"<[A-Za-z][^<>]*$")


@dataclass(frozen=True, slots=True)
class Part:
    """A text as written (escapes already resolved) and the format it is in."""

    text: str
    format: TextFormat


@dataclass(frozen=True, slots=True)
class Answer:
    text: Part
    right: bool
    weight: Fraction | None
    feedback: Part | None
    offset: int


@dataclass(frozen=True, slots=True)
class Question:
    kind: Kind
    title: str
    stem: Part
    missing_word: bool = False
    answers: tuple[Answer, ...] = ()
    truth: bool | None = None
    #: of a true/false question: shown for the wrong and for the right answer
    wrong_feedback: Part | None = None
    right_feedback: Part | None = None
    general_feedback: Part | None = None


class SyntaxProblem(ReadProblem):
    """A ReadProblem that knows only its offset in the question; the reader turns it into a line."""

    def __init__(self, offset: int, code: str, message: str, **params: object) -> None:
        super().__init__(code, message, line=None, place="", **params)
        self.offset = offset

    @classmethod
    def of(cls, offset: int, problem: ReadProblem) -> SyntaxProblem:
        found = cls(offset, "", "")
        found.reason = problem.reason
        return found


def parse(source: str) -> Question:
    """Raises SyntaxProblem. Its offset may be short by the escapes before it, but never by a line."""
    text = _protect(source)
    title, at = _title(text)
    opening, closing = text.find("{", at), text.find("}", at)
    if opening < 0 and closing < 0:
        stem, _ = _part(text[at:], "moodle")
        return Question("description", title, stem)
    _check_braces(text, opening, closing)
    before, after = text[at:opening], text[closing + 1 :]
    missing = bool(after.strip())
    stem, form = _part(f"{before}_____{after}" if missing else before, "moodle")
    return _answered(text[opening + 1 : closing], opening + 1, title, stem, form, missing)


def _protect(source: str) -> str:
    source = _STRAY.sub("\ufffd", source)
    source = _tex_commands(source)
    return re.sub(r"\\([\\~=#{}:n])", lambda found: _ESCAPES[found.group(1)], source)


def _tex_commands(source: str) -> str:
    r"""`$\neq$` is written by hand where the format asks for `$\\neq$`; a line break inside a formula means nothing."""
    inside = False

    def keep(found: re.Match[str]) -> str:
        nonlocal inside
        if found.group() == "$":
            inside = not inside
            return "$"
        return "\ufdd1" + found.group()[1:] if inside else found.group()

    return _TEX_WITH_N.sub(keep, source)


def plain(text: str) -> str:
    return text.translate(_PLAIN)


def _title(text: str) -> tuple[str, int]:
    start = len(text) - len(text.lstrip())
    if not text.startswith("::", start):
        return "", start
    end = text.find("::", start + 2)
    if end < 0:
        raise SyntaxProblem(start, "gift_title", N_("The question's name is not closed by a second ::."))
    return " ".join(plain(text[start + 2 : end]).split()), end + 2


def _check_braces(text: str, opening: int, closing: int) -> None:
    """Exactly one pair, in order."""
    if opening < 0 or closing < opening:
        at = closing if closing >= 0 else opening
        raise SyntaxProblem(at, "gift_braces", N_("The answers need both { and }; a text has \\{ and \\}."))
    second = [at for at in (text.find("{", opening + 1), text.find("}", closing + 1)) if at >= 0]
    if second:
        message = N_("There is a second %(brace)s; in a text it is written \\%(brace)s.")
        raise SyntaxProblem(min(second), "gift_second_brace", message, brace=text[min(second)])


def _part(text: str, default: TextFormat) -> tuple[Part, TextFormat]:
    found = _FORMAT.match(text)
    form: TextFormat = found.group(1) if found else default  # type: ignore[assignment]
    return Part(plain(text[found.end() :] if found else text).strip(), form), form


def _answered(body: str, at: int, title: str, stem: Part, form: TextFormat, missing: bool) -> Question:
    body, general = _general_feedback(body, form)
    at += len(body) - len(body.lstrip())
    body = body.strip()
    kind, truth = _kind(body)
    if kind == "truefalse":
        remarks = [_part(remark, form)[0] for remark in body.split("#")[1:]]
        wrong, right = [remark if remark.text else None for remark in [*remarks, Part("", form), Part("", form)][:2]]
        return Question(kind, title, stem, missing, (), truth, wrong, right, general)
    if kind == "numerical":
        body, at = body[1:], at + 1
    answers = () if kind == "essay" else _answers(body, at, kind, form)
    return Question(kind, title, stem, missing, answers, general_feedback=general)


def _general_feedback(body: str, form: TextFormat) -> tuple[str, Part | None]:
    at = body.find("####")
    if at < 0:
        return body, None
    part, _ = _part(body[at + 4 :], form)
    return body[:at], part if part.text else None


def _kind(body: str) -> tuple[Kind, bool | None]:
    if not body:
        return "essay", None
    if body.startswith("#"):
        return "numerical", None
    if "~" in body:
        return ("multichoice" if "=" in body else "multichoice-multi"), None
    if "=" in body and "->" in body:
        return "matching", None
    truth = _TRUTH.get(body.split("#", maxsplit=1)[0].strip().upper())
    return ("truefalse", truth) if truth is not None else ("shortanswer", None)


def _answers(body: str, at: int, kind: Kind, form: TextFormat) -> tuple[Answer, ...]:
    if body.count("~") + body.count("=") > MAX_ANSWERS:
        message = N_("The question has more than %(limit)s answers.")
        raise SyntaxProblem(0, "too_many_answers", message, limit=MAX_ANSWERS)
    marks = [found.start() for found in re.finditer("[~=]", body)]
    if not marks or (kind == "numerical" and body[: marks[0]].strip()):
        # the only answer may stand without its mark; a numerical one may be followed by wrong answers' feedback
        ends = [*marks, len(body)]
        first = _answer("=" + body[: ends[0]], at - 1, form)
        return (first, *(_answer(body[a:b], at + a, form) for a, b in itertools.pairwise(ends)))
    if body[: marks[0]].strip():
        raise SyntaxProblem(at, "gift_before_answer", N_("There is text before the first answer's ~ or =."))
    pairs = zip(marks, [*marks[1:], len(body)], strict=True)
    return tuple(_answer(body[start:end], at + start, form) for start, end in pairs)


def _answer(text: str, offset: int, form: TextFormat) -> Answer:
    content, mark, remark = text[1:].partition("#")
    weight = None
    if found := _WEIGHT.match(content):
        weight = exact_share(found.group(1))
        content = content[found.end() :]
    part, answer_form = _part(content, form)
    if answer_form == "html" and _OPEN_TAG.search(part.text):
        raise SyntaxProblem(offset, "gift_unescaped", N_("An = or ~ inside an HTML tag must be written \\= or \\~."))
    feedback = _part(remark, answer_form if remark.strip() else form)[0] if mark else None
    return Answer(part, text[0] == "=", weight, feedback if feedback and feedback.text else None, offset)
