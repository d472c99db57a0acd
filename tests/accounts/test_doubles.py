"""Pupils who were entered twice become one, over HTTP; nothing that belongs to either gets lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

from litestar import Litestar
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import founding, pupil_secrets
from exam_engine.accounts.signing_in import open_session
from exam_engine.accounts.tables import class_member, person, session
from exam_engine.app import create_app
from exam_engine.authoring.definition import ExamDefinition, encode
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from exam_engine.kit.settings import Settings
from exam_engine.kit.tables import audit
from exam_engine.tables import metadata
from tests.accounts.school import Client, School, add_staff, enter, see, send

BORN = date(2008, 9, 5)


async def pupil(engine: AsyncEngine, class_: Any, name: str, code: str = "", born: date | None = None) -> Any:
    async with transaction(engine) as connection:
        return await founding.add_pupil(connection, class_, name, code=code, birth_date=born)


async def sitting(engine: AsyncEngine, unit: Any, title: str, kind: str = "quiz") -> int:
    now, definition = datetime.now(UTC), encode(ExamDefinition(title=title))
    async with transaction(engine) as connection:
        exam = await _insert(connection, "exam", title=title, definition=definition, unit_id=unit.id)
        values = {"opens_at": now, "starts_at": now, "closes_at": now + timedelta(hours=1), "duration_s": 900}
        return await _insert(
            connection, "sitting", exam_id=exam, unit_id=unit.id, title=title, kind=kind, state="confirmed",
            definition=definition, **values,
        )  # fmt: skip


async def candidate(engine: AsyncEngine, sitting_id: int, who: Any, number: str, *, started: bool) -> int:
    async with transaction(engine) as connection:
        texts = {"full_name": who.full_name, "sort_key": who.sort_key, "number": number}
        made = await _insert(connection, "candidate", sitting_id=sitting_id, person_id=who.id, **texts)
        form = await _insert(
            connection, "form", sitting_id=sitting_id, number=number, key_map=[], slots=[], paper=b"", paper_digest="x",
            variant_version=1,
        )  # fmt: skip
        at = datetime.now(UTC) if started else None
        values = {"id": made + 1000, "sitting_id": sitting_id, "candidate_id": made, "form_id": form, "started_at": at}
        await connection.execute(insert(metadata.tables["exam.attempt"]).values(values))
    return made


async def _insert(connection: Any, table: str, **values: Any) -> int:
    into = metadata.tables[f"exam.{table}"]
    statement = insert(into).values(public_id=public_id(), **values).returning(into.c.id)
    return int((await connection.execute(statement)).scalar_one())


async def owner_of(engine: AsyncEngine, candidate_id: int) -> int | None:
    table = metadata.tables["exam.candidate"]
    async with transaction(engine) as connection:
        found = (await connection.execute(select(table.c.person_id).where(table.c.id == candidate_id))).scalar_one()
    return int(found) if found is not None else None


async def send_merge(client: Client, keep: Any, drop: Any, reason: str = "Nhập hai lần") -> Any:
    ids = {"one": drop.public_id, "other": keep.public_id, "keep": keep.public_id}
    return await send(client, "/doubles/pair", **ids, reason=reason)


async def test_likely_doubles_are_listed_by_name_birth_date_and_code(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await pupil(real_engine, school.class_, "Lê Thị Ánh", "0010", BORN)
    await pupil(real_engine, school.class_, "Le Thi Anh", "", BORN)
    await pupil(real_engine, school.class_, "Trần Bình", "0011", BORN)
    await pupil(real_engine, school.class_, "Trần Bình", "0012", date(2009, 1, 1))
    await pupil(real_engine, school.class_, "Phạm Cường", "0013")
    await pupil(real_engine, school.other_class, "Phạm Cường", "")
    await enter(app_client, real_engine, school.staff["teacher"])
    for path in ("/doubles", f"/doubles?class={school.class_.public_id}"):
        shown = (await see(app_client, path)).text
        assert shown.count("/doubles/pair?") == 1, "other birth dates and other schools are other pupils"
        assert "Le Thi Anh" in shown
    assert (await see(app_client, f"/doubles?class={school.other_class.public_id}")).status_code == 404
    await enter(app_client, real_engine, school.staff["manager"])
    assert (await see(app_client, "/doubles")).status_code == 403


async def test_tests_classes_sign_ins_and_the_pin_gather_under_the_one_that_stays(
    app: Litestar, app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    keep = await pupil(real_engine, school.class_, "Lê Thị Ánh")
    drop = await pupil(real_engine, school.class_, "Lê Thị Ánh", "0010", BORN)
    quiz, other = [await sitting(real_engine, school.class_, title) for title in ("Một", "Hai")]
    mine = await candidate(real_engine, quiz, keep, "001", started=False)
    theirs = await candidate(real_engine, quiz, drop, "002", started=True)
    alone = await candidate(real_engine, other, drop, "001", started=True)
    async with transaction(real_engine) as connection:
        opened = (await pupil_secrets.secrets_of(connection, app.state.keyring, [drop.id]))[drop.id]
        await open_session(connection, person_id=drop.id, pupil=True)
    await enter(app_client, real_engine, school.staff["teacher"])
    page = (await see(app_client, f"/doubles/pair?one={keep.public_id}&other={drop.public_id}")).text
    assert page.count('name="keep"') == 2
    assert page.count("số thứ tự") == 2
    assert "Không thể hoàn tác việc gộp" in page
    assert (await send_merge(app_client, keep, drop, reason="")).status_code == 422
    done = await send_merge(app_client, keep, drop)
    assert (done.status_code, done.headers["location"]) == (303, f"/doubles?merged={keep.public_id}")
    after = (await see(app_client, done.headers["location"])).text
    assert "Lê Thị Ánh: hai hồ sơ đã được gộp làm một" in after
    assert "2 bài, " in after
    assert "12A1" in after
    assert [await owner_of(real_engine, one) for one in (mine, theirs, alone)] == [None, keep.id, keep.id]
    async with transaction(real_engine) as connection:
        row = (await connection.execute(select(person).where(person.c.full_name == "Lê Thị Ánh"))).one()
        assert (row.id, row.code, row.birth_date) == (keep.id, "0010", BORN)
        assert row.search.endswith("0010")
        members = (await connection.execute(select(class_member.c.person_id))).scalars().all()
        assert members.count(keep.id) == 1
        assert keep.id in (await connection.execute(select(session.c.person_id))).scalars().all()
        trace = (await connection.execute(select(audit).where(audit.c.action == "people_merged"))).one()
    assert trace.data["reason"] == "Nhập hai lần"
    assert trace.data["tests"] == 2
    await send(app_client, "/sign-out")
    signed_in = await send(app_client, "/pupil", code="0010", pin=opened.pin)
    assert signed_in.status_code == 303, "the PIN that was handed out goes on"
    assert (await see(app_client, f"/s/{opened.ticket}")).status_code == 200


async def test_two_who_worked_in_one_test_are_two_but_practice_is_counted_on(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    keep, drop = [await pupil(real_engine, school.class_, name) for name in ("Lê Ân", "Lê Ấn")]
    practice = await sitting(real_engine, school.class_, "Luyện tập", "practice")
    for number, who in enumerate((keep, drop), start=1):
        await candidate(real_engine, practice, who, f"00{number}", started=True)
    quiz = await sitting(real_engine, school.class_, "Mười lăm phút")
    await candidate(real_engine, quiz, keep, "001", started=True)
    theirs = await candidate(real_engine, quiz, drop, "002", started=True)
    await enter(app_client, real_engine, school.staff["teacher"])
    page = (await see(app_client, f"/doubles/pair?one={keep.public_id}&other={drop.public_id}")).text
    assert 'name="keep"' not in page
    assert "Mười lăm phút" in page
    refused = await send_merge(app_client, keep, drop)
    assert refused.status_code == 409
    assert await owner_of(real_engine, theirs) == drop.id
    attempt = metadata.tables["exam.attempt"]
    async with transaction(real_engine) as connection:
        never = attempt.update().where(attempt.c.candidate_id == theirs).values(started_at=None)
        await connection.execute(never)
    assert (await send_merge(app_client, keep, drop)).status_code == 303
    table = metadata.tables["exam.candidate"]
    async with transaction(real_engine) as connection:
        mine = select(table.c.round).where(table.c.person_id == keep.id, table.c.sitting_id == practice)
        assert sorted((await connection.execute(mine)).scalars()) == [1, 2]


async def test_staff_stay_and_foreign_people_are_out_of_reach(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    async with transaction(real_engine) as connection:
        staff = await add_staff(connection, school.school, school.school, "marker", "hai")
    other = await pupil(real_engine, school.class_, staff.full_name)
    await enter(app_client, real_engine, school.staff["administrator"])
    assert (await send_merge(app_client, other, staff)).status_code == 409
    assert (await send_merge(app_client, school.staff["marker"], staff)).status_code == 409
    assert (await send_merge(app_client, staff, other)).status_code == 303
    for bad in (school.other_pupil, school.pupil):
        assert (await send_merge(app_client, school.pupil, bad)).status_code == 404, "another school's, or itself"
    ids = {"one": school.pupil.public_id, "other": staff.public_id}
    assert (await send(app_client, "/doubles/pair", **ids, keep="nobody", reason="x")).status_code == 404
    assert (await send(app_client, "/doubles/pair", **ids, reason="x")).status_code == 422
    assert (await see(app_client, "/doubles/pair")).status_code == 404
    await enter(app_client, real_engine, school.staff["teacher"])
    assert (await send_merge(app_client, school.pupil, school.staff["marker"])).status_code == 404, (
        "not in the teacher's class"
    )


async def test_two_mergers_in_opposite_directions_make_one_pupil(
    app: Litestar, settings: Settings, school: School, real_engine: AsyncEngine
) -> None:
    first, second = [await pupil(real_engine, school.class_, name) for name in ("Lê Ân", "Lê Ấn")]
    async with (
        Client(app, base_url=settings.public_url) as one,
        Client(create_app(settings), base_url=settings.public_url) as other,
    ):
        for client in (one, other):
            await enter(client, real_engine, school.staff["teacher"])
            await see(client, "/sign-in")
        replies = await asyncio.gather(send_merge(one, first, second), send_merge(other, second, first))
    assert sorted(reply.status_code for reply in replies) in ([303, 404], [303, 409])
    async with transaction(real_engine) as connection:
        ids = (await connection.execute(select(person.c.id).where(person.c.id.in_([first.id, second.id])))).all()
    assert len(ids) == 1


async def test_two_who_are_told_apart_are_not_offered_again(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    name = "Trịnh Hai Người"
    first, second, third = [await pupil(real_engine, school.class_, name, code) for code in ("", "21", "22")]
    foreign = await pupil(real_engine, school.other_class, name)
    await enter(app_client, real_engine, school.staff["teacher"])
    pair = f"/doubles/pair?one={first.public_id}&other={second.public_id}"
    assert 'formaction="/doubles/apart"' in (await see(app_client, pair)).text
    done = await send(app_client, "/doubles/apart", one=second.public_id, other=first.public_id)
    assert done.status_code == 303
    listed = (await see(app_client, done.headers["location"])).text
    assert "đây là hai học sinh khác nhau" in listed
    assert f"one={first.public_id}&amp;other={second.public_id}" not in listed
    assert f"one={first.public_id}&amp;other={third.public_id}" in listed, "of the third nobody has said anything"
    assert (await send(app_client, "/doubles/apart", one=first.public_id, other=foreign.public_id)).status_code == 404
    assert (await send(app_client, "/doubles/apart", one=first.public_id)).status_code == 404


async def test_a_merger_leads_back_to_the_doubles_of_the_class_it_came_from(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    keep = await pupil(real_engine, school.class_, "Lê Thị Ánh")
    drop = await pupil(real_engine, school.class_, "Lê Thị Ánh", "0010", BORN)
    await enter(app_client, real_engine, school.staff["teacher"])
    class_id = school.class_.public_id
    listed = (await see(app_client, f"/doubles?class={class_id}")).text
    assert f"&amp;class={class_id}" in listed
    pair = (await see(app_client, f"/doubles/pair?one={keep.public_id}&other={drop.public_id}&class={class_id}")).text
    assert f'name="class" value="{class_id}"' in pair
    ids = {"one": drop.public_id, "other": keep.public_id, "keep": keep.public_id, "class": class_id}
    done = await send(app_client, "/doubles/pair", **ids, reason="Nhập hai lần")
    assert done.headers["location"] == f"/doubles?class={class_id}&merged={keep.public_id}"
    assert f'href="/classes/{class_id}"' in (await see(app_client, done.headers["location"])).text
    assert (await see(app_client, "/doubles?merged=nobody")).status_code == 200
