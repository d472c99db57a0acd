"""A small world: a province with two schools of one class each, and staff of every role in the first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from httpx import Response
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import account_queries, founding, passwords
from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.roles import STAFF_ROLES
from exam_engine.accounts.signing_in import open_session
from exam_engine.kit.database import transaction
from tests.asking import Client

PASSWORD = "mot cau that dai 2026"
_HASHED: list[str] = []


@dataclass
class School:
    province: Any
    school: Any
    class_: Any
    other_school: Any
    other_class: Any
    staff: dict[str, Any] = field(default_factory=dict)
    pupil: Any = None
    other_pupil: Any = None


async def found_school(engine: AsyncEngine) -> School:
    async with transaction(engine) as connection:
        province = await founding.create_unit(connection, "province", "Vĩnh Long", code="86")
        schools = [
            await founding.create_unit(connection, "school", name, province, code=code)
            for name, code in (("THPT Lưu Văn Liệt", "86001"), ("THPT Nguyễn Thông", "86002"))
        ]
        classes = [await founding.create_unit(connection, "class", "12A1", school) for school in schools]
        found = School(province, schools[0], classes[0], schools[1], classes[1])
        for role in STAFF_ROLES:
            unit = classes[0] if role == "teacher" else schools[0]
            found.staff[role] = await add_staff(connection, schools[0], unit, role)
        found.staff["outsider"] = await add_staff(connection, schools[1], schools[1], "administrator", "outsider")
        found.staff["province"] = await add_staff(connection, schools[0], province, "administrator", "province")
        found.pupil = await founding.add_pupil(connection, classes[0], "Nguyễn Văn Đạt", code="0001")
        found.other_pupil = await founding.add_pupil(connection, classes[1], "Trần Thị Ánh", code="0001")
    return found


async def add_staff(connection: Any, home: Any, unit: Any, role: str, username: str = "") -> Any:
    person = await founding.create_person(connection, home.id, f"Lê Thị {role.title()}", code=username or role)
    if not _HASHED:  # a hash is slow on purpose, and each of hundreds of schools has ten people
        _HASHED.append(await passwords.hashed(PASSWORD))
    await account_queries.add_account(connection, person.id, username or role, _HASHED[0], temporary=False)
    await founding.grant_role(connection, person.id, unit.id, role)
    return person


async def enter(client: Client, engine: AsyncEngine, person: Any) -> None:
    """A session as signing in would open it, without the price of a password."""
    async with transaction(engine) as connection:
        token = await open_session(connection, person_id=person.id)
    client.cookies.delete(COOKIE)
    client.cookies.set(COOKIE, token)


HTML = {"accept": "text/html"}


async def see(client: Client, path: str) -> Response:
    return await client.get(path, headers=HTML, follow_redirects=False)


async def send(client: Client, path: str, **form: Any) -> Response:
    """Posts a form as a page would: with the token that the last page carried."""
    if "csrf" not in client.cookies:
        await client.get("/sign-in", headers=HTML, follow_redirects=False)
    data = {"_csrf_token": client.cookies.get("csrf"), **form}
    return await client.post(path, data=data, headers=HTML, follow_redirects=False)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]
