"""What staff do with the pages, as a browser would: forms with their token, in the order people use them."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import account_queries, grant_queries, people_queries
from exam_engine.accounts.tables import account, class_member, person, role_grant, unit, unit_alias
from exam_engine.kit.database import transaction
from exam_engine.kit.tables import audit
from tests.accounts.school import PASSWORD, Client, School, add_staff, enter, see, send


async def test_a_person_gets_an_account_a_role_and_signs_in(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["administrator"])
    form = {"full_name": "Phạm  Thị Đào", "code": "GV7", "unit": school.school.public_id, "birth_date": "20/11/1985"}
    entered = await send(app_client, "/people", **form)
    assert entered.status_code == 303, entered.text
    page = entered.headers["location"].partition("?")[0]
    assert "Phạm Thị Đào" in (await see(app_client, page)).text
    granted = await send(app_client, f"{page}/grants", role="marker", unit=school.school.public_id)
    assert granted.status_code == 303, granted.text
    opened = await send(app_client, f"{page}/account", username="dao")
    assert opened.status_code == 200, opened.text
    one_time = re.search(r"<code>([a-z0-9-]{19})</code>", opened.text)
    assert one_time
    assert one_time[1] not in (await see(app_client, page)).text, "the password is shown once"

    await send(app_client, "/sign-out")
    signed_in = await send(app_client, "/sign-in", username="dao", password=one_time[1], next="/")
    assert signed_in.headers["location"] == "/account", "a one-time password has to be changed first"
    asked = {"current": one_time[1], "wanted": "hoa dao no mua xuan", "again": "hoa dao no mua xuan"}
    changed = await send(app_client, "/account/password", **asked)
    assert changed.status_code == 303, changed.text
    await send(app_client, "/sign-out")
    assert (await send(app_client, "/sign-in", username="dao", password="hoa dao no mua xuan")).status_code == 303


async def test_until_the_one_time_password_is_changed_nothing_else_is_open(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["administrator"])
    await send(app_client, f"/people/{school.staff['exam_officer'].public_id}/password")
    await enter(app_client, real_engine, school.staff["exam_officer"])
    assert (await see(app_client, "/people")).status_code == 403
    assert (await see(app_client, "/account")).status_code == 200


async def test_search_finds_with_and_without_diacritics_and_pages(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    names = [f"Đặng Thị Ánh {chr(65 + i // 26)}{chr(97 + i % 26)}" for i in range(60)]
    async with real_engine.begin() as connection:
        for name in names:
            await people_queries.add_person(connection, **_person(school, name))
    await enter(app_client, real_engine, school.staff["exam_officer"])
    for wanted in ("dang anh", "ĐẶNG", "Ánh đặng"):
        first = await see(app_client, f"/people?q={wanted}")
        assert first.text.count("Đặng Thị Ánh") == 50
        following = re.search(r'href="(/people\?[^"]*after=[^"]*)"', first.text)
        assert following
        second = await see(app_client, following[1].replace("&amp;", "&"))
        assert second.text.count("Đặng Thị Ánh") == 10
    assert "Trần Thị Ánh" not in (await see(app_client, "/people?q=anh")).text, "a pupil of the other school"


def _person(school: School, name: str) -> dict[str, object]:
    from exam_engine.accounts.names import arranged

    found = arranged(name)
    texts = {"full_name": found.full_name, "sort_key": found.sort_key, "search": found.search}
    return {"unit_id": school.school.id, "code": "", **texts}


async def test_class_lists_are_pasted_whole_or_not_at_all(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["teacher"])
    page = f"/classes/{school.class_.public_id}"
    wrong = "0002, Lê Ân, 31/02/2009\n0003\tTrần Bình\t\n0001, Ai Khác\n,,"
    refused = await send(app_client, f"{page}/pupils", pupils=wrong)
    assert refused.status_code == 422
    assert [int(n) for n in re.findall(r'<th scope="row" class="cell-number">(\d+)<', refused.text)] == [1, 3, 4]
    assert "Trần Bình</a>" not in (await see(app_client, page)).text
    right = "0002, Lê Ân, 01/02/2009\n0003, Trần Bình\n0001, Nguyễn Văn Đạt\n\n0004, Lê Ái, 2009-12-31"
    taken = await send(app_client, f"{page}/pupils", pupils=right)
    assert taken.status_code == 303, taken.text
    shown = (await see(app_client, page)).text
    order = [shown.index(f"{name}</a>") for name in ("Lê Ái", "Lê Ân", "Trần Bình", "Nguyễn Văn Đạt")]
    assert order == sorted(order), "given name first, in Vietnamese order"
    assert "0002" in shown
    async with real_engine.begin() as connection:
        again = await connection.execute(select(person.c.id).where(person.c.full_name == "Nguyễn Văn Đạt"))
        assert len(again.all()) == 1, "a known pupil is taken, not entered twice"
    away = await send(app_client, f"{page}/pupils/{school.pupil.public_id}/remove")
    assert away.status_code == 303
    assert "Nguyễn Văn Đạt" not in (await see(app_client, page)).text


async def test_units_are_created_corrected_moved_and_merged(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["province"])
    province, old, new = school.province.public_id, school.other_school.public_id, school.school.public_id
    assert (await send(app_client, f"/units/{province}/units", kind="commune", name="Tân Ngãi")).status_code == 303
    assert (await send(app_client, f"/units/{province}/units", kind="ministry", name="Bộ")).status_code == 422
    renamed = {"name": "THPT Lưu Văn Liệt", "code": "99001", "zone": "Asia/Ho_Chi_Minh", "locale": "vi"}
    assert (await send(app_client, f"/units/{new}", **renamed)).status_code == 303
    async with real_engine.begin() as connection:
        commune = (await connection.execute(select(unit).where(unit.c.name == "Tân Ngãi"))).one()
    assert (await send(app_client, f"/units/{old}/move", target=commune.public_id)).status_code == 303
    assert (await send(app_client, f"/units/{old}/move", target=school.class_.public_id)).status_code == 409
    twice = await send(app_client, f"/units/{old}/merge", target=new)
    assert twice.status_code == 409, "both schools have a pupil 0001"
    assert "0001" in twice.text
    correction = {"full_name": "Trần Thị Ánh", "code": "0101"}
    await send(app_client, f"/people/{school.other_pupil.public_id}", **correction)
    merged = await send(app_client, f"/units/{old}/merge", target=new)
    assert merged.status_code == 303, merged.text
    page = (await see(app_client, f"/units/{new}")).text
    assert "86001" in page
    assert "86002" in page
    async with real_engine.begin() as connection:
        target = (await connection.execute(select(unit).where(unit.c.public_id == new))).one()
        below = (await connection.execute(select(unit).where(unit.c.path.startswith(target.path)))).all()
        assert {school.school.id, school.other_school.id, school.class_.id, school.other_class.id} <= {
            u.id for u in below
        }
        assert {alias.code for alias in await connection.execute(select(unit_alias))} == {"86001", "86002"}
        moved = (await connection.execute(select(person).where(person.c.code == "0101"))).one()
        assert moved.unit_id == school.school.id
    await enter(app_client, real_engine, school.staff["administrator"])
    assert "Trần Thị Ánh" in (await see(app_client, "/people?q=anh")).text, "the successor's staff see who came over"


async def test_nobody_reaches_beyond_the_own_units(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    """The province's administrator belongs to this school: whoever reset that password would rule the province."""
    await enter(app_client, real_engine, school.staff["administrator"])
    province = f"/people/{school.staff['province'].public_id}"
    for act in ("password", "disable"):
        refused = await send(app_client, f"{province}/{act}")
        assert refused.status_code == 403
        assert "beyond_your_units" in refused.text
    page = f"/people/{school.staff['teacher'].public_id}"
    for target in (school.province, school.other_school, school.other_class):
        assert (await send(app_client, f"{page}/grants", role="teacher", unit=target.public_id)).status_code == 422
    assert (await send(app_client, f"{page}/grants", role="king", unit=school.school.public_id)).status_code == 422
    for path in (f"/people/{school.other_pupil.public_id}", f"/units/{school.other_school.public_id}"):
        assert (await see(app_client, path)).status_code == 404
        assert (await send(app_client, path, full_name="X", name="X")).status_code == 404
    async with real_engine.begin() as connection:
        grants = await connection.execute(
            select(role_grant).where(role_grant.c.person_id == school.staff["teacher"].id)
        )
        assert [row.role for row in grants] == ["teacher"]


