"""Reading a roster from CSV or XLSX: every error by row and column; nothing enters until the whole file is right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from exam_engine.kit.errors import _
from exam_engine.kit.spreadsheets import (
    Problem,
    column_of,
    day_of,
    heading_at,
    plain_cell,
    read_sheet,
    tell_titles,
    unfit_cell,
    without_footer,
)

#: Column → the headings that people give it, folded (without accents and case).
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("so bao danh", "sbd", "candidate number", "number"),
    "code": ("ma hoc sinh", "ma dinh danh", "ma hs", "ma", "pupil code", "student code", "code"),
    "full_name": ("ho va ten", "ho ten", "ten hoc sinh", "ho va ten thi sinh", "full name", "name"),
    "family": ("ho dem", "ho va ten dem", "ho", "family name", "last name"),
    "given": ("ten", "given name", "first name"),
    "birth_date": ("ngay sinh", "ngay thang nam sinh", "date of birth", "birth date", "dob"),
    "class_name": ("lop", "class"),
    "room": ("phong", "phong thi", "room"),
    "seat": ("cho", "cho ngoi", "so cho", "seat"),
    "extra_percent": ("them gio %", "cong them %", "% them gio", "extra time %", "extra percent"),
    "extra_minutes": ("them phut", "cong them phut", "phut cong them", "extra minutes"),
    "reason": ("ly do", "ly do dieu chinh", "reason"),
}


class RosterRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One candidate as the file says; `number` may be empty: then numbers are given in order."""

    row: int
    full_name: str
    number: str = ""
    code: str = ""
    birth_date: date | None = None
    class_name: str = ""
    room: str = ""
    seat: int | None = None
    extra_percent: int = 0
    extra_minutes: int = 0
    reason: str = ""


@dataclass
class Roster:
    rows: list[RosterRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def problem(self, row: int, column: str, message: str, **params: object) -> None:
        self.problems.append(Problem(row, column, message, {name: str(value) for name, value in params.items()}))


def read_roster(data: bytes) -> Roster:
    """Raises `item_bank.formats.model.ReadProblem` for a file that is no table at all."""
    sheet = read_sheet(data)
    roster = Roster(problems=sheet.problems, notes=sheet.notes)
    if roster.problems and not sheet.lines:
        return roster
    at = heading_at(sheet.lines, HEADINGS) or 0
    heading_row, heading = sheet.lines[at]
    tell_titles(sheet.lines[:at], roster.notes, roster.problems)
    columns = _columns(heading, heading_row, roster)
    if roster.problems:
        return roster
    for row, cells in without_footer(sheet.lines[at + 1 :], roster.notes):
        found = _read_row(row, cells, columns, roster)
        if found is not None:
            roster.rows.append(found)
    _check_doubles(roster, columns, heading)
    wrong = {problem.row for problem in roster.problems}
    roster.rows = [found for found in roster.rows if found.row not in wrong]
    if not roster.rows and not roster.problems:
        roster.problem(heading_row, "", _("There are no candidates below the headings."))
    return roster


def _columns(heading: Sequence[str], row: int, roster: Roster) -> dict[str, int]:
    columns: dict[str, int] = {}
    for position, text in enumerate(heading):
        name = column_of(text, HEADINGS)
        if name is None:
            if text.strip():
                roster.notes.append(Problem(row, text.strip(), _("This column is not used.")))
        elif name in columns:
            roster.problem(row, text, _("This heading stands twice."))
        else:
            columns[name] = position
    if "full_name" not in columns and not {"family", "given"} <= columns.keys():
        message = _("A column with the name is needed: “Họ và tên”, or “Họ đệm” and “Tên”.")
        roster.problem(row, "", message)
    return columns


def _read_row(row: int, cells: Sequence[str], columns: Mapping[str, int], roster: Roster) -> RosterRow | None:
    values = {name: plain_cell(cells[at]) if at < len(cells) else "" for name, at in columns.items()}
    if not any(values.values()):
        return None
    for name, value in values.items():
        if unfit_cell(value):
            roster.problem(row, _title(name), _("This cell is too long or holds characters that are not text."))
    full_name = values.get("full_name") or f"{values.get('family', '')} {values.get('given', '')}".strip()
    if not full_name:
        roster.problem(row, _title("full_name"), _("The name is missing."))
    found = RosterRow(
        row=row,
        full_name=full_name,
        number=values.get("number", "").upper(),
        code=values.get("code", ""),
        birth_date=_birth_date(row, values.get("birth_date", ""), roster),
        class_name=values.get("class_name", ""),
        room=values.get("room", ""),
        seat=_whole(row, "seat", values, roster, 1, 999),
        extra_percent=_whole(row, "extra_percent", values, roster, 0, 300) or 0,
        extra_minutes=_whole(row, "extra_minutes", values, roster, 0, 600) or 0,
        reason=values.get("reason", ""),
    )
    if (found.extra_percent or found.extra_minutes) and not found.reason:
        roster.problem(row, _title("reason"), _("Extra time needs a reason."))
    return found


def _birth_date(row: int, text: str, roster: Roster) -> date | None:
    if not text:
        return None
    if found := day_of(text):
        return found
    roster.problem(row, _title("birth_date"), _("“%(text)s” is no date; write dd/mm/yyyy."), text=text[:40])
    return None


def _whole(row: int, name: str, values: Mapping[str, str], roster: Roster, low: int, high: int) -> int | None:
    text = values.get(name, "").removesuffix("%").strip()
    if not text:
        return None
    if re.fullmatch(r"\d{1,4}", text) and low <= int(text) <= high:
        return int(text)
    roster.problem(
        row,
        _title(name),
        _("“%(text)s” is not a whole number from %(low)s to %(high)s."),
        text=text[:40],
        low=low,
        high=high,
    )
    return None


def _check_doubles(roster: Roster, columns: Mapping[str, int], heading: Sequence[str]) -> None:
    for name in ("number", "code"):
        if name not in columns:
            continue
        first: dict[str, int] = {}
        for row in roster.rows:
            value = getattr(row, name)
            if value and value in first:
                message = _("“%(value)s” stands in row %(first)s already.")
                roster.problem(row.row, heading[columns[name]].strip(), message, value=value, first=first[value])
            first.setdefault(value, row.row)
    seats: dict[tuple[str, int], int] = {}
    for row in roster.rows:
        if row.seat is None:
            continue
        if (place := (row.room, row.seat)) in seats:
            message = _("Seat %(seat)s of this room is taken by row %(first)s.")
            roster.problem(row.row, _title("seat"), message, seat=row.seat, first=seats[place])
        seats.setdefault(place, row.row)
    if "number" in columns:
        for row in roster.rows:
            if not row.number:
                roster.problem(row.row, _title("number"), _("The candidate number is missing."))


def _title(name: str) -> str:
    titles = {
        "full_name": "Họ và tên", "birth_date": "Ngày sinh", "seat": "Chỗ ngồi", "number": "Số báo danh",
        "reason": "Lý do", "extra_percent": "Thêm giờ %", "extra_minutes": "Thêm phút", "code": "Mã học sinh",
        "class_name": "Lớp", "room": "Phòng thi", "family": "Họ đệm", "given": "Tên",
    }  # fmt: skip
    return titles[name]
