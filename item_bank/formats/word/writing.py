"""Items → a test as a Word document: parts, passages, questions, with or without what is right.

With keys our own reader takes every question for the same item again: each is read back before it goes into the file.
Without them it is the paper that candidates get.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from item_bank.content.model import Asset, Formula, Item, Language, Markup
from item_bank.formats import held
from item_bank.formats.model import N_
from item_bank.formats.office_pictures import OfficePictures
from item_bank.formats.paper.reading import MAX_QUESTIONS
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.registry import Reading
from item_bank.formats.word import format as word
from item_bank.formats.word import formulas
from item_bank.formats.word.writing_body import Body, paragraph, run
from item_bank.formats.word.writing_headings import MOST_PARTS, harmless, heading, shared_heading, stays_below
from item_bank.formats.word.writing_package import Media, package
from item_bank.formats.word.writing_questions import KINDS, Kind, Question, kind_of, on_paper, simplified
from item_bank.formats.written import Notes, NotHeldError, Written

END = {"vi": "---------- HẾT ----------", "en": "---------- THE END ----------"}


@dataclass(frozen=True, slots=True)
class PaperPart:
    """A section of an exam, or all of a bank. Questions of several kinds become parts of their own."""

    items: tuple[Exported, ...]
    title: str = ""
    instructions: Markup | None = None


def write_docx(
    parts: Sequence[PaperPart],
    asset: Callable[[str], Asset],
    *,
    title: str = "",
    head: Sequence[str] = (),
    language: Language = "vi",
    keys: bool = True,
    counted_on: bool = False,
) -> Written:
    """`asset`: the picture of a digest. title: at the head of every page. head: lines above the first part.
    counted_on: questions of a part are numbered on from those of the part before, as on a screen."""
    return _Paper(parts, asset, title, language, keys=keys, counted_on=counted_on).written(head)


@dataclass
class _Question:
    one: Exported
    paragraphs: list[str]
    passage: list[str]
    media: Media = field(default_factory=Media)
    tex: dict[str, Formula] = field(default_factory=dict)


class _Paper:
    def __init__(
        self,
        parts: Sequence[PaperPart],
        asset: Callable[[str], Asset],
        title: str,
        language: Language,
        *,
        keys: bool,
        counted_on: bool,
    ) -> None:
        self.parts, self.title, self.language, self.keys, self.counted_on = parts, title, language, keys, counted_on
        self.asset = OfficePictures(asset)
        self.notes = Notes()
        self.media, self.tex = Media(), dict[str, Formula]()
        self.drawn = itertools.count(1)
        self.weighed = any(one.item.maximum != 1 for part in parts for one in part.items)
        self.count = self.ordinal = self.number = 0

    def written(self, head: Sequence[str]) -> Written:
        body = [paragraph(run(line, "b"), "Header") for line in head]
        body += [xml for part in self.parts for xml in self._part(part)]
        body.append(paragraph(run(END[self.language]), "Header"))
        more = {formulas.PART: formulas.written(self.tex)} if self.tex else {}
        data = package(body, self.media, self.title, self.language, more)
        return Written(data, self.count, tuple(self.notes.found))

    def _part(self, part: PaperPart) -> Iterator[str]:
        kinds = dict(self.notes.each(part.items, lambda one: (one.identifier, kind_of(one.item))))
        for kind in KINDS:
            items = [one for one in part.items if kinds.get(one.identifier) == kind]
            self.ordinal += bool(items)
            questions = list(self._questions(items, kind))
            if not questions:
                self.ordinal -= bool(items)
                continue
            yield paragraph(run(heading(self.ordinal, part.title, kind, self.language)), "Heading1")
            if part.instructions is not None and harmless(part.instructions):
                yield from self._body(self.media, self.tex).paragraphs(part.instructions, "")
            yield from questions

    def _body(self, media: Media, tex: dict[str, Formula]) -> Body:
        return Body(self.asset, media, tex, self.drawn)

    def _questions(self, items: Sequence[Exported], kind: Kind) -> Iterator[str]:
        """Those of one passage stand together below it."""
        number = self.count if self.counted_on else 0
        for group in _by_passage(items):
            self.number, first = number, number + 1
            made = self.notes.each(group, lambda one: self._question(one, kind))
            number = self.number
            if made and made[0].passage:
                yield paragraph(run(shared_heading(first, number, self.language), "i"), "Question")
                yield from made[0].passage
            yield from (xml for question in made for xml in question.paragraphs)

    def _question(self, one: Exported, kind: Kind) -> _Question:
        """Raises NotHeldError; then its number is the next one's."""
        if self.count >= MAX_QUESTIONS or self.ordinal > MOST_PARTS:
            message = N_("A test has at most %(limit)s questions and %(parts)s parts.")
            raise NotHeldError("too_many_items", message, limit=MAX_QUESTIONS, parts=MOST_PARTS)
        one = self.asset.shown(one, self.notes)
        made = _Question(one, [], [])
        body = self._body(made.media, made.tex)
        made.passage = body.paragraphs(one.passage.markup, "") if one.passage else []
        item = on_paper(one.item, self.notes)
        item = self._with_keys(item) if self.keys else item
        question = Question(item, body, self.notes, self.language, keys=self.keys, weighed=self.weighed)
        made.paragraphs = question.paragraphs(self.number + 1)
        if self.keys:
            self._check(made, item, kind)
        self.number += 1
        self.count += 1
        self.media.held |= made.media.held
        self.tex |= made.tex
        return made

    def _with_keys(self, item: Item) -> Item:
        item = simplified(item, self.notes)
        if item.rationale is None or stays_below(item.rationale):
            return item
        self.notes.tell("rationale_not_held", N_("Its solution is not held as one."))
        return msgspec.structs.replace(item, rationale=None)

    def _check(self, made: _Question, item: Item, kind: Kind) -> None:
        number = self.number + 1
        above = [paragraph(run(heading(1, "", kind, self.language)), "Heading1")]
        if made.passage:
            above += [paragraph(run(shared_heading(number, number, self.language))), *made.passage]
        more = {formulas.PART: formulas.written(made.tex)} if made.tex else {}
        data = package([*above, *made.paragraphs], made.media, "", self.language, more)
        found = word.read(data, Reading("item.docx"))
        held.check(item, found, self.notes, passage=made.one.passage)


def _by_passage(items: Sequence[Exported]) -> list[list[Exported]]:
    """Each passage's items where its first one stands; an item without a passage is alone."""
    groups: dict[object, list[Exported]] = {}
    for place, one in enumerate(items):
        groups.setdefault(one.item.passage or place, []).append(one)
    return list(groups.values())