async def test_a_grant_ends_with_its_last_day(app_client: Client, school: School, real_engine: AsyncEngine) -> None:
    await enter(app_client, real_engine, school.staff["administrator"])
    page = f"/people/{school.staff['marker'].public_id}"
    unit_id = school.school.public_id
    past = {"role": "exam_officer", "unit": unit_id, "valid_from": "01/01/2020", "valid_to": "31/01/2020"}
    assert (await send(app_client, f"{page}/grants", **past)).status_code == 303
    backwards = {"role": "exam_officer", "unit": unit_id, "valid_from": "02/01/2020", "valid_to": "01/01/2020"}
    assert (await send(app_client, f"{page}/grants", **backwards)).status_code == 422
    await enter(app_client, real_engine, school.staff["marker"])
    assert (await see(app_client, "/people")).status_code == 403
    await enter(app_client, real_engine, school.staff["administrator"])
    assert (await send(app_client, f"{page}/grants", role="exam_officer", unit=unit_id)).status_code == 303
    await enter(app_client, real_engine, school.staff["marker"])
    assert (await see(app_client, "/people")).status_code == 200


async def test_what_was_done_is_in_the_audit_log_of_the_own_units(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["outsider"])
    await send(app_client, f"/units/{school.other_school.public_id}/units", kind="class", name="10B9")
    await enter(app_client, real_engine, school.staff["administrator"])
    await send(app_client, f"/units/{school.school.public_id}/units", kind="class", name="10A9")
    log = (await see(app_client, "/audit?action=unit_created")).text
    assert log.count("data-label") > 0
    assert log.count("kind: class") == 1
    assert "Tạo đơn vị" in log
    none = await see(app_client, "/audit?from=01/01/2020&to=02/01/2020")
    assert "kind: class" not in none.text
    assert (await see(app_client, "/audit?from=banana&before=9x")).status_code == 422
    async with real_engine.begin() as connection:
        names = [row.data for row in await connection.execute(select(audit))]
    assert "10A9" not in str(names), "ids only: the log outlives the people and names"


