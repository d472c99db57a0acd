"""Aiken: single choice as plain text, with the key on a line of its own.

Source: Moodle documentation, "Aiken format", https://docs.moodle.org/en/Aiken_format: the question, then options
`A.` or `A)` in the order of the alphabet, then `ANSWER: B`. Differences: a question may have several lines, and blank
lines between its parts do no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from item_bank.content.interactions.options import letters
from item_bank.content.model import Item, Option, SingleChoice
from item_bank.content.pinning import pinned
from item_bank.formats.archives import looks_like_zip
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.encodings import Text, decode
from item_bank.formats.model import N_, Imported, ReadProblem, Reason
from item_bank.formats.paper.marks import question_start
from item_bank.formats.registry import Format, Reading
from item_bank.formats.texts import Texts

_OPTION = re.compile(r"([A-Z])[.)]\s+(\S.*)$")
_ANSWER = re.compile(r"ANSWER:\s*(.*?)\s*$")
_LOOKED_AT = 200_000


@dataclass(slots=True)
class Question:
    """Lines count from 1."""

    line: int
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str, int]] = field(default_factory=list)
    answer: str | None = None
    answer_line: int = 0
    start: int = 0
    end: int = 0
    stray: int | None = None


def detect(name: str, data: bytes) -> float:
    lowered = name.lower()
    if looks_like_zip(data) or not lowered.endswith((".txt", ".aiken")):
        return 0.0
    if lowered.endswith((".aiken", ".aiken.txt")):
        return 1.0
    try:
        lines = decode(data[:_LOOKED_AT]).lines
    except ReadProblem:
        return 0.0
    answers = sum(_ANSWER.match(line) is not None for line in lines)
    options = sum(_OPTION.match(line) is not None for line in lines)
    named = any((start := question_start(line)) and start.named for line in lines)
    return 0.0 if not answers or options < 2 * answers or named else 0.95


def read(data: bytes, reading: Reading) -> Imported:
    text = decode(data)
    collector = Collector("aiken", reading, text.encoding)
    collector.problems += text.problems
    for question in _questions(text):
        source = text.source(question.start, question.end)
        collector.add(Entry(line=question.line), source, partial(_item, question, reading))
    if not collector.entries:
        collector.problems.append(Reason.of("no_items", N_("The file holds no question.")))
    return collector.finish()


def _questions(text: Text) -> Iterator[Question]:
    """A question ends with its ANSWER line; where that is missing, before the text that follows a blank line."""
    question: Question | None = None
    blank = False
    for number, raw in enumerate(text.lines, 1):
        line = raw.strip()
        if not line:
            blank = True
            continue
        answer, option = _ANSWER.match(line), _OPTION.match(line)
        if question and question.options and blank and not (answer or option):
            yield question
            question = None
        question = question or Question(number, start=number - 1)
        question.end = number
        blank = False
        if answer:
            question.answer, question.answer_line = answer[1], number
            yield question
            question = None
        elif option and (question.stem or question.options):
            question.options.append((option[1], option[2], number))
        elif question.options:
            question.stray = question.stray or number
        else:
            question.stem.append(line)
    if question:
        yield question


def _item(question: Question, reading: Reading, entry: Entry) -> Item:
    _check(question)
    texts = Texts(entry, reading.find_picture)
    stay = pinned([text for _letter, text, _line in question.options])
    # Aiken is plain text: <b> is what the candidate shall see
    options = tuple(
        Option(letter, texts.markup(text, "plain"), pinned=stays, weight="1" if letter == question.answer else "0")
        for (letter, text, _line), stays in zip(question.options, stay, strict=True)
    )
    return Item(
        stem=texts.markup("\n".join(question.stem), "plain"),
        interaction=SingleChoice(options),
        language=reading.language,
        subject=reading.subject,
        grade=reading.grade,
    )


def _check(question: Question) -> None:
    given = [letter for letter, _text, _line in question.options]
    if question.stray:
        message = N_("After the options only further options or ANSWER: may follow.")
        raise ReadProblem("aiken_line", message, line=question.stray)
    for wanted, (letter, _text, line) in zip(letters(26), question.options, strict=False):
        if letter != wanted:
            message = N_("Option %(letter)s stands where %(wanted)s is expected.")
            raise ReadProblem("aiken_letter", message, line=line, letter=letter, wanted=wanted)
    if question.answer is None:
        raise ReadProblem("aiken_answer", N_("The question has no line ANSWER:."), line=question.line)
    if question.answer not in given:
        message = N_("The answer %(answer)s is none of the options.")
        raise ReadProblem("aiken_answer", message, line=question.answer_line, answer=question.answer[:40] or "—")


FORMAT = Format("aiken", "Aiken", (".txt",), detect, read)
