"""Cuts the lines of a test into questions, parts, shared texts and what follows the end; nothing gets lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from item_bank.formats.paper import grids as exam_grids
from item_bank.formats.paper import headings as exam_headings
from item_bank.formats.paper import labels as exam_labels
from item_bank.formats.paper import marks as exam_marks
from item_bank.formats.paper.lines import Line, Look, Rich
from item_bank.formats.paper.marks import Kind, Start

#: How far a bare number may run ahead of the one before and still be the next question.
_LEAP = 3
_PAGE_FURNITURE = re.compile(r"^\W*(?:trang|page)\s*\d+(?:\s*/\s*\d+)?\b.{0,40}$", re.IGNORECASE)


@dataclass(slots=True)
class SharedText:
    """A passage for several questions."""

    heading: Line
    lines: list[Line]
    first: int | None
    last: int | None
    part: int

    def serves(self, number: int, part: int) -> bool:
        return part == self.part and (self.first is None or self.first <= number <= (self.last or self.first))


@dataclass(slots=True)
class Block:
    """One question with its lines as they stand, the label included. `part` counts from 0."""

    key: str
    number: int
    part: int
    kind: Kind | None
    lines: list[Line]
    label: int = 0
    shared: SharedText | None = None
    directive: Rich | None = None
    #: The number that was expected, where another one stands.
    expected: int | None = None
    #: What the mark of its group says of shuffling; empty where there is none.
    group: str = ""


@dataclass(slots=True)
class Cut:
    blocks: list[Block] = field(default_factory=list)
    skipped: list[Line] = field(default_factory=list)
    #: From HẾT or the heading of the answers on.
    tail: list[Line] = field(default_factory=list)
    parts: int = 1
    #: Number of a part as its heading says it → its place among the parts that are there, both from 0.
    ordinals: dict[int, int] = field(default_factory=dict)
    #: Place of a part → the line that opens it.
    headings: dict[int, Line] = field(default_factory=dict)


class _Cutter:
    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = [line for line in lines if line.content]
        self.cut = Cut()
        self.named = _by_words(self.lines)
        self.part = -1
        self.kind: Kind | None = None
        self.block: Block | None = None
        self.shared: SharedText | None = None
        self.collecting = False
        self.directive: Rich | None = None
        self.previous = self.last = 0
        self.optioned = False
        #: The letter of the next option of the open question.
        self.next_option = ""
        #: Whether the part's heading has no question yet.
        self.empty = False
        self.group = ""

    def run(self) -> Cut:
        end = exam_grids.begins_at(self.lines)
        for line in self.lines[:end]:
            self._take(line)
        tail = self.lines[end:]
        self.cut.tail = tail[1:] if tail and exam_marks.is_end(tail[0].text) else tail
        self.cut.parts = max(1, self.part + 1)
        return self.cut

    def _take(self, line: Line) -> None:
        if mark := exam_marks.group_mark(line.text):
            self.group = mark.kind
            line = Line(line.content[mark.end :], line.number)
            if not line.content:
                return
        text = line.text.strip()
        if _PAGE_FURNITURE.match(text):
            self.cut.skipped.append(line)
        elif start := self._starts(line.text):
            self._open(line, start)
        elif self._is_heading(line):
            self._new_part(line)
        elif (shared := exam_marks.shared_start(line.text)) and (self._between() or shared.first == self.previous + 1):
            self._share(line, shared)
        elif self._between() and exam_marks.directive(text):
            self.directive, self.block, self.shared, self.collecting = line.content, None, None, False
        else:
            self._continue(line)

    def _starts(self, text: str) -> Start | None:
        start = exam_marks.question_start(text)
        if start is None or (start.named != self.named):
            return None
        if start.named:
            return start
        ahead = start.number - self.previous
        fresh = start.number == 1 and (self.block is None or self.optioned)
        return start if fresh or 1 <= ahead <= _LEAP else None

    def _is_heading(self, line: Line) -> bool:
        bold = line.content.has(Look.BOLD)
        return exam_headings.part_heading(line.text.strip(), bold=bold, next_option=self.next_option)

    def _open(self, line: Line, start: Start) -> None:
        part = max(self.part, 0)
        if self.part < 0 and self.cut.blocks and start.number == 1 and self.previous > 1:
            self.part = part = 1  # numbering restarts without a heading
        shared = self.shared if self.shared and self.shared.serves(start.number, part) else None
        if shared is None and self.shared and (self.shared.last or 0) < start.number:
            self.shared = None
        expected = self.previous + 1 if start.number not in (1, self.previous + 1, self.last + 1) else None
        self.block = Block(
            str(len(self.cut.blocks) + 1), start.number, part, self.kind, [line], start.end, shared,
            self.directive, expected, self.group,
        )  # fmt: skip
        self.cut.blocks.append(self.block)
        self.previous = self.last = start.number
        self.collecting = False
        self.empty = False
        labels = exam_labels.labels(line.text, "A", lower=False, inside=True)
        self.optioned = len(labels) > 1
        self.next_option = _after(labels[-1].letter) if labels else "A"

    def _new_part(self, line: Line) -> None:
        ordinal = exam_headings.part_ordinal(line.text)
        kind = exam_marks.kind_named(line.text)
        if self.empty and not (ordinal and self.part in self.cut.ordinals.values()):
            self.kind = kind or self.kind  # PHẦN III on one line, TRẢ LỜI NGẮN on the next
        else:
            self.part = max(self.part + 1, bool(self.cut.blocks))
            self.kind = kind
        self.cut.headings.setdefault(self.part, line)
        self.empty, self.next_option = True, ""
        if ordinal:
            self.cut.ordinals.setdefault(ordinal.which, self.part)
        if self.kind is None and re.match(r"\W*phần\s+(?:IV|4)\b", line.text, re.IGNORECASE):
            self.kind = "essay"
        self.cut.skipped.append(line)
        self.block = self.shared = self.directive = None
        self.previous, self.collecting = self.previous if not self.named else 0, False

    def _between(self) -> bool:
        """Whether something that concerns the next questions may stand here: not inside of an open question."""
        return self.block is None or self.optioned

    def _share(self, line: Line, found: exam_marks.Shared) -> None:
        rest = line.content[found.start :].stripped()
        self.shared = SharedText(
            line, [Line(rest, line.number)] if rest else [], found.first, found.last, max(self.part, 0)
        )
        self.block, self.collecting, self.directive = None, True, None

    def _continue(self, line: Line) -> None:
        if self.collecting and self.shared:
            self.shared.lines.append(line)
        elif self.block:
            self.block.lines.append(line)
            labels = exam_labels.labels(line.text, "A", lower=False)
            self.optioned = self.optioned or bool(labels)
            self.next_option = _after(labels[-1].letter) if labels else self.next_option
            self.optioned = self.optioned or exam_marks.answer_said(line.text) is not None
        else:
            if self.part >= 0 and self.kind is None:
                self.kind = exam_marks.kind_named(line.text)
            self.cut.skipped.append(line)


def parted(block: Block) -> list[Line]:
    """Its lines, with the number that is missing where the letters of options begin anew."""
    at = _anew(block.lines)
    if at is None:
        return list(block.lines)
    start = exam_marks.question_start(block.lines[0].text)
    word = "" if start is not None and not start.named else "Câu "
    first = block.lines[at]
    number = Rich.of(f"{word}{block.number + 1}. ")
    return [*block.lines[:at], Line(number + first.content, first.number), *block.lines[at + 1 :]]


def _anew(lines: Sequence[Line]) -> int | None:
    """Behind the last line of the first options, where an A follows."""
    behind = 0
    for at, line in enumerate(lines):
        labels = exam_labels.labels(line.text, "A", lower=False, inside=True)
        if labels and labels[0].letter == "A" and behind:
            return behind
        behind = at + 1 if labels else behind
    return None


def _after(letter: str) -> str:
    return chr(ord(letter) + 1)


def cut(lines: Sequence[Line]) -> Cut:
    return _Cutter(lines).run()


def _by_words(lines: Sequence[Line]) -> bool:
    """Whether questions begin with a word (Câu 1) or with bare numbers: whichever is by far the more frequent."""
    named = bare = expected = 0
    for line in lines:
        start = exam_marks.question_start(line.text)
        if start is None:
            continue
        named += start.named
        if not start.named and start.number in (1, expected + 1):
            bare, expected = bare + 1, start.number
    return named > 0 and named * 2 >= bare
