"""One question's lines → its stem, options or statements, answers and solution as they stand; nothing is judged yet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from item_bank.content.rational import rational_or_none
from item_bank.formats.paper import labels as exam_labels
from item_bank.formats.paper import marks as exam_marks
from item_bank.formats.paper.blocks import Block
from item_bank.formats.paper.indents import indented
from item_bank.formats.paper.labels import Label
from item_bank.formats.paper.lines import EMPTY, Line, Look, Objects, Rich, joined
from item_bank.formats.xlsx.columns import level_named

_STAR = re.compile(r"\s*(?:\*{1,2}|[✓✔√])\s*$")
_STAR_FIRST = re.compile(r"^\s*(?:\*{1,2}(?![*\s]*$)|[✓✔☑]|\[[xX]\])\s*(?=\S)")
#: `[Đ] a) …`: the mark stands before the letter.
_SIGN_FIRST = re.compile(
    r"^\s*(?P<sign>[(\[]\s*(?:đúng|sai|true|false|[đstf])\s*[)\]])\s*(?=[a-h]\s*[.)])", re.IGNORECASE
)
#: A line with the letter of the answer and no reason.
_SHORT_REASON = 24
#: All of a question: not the heading of a solution.
_ORDER = re.compile(r"\s*giải(?:\s+thích)?(?:\s+chi\s+tiết)?\s*[.!]?\s*", re.IGNORECASE)
_MUC = re.compile(r"(?:mức|mđ|m)\s*(\d)", re.IGNORECASE)


@dataclass(slots=True)
class Choice:
    """An option or statement: its letter as written, its text and what marks it."""

    letter: str
    content: Rich
    line: int
    look: Look
    starred: bool = False
    hashed: bool = False
    level: str = ""

    def marked(self, look: Look) -> bool:
        return bool(self.look & look) or self.content.has(look)


@dataclass(slots=True)
class Draft:
    number: int
    stem: Rich = EMPTY
    options: list[Choice] = field(default_factory=list)
    statements: list[Choice] = field(default_factory=list)
    #: What the question itself states as its answer.
    said: list[str] = field(default_factory=list)
    solution: Rich = EMPTY
    level: str = ""
    points: str = ""
    codes: list[str] = field(default_factory=list)


def draft_of(block: Block, objects: Objects) -> Draft:
    return _Drafting(block, objects).run()


class _Drafting:
    def __init__(self, block: Block, objects: Objects) -> None:
        self.block = block
        self.objects = objects
        self.draft = Draft(block.number)
        self.stem: list[Rich] = []
        self.solution: list[Rich] | None = None

    def run(self) -> Draft:
        first = self.block.lines[0]
        rest = self._marks_taken(first.content[self.block.label :])
        lines = [line for line in (Line(rest, first.number), *self.block.lines[1:]) if line.content]
        if lines and rest and _ORDER.fullmatch(rest.text) and not any(self._asks(line.text) for line in lines[1:]):
            self.stem.append(lines.pop(0).content.stripped())
        for line in lines:
            self._take(line)
        self._settle()
        return self.draft

    def _asks(self, text: str) -> bool:
        """Whether a line is part of the question: neither its answer, nor its solution's heading, nor room to write."""
        told = exam_marks.solution_start(text) is not None or exam_marks.answer_said(text) is not None
        return not (told or exam_marks.only_dots(text))

    def _take(self, line: Line) -> None:
        content = self._tag_taken(line.content)
        text = content.text
        if self.solution is not None:
            self._explain(content)
        elif (start := exam_marks.solution_start(text)) is not None:
            self.solution = []
            self._explain(content[start:])
        elif (said := exam_marks.answer_said(text)) is not None and not self._is_stem(said.text):
            self._answer(said.text)
        elif self._is_choice(text):
            self.solution = []
            self._explain(content)
        elif exam_marks.only_dots(text):
            return
        elif content and not self._labelled(Line(content, line.number)):
            self._continue(content)

    def _is_choice(self, text: str) -> bool:
        """`Chọn B. Vì …` below the options: the solution, though nothing announces it."""
        answered = self.draft.options or self.draft.statements
        return bool(answered) and exam_marks.concludes(text)

    def _is_stem(self, said: str) -> bool:
        """`Kết quả:` before the options leads to them."""
        return (
            not said
            and not self.draft.options
            and not self.draft.statements
            and self.block.kind in (None, "choice", "multiple")
        )

    def _answer(self, said: str) -> None:
        if said:
            self.draft.said.append(said)

    def _explain(self, content: Rich) -> None:
        if self.solution is None:
            return
        said = exam_marks.answer_said(content.text)
        if said is not None and said.text:
            self.draft.said.append(said.text)
            return
        lone = exam_marks.lone_letter(content.text) if self.draft.options and not self.solution else ""
        if letters := exam_marks.chosen(content.text) or lone:
            self.draft.said.append(letters)
        if content and not (letters and len(content.text) < _SHORT_REASON):
            self.solution.append(content.stripped())

    def _labelled(self, line: Line) -> bool:
        if self.block.kind in ("essay", "short"):
            return False
        upper = self._found(line, self.draft.options, lower=False)
        if upper:
            self._add(line, upper, self.draft.options)
            return True
        if self.draft.options:
            return False
        if sign := _SIGN_FIRST.match(line.text):
            line = Line(line.content[sign.end() :] + Rich.of(f"\t{sign['sign']}"), line.number)
        lower = self._found(line, self.draft.statements, lower=True)
        if lower:
            self._add(line, lower, self.draft.statements)
        return bool(lower)

    def _found(self, line: Line, known: list[Choice], *, lower: bool) -> list[Label]:
        first = "a" if lower else "A"
        expected = chr(ord(known[-1].letter) + 1) if known else first
        found = exam_labels.labels(line.text, expected, lower=lower, inside=not known)
        if not found or (not known and found[0].letter != first):
            return []
        return found if not lower or found[0].letter == expected else []

    def _add(self, line: Line, found: list[Label], to: list[Choice]) -> None:
        if before := line.content[: found[0].start].stripped():
            self.stem.append(before)
        ends = [*(label.start for label in found[1:]), len(line.text)]
        for label, end in zip(found, ends, strict=True):
            content, starred = _unstarred(line.content[label.end : end].stripped())
            look = Look(line.content.looks[label.at])
            to.append(Choice(label.letter, content, line.number, look, starred or label.starred, label.hashed))

    def _continue(self, content: Rich) -> None:
        choices = self.draft.options or self.draft.statements
        if not choices:
            self.stem.append(indented(content, self.stem[-1].text if self.stem else ""))
            return
        more, starred = _unstarred(content.stripped())
        choices[-1].content = joined([choices[-1].content, more]) if choices[-1].content else more
        choices[-1].starred = choices[-1].starred or starred

    def _settle(self) -> None:
        draft = self.draft
        if draft.options and draft.statements:  # a), b) … belong to the stem when A., B. … follow
            self.stem += [Rich.of(f"{one.letter}) ") + one.content for one in draft.statements]
            draft.statements = []
        for choice in draft.options + draft.statements:
            self._float_up(choice)
        draft.stem = self._marks_taken(joined(self.stem).stripped()).stripped()
        draft.solution = joined(self.solution or [])

    def _float_up(self, choice: Choice) -> None:
        """A picture anchored beside the options belongs to the question; one that is all of an option stays."""
        places = [at for at, one in enumerate(choice.content.text) if self.objects.floats(one)]
        alone = places and len(places) == len(choice.content.text.strip())
        for at in places[: 0 if alone else None : -1]:
            self.stem.append(choice.content[at : at + 1])
            choice.content = (choice.content[:at] + choice.content[at + 1 :]).stripped()

    def _tag_taken(self, content: Rich) -> Rich:
        found = exam_marks.key_tag(content.text)
        if found is None:
            return content
        self.draft.said.append(found["said"].strip())
        return content[: found.start()] + content[found.end() :]

    def _marks_taken(self, content: Rich) -> Rich:
        """Level, points and code stand at the beginning or the end of a stem; inside they are part of it."""
        for pattern in (exam_marks.level_mark, exam_marks.points_mark, exam_marks.code_mark):
            found = pattern(content.text)
            if found and (
                not content.text[: found.start()].strip(" .:") or not content.text[found.end() :].strip(" .:")
            ):
                self._mark(found)
                content = (content[: found.start()] + content[found.end() :]).stripped()
                content = content[1:].stripped() if content.text[:1] in (":", ".") else content
        return content

    def _mark(self, found: re.Match[str]) -> None:
        groups = found.groupdict()
        if level := groups.get("level"):
            self.draft.level = level_of(level)
        elif (points := groups.get("points")) and rational_or_none(points.replace(",", ".")):
            self.draft.points = points.replace(",", ".")
        elif code := groups.get("code"):
            self.draft.codes.append(code)


def _unstarred(content: Rich) -> tuple[Rich, bool]:
    """Without the star or tick at its end or beginning; an option that is nothing but a star is a text."""
    starred = False
    for pattern in (_STAR, _STAR_FIRST):
        found = pattern.search(content.text)
        rest = content[: found.start()] + content[found.end() :] if found else EMPTY
        if rest:
            content, starred = rest.stripped(), True
    return content, starred


def level_of(text: str) -> str:
    return f"Mức {found[1]}" if (found := _MUC.fullmatch(text)) else level_named(text)


def statement_level(choice: Choice) -> Choice:
    """Takes `(NB)` out of a statement."""
    found = exam_marks.level_mark(choice.content.text)
    if found:
        choice.level = level_of(found["level"])
        choice.content = (choice.content[: found.start()] + choice.content[found.end() :]).stripped()
    return choice
