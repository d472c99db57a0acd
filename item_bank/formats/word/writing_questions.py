"""An item → the paragraphs of a question, as docs/authoring/text-and-word.md says that questions are typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from item_bank.content.markup import plain_text
from item_bank.content.model import (
    AcceptedText,
    Composite,
    Essay,
    Interaction,
    Item,
    Language,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    ShortText,
    SingleChoice,
    Statement,
    TrueFalseCluster,
)
from item_bank.content.pinning import pinned
from item_bank.content.processing.declared import Rules
from item_bank.content.rational import rational
from item_bank.content.sentence import Sentence
from item_bank.formats import held
from item_bank.formats.model import N_
from item_bank.formats.paper.draft import level_of
from item_bank.formats.word.writing_body import Body, paragraph, run
from item_bank.formats.written import Notes, NotHeldError, note_feedback

Kind = Literal["choice", "multiple", "cluster", "short", "essay"]
KINDS: tuple[Kind, ...] = ("choice", "multiple", "cluster", "short", "essay")
#: Words of a paper in its language: question, true, false, or, answer, solution, points.
WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "question": "Câu",
        "true": "Đ",
        "false": "S",
        "or": "hoặc",
        "answer": "Đáp án",
        "solution": "Lời giải",
        "points": "điểm",
    },
    "en": {
        "question": "Question",
        "true": "T",
        "false": "F",
        "or": "or",
        "answer": "Answer",
        "solution": "Solution",
        "points": "points",
    },
}
_LEVELS = {"Biết": "NB", "Hiểu": "TH", "Vận dụng": "VD", "Vận dụng cao": "VDC"}
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_UNDERLINED = re.compile(r"\s*(?:<p>)?\s*<u>(?:(?!</?u>).)*</u>\s*(?:</p>)?\s*", re.DOTALL)
#: Parts of a composite item that a person marks.
_BY_HAND = frozenset({"extended_text", "upload"})
_PLACE = re.compile(r'<(div|span) data-place="part:([0-9]{1,3})"></\1>')
_EMPTY = re.compile(r"<p>\s*</p>")
_CODE = re.compile(r"\d[A-Z]\d{1,2}-\d(?:\.\d{1,2})?(?:-\d)?")


def kind_of(item: Item) -> Kind:
    """Raises NotHeldError."""
    match item.interaction:
        case SingleChoice():
            return "choice"
        case MultipleChoice():
            return "multiple"
        case TrueFalseCluster():
            return "cluster"
        case Numeric() | ShortText():
            return "short"
        case Essay():
            return "essay"
        case Composite() if on_paper(item, Notes()) is not item:
            return "essay"
        case Composite():
            message = N_("A paper has no form for this kind of interaction, or for several in one question.")
            raise NotHeldError("interaction_not_held", message)


def on_paper(item: Item, notes: Notes) -> Item:
    """A composite item that asks for nothing but what is written or drawn by hand is a question to write out."""
    composite = item.interaction
    if not isinstance(composite, Composite) or not composite.parts or composite.drawing != Rules():
        return item
    if any(part.type not in _BY_HAND or part.picture or (part.prompt and part.prompt.math) for part in composite.parts):
        return item
    prompts = [part.prompt.html if part.prompt else "" for part in composite.parts]
    stem = _PLACE.sub(lambda found: prompts[int(found[2])] if int(found[2]) < len(prompts) else "", item.stem.html)
    message = N_("It comes back as another kind of item: %(kind)s became %(other)s.")
    kinds = {"kind": Sentence.of(held.KINDS["composite"]), "other": Sentence.of(held.KINDS["essay"])}
    notes.tell("kind_changed", message, **kinds)
    note_feedback(composite.feedback, notes)
    return msgspec.structs.replace(item, stem=Markup(_EMPTY.sub("", stem), item.stem.math), interaction=Essay())


def simplified(item: Item, notes: Notes) -> Item:
    """As a paper says it: answers are right or wrong, and a number is one number. What is left out of the marking is
    told."""
    plain = _plain(item.interaction)
    if plain == item.interaction:
        return item
    message = N_("A paper tells what is right: parts of points, tolerances and further sets of answers are not held.")
    notes.tell("marking_not_held", message)
    return msgspec.structs.replace(item, interaction=plain)


def _plain(interaction: Interaction) -> Interaction:
    match interaction:
        case SingleChoice(options=options):
            weights = ["1" if rational(one.weight) == 1 else "0" for one in options]
            return msgspec.structs.replace(interaction, options=_weighing(options, weights))
        case MultipleChoice(options=options):
            weights = ["1" if rational(one.weight) > 0 else "0" for one in options]
            kept = msgspec.structs.replace(interaction, options=_weighing(options, weights))
            return msgspec.structs.replace(kept, partial=False, also=())
        case TrueFalseCluster(statements=statements):
            alone = tuple(msgspec.structs.replace(one, either=False) for one in statements)
            return msgspec.structs.replace(interaction, statements=alone)
        case Numeric(tolerance=tolerance) if rational(tolerance):
            return msgspec.structs.replace(interaction, tolerance="0")
        case ShortText(accepted=accepted):
            best = max(rational(one.weight) for one in accepted)
            kept_texts = tuple(AcceptedText(one.text) for one in accepted if rational(one.weight) == best)
            return msgspec.structs.replace(interaction, accepted=kept_texts)
    return interaction


def _weighing(options: Sequence[Option], weights: Sequence[str]) -> tuple[Option, ...]:
    """A weight stays as it is written where it says the same."""
    pairs = zip(options, weights, strict=True)
    return tuple(
        one if rational(one.weight) == rational(weight) else msgspec.structs.replace(one, weight=weight)
        for one, weight in pairs
    )


class Question:
    """keys: with what is right, levels and solutions. weighed: with its points, as every question of the paper."""

    def __init__(self, item: Item, body: Body, notes: Notes, language: Language, *, keys: bool, weighed: bool) -> None:
        self.item, self.body, self.notes, self.language = item, body, notes, language
        self.words, self.keys, self.weighed = WORDS[language], keys, weighed

    def paragraphs(self, number: int) -> list[str]:
        """Raises NotHeldError."""
        label = run(f"{self.words['question']} {number}.", "b") + run(f" {self._marks()}")
        made = self.body.paragraphs(self.item.stem, "Question", label)
        made += self._answers()
        if self.keys and self.item.rationale:
            made.append(paragraph(run(self.words["solution"], "b"), "Solution"))
            made += self.body.paragraphs(self.item.rationale, "Solution")
        return made

    def _marks(self) -> str:
        """Level, points and codes in brackets before the stem."""
        codes = [f"[{tag}]" for tag in self.item.tags if _CODE.fullmatch(tag)][:1]
        level = [f"({mark})"] if (mark := level_mark(self.item.level)) else []
        points = [f"({self._points()} {self.words['points']})"] if self.weighed else []
        told = [*level, *points, *codes] if self.keys else points
        return "".join(f"{one} " for one in told)

    def _points(self) -> str:
        """With two places at most, as papers say them."""
        worth = self.item.maximum
        shown = min(max(Fraction(round(worth * 100), 100), Fraction(1, 100)), Fraction(9_999, 100))
        text = f"{float(shown):.2f}".rstrip("0").rstrip(".")
        if shown != worth:
            message = N_("A paper says points with two places: %(points)s points became %(kept)s.")
            self.notes.tell("points_rounded", message, points=self.item.points, kept=text)
        return text.replace(".", ",") if self.language == "vi" else text

    def _answers(self) -> list[str]:
        match self.item.interaction:
            case SingleChoice(options=options, shuffle=shuffle) | MultipleChoice(options=options, shuffle=shuffle):
                return self._options(options, shuffle)
            case TrueFalseCluster(statements=statements):
                return self._statements(statements)
            case Numeric(accepted=accepted):
                values = [one.replace(".", ",") if self.language == "vi" else one for one in accepted]
                return self._said(f" {self.words['or']} ".join(values))
            case ShortText(accepted=texts):
                return self._said(f" {self.words['or']} ".join(one.text for one in texts))
            case _:
                return []

    def _said(self, answer: str) -> list[str]:
        if not self.keys:
            return []
        return [paragraph(run(f"{self.words['answer']}: ", "b") + run(answer), "Option")]

    def _options(self, options: Sequence[Option], shuffle: bool) -> list[str]:
        usual = pinned([plain_text(one.markup) for one in options])
        right = [rational(one.weight) == 1 for one in options]
        made: list[str] = []
        for one, letter, stays, is_right in zip(options, _CAPITALS, usual, right, strict=False):
            marked = self.keys and is_right and not all(right)
            hashed = self.keys and (one.pinned or not shuffle) and not stays
            made += self._choice(one.markup, _label(letter, ". ", marked, hashed))
        return made + self._said(", ".join(_CAPITALS[: len(options)])) if all(right) else made

    def _choice(self, markup: Markup, label: str) -> list[str]:
        """An option that is underlined as a whole would be taken for the right one."""
        return self.body.paragraphs(markup, "Option", label, plain="u" if _UNDERLINED.fullmatch(markup.html) else "")

    def _statements(self, statements: Sequence[Statement]) -> list[str]:
        alike = len({one.correct for one in statements}) == 1
        made: list[str] = []
        for one, letter in zip(statements, "abcdefgh", strict=False):
            label = _label(letter, ") ", self.keys and one.correct and not alike)
            if self.keys and one.level != self.item.level and (mark := level_mark(one.level)):
                label += run(f"({mark}) ")
            made += self._choice(one.markup, label)
        if alike:
            made += self._said("".join(self.words["true" if one.correct else "false"] for one in statements))
        return made


def _label(letter: str, behind: str, underlined: bool, hashed: bool = False) -> str:
    """The underlined letter of the right answer is how papers of teachers tell it (DOMAIN §3.7)."""
    return run("#" * hashed) + run(letter, "b", *(["u"] if underlined else [])) + run(behind)


def level_mark(level: str) -> str:
    """`NB` for Biết; empty for a level that a paper has no mark for."""
    mark = _LEVELS.get(level, level)
    known = mark in _LEVELS.values() or re.fullmatch(r"Mức \d", mark)
    return mark if known and level_of(mark) == level else ""
