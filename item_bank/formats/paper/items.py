"""A draft and the evidence for its answer → an item, or what a person has to decide first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from item_bank.content import checking, markup
from item_bank.content.folding import fold
from item_bank.content.interactions.numeric import NUMBER, as_typed
from item_bank.content.interactions.options import letters
from item_bank.content.missing import MISSING
from item_bank.content.model import (
    GRADUATION_TABLE,
    AcceptedText,
    Asset,
    Essay,
    Formula,
    Interaction,
    Item,
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
from item_bank.content.rational import rational_text
from item_bank.content.sentence import Sentence
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_
from item_bank.formats.numbers import room
from item_bank.formats.paper import evidence as exam_evidence
from item_bank.formats.paper import lines as exam_lines
from item_bank.formats.paper.blocks import Block
from item_bank.formats.paper.decisions import Decision
from item_bank.formats.paper.draft import Choice, Draft, statement_level
from item_bank.formats.paper.evidence import SOURCES, Evidence
from item_bank.formats.paper.keys import Given
from item_bank.formats.paper.lines import OBJECT, SHOWN, Look, Lost, Objects, Rich, Table, joined
from item_bank.formats.paper.signs import options_unmarked
from item_bank.formats.registry import Reading
from item_bank.formats.texts import Texts

MOST_OPTIONS = 8
#: Room for a short answer that is no number.
_SHORTEST_ESSAY = 120
_SEVERAL = re.compile(
    r"chon (?:nhieu|hai|ba|bon|\d|cac) (?:dap an|phuong an|y|cau)"
    r"|nhung (?:dap an|phuong an) nao|choose (?:two|three|all)|select all"
)
_WHICH_TRUE = re.compile(
    r"dung\W+(?:hay|hoac|/)?\W*sai|true or false|cac (?:phat bieu|khang dinh|menh de|nhan dinh|y) sau"
)
#: `(5)____`, `[5] …`, `___5___`: where a text leaves room for the answer to question 5.
_GAP = r"[(\[]\s*{number}\s*[)\]]|[_…]\s*{number}\s*[_…]|(?<!\d){number}\s*\.?\s*(?:_{{2,}}|\.{{3,}}|…)"
#: Marks of groups that hold options, and questions, in their order; what the teacher is told of each.
_OPTIONS_STAY = ("0", "1")
_GROUPS = {
    "0": N_("The mark of its group keeps its options and the order of the questions; the latter is set in the exam."),
    "1": N_("The mark of its group keeps its options in their order."),
    "2": N_("The mark of its group keeps the order of the questions; that is set in the exam."),
}
#: Letters of options, signs of statements.
_NO_SHORT_ANSWER = re.compile(r"[A-D]|(?:[ĐSđs]\s*[-,;]?\s*)+|(?:[a-h]\)\s*\w+\s*)+")
_ALTERNATIVES = re.compile(r"\s*(?:;|\bhoặc\b|\bor\b)\s*", re.IGNORECASE)
_FRACTION = re.compile(r"([-−]?\d{1,6})\s*/\s*(\d{1,6})")
_WITH_UNIT = re.compile(
    r"^\s*(?:[a-zA-Z]\w{0,3}\s*[=≈]\s*)?([-−–]?\d+(?:[.,]\d+)?)\s*([^\W\d_][^\d]{0,14}(?:\^?[23])?|%|°C?)?\s*\.?\s*$"
)


@dataclass(slots=True)
class Understood:
    """The item as far as it is known. It may be added when nobody has to decide; offers say how a person may."""

    item: Item
    doubtful: bool
    offers: list[str] = field(default_factory=list)
    suggestion: dict[str, str] = field(default_factory=dict)


class ItemOfExam:
    """Builds the item of one question; `entry` gathers doubts and notes."""

    def __init__(
        self, block: Block, draft: Draft, objects: Objects, reading: Reading, entry: Entry, decision: Decision
    ) -> None:
        self.block = block
        self.draft = draft
        self.objects = objects
        self.reading = reading
        self.entry = entry
        self.decision = decision
        self.texts = Texts(entry, reading.find_picture)
        self.doubtful = False
        self.offers: list[str] = []
        self.suggestion: dict[str, str] = {}
        self.given: Sequence[Given] = ()

    def build(self, given: Sequence[Given], solution: Rich | None, passage: str | None) -> Understood:
        stem = self._stem(passage)
        table = [one.said for one in given if one.said]
        self.given = given
        interaction = self._interaction(table)
        rationale = joined(part for part in (self.draft.solution, solution or Rich()) if part)
        item = Item(
            stem=stem,
            interaction=interaction,
            language=self.reading.language,
            passage=passage,
            rationale=self.markup(rationale) if rationale else None,
            points=rational_text_of(self.draft.points),
            subject=self.reading.subject,
            grade=self.reading.grade,
            topic=self.reading.topic,
            level=self.draft.level or self.reading.level,
            tags=tuple(self.draft.codes),
        )
        self._check(item)
        self._tell_group(interaction)
        return Understood(item, self.doubtful, list(dict.fromkeys(self.offers)), self.suggestion)

    def _tell_group(self, interaction: Interaction) -> None:
        said = _GROUPS.get(self.block.group)
        if said and (self.block.group != "1" or isinstance(interaction, SingleChoice | MultipleChoice)):
            self.entry.note("group_mark", said)

    # --- texts ------------------------------------------------------------

    def _check(self, item: Item) -> None:
        """Whatever else keeps it from being used: the text can be mended, so the question is not lost."""
        if not self.doubtful and (found := checking.problems(item)) and not checking.unstorable(item):
            self.missing("not_usable", N_("The item cannot be used: %(problems)s"), "text", problems=found)

    def _stem(self, passage: str | None) -> Markup:
        stem = self.draft.stem if self.draft.stem.text.strip() else Rich.of(self.decision.stem)
        if not stem.text.strip() and passage and self._is_gap():
            stem = Rich.of(f"({self.block.number}) ______")
            self.entry.note(
                "stem_gap", N_("The question asks for gap (%(number)s) of the text."), number=self.block.number
            )
        if self.block.directive:
            stem = joined([self.block.directive.stripped(), stem]) if stem else self.block.directive
        made = self.markup(stem.without(Look.UNDERLINE) if stem.has(Look.UNDERLINE) else stem)
        if markup.is_blank(made):
            alone = not self.draft.options and not self.draft.statements
            self.missing("stem_missing", N_("The question has no text."), "stem", *(["join_next"] if alone else []))
        return made

    def _is_gap(self) -> bool:
        """Whether the shared text has a gap of this question's number: a cloze test."""
        lines = self.block.shared.lines if self.block.shared else []
        gap = re.compile(_GAP.format(number=self.block.number))
        return any(gap.search(line.text) for line in lines)

    def markup(self, content: Rich) -> Markup:
        """Rich text as markup; a look that all of it has says nothing."""
        content = exam_lines.with_plain_formulas(content)
        tags = [(look, tag) for look, tag in SHOWN if look in (Look.SUB, Look.SUP) or not content.has(look)]
        for character in OBJECT.findall(content.text):
            self._keep(character)
        html = self.objects.html(content, tags)
        problems: list[str] = []
        found = markup.from_html(html, None, problems)
        for problem in problems:
            self.doubt("text_changed", "%(problem)s", problem=problem)
        return with_sources(found, self.objects)

    def _keep(self, character: str) -> None:
        thing = self.objects.at(character)
        if isinstance(thing, Asset):
            self.texts.keep(thing)
        elif isinstance(thing, Lost):
            self._lost(thing)
        elif isinstance(thing, Table):
            inside = (one for row in thing.rows for cell in row for one in cell)
            for inner in (found for one in inside for found in OBJECT.findall(one.text)):
                self._keep(inner)

    def _lost(self, thing: Lost) -> None:
        """What a picture can stand for is put in later, before an exam takes the item; the rest a person looks at."""
        located = msgspec.structs.replace(thing.reason, line=self.entry.line)
        if located not in self.entry.notes:
            self.entry.notes.append(located)
        if thing.picture:
            self.texts.keep(MISSING)
        else:
            self._ask("text")

    # --- doubts -----------------------------------------------------------

    def doubt(self, code: str, message: str, *offers: str, **params: Any) -> None:
        """Something that a person decides: a decision `sure` says that it is right as it was understood."""
        self.entry.note(code, message, **params)
        self._ask(*offers)

    def _ask(self, *offers: str) -> None:
        if not self.decision.sure:
            self.doubtful = True
            self.offers += [*offers, "sure"]

    def missing(self, code: str, message: str, *offers: str, **params: Any) -> None:
        """Something without which there is no item."""
        self.entry.note(code, message, **params)
        self.doubtful = True
        self.offers += offers

    # --- the interaction --------------------------------------------------

    def _interaction(self, table: Sequence[str]) -> Interaction:
        draft = self.draft
        choices = draft.options or draft.statements
        match self._kind(table):
            case "choice" if choices:
                return self._choice(choices, table)
            case "cluster" if choices:
                return self._cluster(table)
            case "essay":
                self._unfit(lambda said: len(said) > _SHORTEST_ESSAY)
                return Essay()
            case "short":
                return self._short(table)
            case _:
                return self._open(table)

    def _unfit(self, fits: Callable[[str], object]) -> None:
        """An answer of the table that this question cannot have: a slip in the table, or a question misread."""
        for one in self.given:
            if one.said and not fits(one.said):
                message = N_("The table of answers says %(said)s: that is no answer to this question.")
                self.entry.note("answer_unfit", message, line=one.line, said=one.said[:60])
                self._ask("text")

    def _kind(self, table: Sequence[str]) -> str:
        decided = self.decision.kind
        if decided:
            return "choice" if decided == "multiple" else decided
        if self.draft.options:
            return "choice"
        if self.draft.statements:
            return self._kind_of_lower(table)
        return self.block.kind if self.block.kind in ("essay", "short") else ""

    def _kind_of_lower(self, table: Sequence[str]) -> str:
        """a) b) c) d) are statements, but in tests of small children also options."""
        draft = self.draft
        if self.block.kind in ("cluster", "choice", "multiple"):
            return "cluster" if self.block.kind == "cluster" else "choice"
        if _WHICH_TRUE.search(fold(draft.stem.text)):
            return "cluster"
        said = [*draft.said, *table]
        if any(exam_evidence.letters_in(one) for one in said):
            return "choice"
        if any(exam_evidence.truth_in(one, len(draft.statements)) for one in said):
            return "cluster"
        one_line = len({one.line for one in draft.statements}) == 1
        if one_line and not any(re.search(r"[(\[\t](?:Đ|S|T|F)", one.content.text) for one in draft.statements):
            return "choice"
        return "cluster"

    def _choice(self, choices: Sequence[Choice], table: Sequence[str]) -> SingleChoice | MultipleChoice:
        if len(choices) < 2:
            self.missing("few_options", N_("There are fewer than two options."), "text")
        if len(choices) > MOST_OPTIONS:
            self.doubt("many_options", N_("There are more than %(limit)s options."), "text", limit=MOST_OPTIONS)
        options_unmarked(choices)
        names = letters(len(choices))
        anew = "A" in [one.letter.upper() for one in choices[1:]]
        if [one.letter.upper() for one in choices] != names:
            self._out_of_order(choices, "split" if anew else "text")
        self._unfit(exam_evidence.letters_in)
        key = "" if anew and not self.decision.sure else self._key(choices, table, names)
        contents = [one.content for one in choices]
        texts = [markup.plain_text(self.markup(one)) for one in contents]
        stay = self._pinned(choices, texts)
        options = tuple(
            Option(name, self._option(one, name), pinned=stays, weight="1" if name in key else "0")
            for name, one, stays in zip(names, contents, stay, strict=True)
        )
        shuffle = self.block.group not in _OPTIONS_STAY
        if len(key) > 1 or (key and self._is_multiple()):
            return MultipleChoice(options, shuffle=shuffle)
        return SingleChoice(options, shuffle=shuffle)

    def _option(self, content: Rich, name: str) -> Markup:
        if not content.text.strip():
            self.missing("option_empty", N_("Option %(letter)s is empty."), "text", letter=name)
        for look in (Look.UNDERLINE, Look.BOLD):
            content = content.without(look) if content.has(look) else content
        return self.markup(content)

    def _pinned(self, choices: Sequence[Choice], texts: Sequence[str]) -> list[bool]:
        """By words (all of the above), by `#`, by an italic letter among upright ones."""
        italic = [bool(one.look & Look.ITALIC) for one in choices]
        by_look = italic if not all(italic) else [False] * len(italic)
        return [a or one.hashed or c for a, one, c in zip(pinned(texts), choices, by_look, strict=True)]

    def _out_of_order(self, choices: Sequence[Choice], *offers: str) -> None:
        found = ", ".join(one.letter for one in choices)
        self.doubt("options_order", N_("The options are lettered %(letters)s."), *offers, letters=found)

    def _key(self, choices: Sequence[Choice], table: Sequence[str], names: Sequence[str]) -> str:
        """Letters of the key by place."""
        # Also of a question that was decided: a decision can be another one.
        self.offers.append("answer")
        decided = "".join(letter for letter in names if letter in self.decision.answer)
        if decided:
            return decided
        evidence = exam_evidence.key_evidence(self.draft, choices, table)
        places = {one.letter.upper(): name for one, name in zip(choices, names, strict=True)}
        said = list(dict.fromkeys("".join(sorted(one.said)) for one in evidence))
        if not said:
            self.missing("key_missing", N_("No answer is marked."), "kind")
            return ""
        if len(said) > 1:
            self._contradiction(evidence)
            return ""
        key = "".join(places.get(letter, "") for letter in said[0])
        if len(key) < len(said[0]):
            self.missing("key_unknown", N_("The answer %(letter)s is none of the options."), "answer", letter=said[0])
            return ""
        several = self._is_multiple() or _SEVERAL.search(fold(self.draft.stem.text))
        if len(key) > 1 and not several:
            self.missing("two_keys", N_("Several answers are marked: %(letters)s."), "answer", letters=", ".join(key))
            self.suggestion = {"kind": "multiple"}
            return "" if not self.decision.sure else key
        if evidence[0].source == "bold":
            self.entry.note("key_bold", N_("The answer was told by its bold letter alone."))
        return key

    def _is_multiple(self) -> bool:
        """Where somebody decided so, or the part's heading says that several options may be right."""
        return "multiple" in (self.decision.kind, self.block.kind)

    def _contradiction(self, evidence: Sequence[Evidence]) -> None:
        told = [
            Sentence.of(N_("%(source)s says %(said)s"), source=Sentence.of(SOURCES[one.source]), said=_shown(one.said))
            for one in evidence
        ]
        self.missing("keys_differ", N_("The answers contradict each other: %(told)s."), told=_listed(told))

    def _cluster(self, table: Sequence[str]) -> TrueFalseCluster:
        draft = self.draft
        draft.statements = draft.statements or draft.options
        statements = [statement_level(one) for one in draft.statements]
        count = len(statements)
        evidence = exam_evidence.truth_evidence(
            draft, table, decided="T" in self.decision.truth or "F" in self.decision.truth
        )
        self._unfit(lambda said: exam_evidence.truth_in(said, count))
        truth = self._truth(evidence, count)
        self.offers += ["truth", "kind"]
        made = tuple(
            Statement(name, self._option(one.content, name), sign == "T", one.level or self.draft.level)
            for name, one, sign in zip("abcdefgh", statements, truth, strict=False)
        )
        return TrueFalseCluster(made, _marking_table(len(made)))

    def _truth(self, evidence: Sequence[Evidence], count: int) -> str:
        signs = exam_evidence.merged(evidence, count)
        decided = self.decision.truth.ljust(count, "?")[:count]
        signs = "".join(new if new in "TF" else old for old, new in zip(signs, decided, strict=True))
        self.entry.truth = signs
        if set(signs) == {"?"}:
            self.missing("truth_missing", N_("No statement is marked as true or false."))
            every = all(one.marked(Look.UNDERLINE) or one.starred for one in self.draft.statements)
            self.suggestion = {"truth": ("T" if every else "F") * count}
        elif "!" in signs:
            self._contradiction(evidence)
        elif "?" in signs:
            left = ", ".join(f"{'abcdefgh'[at]})" for at, sign in enumerate(signs) if sign == "?")
            self.missing("truth_open", N_("It is not said whether %(statements)s is true or false."), statements=left)
            self.suggestion = {"truth": signs.replace("?", "F")}
        if count < 2:
            self.missing("few_statements", N_("There are fewer than two statements."), "text")
        return signs

    def _short(self, table: Sequence[str]) -> Interaction:
        said = [self.decision.typed] if self.decision.typed else [*self.draft.said, *table]
        said = [one for one in said if one.strip()] or [one.words for one in self.given if one.words][:1]
        self._unfit(lambda text: not _NO_SHORT_ANSWER.fullmatch(text))
        self.offers += ["typed", "kind"]
        if not said:
            self.missing("answer_missing", N_("No answer is given."))
            return ShortText(())
        values = {tuple(as_decimal(one) or one for one in _ALTERNATIVES.split(text) if one) for text in said}
        if len(values) > 1:
            told = [Sentence.of("%(said)s", said=one) for one in said]
            self.missing("keys_differ", N_("The answers contradict each other: %(told)s."), told=_listed(told))
        return self._typed(said[0])

    def _open(self, table: Sequence[str]) -> Interaction:
        """No options and no part that tells the type: a stated answer tells it, if it is short."""
        said = [one for one in (self.decision.typed, *self.draft.said, *table) if one]
        if said and len(said[0]) <= _SHORTEST_ESSAY:
            return self._short(table)
        if said or self.draft.solution or self.draft.points:  # points stay where every question of the test says them
            return Essay()
        self.missing(
            "kind_unclear", N_("There are no options and no answer: a short answer, or an essay?"), "kind", "typed"
        )
        self.suggestion = {"kind": "essay"}
        if self.block.key != "1":
            self.offers.append("join")
        return Essay()

    def _typed(self, said: str) -> Interaction:
        values = [one for one in _ALTERNATIVES.split(said) if one]
        numbers = [as_decimal(one) for one in values]
        if values and all(numbers):
            if any(not NUMBER.fullmatch(as_typed(one)) for one in values):
                self.entry.note("unit_dropped", N_("Only the number of the answer %(said)s is kept."), said=said[:60])
            known = [one for one in numbers if one]
            return Numeric(tuple(known), max_chars=room(known))
        texts = [_plain(one) for one in values or [said]]
        more = [text for one in texts for text in as_decimals(one) if text not in texts]
        if more:
            message = N_("The answer %(said)s is taken as a decimal, too: %(more)s.")
            self.entry.note("fraction_decimal", message, said=said[:60], more=more[0])
        return ShortText(tuple(map(AcceptedText, dict.fromkeys([*texts, *more]))))


