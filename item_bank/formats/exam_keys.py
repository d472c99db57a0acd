"""The answers after the end of a test: tables (`1-A 2-C`, numbers over letters, `1: ĐSSĐ`, `1: 2,5`) and solutions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from item_bank.formats import exam_grids, exam_labels, exam_marks
from item_bank.formats.exam_lines import Line, Rich, joined

_TRUTH = r"(?:[ĐDSđs]|đúng|sai)(?:\s*[-,;/–]?\s*(?:[ĐDSđs]|đúng|sai)(?!\w)){1,7}|[ĐDTFSđs]{2,8}"
_STATEMENTS = r"(?:[a-h]\s*[).:–-]?\s*(?:đúng|sai|đ|s|true|false|t|f)(?!\w)[\s,;.–-]*){2,8}"
_NUMBER = r"[-−–]?\d+(?:[.,]\d+)?(?:/\d+)?"
_PAIR = re.compile(
    rf"(?:câu\s*|question\s*)?(?P<number>\d{{1,3}})\s*"
    rf"(?:[-–.:)=/\]\t]*\s*(?P<letters>[A-Ha-h](?:\s*[,&]\s*[A-H])*)(?![\w)])"
    rf"|[-–.:)=\t]+\s*(?P<statements>{_STATEMENTS})|[-–.:)=\t]*\s*(?P<truth>{_TRUTH})(?!\w)"
    rf"|\s*[.:)=\t]+\s*(?P<value>{_NUMBER})(?![\w,.]\d|\w|\s*[.:)=]\s*[\dA-H]))",
    re.IGNORECASE,
)
_RUN = re.compile(r"(?P<first>\d{1,3})\s*[-–→]\s*(?P<last>\d{1,3})\s*[.:)]?\s*(?P<letters>(?:[A-H]\s*){2,})$")
_ORDINAL = re.compile(r"^\W*(?:phần|part|section)\s*(?P<which>IX|IV|V?I{1,3}|V|X|\d)\b", re.IGNORECASE)
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True, slots=True)
class Given:
    """An answer of the table, or a solution; `part` counts from 0."""

    part: int
    number: int
    said: str
    line: int
    solution: Rich | None = None


@dataclass(slots=True)
class Keys:
    found: list[Given] = field(default_factory=list)
    #: Lines that say nothing about an answer.
    skipped: list[Line] = field(default_factory=list)
    #: Where further questions with options seem to stand.
    questions: int | None = None

    def of(self, number: int, part: int, *, unique: bool) -> list[Given]:
        """What is given for a question; when the numbers of the test run on, the number alone tells which."""
        return [one for one in self.found if one.number == number and (unique or one.part == part)]


class _Reader:
    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = [line for line in lines if line.content]
        self.keys = Keys()
        self.part, self.previous = 0, 0
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
        text = line.text.strip()
        if exam_marks.part_heading(text) and not _PAIR.match(text):
            self._grid_read()
            rest = self._new_part(text)
            if not rest or not (self._cells(rest, line) or self._pairs(rest, line)):
                self.keys.skipped.append(line)
            return
        if self._cells(text, line):
            return
        self._grid_read()
        if self._pairs(text, line):
            return
        self._words(line)

    def _words(self, line: Line) -> None:
        if (start := exam_marks.question_start(line.text)) and (start.named or self.solving):
            self._solved()
            self._advance(start.number)
            self.solving = (self.part, start.number, line.number, [])
            self._solve(line.content[start.end :])
        elif self.solving:
            self._solve(line.content)
        else:
            self.keys.skipped.append(line)

    def _new_part(self, text: str) -> str:
        """What stands in the line behind the name of the part."""
        self._solved()
        found = _ORDINAL.match(text)
        which = found["which"].upper() if found else ""
        named = _ROMANS.index(which) if which in _ROMANS else int(which) - 1 if which.isdigit() else None
        self.part = max(0, named) if named is not None else self.part + bool(self.keys.found)
        self.previous = 0
        return text[found.end() :].lstrip(" .:–-\t|)") if found else ""

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
        self.keys.found.append(Given(part, number, said, line, joined(kept) if kept else None))


def read_keys(lines: Sequence[Line]) -> Keys:
    return _Reader(lines).run()
