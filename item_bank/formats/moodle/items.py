"""Kinds of Moodle's questions → interactions: choices, typed answers, essays; the others in their own files."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import ClassVar

import msgspec

from item_bank.content.interactions.options import letters
from item_bank.content.markup import plain_text
from item_bank.content.model import (
    Essay,
    Interaction,
    Item,
    Markup,
    MultipleChoice,
    Option,
    Part,
    RubricPoint,
    SingleChoice,
)
from item_bank.content.pinning import pinned
from item_bank.content.rational import rational_text
from item_bank.formats.building import by_hand, nothing_to_answer, with_place
from item_bank.formats.gift.items import TRUTH
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.moodle.calculated import read_calculated, read_calculated_choice
from item_bank.formats.moodle.cloze_items import read_cloze
from item_bank.formats.moodle.drag import (
    read_drag_to_image,
    read_drag_to_text,
    read_markers,
    read_matching,
    read_ordering,
    read_select_words,
)
from item_bank.formats.moodle.numeric import read_numerical
from item_bank.formats.moodle.question import Question, line_of, written
from item_bank.formats.moodle.statements import read_statements
from item_bank.formats.typed_answers import short_text
from item_bank.formats.weighed_choices import weighed_choice

ReadKind = Callable[[Question], Interaction]


class Kind:
    """One kind of question, read."""

    def __init__(self, read: ReadKind, question: Question) -> None:
        self.question = question
        self.read = read

    def item(self, topic: str) -> Item:
        try:
            return self.question.made(self.read(self.question), topic)
        except ReadProblem as problem:
            if problem.line is None:
                problem.reason = msgspec.structs.replace(problem.reason, line=line_of(self.question.element))
            raise


def _true_false(question: Question) -> SingleChoice:
    found = {question.plain(answer).lower(): answer for answer in question.answers()}
    options = []
    for identifier, said, name in zip("AB", ("true", "false"), TRUTH[question.reading.language], strict=True):
        answer = found.get(said)
        share = Fraction(0) if answer is None else question.share(answer)
        feedback = None if answer is None else question.feedback(answer)
        options.append(Option(identifier, Markup(name), weight=rational_text(share), feedback=feedback))
    return SingleChoice(tuple(options), shuffle=False)


def _options(question: Question) -> tuple[Option, ...]:
    answers = question.answers()
    markups = [question.markup(answer) for answer in answers]
    stay = pinned([plain_text(one) for one in markups])
    return tuple(
        Option(
            name,
            markup,
            pinned=stays,
            weight=rational_text(question.share(answer)),
            feedback=question.feedback(answer),
        )
        for name, answer, markup, stays in zip(letters(len(answers)), answers, markups, stay, strict=True)
    )


def _drop_remarks(question: Question) -> None:
    if question.remarks():
        message = N_("What is said of every right, partly right or wrong answer is not kept.")
        question.entry.note("feedback_dropped", message, line=line_of(question.element))


def _multichoice(question: Question) -> Interaction:
    _drop_remarks(question)
    single = question.flag("single", True)
    shuffle = question.flag("shuffleanswers", True)
    found = weighed_choice(_options(question), question.points, question.entry, single=single, shuffle=shuffle)
    return _placed(question, found)


def _all_or_nothing(question: Question) -> MultipleChoice:
    """The plugin "All-or-Nothing Multiple Choice": exactly the right options."""
    _drop_remarks(question)
    options = _options(question)
    full = tuple(msgspec.structs.replace(one, weight="1" if Fraction(one.weight) > 0 else "0") for one in options)
    return MultipleChoice(full, shuffle=question.flag("shuffleanswers", True))


def _placed(question: Question, interaction: Interaction) -> Interaction:
    """A composite stands behind the text."""
    if interaction.__struct_config__.tag == "composite":
        question.stem = with_place(question.main_markup())
    return interaction


def _short_answer(question: Question) -> Interaction:
    answers = question.answers()
    if any(question.feedback(answer) for answer in answers):
        question.entry.note("feedback_dropped", N_("Feedback on typed answers is not kept."))
    given = [(question.plain(answer), question.share(answer)) for answer in answers]
    if not any(share > 0 for _text, share in given):
        raise ReadProblem("key_missing", N_("The item has no key: no answer earns a point."))
    return _placed(question, short_text(given, question.points, case_sensitive=question.flag("usecase")))


def _essay(question: Question) -> Interaction:
    for name in ("responsetemplate", "filetypeslist", "minwordlimit"):
        holder = question.element.find(name)
        text = written(holder).strip() if holder is not None else ""
        if said := text or question.setting(name):
            question.extra[f"moodle.{name}"] = said[:10_000]
    if "moodle.responsetemplate" in question.extra:
        message = N_("The text that answers began with is kept beside the item; candidates do not see it.")
        question.entry.note("template_dropped", message, line=line_of(question.element))
    files = question.setting("attachments", "0") != "0"
    typed = question.setting("responseformat", "editor") != "noinline"
    if files or not typed:
        return _with_files(question, typed=typed)
    info = question.element.find("graderinfo")
    guide = plain_text(question.markup(info)) if info is not None else ""
    rubric = (RubricPoint("1", guide[:5_000], rational_text(question.points)),) if guide.strip() else ()
    words, lines = question.number("maxwordlimit", Fraction(0)), question.number("responsefieldlines", Fraction(12))
    return Essay(rubric, max_words=int(words) or None, lines=min(max(int(lines), 1), 60))


def _with_files(question: Question, *, typed: bool) -> Interaction:
    kinds = [*(["extended_text"] if typed else []), "upload"]
    names = [f"RESPONSE_{number}" for number in (1, 2)] if typed else ["RESPONSE"]
    stem = question.main_markup()
    for number in range(len(kinds)):
        stem = with_place(stem, number)
    question.stem = stem
    return by_hand([Part(name, kind) for name, kind in zip(names, kinds, strict=True)], question.points)


def _description(question: Question) -> Interaction:
    question.points = Fraction(0)
    return nothing_to_answer()


def _cloze(question: Question) -> Interaction:
    holder = question.element.find("questiontext")
    text, notation = question.main_text().strip(), question.notation(holder)
    stem, interaction, points = read_cloze(text, notation, question.texts(holder))
    question.stem, question.points = stem, points
    return interaction


class _Kinds:
    """Type as Moodle writes it → how it is read."""

    readers: ClassVar[dict[str, ReadKind]] = {
        "multichoice": _multichoice,
        "multichoiceset": _all_or_nothing,
        "truefalse": _true_false,
        "shortanswer": _short_answer,
        "numerical": read_numerical,
        "matching": read_matching,
        "match": read_matching,
        "ddmatch": read_matching,
        "essay": _essay,
        "description": _description,
        "cloze": _cloze,
        "multianswer": _cloze,
        "gapselect": read_select_words,
        "ddwtos": read_drag_to_text,
        "ddimageortext": read_drag_to_image,
        "ddmarker": read_markers,
        "ordering": read_ordering,
        "mtf": read_statements,
        "kprime": read_statements,
        "calculated": read_calculated,
        "calculatedsimple": read_calculated,
        "calculatedmulti": read_calculated_choice,
    }


def _kind(read: ReadKind) -> Callable[[Question], Kind]:
    return lambda question: Kind(read, question)


KINDS = {name: _kind(read) for name, read in _Kinds.readers.items()}
