"""Pupils into classes: everything is checked first, and nothing enters while one line is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import member_queries, namesakes, people_queries, pupil_secrets, unit_queries
from exam_engine.accounts.class_list import ClassList, Line
from exam_engine.accounts.elsewhere import elsewhere
from exam_engine.accounts.founding import create_unit
from exam_engine.accounts.names import arranged
from exam_engine.accounts.tables import Found
from exam_engine.kit import audit
from exam_engine.kit.errors import _, conflict
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from exam_engine.kit.spreadsheets import Problem

__all__ = ["SchoolPlan", "check_class", "check_school", "enrol", "enrol_school", "make_class"]


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """What a file of a whole school would do: classes to be made, and how many pupils come into which."""

    new_classes: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]


async def check_class(
    connection: AsyncConnection, principal: Principal, class_unit: Found, found: ClassList
) -> set[int]:
    """Adds to the list's problems what only the school knows. Returns the lines that are in the class already."""
    school = await unit_queries.school_of(connection, class_unit.path) or class_unit
    members = await member_queries.members_of(connection, class_unit.id)
    known = await _check_codes(connection, principal, school, found, {member.id for member in members})
    present = _present(members, found.lines)
    found.elsewhere = await elsewhere(connection, principal, school, found.lines, known, present)
    found.doubtful = namesakes.doubtful(members, found.lines, present | set(found.elsewhere))
    return present


async def enrol(
    connection: AsyncConnection,
    keys: Keys,
    principal: Principal,
    class_unit: Found,
    found: ClassList,
    *,
    told_apart: bool = False,
) -> int:
    """How many entered; none while the list has problems, pupils whom the principal may not take, or doubtful lines
    without `told_apart`. A pupil whom the school has under the code is taken into the class; a name without code that
    stands there already is not entered twice."""
    await member_queries.lock_class(connection, class_unit.id)
    present = await check_class(connection, principal, class_unit, found)
    if found.problems or found.elsewhere or (found.doubtful and not told_apart):
        return 0
    new = [line for line in found.lines if line.number not in present]
    await _enter(connection, keys, principal, class_unit, new)
    return len(new)


async def check_school(
    connection: AsyncConnection, principal: Principal, school: Found, found: ClassList
) -> SchoolPlan:
    """Whoever takes a whole school over may put anybody of the school into any class of it."""
    await _check_codes(connection, principal, school, found)
    known = {one.name.casefold(): one for one in await member_queries.classes_of_school(connection, school.id)}
    found.doubtful = await _doubtful(connection, known, found.lines)
    counts = Counter(line.class_name for line in found.lines)
    return SchoolPlan(tuple(name for name in counts if name.casefold() not in known), tuple(sorted(counts.items())))


async def _doubtful(connection: AsyncConnection, known: Mapping[str, Found], lines: Iterable[Line]) -> set[int]:
    """Class by class: the same name in two classes is no question."""
    doubtful: set[int] = set()
    for name, of_class in _by_class(lines).items():
        members = await member_queries.members_of(connection, known[name].id) if name in known else ()
        doubtful |= namesakes.doubtful(members, of_class, _present(members, of_class))
    return doubtful


def _by_class(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """12a2 and 12A2 are one class, entered at once: its second half would take pupils of the first for its own."""
    classes: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        classes[line.class_name.casefold()].append(line)
    return classes


async def enrol_school(
    connection: AsyncConnection,
    keys: Keys,
    principal: Principal,
    school: Found,
    found: ClassList,
    *,
    told_apart: bool = False,
) -> int:
    """Classes that are missing are made, in one transaction with their pupils."""
    await member_queries.lock_class(connection, school.id)
    await check_school(connection, principal, school, found)
    if found.problems or (found.doubtful and not told_apart):
        return 0
    classes = {one.name.casefold(): one for one in await member_queries.classes_of_school(connection, school.id)}
    entered = 0
    for key, lines in _by_class(found.lines).items():
        unit = classes.get(key) or await make_class(connection, principal, school, lines[0].class_name)
        present = _present(await member_queries.members_of(connection, unit.id), lines)
        new = [line for line in lines if line.number not in present]
        await _enter(connection, keys, principal, unit, new)
        entered += len(new)
    return entered


async def make_class(connection: AsyncConnection, principal: Principal, school: Found, name: str) -> Found:
    made = await create_unit(connection, "class", name, school, zone=school.zone, locale=school.locale)
    await audit.record(connection, principal, "unit_created", "unit", made.id, unit_id=made.id, kind="class")
    return made


async def _enter(
    connection: AsyncConnection, keys: Keys, principal: Principal, unit: Found, lines: Sequence[Line]
) -> None:
    """In a few statements, however long the list is."""
    school = await unit_queries.school_of(connection, unit.path)
    home = school.id if school else unit.id
    known = await people_queries.people_by_codes(
        connection, home, [line.code for line in lines if line.code], hold=True
    )
    new = [_person(home, line) for line in lines if line.code not in known]
    made = await people_queries.add_people(connection, new)
    if len(made) < len(new):
        raise conflict(_("Somebody else entered one of these codes meanwhile. Please check the list again."))
    pupils = [*made, *(known[line.code].id for line in lines if line.code in known)]
    await member_queries.add_members(connection, unit.id, pupils)
    await pupil_secrets.ensure(connection, keys, pupils)
    if pupils:
        data = {"count": len(pupils)}
        await audit.record(connection, principal, "pupils_enrolled", "unit", unit.id, unit_id=unit.id, **data)


def _person(unit_id: int, line: Line) -> dict[str, Any]:
    name = arranged(line.full_name, line.code)
    return {
        "unit_id": unit_id,
        "code": line.code,
        "full_name": name.full_name,
        "sort_key": name.sort_key,
        "search": name.search,
        "birth_date": line.birth_date,
        "gender": line.gender,
    }


def _present(members: Iterable[Found], lines: Sequence[Line]) -> set[int]:
    """Lines without a code whose name and birth date a member has, each member counted once; and known codes."""
    codes = {member.code for member in members if member.code}
    names = Counter((member.full_name, member.birth_date) for member in members)
    found = {line.number for line in lines if line.code and line.code in codes}
    for line in lines:
        who = (arranged(line.full_name).full_name, line.birth_date)
        if not line.code and names[who]:
            names[who] -= 1
            found.add(line.number)
    return found


async def _check_codes(
    connection: AsyncConnection,
    principal: Principal,
    school: Found,
    found: ClassList,
    of_class: Container[int] = (),
) -> dict[str, Found]:
    """Returns the school's people who stand in the list by code and name. Whose a code is, is told only to those who
    see the person anyway."""
    known = await people_queries.people_by_codes(
        connection, school.id, [line.code for line in found.lines if line.code]
    )
    sees_all = principal.reaches("people.read", school.path)
    for line in found.lines:
        if line.code in known and known[line.code].full_name != arranged(line.full_name).full_name:
            other = known.pop(line.code)
            message, params = _("The school has somebody else under the code %(person_code)s."), {}
            if sees_all or other.id in of_class:
                message = _("The school has somebody else under the code %(person_code)s: %(name)s.")
                params = {"name": other.full_name}
            told = Problem(line.number, "", message, {"person_code": line.code, **params})
            found.problems += [] if told in found.problems else [told]  # asked again for the page that shows it
    found.problems.sort(key=lambda problem: problem.row)
    return known
