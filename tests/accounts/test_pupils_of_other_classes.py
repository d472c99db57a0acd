"""A code and a name are no secret: they must not bring a class's teacher the PIN of another class's pupil."""

from __future__ import annotations

import html
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import founding
from exam_engine.accounts.roles import STAFF_ROLES
from exam_engine.accounts.tables import class_member, unit
from exam_engine.kit.database import transaction
from tests.accounts.school import Client, School, enter, see, send
from tests.accounts.test_classes import rows_in, upload

MANAGE = {name for name, role in STAFF_ROLES.items() if "people.manage" in role.permissions}
ELSEWHERE = "Học sinh của lớp khác: đề nghị người quản trị chuyển lớp."


@pytest_asyncio.fixture(loop_scope="session")
async def others(school: School, real_engine: AsyncEngine) -> tuple[Any, Any]:
    """Class 12A2 of the same school, with a pupil."""
    async with transaction(real_engine) as connection:
        other = await founding.create_unit(connection, "class", "12A2", school.school)
        return other, await founding.add_pupil(connection, other, "Trần Bình", code="0202")


async def classes_of(engine: AsyncEngine, person: Any) -> set[int]:
    async with transaction(engine) as connection:
        found = select(class_member.c.unit_id).where(class_member.c.person_id == person.id)
        return set((await connection.execute(found)).scalars())


@pytest.mark.parametrize("role", [*sorted(STAFF_ROLES), "outsider", "province"])
async def test_who_takes_a_pupil_of_another_class(
    app_client: Client, school: School, others: tuple[Any, Any], real_engine: AsyncEngine, role: str
) -> None:
    await enter(app_client, real_engine, school.staff[role])
    sent = await send(app_client, f"/classes/{school.class_.public_id}/pupils", pupils="0202, Trần Bình")
    taken = role == "province" or (role in MANAGE and role != "teacher")
    wanted = 303 if taken else 422 if role == "teacher" else 404 if role == "outsider" else 403
    assert sent.status_code == wanted
    assert (school.class_.id in await classes_of(real_engine, others[1])) is taken


async def test_a_teacher_is_told_and_enters_the_rest_of_the_list(
    app_client: Client, school: School, others: tuple[Any, Any], real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["teacher"])
    here, pupil = f"/classes/{school.class_.public_id}", others[1]
    shown = await upload(app_client, f"{here}/pupils/check", pupils="0202, Trần Bình\n0300, Lê Ân")
    page = html.unescape(shown.text)
    assert (shown.status_code, page.count(ELSEWHERE), "12A2" in page) == (200, 1, False)
    assert "Bình" not in rows_in(shown.text)
    assert (await send(app_client, f"{here}/pupils", rows=rows_in(shown.text))).status_code == 303
    assert "Lê Ân" in (await see(app_client, here)).text
    forged = await send(app_client, f"{here}/pupils", rows="\t0202\tTrần Bình\t\t\n\t0301\tLê Em\t\t")
    assert forged.status_code == 422
    assert await classes_of(real_engine, pupil) == {others[0].id}
    for path in ("pins/show", "pins/renew"):
        assert (await send(app_client, f"{here}/{path}", pupil=pupil.public_id)).status_code == 404
    for path in (f"{here}/slips.pdf?pupil={pupil.public_id}", f"/classes/{others[0].public_id}/slips.pdf"):
        assert (await see(app_client, path)).status_code == 404
    alone = await upload(app_client, f"{here}/pupils/check", pupils="0202, Trần Bình")
    assert 'name="rows"' not in alone.text


async def test_a_teacher_may_take_pupils_of_no_class_and_of_other_classes_of_the_own(
    app_client: Client, school: School, others: tuple[Any, Any], real_engine: AsyncEngine
) -> None:
    other, pupil = others
    async with transaction(real_engine) as connection:
        free = await founding.create_person(connection, school.school.id, "Phạm Dung", code="0400")
        third = await founding.create_unit(connection, "class", "12A3", school.school)
        last_year = await founding.add_pupil(connection, third, "Võ Giang", code="0500")
        await connection.execute(update(unit).where(unit.c.id == third.id).values(valid_to=date(2020, 5, 31)))
        await founding.grant_role(connection, school.staff["teacher"].id, other.id, "teacher")
    await enter(app_client, real_engine, school.staff["teacher"])
    pupils = "0400, Phạm Dung\n0202, Trần Bình\n0500, Võ Giang"
    assert (await send(app_client, f"/classes/{school.class_.public_id}/pupils", pupils=pupils)).status_code == 303
    for one in (free, pupil, last_year):
        assert school.class_.id in await classes_of(real_engine, one)


async def test_nothing_is_told_beyond_what_was_typed(
    app_client: Client, school: School, others: tuple[Any, Any], real_engine: AsyncEngine
) -> None:
    """A wrong name learns neither the right one nor the class; staff are no pupils; who reads the school, reads on."""
    await enter(app_client, real_engine, school.staff["teacher"])
    here = f"/classes/{school.class_.public_id}/pupils/check"
    guessed = html.unescape((await upload(app_client, here, pupils="0202, Trần Ai")).text)
    assert "Trường đã có người khác mang mã 0202." in guessed
    assert "Bình" not in guessed
    assert ELSEWHERE not in guessed
    own = await upload(app_client, here, pupils="0001, Trần Ai")
    assert "Nguyễn Văn Đạt" in own.text, "a pupil of the own class is seen anyway"
    staff = html.unescape((await upload(app_client, here, pupils="administrator, Lê Thị Administrator")).text)
    assert "Mã này không phải của học sinh" in staff
    async with transaction(real_engine) as connection:
        await founding.grant_role(connection, school.staff["teacher"].id, school.school.id, "manager")
    assert "Học sinh của lớp 12A2: đề nghị" in html.unescape(
        (await upload(app_client, here, pupils="0202, Trần Bình")).text
    )
