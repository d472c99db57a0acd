"""The answers after the end of a test: tables (`1-A 2-C`, numbers over letters, `1: ĐSSĐ`, `1: 2,5`) and solutions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from item_bank.formats.paper import grids as exam_grids
from item_bank.formats.paper import headings as exam_headings
from item_bank.formats.paper import labels as exam_labels
from item_bank.formats.paper import marks as exam_marks
from item_bank.formats.paper.lines import Line, Rich, joined
from item_bank.formats.paper.statement_keys import explained, statement_answers

_TRUTH = r"(?:[ĐDSđs]|đúng|sai)(?:\s*[-,;/–]?\s*(?:[ĐDSđs]|đúng|sai)(?!\w)){1,7}|[ĐDTFSđs]{2,8}"
_STATEMENTS = r"(?:[a-h]\s*[).:–-]?\s*(?:đúng|sai|đ|s|true|false|t|f)(?!\w)[\s,;.–-]*){2,8}"
_NUMBER = r"[-−–]?\d+(?:[.,]\d+)?(?:/\d+)?"
#: A unit behind a number, where an end or the next number follows.
_UNIT = (
    r"(?:\s?(?:%|°C?|(?![A-H]\b)[^\W\d_]{1,6}[²³]?(?:\^[23])?(?:/[^\W\d_]{1,4}[²³]?)?)"
    r"(?=\s*(?:[;,|\t]|$)|\s+(?:câu\s*)?\d{1,3}\s*[.:)=]))?"
)
_PAIR = re.compile(
    rf"(?:câu\s*|question\s*)?(?P<number>\d{{1,3}})\s*"
    rf"(?:[-–.:)=/\]\t]*\s*(?P<letters>[A-Ha-h](?:\s*[,&]\s*[A-H])*)(?![\w)])"
    rf"|[-–.:)=\t]+\s*(?P<statements>{_STATEMENTS})|[-–.:)=\t]*\s*(?P<truth>{_TRUTH})(?!\w)"
    rf"|\s*[.:)=\t]+\s*(?P<value>{_NUMBER}{_UNIT})(?![\w,.]\d|\w|\s*[.:)=]\s*[\dA-H]))",
    re.IGNORECASE,
)
_RUN = re.compile(r"(?P<first>\d{1,3})\s*[-–→]\s*(?P<last>\d{1,3})\s*[.:)]?\s*(?P<letters>(?:[A-H]\s*){2,})$")
_HEADS = re.compile(
    r"\W*(?:câu|question|ý)?(?:\W+(?:ý\s*)?[a-h]\b)+\W*|\W*(?:câu|question|lệnh hỏi|đáp án|đúng/sai|\W)+",
    re.IGNORECASE,
)
#: All of a line behind its number: an answer, though of a kind that no pattern of pairs takes.
_BARE = re.compile(
    rf"(?:[ĐS]|đúng|sai|[A-H]|(?:[a-z]\s*[=≈]\s*)?{_NUMBER}\s*(?:%|°C?|[^\W\d_]\S{{0,14}})?)\s*[.;]?", re.IGNORECASE
)
_SHORT, _LONGEST_HEAD = 120, 300
_OF_PART = re.compile(r"^\W*(?:bảng\s+)?(?:đáp\s*án|answers?|keys?)\s*[:.–-]?\s*(?=(?:phần|part)\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer of the table, or a solution; `part` counts from 0."""

    part: int
    number: int
    said: str
    line: int
    solution: Rich | None = None
    #: All that stands behind the number, when that is short: the answer, where the question asks for words.
    words: str = ""


@dataclass(slots=True)
class Keys:
    found: list[Given] = field(default_factory=list)
    #: Lines that say nothing about an answer.
    skipped: list[Line] = field(default_factory=list)
    #: Where further questions with options seem to stand.
    questions: int | None = None

    @property
    def of_one_part(self) -> bool:
        return len({one.part for one in self.found}) == 1

    def of(self, number: int, part: int, *, unique: bool) -> list[Given]:
        """What is given for a question; when the numbers of the test run on, the number alone tells which."""
        return [one for one in self.found if one.number == number and (unique or one.part == part)]


