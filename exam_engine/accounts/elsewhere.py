"""Whom a class's teacher may not take into the class: whoever fills a class can print its PINs, so a code and a name
must not be enough to get those of another class's pupil. See docs/decisions/pupils-of-other-classes.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import member_queries, people_queries
from exam_engine.accounts.class_list import Line
from exam_engine.accounts.tables import Found
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal
from exam_engine.kit.spreadsheets import Problem

OF_CLASS = _("Pupil of class %(name)s: ask an administrator to move the pupil.")
OF_ANOTHER = _("Pupil of another class: ask an administrator to move the pupil.")
OF_STAFF = _("The school has this code for somebody who is no pupil: ask an administrator.")


async def elsewhere(
    connection: AsyncConnection,
    principal: Principal,
    school: Found,
    lines: Iterable[Line],
    known: Mapping[str, Found],
    present: set[int],
) -> dict[int, Problem]:
    """Number of the line → what whoever sent the list is told; `known` are the school's people by code, whose
    names the list has right. Whoever fills classes in the whole school may take anybody."""
    if principal.reaches("people.manage", school.path):
        return {}
    people = {line.number: known[line.code] for line in lines if line.code in known and line.number not in present}
    ids = [person.id for person in people.values()]
    staff, classes = await people_queries.staff_among(connection, ids), defaultdict(list)
    for row in await member_queries.classes_of_people(connection, ids):
        classes[row.person_id].append(row)
    told = {}
    for number, person in people.items():
        message = OF_STAFF if person.id in staff else _message(principal, classes[person.id])
        if message:
            named = next((one.name for one in classes[person.id] if principal.reaches("people.read", one.path)), "")
            told[number] = Problem(number, "", message, {"name": named} if message == OF_CLASS else {})
    return told


def _message(principal: Principal, classes: Iterable[Found]) -> str:
    """Nothing for a pupil of no class, or of one that the principal fills too; a name only where it is seen anyway."""
    paths = [one.path for one in classes]
    if not paths or any(principal.reaches("people.manage", path) for path in paths):
        return ""
    return OF_CLASS if any(principal.reaches("people.read", path) for path in paths) else OF_ANOTHER
