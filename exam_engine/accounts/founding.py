"""Puts units, people, accounts and classes into being, for the first-run page, the demo and the staff pages alike.

Each function takes a connection and never commits; what is refused is a `Refused` with a message for a person.
"""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import account_queries, grant_queries, member_queries, passwords, people_queries, unit_queries
from exam_engine.accounts.names import arranged
from exam_engine.accounts.roles import STAFF_ROLES
from exam_engine.accounts.tables import Found
from exam_engine.kit.errors import _, conflict, invalid

#: From the top: a unit's parent is of an earlier kind.
UNIT_KINDS = ("ministry", "province", "commune", "school", "class")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


async def create_unit(
    connection: AsyncConnection,
    kind: str,
    name: str,
    parent: Found | None = None,
    *,
    code: str = "",
    zone: str = "Asia/Ho_Chi_Minh",
    locale: str = "vi",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Found:
    """`parent` is a row of `exam.unit`, as this function returns it."""
    if kind not in UNIT_KINDS or (parent and UNIT_KINDS.index(parent.kind) >= UNIT_KINDS.index(kind)):
        raise invalid(_("A unit of this kind can't stand there."))
    dates = {"valid_from": valid_from, "valid_to": valid_to}
    return await unit_queries.add_unit(
        connection, parent, kind=kind, name=name, code=code, zone=zone, locale=locale, **dates
    )


async def create_person(
    connection: AsyncConnection,
    unit_id: int,
    full_name: str,
    *,
    code: str = "",
    birth_date: date | None = None,
    gender: str | None = None,
) -> Found:
    """`unit_id` is where the person belongs (a school, an office); classes are memberships besides."""
    name = arranged(full_name, code)
    if not name.full_name:
        raise invalid(_("A person needs a name."))
    made = await people_queries.add_person(
        connection,
        unit_id=unit_id,
        code=code,
        full_name=name.full_name,
        sort_key=name.sort_key,
        search=name.search,
        birth_date=birth_date,
        gender=gender,
    )
    if made is None:
        raise conflict(_("The code %(person_code)s is already in use in this unit."), person_code=code)
    return made


async def create_account(
    connection: AsyncConnection, person_id: int, username: str, password: str | None = None
) -> str:
    """Returns the password. Without one given, it is a one-time password that must be changed at the first sign-in."""
    username = username.strip().casefold()
    if not USERNAME.fullmatch(username):
        raise invalid(_("A user name has 2 to 64 characters: a–z, 0–9, dot, hyphen, underscore, @."))
    if await account_queries.account_of_person(connection, person_id):
        raise conflict(_("This person already has an account."))
    secret = password or passwords.one_time()
    hashed = await passwords.hashed(secret)
    if not await account_queries.add_account(connection, person_id, username, hashed, temporary=password is None):
        raise conflict(_("This user name is taken."))
    return secret


async def grant_role(
    connection: AsyncConnection,
    person_id: int,
    unit_id: int,
    role: str,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    granted_by: int | None = None,
) -> None:
    """Holds in the unit and everything below it, from the first to the last day named."""
    if role not in STAFF_ROLES:
        raise invalid(_("There is no such role."))
    if valid_from and valid_to and valid_to < valid_from:
        raise invalid(_("The last day lies before the first."))
    await grant_queries.add_grant(
        connection, person_id, unit_id, role, valid_from=valid_from, valid_to=valid_to, granted_by=granted_by
    )


async def add_pupil(
    connection: AsyncConnection,
    class_unit: Found,
    full_name: str,
    *,
    code: str = "",
    birth_date: date | None = None,
    gender: str | None = None,
) -> Found:
    """Into the class; a pupil whom the school already has under this code is taken, not entered twice."""
    school = await unit_queries.school_of(connection, class_unit.path)
    unit_id = school.id if school else class_unit.id
    known = await people_queries.person_by_code(connection, unit_id, code) if code else None
    if known is not None and known.full_name != arranged(full_name).full_name:
        raise conflict(_("The code %(person_code)s belongs to another pupil of this school."), person_code=code)
    pupil = known or await create_person(
        connection, unit_id, full_name, code=code, birth_date=birth_date, gender=gender
    )
    await member_queries.add_member(connection, class_unit.id, pupil.id)
    return pupil
