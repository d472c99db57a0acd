"""Classes, their pupils, slips and PINs, over HTTP: as a teacher and as those who may not."""

from __future__ import annotations

import asyncio
import html
import re
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import class_list, pupil_secrets
from exam_engine.accounts.secrets import Secrets
from exam_engine.accounts.tables import class_member, person, pupil_secret, role_grant, unit
from exam_engine.app import create_app
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from exam_engine.kit.tables import audit
from item_bank.storage.tables import bank
from tests.accounts.school import HTML, Client, School, enter, see, send
from tests.accounts.test_class_lists import workbook

SHEET = (("Lớp", "Mã học sinh", "Họ và tên", "Ngày sinh"), ("12A1", "0001", "Nguyễn Văn Đạt", None))


async def upload(client: Client, path: str, data: bytes = b"", name: str = "lop.xlsx", **form: str) -> Response:
    if "csrf" not in client.cookies:
        await client.get("/sign-in", headers=HTML, follow_redirects=False)
    values = {"_csrf_token": client.cookies.get("csrf") or "", **form}
    files = {"file": (name, data, "application/octet-stream")}
    return await client.post(path, data=values, files=files, headers=HTML, follow_redirects=False)


def rows_in(page: str) -> str:
    found = re.search(r'<textarea name="rows"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


async def count(engine: AsyncEngine, table: Any, *conditions: Any) -> int:
    async with transaction(engine) as connection:
        statement = select(func.count()).select_from(table).where(*conditions)
        return int((await connection.execute(statement)).scalar_one())


async def test_names_are_pasted_looked_at_and_entered_with_a_pin_each(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["teacher"])
    here = f"/classes/{school.class_.public_id}"
    shown = await upload(app_client, f"{here}/pupils/check", pupils="Lê Ân\nTrần Bình\nLê Ân")
    assert shown.status_code == 200, shown.text
    assert await count(real_engine, class_member, class_member.c.unit_id == school.class_.id) == 1
    assert 'name="told_apart"' in shown.text
    assert "Hai học sinh cùng tên; thêm mã hoặc ngày sinh để phân biệt" in shown.text
    unticked = await send(app_client, f"{here}/pupils", rows=rows_in(shown.text))
    assert unticked.status_code == 422
    assert await count(real_engine, class_member, class_member.c.unit_id == school.class_.id) == 1
    taken = await send(app_client, f"{here}/pupils", rows=rows_in(shown.text), told_apart="1")
    assert taken.status_code == 303, taken.text
    assert await count(real_engine, person, person.c.full_name == "Lê Ân") == 2, "two pupils may share a name"
    assert await count(real_engine, pupil_secret) == 3
    again = await upload(app_client, f"{here}/pupils/check", pupils="Lê Ân\nTrần Bình\nLê Ân\nLê Ân")
    assert again.text.count("đã có trong lớp</span>") == 3 or again.text.count("in the class already</span>") == 3
    await send(app_client, f"{here}/pupils", rows=rows_in(again.text), told_apart="1")
    assert await count(real_engine, person, person.c.full_name == "Lê Ân") == 3, "only what is new"


async def test_a_file_is_checked_by_row_and_nothing_enters_while_one_is_wrong(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["teacher"])
    here = f"/classes/{school.class_.public_id}"
    wrong = workbook(("Họ và tên", "Mã HS"), ("Ai Khác", "0001"), ("Lê Ân", "0002"), (None, "0003"))
    refused = await upload(app_client, f"{here}/pupils/check", wrong)
    assert refused.status_code == 422
    assert re.findall(r'<th scope="row" class="cell-number">(\d+)<', refused.text) == ["2", "4"]
    forced = await send(app_client, f"{here}/pupils", rows="\t0001\tAi Khác\t\t\n\t0002\tLê Ân\t\t")
    assert forced.status_code == 422, "what a form carries is checked again"
    assert await count(real_engine, person, person.c.code == "0002") == 0
    for data in (b"PK\x03\x04", b"\0" * 100, b"%PDF-1.7\n\xe2\xe3", b"GIF89a\0\0\0"):
        assert (await upload(app_client, f"{here}/pupils/check", data)).status_code in {200, 422}
    assert (await upload(app_client, f"{here}/pupils/check")).status_code == 422, "neither file nor text"
    large = await upload(app_client, f"{here}/pupils/check", b"x" * (11 * 1024 * 1024))
    assert large.status_code == 413
    right = await upload(app_client, f"{here}/pupils/check", "Họ và tên,Mã\nLê Ân,0002\n".encode(), "a.csv")
    assert right.status_code == 200
    for kind in ("xlsx", "csv"):
        template = await app_client.get(f"/classes/template/pupils.{kind}")
        assert not class_list.read_file(template.content, with_classes=True).problems
    assert (await see(app_client, "/classes/template/pupils.pdf")).status_code == 404


@pytest.mark.parametrize("role", ["administrator", "exam_officer"])
async def test_a_whole_school_comes_from_one_file_after_showing_what_would_happen(
    app_client: Client, school: School, real_engine: AsyncEngine, role: str
) -> None:
    await enter(app_client, real_engine, school.staff[role])
    assert 'action="/classes/check"' in (await see(app_client, "/classes")).text
    data = workbook(*SHEET, ("12A2", "0005", "Lê Ân", None), ("12a2", None, "Trần Bình", "05/09/2008"))
    shown = await upload(app_client, "/classes/check", data, school=school.school.public_id)
    assert shown.status_code == 200, shown.text
    assert await count(real_engine, unit, unit.c.kind == "class") == 2
    taken = await send(app_client, "/classes/take", school=school.school.public_id, rows=rows_in(shown.text))
    assert taken.status_code == 303, taken.text
    assert await count(real_engine, unit, unit.c.kind == "class") == 3, "12A2 and 12a2 are one class"
    assert await count(real_engine, class_member) == 4
    again = await send(app_client, "/classes/take", school=school.school.public_id, rows=rows_in(shown.text))
    assert again.status_code == 303
    assert await count(real_engine, class_member) == 4
    wrong = workbook(SHEET[0], ("12A3", "0001", "Ai Khác", None), (None, None, "Lê Ân", None))
    refused = await upload(app_client, "/classes/check", wrong, school=school.school.public_id)
    assert refused.status_code == 422
    assert re.findall(r'<th scope="row" class="cell-number">(\d+)<', refused.text) == ["2", "3"]
    other = await upload(app_client, "/classes/check", data, school=school.other_school.public_id)
    assert other.status_code == 404
    assert (await send(app_client, "/classes/take", school="", rows="")).status_code == 404


async def test_two_who_enter_the_same_names_at_once_enter_them_once(
    app: Litestar, settings: Settings, school: School, real_engine: AsyncEngine
) -> None:
    async with (
        Client(app, base_url=settings.public_url) as one,
        Client(create_app(settings), base_url=settings.public_url) as other,
    ):
        for client in (one, other):
            await enter(client, real_engine, school.staff["teacher"])
        here = f"/classes/{school.class_.public_id}/pupils"
        replies = await asyncio.gather(*(send(client, here, pupils="Lê Ân\nTrần Bình") for client in (one, other)))
    assert [reply.status_code for reply in replies] == [303, 303]
    assert await count(real_engine, class_member, class_member.c.unit_id == school.class_.id) == 3


async def test_an_officer_makes_a_class_and_an_administrator_its_teacher(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["exam_officer"])
    made = await send(app_client, "/classes", school=school.school.public_id, name=" 10B ")
    assert made.status_code == 303, made.text
    here = made.headers["location"].partition("?")[0]
    for name in ("10b", "", "x" * 80):
        assert (await send(app_client, "/classes", school=school.school.public_id, name=name)).status_code == 422
    assert (await send(app_client, "/classes", school=school.class_.public_id, name="A")).status_code == 404
    assert (await send(app_client, f"{here}/teachers", username="x")).status_code == 403

    await enter(app_client, real_engine, school.staff["administrator"])
    assert (await send(app_client, f"{here}/teachers", person="nobody")).status_code == 422
    assert (await send(app_client, f"{here}/teachers", person=school.pupil.public_id)).status_code == 422
    marker = school.staff["marker"]
    assert (await send(app_client, f"{here}/teachers", person=marker.public_id)).status_code == 303
    wrong = await send(app_client, f"{here}/teachers", full_name="Lê Thị Mới", username="Ö")
    assert wrong.status_code == 422
    assert (await send(app_client, f"{here}/teachers", full_name="Lê Thị Mới", username="marker")).status_code == 422
    assert await count(real_engine, person, person.c.full_name == "Lê Thị Mới") == 0
    new = await send(app_client, f"{here}/teachers", full_name="Lê Thị Mới", username="moi")
    secret = re.search(r"<code>([a-z0-9-]{19})</code>", new.text)
    assert secret
    assert secret[1] not in (await see(app_client, here)).text, "shown once"
    assert await count(real_engine, role_grant, role_grant.c.role == "teacher") == 3
    assert await count(real_engine, bank) == 1, "the class has a bank that its teachers write into"
    await enter(app_client, real_engine, marker)
    page = re.search(r'href="(/bank/\w+)"', (await see(app_client, "/bank")).text)
    assert page
    assert (await see(app_client, f"{page[1]}/import")).status_code == 200


async def opened(engine: AsyncEngine, app: Litestar, person_id: int) -> Secrets:
    async with transaction(engine) as connection:
        return (await pupil_secrets.secrets_of(connection, app.state.keyring, [person_id]))[person_id]


async def test_slips_are_printed_and_pins_shown_and_renewed_with_a_trace(
    app: Litestar, app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["teacher"])
    here = f"/classes/{school.class_.public_id}"
    await send(app_client, f"{here}/pupils", pupils="Lê Ân")
    old = await opened(real_engine, app, school.pupil.id)
    assert old.pin not in (await see(app_client, f"{here}/slips")).text, "hidden until somebody asks"
    for path in (f"{here}/slips.pdf", f"{here}/slips.pdf?pupil={school.pupil.public_id}"):
        printed = await app_client.get(path)
        assert printed.status_code == 200
        assert printed.content.startswith(b"%PDF")
        assert "no-store" in printed.headers["cache-control"]
    assert old.pin in (await send(app_client, f"{here}/pins/show")).text
    renewed = await send(app_client, f"{here}/pins/renew", pupil=school.pupil.public_id)
    new = await opened(real_engine, app, school.pupil.id)
    assert new.pin in renewed.text
    assert new.ticket == old.ticket
    assert (await send(app_client, f"{here}/pins/renew", slip="1")).status_code == 200
    assert (await opened(real_engine, app, school.pupil.id)).ticket != old.ticket
    for path in ("slips.pdf?pupil=nobody", f"slips.pdf?pupil={school.other_pupil.public_id}"):
        assert (await see(app_client, f"{here}/{path}")).status_code == 404
    assert (await send(app_client, f"{here}/pins/renew", pupil=school.other_pupil.public_id)).status_code == 404
    async with transaction(real_engine) as connection:
        acts = (await connection.execute(select(audit.c.action).order_by(audit.c.id))).scalars().all()
    assert acts[-5:] == ["slips_printed", "slips_printed", "pins_shown", "pins_renewed", "pins_renewed"]


async def test_a_locked_pupil_gets_in_with_the_new_pin_at_once(
    app: Litestar, app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    pin = (await opened(real_engine, app, school.pupil.id)).pin
    for _attempt in range(11):
        await send(app_client, "/pupil", code="0001", pin=f"{(int(pin) + 1) % 1_000_000:06d}")
    assert (await send(app_client, "/pupil", code="0001", pin=pin)).status_code == 429
    await enter(app_client, real_engine, school.staff["teacher"])
    await send(app_client, f"/classes/{school.class_.public_id}/pins/renew", pupil=school.pupil.public_id)
    new = (await opened(real_engine, app, school.pupil.id)).pin
    assert (await send(app_client, "/pupil", code="0001", pin=new)).status_code == 303


async def test_other_schools_and_readers_reach_no_slips(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    here = f"/classes/{school.class_.public_id}"
    for who, status in (("manager", 403), ("marker", 403), ("outsider", 404)):
        await enter(app_client, real_engine, school.staff[who])
        for path in (f"{here}/slips", f"{here}/slips.pdf"):
            assert (await see(app_client, path)).status_code == status, who
        for path in (f"{here}/pins/show", f"{here}/pins/renew"):
            assert (await send(app_client, path)).status_code == status, who
    await enter(app_client, real_engine, school.staff["manager"])
    page = (await see(app_client, here)).text
    assert "/slips" not in page
    assert 'name="pupils"' not in page


@pytest.mark.parametrize(
    ("pasted", "doubtful"),
    [
        ("Lê Ân\nlê  ân", 2),
        ("Lê Ân, 05/09/2008\nLê Ân, 06/09/2008", 0),
        ("0002, Lê Ân\n0003, Lê Ân", 0),
        ("0002, Lê Ân\nLê Ân", 2),
        ("Nguyễn Văn Đạt, 05/09/2008", 1),
        ("0009, Nguyễn Văn Đạt", 0),
    ],
)
async def test_what_tells_two_of_one_name_apart(
    app_client: Client, school: School, real_engine: AsyncEngine, pasted: str, doubtful: int
) -> None:
    """The class has Nguyễn Văn Đạt, code 0001, without a birth date."""
    await enter(app_client, real_engine, school.staff["teacher"])
    shown = (await upload(app_client, f"/classes/{school.class_.public_id}/pupils/check", pupils=pasted)).text
    assert shown.count("cùng tên</span>") == doubtful
    assert ('name="told_apart"' in shown) is bool(doubtful)


async def test_slips_of_one_name_say_birth_date_or_place_and_a_new_pin_stands_at_the_top(
    app: Litestar, app_client: Client, school: School, real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    typeset: list[Any] = []

    async def caught(_name: str, data: Any) -> bytes:
        assert app.state.engine.pool.checkedout() == 0, "no connection waits for the paper"
        typeset.append(data())
        return b"%PDF"

    monkeypatch.setattr("exam_engine.accounts.slips.typeset", caught)
    await enter(app_client, real_engine, school.staff["teacher"])
    here = f"/classes/{school.class_.public_id}"
    pasted = "Lê Ân\nLê Ân\nTrần Bình, 05/09/2008\nTrần Bình, 06/09/2008"
    await send(app_client, f"{here}/pupils", pupils=pasted, told_apart="1")
    assert (await app_client.get(f"{here}/slips.pdf")).status_code == 200
    beside = sorted((one["name"], one["mark"]) for one in typeset[0]["pupils"])
    assert [mark for name, mark in beside if name == "Trần Bình"] == ["sinh ngày 05/09/2008", "sinh ngày 06/09/2008"]
    places = [mark for name, mark in beside if name == "Lê Ân"]
    assert len(set(places)) == 2
    assert all(mark.startswith("số thứ tự ") for mark in places)
    assert [mark for name, mark in beside if name == "Nguyễn Văn Đạt"] == [""]
    renewed = (await send(app_client, f"{here}/pins/renew", pupil=school.pupil.public_id)).text
    async with transaction(real_engine) as connection:
        opened = await pupil_secrets.secrets_of(connection, app.state.keyring, [school.pupil.id])
    top = renewed[: renewed.index("<table")]
    for words in ("Mã PIN mới của Nguyễn Văn Đạt", opened[school.pupil.id].pin, "Mã PIN cũ không còn dùng được"):
        assert words in top
    assert f"slips.pdf?pupil={school.pupil.public_id}" in top
    assert "data-focus" in top


async def test_a_whole_school_asks_about_one_name_within_a_class_only(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["administrator"])
    rows = (("12A2", "", "Lê Ân", None), ("12A3", "", "Lê Ân", None))
    apart = await upload(app_client, "/classes/check", workbook(*SHEET, *rows), school=school.school.public_id)
    assert apart.status_code == 200, apart.text
    assert 'name="told_apart"' not in apart.text
    sheet = workbook(*SHEET, *rows, ("12a2", "", "Lê Ân", None))
    asked = await upload(app_client, "/classes/check", sheet, school=school.school.public_id)
    assert 'name="told_apart"' in asked.text
    form = {"school": school.school.public_id, "rows": rows_in(asked.text)}
    assert (await send(app_client, "/classes/take", **form)).status_code == 422
    assert await count(real_engine, person, person.c.full_name == "Lê Ân") == 0
    assert (await send(app_client, "/classes/take", **form, told_apart="1")).status_code == 303
    assert await count(real_engine, person, person.c.full_name == "Lê Ân") == 3