async def test_bad_input_is_told_and_never_a_500(app_client: Client, school: School, real_engine: AsyncEngine) -> None:
    await enter(app_client, real_engine, school.staff["administrator"])
    for path in (
        "/people?q=%00", "/people?after=%00", "/people/%00", "/units/%00", "/classes/%00", "/people?q=" + "a" * 5000,
        "/audit?before=99999999999999999999", "/audit?actor=%00", "/people/%ED%A0%80",
    ):  # fmt: skip
        assert (await see(app_client, path)).status_code < 500, path
    page = f"/people/{school.pupil.public_id}"
    for path, form in (
        (page, {"full_name": "a\x00b"}), (page, {"full_name": "  "}),
        (page, {"full_name": "x", "birth_date": "1/13/2000"}),
        (page, {"full_name": "x" * 5000}), (f"{page}/grants", {}), (f"{page}/account", {"username": "Có dấu"}),
        ("/people", {}), (f"/units/{school.school.public_id}/units", {"kind": "class"}),
    ):  # fmt: skip
        assert (await send(app_client, path, **form)).status_code == 422, (path, form)
    for path in (f"{page}/grants/99999999999999999999/take", "/account/sessions/99999999999999999999/revoke"):
        assert (await send(app_client, path)).status_code in {400, 404, 422}, path
    taken = await send(app_client, f"{page}/account", username="teacher")
    assert taken.status_code == 422
    async with real_engine.begin() as connection:
        accounts = await connection.execute(select(account).where(account.c.person_id == school.pupil.id))
        assert accounts.all() == []


async def test_two_roles_of_one_person_add_up(app_client: Client, school: School, real_engine: AsyncEngine) -> None:
    async with real_engine.begin() as connection:
        both = await add_staff(connection, school.school, school.class_, "teacher", "both")
        await grant_queries.add_grant(connection, both.id, school.school.id, "manager")
        assert (await connection.execute(select(class_member))).all()
    await enter(app_client, real_engine, both)
    assert (await see(app_client, "/audit")).status_code == 200
    assert (await see(app_client, f"/classes/{school.class_.public_id}")).status_code == 200
    assert PASSWORD not in (await see(app_client, "/account")).text


async def test_a_form_that_is_refused_unread_is_refused_in_the_senders_language(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    """The layer that reads forms stands before the one that knows who asks."""
    await enter(app_client, real_engine, school.staff["administrator"])
    path = f"/people/{school.pupil.public_id}"
    for locale, words in (("en", "What was sent is too large."), ("vi", "quá lớn")):
        async with transaction(real_engine) as connection:
            await account_queries.set_locale(connection, school.staff["administrator"].id, locale)
        refused = await send(app_client, path, full_name="x" * 700_000)
        assert refused.status_code == 413
        assert words in refused.text
        assert f'lang="{locale}"' in refused.text


async def test_the_page_of_a_pupil_is_about_the_pupil_and_offers_no_role_first(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["administrator"])
    shown = (await see(app_client, f"/people/{school.pupil.public_id}")).text
    assert f'href="/classes/{school.class_.public_id}/slips"' in shown
    assert shown.index('id="classes"') < shown.index('id="correct"') < shown.index('<details class="quiz-more">')
    assert shown.index('<details class="quiz-more">') < shown.index('id="roles"')
    staff = (await see(app_client, f"/people/{school.staff['marker'].public_id}")).text
    assert staff.index('id="roles"') < staff.index('id="correct"')
