"""Teachers of a class: somebody whom the school has, or a new account."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import account_queries, people_queries, unit_queries
from exam_engine.accounts.banks import bank_of
from exam_engine.accounts.founding import create_account, create_person, grant_role
from exam_engine.accounts.tables import Found
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal


@dataclass(frozen=True, slots=True)
class NewTeacher:
    full_name: str
    username: str
    one_time_password: str


async def assign(connection: AsyncConnection, principal: Principal, unit: Found, read: Reading) -> None:
    """A teacher needs somewhere to write: the class gets a bank with its first teacher. Errors are in `read`."""
    person = await people_queries.person_within(connection, read.text("person"), principal.scopes("people.manage"))
    if person is None or person.username is None:
        read.errors["person"] = _("Please choose one of the list.")
    if read.errors or person is None:
        return
    await _grant(connection, principal, unit, person.id)


async def make_teacher(
    connection: AsyncConnection, principal: Principal, unit: Found, read: Reading
) -> NewTeacher | None:
    """None: the reasons are in `read.errors`."""
    full_name, username = read.text("full_name"), read.text("username", longest=64)
    school = await unit_queries.school_of(connection, unit.path)
    if username and await account_queries.account_by_username(connection, username.casefold()):
        read.errors["username"] = _("This user name is taken.")
    if read.errors:
        return None
    person = await create_person(connection, school.id if school else unit.id, full_name)
    try:
        secret = await create_account(connection, person.id, username)
    except Refused as refused:
        await people_queries.remove_person(connection, person.id)
        read.errors["username"] = refused.message
        return None
    await audit.record(connection, principal, "account_opened", "person", person.id, unit_id=unit.id)
    await _grant(connection, principal, unit, person.id)
    return NewTeacher(person.full_name, username.casefold(), secret)


async def _grant(connection: AsyncConnection, principal: Principal, unit: Found, person_id: int) -> None:
    await grant_role(connection, person_id, unit.id, "teacher", granted_by=principal.id)
    await bank_of(connection, principal, unit.id, unit.name, unit.locale)
    await audit.record(connection, principal, "role_granted", "person", person_id, unit_id=unit.id, role="teacher")
