"""An embedded-answers text → a composite item: a part for each gap, in its place, with its share of the points."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from fractions import Fraction

import msgspec

from item_bank.content.interactions.options import letters
from item_bank.content.model import Composite, Markup, Part, PartChoice
from item_bank.formats.building import Marked, composite, mapped, place, response_name, typed_number, typed_text
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.moodle.cloze_syntax import Gap, gaps, line_at
from item_bank.formats.texts import Notation, Texts
from item_bank.formats.typed_answers import range_of

_OPEN, _CLOSE = "\ufddc", "\ufddd"
_TOKEN = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_STRAY = re.compile(f"[{_OPEN}{_CLOSE}]")


def read_cloze(text: str, notation: Notation, texts: Texts) -> tuple[Markup, Composite, Fraction]:
    """Stem, interaction and points (the sum of the gaps' weights). Raises ReadProblem."""
    text = _STRAY.sub("", text)
    first = texts.line or 1
    try:
        found = list(gaps(text))
    except ReadProblem as problem:
        raise _at(problem, first + (problem.line or 1) - 1) from problem
    if not found:
        raise ReadProblem("cloze_no_gap", N_("The text has no gap such as {1:SHORTANSWER:=word}."), line=first)
    points = sum((Fraction(gap.weight) for gap in found), Fraction(0))
    if points == 0:
        raise ReadProblem("cloze_no_weight", N_("No gap of the text weighs anything."), line=first)
    made = ClozeGaps(texts.beside(), notation)
    marked = []
    for number, gap in enumerate(found):
        try:
            marked.append(made.marked(gap, response_name(number, len(found))))
        except ReadProblem as problem:
            raise _at(problem, first + line_at(text, gap.start) - 1) from problem
    stem = with_places(_tokened(text, found), notation, texts, [gap.inline for gap in found])
    return stem, composite(marked, points, least=None), points


def _at(problem: ReadProblem, line: int) -> ReadProblem:
    problem.reason = msgspec.structs.replace(problem.reason, line=line)
    return problem


def _tokened(text: str, found: list[Gap]) -> str:
    pieces, at = [], 0
    for number, gap in enumerate(found):
        pieces += [text[at : gap.start], token(number)]
        at = gap.end
    return "".join([*pieces, text[at:]])


def token(number: int) -> str:
    """Stands for a part in a text that is not yet markup."""
    return f"{_OPEN}{number}{_CLOSE}"


def with_places(text: str, notation: Notation, texts: Texts, inline: list[bool]) -> Markup:
    """The text with a place for each token. Raises ReadProblem where one stood inside a formula or a tag."""
    stem = texts.markup(text, notation)
    filled = fill_places(stem.html, {number: place(number, inline=flag) for number, flag in enumerate(inline)})
    if len(re.findall(r'data-place="part:', filled)) != len(inline):
        raise ReadProblem("gap_in_formula", N_("A gap stands inside a formula or a picture; it cannot be shown there."))
    return Markup(filled, stem.math)


def fill_places(text: str, places: Mapping[int, str]) -> str:
    return _TOKEN.sub(lambda found: places.get(int(found[1]), ""), text)


class ClozeGaps:
    """Gaps → parts. Feedback of the answers is not kept, and that is said."""

    def __init__(self, texts: Texts, notation: Notation) -> None:
        self.texts = texts
        self.notation = notation

    def marked(self, gap: Gap, identifier: str) -> Marked:
        if any(answer.feedback for answer in gap.answers):
            self.texts.entry.note("feedback_dropped", N_("Feedback on the answers of gaps is not kept."))
        self._check(gap)
        match gap.kind:
            case "text":
                answers = [(self._plain(answer.text), answer.share) for answer in gap.answers]
                return typed_text(identifier, answers, Fraction(gap.weight), case_sensitive="case" in gap.looks)
            case "number":
                return self._number(gap, identifier)
        return self._choice(gap, identifier)

    def _check(self, gap: Gap) -> None:
        """As Moodle asks of a gap before it takes it."""
        right = [answer.share for answer in gap.answers if answer.share > 0]
        if gap.kind in ("choice", "several") and len(gap.answers) < 2:
            raise ReadProblem("cloze_few", N_("A gap with choices needs at least two."))
        enough = sum(right) >= 1 if gap.kind == "several" else 1 in right
        if not enough:
            message = N_("No answer of a gap earns its full points: one needs = or %%100%% in front.")
            raise ReadProblem("cloze_no_key", message)

    def _number(self, gap: Gap, identifier: str) -> Marked:
        ranges = [range_of(html.unescape(answer.text), "", answer.share) for answer in gap.answers]
        otherwise = next((one.share for one in ranges if one.anything), Fraction(0))
        bounds = [one.bounds for one in ranges if not one.anything]
        return typed_number(identifier, bounds, Fraction(gap.weight), otherwise)

    def _choice(self, gap: Gap, identifier: str) -> Marked:
        names = letters(len(gap.answers))
        part = Part(
            identifier,
            "inline_choice" if gap.inline else "choice",
            choices=tuple(
                PartChoice(name, self.texts.markup(answer.text, self.notation))
                for name, answer in zip(names, gap.answers, strict=True)
            ),
            most=0 if gap.kind == "several" else 1,
            shuffle="shuffle" in gap.looks,
            settings={"orientation": "horizontal"} if "across" in gap.looks else {},
        )
        weight = Fraction(gap.weight)
        points = {name: answer.share * weight for name, answer in zip(names, gap.answers, strict=True)}
        if gap.kind == "several":
            return mapped(part, "multiple", "identifier", points, bounds=(Fraction(0), weight))
        return mapped(part, "single", "identifier", points)

    def _plain(self, text: str) -> str:
        """What a candidate types is compared with words, not with tags and entities."""
        return html.unescape(self.texts.plain(text, self.notation))