class _Reader:
    def __init__(self, lines: Sequence[Line], ordinals: Mapping[int, int]) -> None:
        self.lines = [line for line in lines if line.content]
        self.ordinals = ordinals
        self.keys = Keys()
        self.part, self.previous = 0, 0
        #: The question whose statements the lines before answered.
        self.stated = 0
        #: Lines of cells that stand together, with their cells.
        self.grid: list[tuple[Line, list[str]]] = []
        self.solving: tuple[int, int, int, list[Rich]] | None = None

    def run(self) -> Keys:
        for line in self.lines:
            self._take(line)
        self._grid_read()
        self._solved()
        return self.keys

    def _take(self, line: Line) -> None:
        text = _OF_PART.sub("", line.text.strip())
        if exam_headings.part_heading(text) and not _PAIR.match(text):
            self._grid_read()
            rest = self._new_part(text)
            if rest and not (self._cells(rest, line) or self._statements(rest, line) or self._pairs(rest, line)):
                self.keys.skipped.append(line)
            return
        if self._statements(text, line):
            return
        if self._cells(text, line):
            return
        self._number_alone()
        self._grid_read()
        if self._pairs(text, line):
            return
        self._words(line)

    def _number_alone(self) -> None:
        """`Câu 1.` by itself is no table: what follows is about that question."""
        start = exam_marks.question_start(self.grid[-1][0].text) if self.grid and len(self.grid[-1][1]) == 1 else None
        if start and start.named:
            line, _row = self.grid.pop()
            self._grid_read()
            self._solved()
            self._advance(start.number)
            self.solving = (self.part, start.number, line.number, [])

    def _words(self, line: Line) -> None:
        if (start := exam_marks.question_start(line.text)) and (start.named or self.solving):
            self._solved()
            self._advance(start.number)
            self.solving = (self.part, start.number, line.number, [])
            self._solve(line.content[start.end :])
        elif self.solving:
            self._solve(line.content)
        elif not exam_marks.key_heading(line.text) and not _is_head(line.text):
            self.keys.skipped.append(line)

    def _statements(self, text: str, line: Line) -> bool:
        """`1a Đ 1b S`, or `a) Đ` where the number stood above."""
        found = statement_answers(text)
        if found:
            self._number_alone()
        number = self.solving[1] if self.solving and not self.solving[3] else self.stated
        if found is None or (found[0][0] is None and not number):
            return False
        self._grid_read()
        for named, said in found:
            number = named or number
            self._give(number, said, line)
        self.stated = number
        return True

    def _new_part(self, text: str) -> str:
        """What stands in the line behind the name of the part."""
        self._solved()
        found = exam_headings.part_ordinal(text)
        named = self.ordinals.get(found.which, found.which) if found else None
        self.part = max(0, named) if named is not None else self.part + bool(self.keys.found)
        self.previous = self.stated = 0
        rest = text[found.end :].lstrip(" .:–-\t|)") if found else ""
        return "" if exam_marks.kind_named(rest) and not re.search(r"\d", rest) else rest

    def _cells(self, text: str, line: Line) -> bool:
        """Cells of numbers and answers wait until their table ends: only all of them tell which is which."""
        found = exam_grids.cells(text)
        if found is None or (self.solving and len(found) < 2):
            return False
        self.grid.append((line, found))
        return True

    def _grid_read(self) -> None:
        grid, self.grid = self.grid, []
        found = exam_grids.solved([row for _, row in grid if row])
        if found is None:
            self._rows_read(grid)
            return
        line = next((line for line, row in grid if row), None)
        if line is not None:
            for number, said in found:
                self._give(number, said, line)

    def _rows_read(self, grid: list[tuple[Line, list[str]]]) -> None:
        """Whatever of it comes out even by itself; the rest is told."""
        at = 0
        while at < len(grid):
            for size in (2, 1):
                part = [row for _, row in grid[at : at + size]]
                whole = len(part) == size and all(len(row) > 1 for row in part)
                if whole and (found := exam_grids.solved(part)) is not None:
                    for number, said in found:
                        self._give(number, said, grid[at][0])
                    break
            else:
                size = 1
                if not _is_head(grid[at][0].text):
                    self.keys.skipped.append(grid[at][0])
            at += size

    def _pairs(self, text: str, line: Line) -> bool:
        bare = re.sub(r"^\W*(?:đáp\s*án|answers?|keys?)\s*[:.]\s*", "", text, flags=re.IGNORECASE)
        if found := _RUN.fullmatch(bare):
            letters = re.findall(r"[A-H]", found["letters"])
            if len(letters) == int(found["last"]) - int(found["first"]) + 1:
                for at, letter in enumerate(letters):
                    self._give(int(found["first"]) + at, letter, line)
                return True
        pairs = list(_PAIR.finditer(bare))
        left = _PAIR.sub(" ", bare)
        if not pairs or re.search(r"\w", left):
            return False
        for pair in pairs:
            said = pair["letters"] or pair["statements"] or pair["truth"] or pair["value"]
            self._give(int(pair["number"]), said.strip(), line)
        return True

    def _give(self, number: int, said: str, line: Line) -> None:
        self._solved()
        self._advance(number)
        self.stated = 0
        self.keys.found.append(Given(self.part, number, said, line.number))

    def _advance(self, number: int) -> None:
        if number == 1 and self.previous > 1:
            self.part += 1  # numbering restarts without a heading
        self.previous = number

    def _solve(self, content: Rich) -> None:
        if self.solving and content:
            if len(exam_labels.labels(content.text, "A", lower=False)) >= 2 and self.keys.questions is None:
                self.keys.questions = self.solving[2]
            self.solving[3].append(content.stripped())

    def _solved(self) -> None:
        if self.solving is None:
            return
        part, number, line, contents = self.solving
        self.solving = None
        said = ""
        kept: list[Rich] = []
        for whole in contents:
            content = whole[exam_marks.solution_start(whole.text) or 0 :]
            answer = exam_marks.answer_said(content.text)
            letters = exam_marks.chosen(content.text) or ("" if kept else exam_marks.lone_letter(content.text))
            said = said or (answer.text if answer and answer.text else letters)
            if content and not answer and not (letters and len(content.text) < 20):
                kept.append(content)
        words = kept[0].text.strip() if len(kept) == 1 and not said and len(kept[0].text) <= _SHORT else ""
        if words and _BARE.fullmatch(words):
            said, words, kept = words, "", []
        said = said or " ".join(filter(None, (explained(one.text) for one in kept)))
        self.keys.found.append(Given(part, number, said, line, joined(kept) if kept else None, words))


def read_keys(lines: Sequence[Line], ordinals: Mapping[int, int] | None = None) -> Keys:
    """`ordinals`: the place of each part that the test's headings number (`exam_blocks.Cut`)."""
    return _Reader(lines, ordinals or {}).run()


def _is_head(text: str) -> bool:
    """Whether a line only says what stands below it. It is short: the pattern tries each cut of a row of signs."""
    return len(text) <= _LONGEST_HEAD and _HEADS.fullmatch(text) is not None
