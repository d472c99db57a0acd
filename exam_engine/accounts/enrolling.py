"""Pupils into a class by pasting lines; all lines are checked first, and nothing enters while one is wrong."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import queries
from exam_engine.accounts.founding import add_pupil
from exam_engine.accounts.names import arranged
from exam_engine.kit import audit
from exam_engine.kit.errors import _
from exam_engine.kit.forms import clean, parse_day
from exam_engine.kit.identity import Principal

LONGEST_LIST = 500


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    code: str
    full_name: str
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    message: str


def read_lines(pasted: str) -> tuple[list[Line], list[Problem]]:
    """`code, name, birth date` per line, parted by tab, semicolon or comma; code and date may be left empty."""
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, raw in enumerate(pasted.splitlines(), start=1):
        if not raw.strip():
            continue
        try:
            lines.append(_line(number, raw))
        except ValueError as error:
            problems.append(Problem(number, str(error)))
    counted = Counter(line.code for line in lines if line.code)
    problems += [
        Problem(line.number, _("This code stands in the list twice.")) for line in lines if counted[line.code] > 1
    ]
    if len(lines) > LONGEST_LIST:
        problems.append(Problem(LONGEST_LIST + 1, _("A list has at most 500 lines.")))
    return lines, sorted(problems, key=lambda problem: problem.line)


def _line(number: int, raw: str) -> Line:
    cells = [clean(cell) for cell in re.split(r"[\t;]" if re.search(r"[\t;]", raw) else ",", raw)]
    if None in cells:
        raise ValueError(_("This contains characters that can't be stored."))
    code, name, born = [*(cell or "" for cell in cells), "", "", ""][:3]
    if len(cells) > 3 or not name:
        raise ValueError(_("Write: code, name, birth date. A line needs a name."))
    if len(code) > 40 or len(name) > 200:
        raise ValueError(_("This is too long."))
    try:
        return Line(number, code, name, parse_day(born) if born else None)
    except ValueError:
        raise ValueError(_("Write a date like 31/12/2026.")) from None


async def enrol(
    connection: AsyncConnection, principal: Principal, class_unit: queries.Found, pasted: str
) -> tuple[int, list[Problem]]:
    """How many entered, or why none did. A pupil whom the school has under the code is taken into the class."""
    lines, problems = read_lines(pasted)
    problems += await _taken_codes(connection, class_unit, lines)
    if problems:
        return 0, sorted(problems, key=lambda problem: problem.line)
    for line in lines:
        await add_pupil(connection, class_unit, line.full_name, code=line.code, birth_date=line.birth_date)
    if lines:
        data = {"count": len(lines)}
        await audit.record(
            connection, principal, "pupils_enrolled", "unit", class_unit.id, unit_id=class_unit.id, **data
        )
    return len(lines), []


async def _taken_codes(connection: AsyncConnection, class_unit: queries.Found, lines: list[Line]) -> list[Problem]:
    school = await queries.school_of(connection, class_unit.path)
    codes = [line.code for line in lines if line.code]
    known = await queries.people_by_codes(connection, school.id if school else class_unit.id, codes)
    message = _("The school has somebody else under this code.")
    return [
        Problem(line.number, message)
        for line in lines
        if line.code in known and known[line.code].full_name != arranged(line.full_name).full_name
    ]
