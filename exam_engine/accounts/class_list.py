"""A class list as teachers have it: an uploaded sheet, cells copied from one, or names alone, one per line.

Columns are found by their heading in Vietnamese or English. Without headings a line is read by what stands in it:
code, name (in one cell or in two), birth date, sex; each but the name may be missing, and a leading running number is
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from exam_engine.kit.errors import _
from exam_engine.kit.spreadsheets import (
    Problem,
    Sheet,
    column_of,
    day_of,
    heading_at,
    plain_cell,
    read_sheet,
    tell_titles,
    unfit_cell,
    without_footer,
)
from item_bank.content.folding import fold

LONGEST_CODE = 40
#: Of one class, and of a whole school.
MOST_IN_CLASS, MOST_IN_SCHOOL = 500, 10_000

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "row": ("stt", "tt", "so thu tu", "no", "#"),
    "code": ("ma hoc sinh", "ma dinh danh", "ma hs", "ma", "pupil code", "student code", "code"),
    "full_name": ("ho va ten", "ho ten", "ten hoc sinh", "full name", "name"),
    "family": ("ho dem", "ho va ten dem", "ho", "family name", "last name"),
    "given": ("ten", "given name", "first name"),
    "birth_date": ("ngay sinh", "ngay thang nam sinh", "date of birth", "birth date", "dob"),
    "gender": ("gioi tinh", "gioi", "phai", "sex", "gender"),
    "class_name": ("lop", "ten lop", "class"),
}
#: The order of cells that are handed on from the check to the entry.
CARRIED = ("class_name", "code", "full_name", "birth_date", "gender")
_GENDERS = {"nam": "nam", "male": "nam", "m": "nam", "nu": "nữ", "female": "nữ", "f": "nữ"}


@dataclass(frozen=True, slots=True)
class Line:
    """One pupil; `number` is the row of the sheet or the line of what was pasted."""

    number: int
    code: str
    full_name: str
    birth_date: date | None = None
    gender: str | None = None
    class_name: str = ""


@dataclass
class ClassList:
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    #: Numbers of the lines that nothing tells from another of the same name; whoever enters them says that it is meant.
    doubtful: set[int] = field(default_factory=set)
    #: By the number of the line: pupils whom somebody else has to move; the rest of the list goes on without them.
    elsewhere: dict[int, Problem] = field(default_factory=dict)

    @property
    def odd(self) -> set[int]:
        """Numbers of the lines with digits in the name: now and then meant, to tell two apart; mostly a slip."""
        return {line.number for line in self.lines if re.search(r"\d", line.full_name)}

    @property
    def to_look_at(self) -> set[int]:
        return self.doubtful | self.odd | set(self.elsewhere)

    def problem(self, row: int, column: str, message: str, **params: object) -> None:
        self.problems.append(Problem(row, column, message, {name: str(value) for name, value in params.items()}))


def read_file(data: bytes, *, with_classes: bool = False) -> ClassList:
    """Raises `item_bank.formats.model.ReadProblem` for a file that is no table at all."""
    return read(read_sheet(data), with_classes=with_classes)


def read_pasted(text: str, *, with_classes: bool = False) -> ClassList:
    sheet = Sheet()
    for number, raw in enumerate(text.splitlines(), start=1):
        if raw.strip():
            sheet.lines.append((number, re.split(r"[\t;]" if re.search(r"[\t;]", raw) else ",", raw)))
    return read(sheet, with_classes=with_classes)


def read(sheet: Sheet, *, with_classes: bool = False) -> ClassList:
    found = ClassList(problems=list(sheet.problems), notes=list(sheet.notes))
    if not sheet.lines:
        _check(found, 0, with_classes=with_classes)
        return found
    at = heading_at(sheet.lines, HEADINGS)
    columns = _columns(sheet.lines[at], found) if at is not None else None
    if columns is None and with_classes:
        found.problem(sheet.lines[0][0], "", _("Headings are needed, with a column “Lớp” and the name."))
        return found
    if columns is not None and with_classes and "class_name" not in columns:
        found.problem(sheet.lines[at or 0][0], "", _("A column with the class is needed: “Lớp”."))
        return found
    tell_titles(sheet.lines[: at or 0], found.notes, found.problems)
    body = without_footer(sheet.lines[at + 1 :] if at is not None else sheet.lines, found.notes)
    running = columns is None and _numbered(body)
    for row, cells in body:
        clean = [plain_cell(cell) for cell in cells]
        counted = running and len(clean) > 1
        values = _by_content(clean[1:] if counted else clean) if columns is None else _by_heading(clean, columns)
        if any(values.values()) or columns is None:
            _add(found, row, values)
    _check(found, MOST_IN_SCHOOL if with_classes else MOST_IN_CLASS, with_classes=with_classes)
    return found


def carried(lines: Sequence[Line]) -> str:
    """The lines as text that `read_carried` reads again, for a form that asks before it enters."""
    rows = [
        (
            line.class_name,
            line.code,
            line.full_name,
            line.birth_date.isoformat() if line.birth_date else "",
            line.gender,
        )
        for line in lines
    ]
    return "\n".join("\t".join(cell or "" for cell in row) for row in rows)


def read_carried(text: str, *, with_classes: bool = False) -> ClassList:
    """Checked as if it came from a file: a form may be changed on its way."""
    found = ClassList()
    for number, raw in enumerate(text.splitlines(), start=1):
        if raw.strip():
            cells = [plain_cell(cell) for cell in raw.split("\t")]
            _add(found, number, dict(zip(CARRIED, cells, strict=False)))
    _check(found, MOST_IN_SCHOOL if with_classes else MOST_IN_CLASS, with_classes=with_classes)
    return found


def _columns(heading: tuple[int, Sequence[str]], found: ClassList) -> dict[str, int]:
    row, cells = heading
    named = [column_of(cell, HEADINGS) for cell in cells]
    columns: dict[str, int] = {}
    for position, (cell, name) in enumerate(zip(cells, named, strict=True)):
        if name is None and cell.strip():
            found.notes.append(Problem(row, plain_cell(cell), _("This column is not used.")))
        elif name in columns:
            found.problem(row, plain_cell(cell), _("This heading stands twice."))
        elif name is not None:
            columns[name] = position
    return columns


def _by_heading(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    values = {name: cells[at] if at < len(cells) else "" for name, at in columns.items() if name != "row"}
    joined = f"{values.pop('family', '')} {values.pop('given', '')}".strip()
    return {**values, "full_name": values.get("full_name") or joined}


def _by_content(cells: Sequence[str]) -> dict[str, str]:
    """A cell that looks like a day or a sex is one; of the others the first may be the code, and what is left is the
    name: "Nguyễn Văn" and "An" where a sheet parts them."""
    rest = list(cells)
    while rest and not rest[-1]:
        rest.pop()
    if len(rest) > 1 and re.fullmatch(r"\d{1,3}\s*[.)]", rest[0]):
        rest.pop(0)
    values: dict[str, str] = {}
    while len(rest) > 1:
        if "gender" not in values and fold(rest[-1]) in _GENDERS:
            values["gender"] = rest.pop()
        elif "birth_date" not in values and re.fullmatch(r"[\d/.\-]{6,}", rest[-1]):
            values["birth_date"] = rest.pop()
        else:
            break
    if len(rest) > 2 and "birth_date" not in values and re.search(r"\d", rest[-1]):
        values["birth_date"] = rest.pop()
    code = rest.pop(0) if len(rest) > 1 and _is_code(rest[0], rest[1]) else ""
    if len(rest) > 2:
        return {"unread": " ".join(rest)}
    return {**values, "code": code, "full_name": re.sub(r"^\d{1,3}\s*[.)]\s*", "", " ".join(rest))}


def _is_code(cell: str, following: str) -> bool:
    """Nothing, something with a digit, or one plain word before a whole name; a family name stands before one word."""
    return not cell or bool(re.search(r"\d", cell)) or (cell.isascii() and " " not in cell and " " in following)


def _numbered(body: Sequence[tuple[int, Sequence[str]]]) -> bool:
    """Whether the first cells count 1, 2, 3, …: a running number, and no code. Lines of one cell have none."""
    first = [cells[0].strip().rstrip(".)") for _row, cells in body if len(cells) > 1]
    return len(first) > 1 and first == [str(number) for number in range(1, len(first) + 1)]


def _add(found: ClassList, row: int, values: Mapping[str, str]) -> None:
    before = len(found.problems)
    name = values.get("full_name", "")
    if "unread" in values or not re.search(r"[^\W\d_]", name):
        found.problem(row, "", _("Write: code, name, birth date. A line needs a name."))
    elif told := re.search(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}", name):
        _date_in_name(found, row, name, told)
    for value in values.values():
        if unfit_cell(value):
            found.problem(row, "", _("This cell is too long or holds characters that are not text."))
    code = values.get("code", "")
    if len(code) > LONGEST_CODE or len(values.get("class_name", "")) > 60:
        found.problem(row, "", _("This is too long."))
    born, sex = values.get("birth_date", ""), fold(values.get("gender", ""))
    day = day_of(born) if born else None
    if born and (day is None or not 1900 <= day.year <= 2200):
        found.problem(row, "", _("“%(text)s” is no date; write dd/mm/yyyy."), text=born[:40])
    elif day and day > datetime.now(UTC).date():
        found.problem(row, "", _("The birth date %(text)s has not come yet; look at the year."), text=born[:40])
    if sex and sex not in _GENDERS:
        found.problem(row, "", _("“%(text)s” is no sex; write Nam or Nữ."), text=values["gender"][:40])
    if len(found.problems) == before:
        found.lines.append(Line(row, code, name, day, _GENDERS.get(sex), values.get("class_name", "")))


def _date_in_name(found: ClassList, row: int, name: str, told: re.Match[str]) -> None:
    """A comma was left out: the line as it should be, where the date is one."""
    if day_of(told[0]) is None:
        found.problem(row, "", _("“%(text)s” is no date; write dd/mm/yyyy."), text=told[0])
    else:
        rest = name.replace(told[0], " ").replace("  ", " ").strip(" ,;-()")
        found.problem(row, "", _("A date stands in the name. Write: %(line)s"), line=f"{rest}, {told[0]}"[:120])


def _check(found: ClassList, most: int, *, with_classes: bool) -> None:
    first: dict[str, int] = {}
    for line in found.lines:
        if line.code and line.code in first:
            message = _("“%(value)s” stands in row %(first)s already.")
            found.problem(line.number, "", message, value=line.code, first=first[line.code])
        first.setdefault(line.code, line.number)
        if with_classes and not line.class_name:
            found.problem(line.number, "", _("The class is missing."))
    if len(found.lines) > most:
        found.problem(most + 1, "", _("A list has at most %(limit)s lines."), limit=most)
    if not found.lines and not found.problems:
        found.problem(1, "", _("There are no pupils in this list."))
    found.problems.sort(key=lambda problem: problem.row)