def as_decimal(text: str) -> str | None:
    """`2,5`, `x = 2,5 m`, `-3` → the number; None for anything else."""
    found = _WITH_UNIT.match(text.replace("$", ""))
    return as_typed(found[1]).replace("−", "-") if found and not OBJECT.search(text) else None


def as_decimals(text: str) -> list[str]:
    """A fraction as whoever has no sign for one writes it: `-1/2` → `-0,5`, `-0.5`. Empty where it never ends."""
    found = _FRACTION.fullmatch(text)
    if found is None or not int(found[2]):
        return []
    value = Fraction(int(found[1].replace("−", "-")), int(found[2]))
    number = Decimal(value.numerator) / Decimal(value.denominator)
    written = f"{number.normalize():f}"
    return list(dict.fromkeys((written.replace(".", ","), written))) if Fraction(number) == value else []


def _plain(text: str) -> str:
    return " ".join(OBJECT.sub("", text).split()) or "—"


def rational_text_of(points: str) -> str:
    return rational_text(Fraction(points)) if points else "1"


def _marking_table(count: int) -> tuple[str, ...]:
    """The official one for four statements; equal shares for other numbers."""
    if count == len(GRADUATION_TABLE) - 1:
        return GRADUATION_TABLE
    return tuple(rational_text(Fraction(right, max(count, 1))) for right in range(count + 1))


def _shown(said: str) -> str:
    """`TFFT` as on paper; letters as they are."""
    return said.translate(str.maketrans("TF?", "ĐS-")) if set(said) <= set("TF?") and len(said) > 1 else ", ".join(said)


def _listed(told: Sequence[Sentence]) -> list[Sentence]:
    return [Sentence.of("%(said)s;", said=one) if at < len(told) - 1 else one for at, one in enumerate(told)]


def with_sources(found: Markup, objects: Objects) -> Markup:
    """Formulas that came as Office MathML keep it as their source."""
    known = {thing.mathml: thing for thing in objects.found if isinstance(thing, Formula)}
    math = tuple(known.get(one.mathml, one) if one.notation == "mathml" else one for one in found.math)
    return msgspec.structs.replace(found, math=math)
