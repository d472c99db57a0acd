"""Staff and pupils are entered and corrected."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import people_queries, unit_queries
from exam_engine.accounts.founding import UNIT_KINDS, create_person
from exam_engine.accounts.names import arranged
from exam_engine.accounts.tables import Found
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal


async def units_to_enter_into(connection: AsyncConnection, principal: Principal) -> Sequence[Found]:
    """People belong to schools and offices; classes take them as members."""
    return await unit_queries.units_within(connection, principal.scopes("people.manage"), UNIT_KINDS[:-1])


async def enter(connection: AsyncConnection, principal: Principal, read: Reading) -> Found | None:
    """None: the reasons are in `read.errors`."""
    name, code = read.text("full_name"), read.text("code", required=False, longest=40)
    born, unit_id = read.day("birth_date"), read.text("unit")
    unit = await unit_queries.unit_within(connection, unit_id, principal.scopes("people.manage"))
    if unit is None or unit.kind == "class":
        read.errors.setdefault("unit", _("Please choose one of the list."))
    if read.errors or unit is None:
        return None
    try:
        made = await create_person(connection, unit.id, name, code=code, birth_date=born)
    except Refused:
        read.errors["code"] = _("This code is already in use in this unit.")
        return None
    await audit.record(connection, principal, "person_entered", "person", made.id, unit_id=unit.id)
    return made


async def correct(connection: AsyncConnection, principal: Principal, person: Found, read: Reading) -> None:
    full_name, code = read.text("full_name"), read.text("code", required=False, longest=40)
    born = read.day("birth_date")
    if code and code != person.code and await people_queries.person_by_code(connection, person.unit_id, code):
        read.errors["code"] = _("This code is already in use in this unit.")
    if read.errors:
        return
    name = arranged(full_name, code)
    values = {"full_name": name.full_name, "sort_key": name.sort_key, "search": name.search}
    await people_queries.change_person(connection, person.id, code=code, birth_date=born, **values)
    await audit.record(connection, principal, "person_corrected", "person", person.id, unit_id=person.unit_id)
