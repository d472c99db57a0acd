r"""Items → GIFT, as far as it goes: choices, typed words and numbers, pairs, essays.

Source: Moodle documentation, "GIFT format" (see gift.py). Texts are written as `[html]`, with `\` before each of
`\ ~ = # { } :`. Every question is read back before it goes into the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from item_bank.content.markup import editable, joined
from item_bank.content.model import (
    Composite,
    Essay,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.content.rational import rational
from item_bank.formats import held
from item_bank.formats.gift import format as gift
from item_bank.formats.model import N_
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.registry import Reading
from item_bank.formats.written import (
    Notes,
    NotHeldError,
    Pairs,
    Written,
    category_of,
    clean,
    note_feedback,
    pairs_of_cluster,
    pairs_of_match,
    percent,
    pictures_of,
    without_places,
)


def write_gift(items: Iterable[Exported]) -> Written:
    notes = Notes()
    blocks = notes.each(items, lambda one: _Question(one, notes).block())
    lines, topic = [], ""
    for its_topic, block in blocks:
        if its_topic != topic:
            lines.append(f"$CATEGORY: {category_of(its_topic)}\n")
            topic = its_topic
        lines.append(block)
    return Written("\n".join(lines).encode(), len(blocks), tuple(notes.found))


class _Question:
    def __init__(self, one: Exported, notes: Notes) -> None:
        self.identifier, self.item, self.notes = one.identifier, one.item, notes
        self.stem = one.item.stem
        if one.passage is not None:
            self.stem = joined(one.passage.markup, self.stem)
            notes.tell("passage_in_stem", N_("The passage stands above the question: GIFT has no place for it."))
        if pictures_of(one.item) or "<img" in self.stem.html:
            raise NotHeldError("picture_not_held", N_("GIFT has no place for pictures."))

    def block(self) -> tuple[str, str]:
        """Its topic and its lines. Raises NotHeldError."""
        item = self.item
        body = self._answers()
        if item.points != "1" and not (isinstance(item.interaction, Composite) and not item.interaction.parts):
            self.notes.tell(
                "points_not_held", N_("GIFT has no place for points: %(points)s became 1."), points=item.points
            )
        general = f" ####{_html(item.rationale)}" if item.rationale else ""
        title = f"::{_escaped(' '.join(clean(item.title).split()))}::" if item.title.strip() else ""
        answers = "" if body is None else f" {{{body}{general}}}"
        question = f"{self._comment()}{title}[html]{_html(self.stem)}{answers}\n"
        self._check(question)
        return " ".join(clean(item.topic).split()), question

    def _comment(self) -> str:
        named = [("id", self.identifier), *(("tag", tag) for tag in self.item.tags)]
        told = [f"[{kind}:{' '.join(re.sub(r'[][]', ' ', clean(text)).split())[:200]}]" for kind, text in named]
        return f"// {' '.join(told)}\n"

    def _check(self, question: str) -> None:
        """Words that GIFT itself takes for signs, `->` in a typed answer, are found by reading."""
        written = msgspec.structs.replace(self.item, stem=self.stem)
        kinds = ("composite",) if isinstance(self.item.interaction, TrueFalseCluster) else ()
        held.check(written, gift.read(question.encode(), Reading("item.gift")), self.notes, kinds=kinds)

    def _answers(self) -> str | None:
        match self.item.interaction:
            case SingleChoice() as single:
                return _single(single.options)
            case MultipleChoice() as several:
                return self._several(several)
            case TrueFalseCluster() as cluster:
                return _matched(pairs_of_cluster(cluster, self.item, self.notes))
            case Numeric() as number:
                return "#" + " ".join(f"={value}:{number.tolerance}" for value in number.accepted)
            case ShortText() as short:
                return self._typed(short)
            case Essay():
                return ""
            case Composite() as composite:
                return self._composite(composite)

    def _several(self, choice: MultipleChoice) -> str:
        if not choice.partial or choice.also:
            raise NotHeldError(
                "marking_not_held", N_("GIFT adds up what the options earn; this item takes all or nothing.")
            )
        weighed = (f"~%{percent(rational(one.weight))}%{_option(one)}" for one in choice.options)
        return "\n".join(weighed)

    def _typed(self, short: ShortText) -> str:
        best_first = sorted(short.accepted, key=lambda one: rational(one.weight), reverse=True)
        told = []
        for one in best_first:
            weight = "" if rational(one.weight) == 1 else f"%{percent(rational(one.weight))}%"
            told.append(f"={weight}[plain]{_escaped(clean(one.text))}")
        return "\n".join(told)

    def _composite(self, composite: Composite) -> str | None:
        if not composite.parts:
            return None
        pairs = pairs_of_match(self.item, composite)
        if pairs is None:
            raise NotHeldError(
                "interaction_not_held", N_("GIFT has no place for this kind of interaction, or for several.")
            )
        note_feedback(composite.feedback, self.notes)
        self.stem = without_places(self.stem)
        return _matched(pairs)


def _single(options: Sequence[Option]) -> str:
    told = []
    for one in options:
        weight = rational(one.weight)
        sign = "=" if weight == 1 else "~" if not weight else f"~%{percent(weight)}%"
        told.append(f"{sign}{_option(one)}")
    return "\n".join(told)


def _option(one: Option) -> str:
    return _html(one.markup) + (f"#{_html(one.feedback)}" if one.feedback else "")


def _matched(pairs: Pairs) -> str:
    told = [f"={_html(left)} -> {_html(right)}" for left, right in pairs.pairs]
    told += [f"= -> {_html(one)}" for one in pairs.others]
    return "\n".join(told)


def _html(markup: Markup) -> str:
    """A line break is written as such: an empty line would end the question. A percent sign that begins an option
    would be its weight."""
    return _escaped(re.sub(r"^\s*%", "&#37;", clean(editable(markup))))


def _escaped(text: str) -> str:
    return re.sub(r"([\\~=#{}:])", r"\\\1", text).replace("\r", "").replace("\n", r"\n")
