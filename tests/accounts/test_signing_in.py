from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.datastructures import State
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import account_queries, passwords
from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.feature import FEATURE
from exam_engine.accounts.limits import STANDARD
from exam_engine.accounts.tables import sign_in_limit
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from tests.accounts.school import HTML, PASSWORD, Client, School, enter, hidden, see, send


async def test_a_teacher_signs_in_and_sees_the_first_page(app_client: Client, school: School) -> None:
    asked = await see(app_client, "/")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/welcome"
    page = await see(app_client, "/sign-in")
    token = hidden(page.text, "_csrf_token")
    form = {"_csrf_token": token, "username": " Teacher ", "password": PASSWORD, "next": "/account"}
    signed_in = await app_client.post("/sign-in", data=form, follow_redirects=False)
    assert signed_in.status_code == 303
    assert signed_in.headers["location"] == "/account"
    cookie = next(c for c in signed_in.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    home = await see(app_client, "/")
    assert home.status_code == 200
    assert "Teacher" in home.text
    assert home.headers["cache-control"] == "private, no-store"


async def sign_in(client: Client, username: str, password: str = PASSWORD, where: str = "/") -> int:
    return (await send(client, "/sign-in", username=username, password=password, next=where)).status_code


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", ""])
async def test_signing_in_never_leads_elsewhere(app_client: Client, school: School, where: str) -> None:
    found = await send(app_client, "/sign-in", username="teacher", password=PASSWORD, next=where)
    assert found.headers["location"] == "/"


@pytest.mark.parametrize(
    ("username", "password"),
    [("teacher", "wrong"), ("nobody", PASSWORD), ("", ""), ("a" * 9000, PASSWORD), ("te\x00acher", PASSWORD)],
)
async def test_who_is_refused_learns_only_that(
    app_client: Client, school: School, username: str, password: str
) -> None:
    found = await send(app_client, "/sign-in", username=username, password=password)
    assert found.status_code == 401
    assert COOKIE not in app_client.cookies


async def test_every_sign_in_opens_a_new_session_and_ends_the_former(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    planted = "x" * 43
    app_client.cookies.set(COOKIE, planted)
    assert await sign_in(app_client, "teacher") == 303
    first = app_client.cookies.get(COOKIE, domain="127.0.0.1")
    assert first
    assert first != planted
    app_client.cookies.clear()
    app_client.cookies.set(COOKIE, first)
    assert await sign_in(app_client, "teacher") == 303
    app_client.cookies.clear()
    app_client.cookies.set(COOKIE, first)
    assert (await see(app_client, "/")).status_code == 303


async def test_signing_out_ends_the_session_on_the_server(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["teacher"])
    token = app_client.cookies.get(COOKIE)
    assert (await send(app_client, "/sign-out")).status_code == 303
    app_client.cookies.clear()
    app_client.cookies.set(COOKIE, str(token))
    assert (await see(app_client, "/")).status_code == 303


async def test_sessions_expire_by_the_database_clock(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["teacher"])
    async with transaction(real_engine) as connection:
        began = await clock.read(connection)
    for passed, status in ((timedelta(hours=11, minutes=59), 200), (timedelta(hours=12, minutes=1), 303)):
        async with transaction(real_engine) as connection:
            await clock.replace(connection, began + passed)
        assert (await see(app_client, "/")).status_code == status


async def test_own_sessions_are_listed_and_ended_but_never_anothers(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await enter(app_client, real_engine, school.staff["marker"])
    await enter(app_client, real_engine, school.staff["teacher"])
    elsewhere = app_client.cookies.get(COOKIE)
    await enter(app_client, real_engine, school.staff["teacher"])
    page = await see(app_client, "/account")
    numbers = re.findall(r"/account/sessions/(\d+)/revoke", page.text)
    assert len(numbers) == 1
    assert (await send(app_client, f"/account/sessions/{numbers[0]}/revoke")).status_code == 303
    for number in range(1, int(numbers[0]) + 1):
        assert (await send(app_client, f"/account/sessions/{number}/revoke")).status_code == 404
    assert (await see(app_client, "/")).status_code == 200, "this one goes on"
    app_client.cookies.clear()
    app_client.cookies.set(COOKIE, str(elsewhere))
    assert (await see(app_client, "/")).status_code == 303


async def test_a_closed_account_is_out_at_once(app_client: Client, school: School, real_engine: AsyncEngine) -> None:
    await enter(app_client, real_engine, school.staff["teacher"])
    teacher = app_client.cookies.get(COOKIE)
    await enter(app_client, real_engine, school.staff["administrator"])
    closed = await send(app_client, f"/people/{school.staff['teacher'].public_id}/disable")
    assert closed.status_code == 303
    app_client.cookies.clear()
    app_client.cookies.set(COOKIE, str(teacher))
    assert (await see(app_client, "/")).status_code == 303
    assert await sign_in(app_client, "teacher") == 401


async def test_guessing_is_limited_per_user_name_and_nobody_else_suffers(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    guesses = [await sign_in(app_client, "teacher", f"guess {i}") for i in range(STANDARD.failures)]
    assert set(guesses) == {401}
    limited = await send(app_client, "/sign-in", username="TEACHER", password=PASSWORD)
    assert limited.status_code == 429
    assert 0 < int(limited.headers["retry-after"]) <= STANDARD.window.total_seconds()
    assert await sign_in(app_client, "marker") == 303, "the same address, another person"
    async with transaction(real_engine) as connection:
        await clock.replace(connection, await clock.read(connection) + STANDARD.window + timedelta(seconds=1))
    assert await sign_in(app_client, "teacher") == 303


@pytest.mark.pitfall("R6")
async def test_a_whole_school_behind_one_address_signs_in(app_client: Client, school: School) -> None:
    for role in school.staff:
        for _wrong in range(STANDARD.failures - 1):
            assert await sign_in(app_client, role, "wrong") == 401
        assert await sign_in(app_client, role) == 303


async def test_counts_of_wrong_attempts_are_cleared_once_their_time_is_over(
    app_client: Client, school: School, real_engine: AsyncEngine
) -> None:
    await sign_in(app_client, "teacher", "wrong")
    (clear,) = FEATURE.daily
    for passed, left in ((timedelta(0), 1), (STANDARD.window + timedelta(seconds=1), 0)):
        async with transaction(real_engine) as connection:
            await clock.replace(connection, await clock.read(connection) + passed)
        await clear(State({"engine": real_engine}))
        async with transaction(real_engine) as connection:
            assert len((await connection.execute(select(sign_in_limit))).all()) == left


async def test_many_guesses_at_once_do_not_slip_through(app_client: Client, school: School) -> None:
    await see(app_client, "/sign-in")
    count = STANDARD.failures * 2
    statuses = await asyncio.gather(*(sign_in(app_client, "teacher", f"guess {i}") for i in range(count)))
    assert sorted(statuses) == [401] * STANDARD.failures + [429] * STANDARD.failures


@pytest.mark.parametrize("way", ["sign-in", "change"])
async def test_a_password_that_is_made_anew_while_it_is_checked_is_the_old_one(
    app: Litestar,
    app_client: Client,
    school: School,
    real_engine: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    teacher, matches = school.staff["teacher"], passwords.matches
    await enter(app_client, real_engine, teacher)

    async def renewed_meanwhile(stored: str | None, password: str) -> bool:
        assert app.state.engine.pool.checkedout() == 0, "nobody waits for a connection while a password is hashed"
        async with transaction(app.state.engine) as connection:
            await account_queries.set_password(connection, teacher.id, "another", temporary=True)
        return await matches(stored, password)

    monkeypatch.setattr(passwords, "matches", renewed_meanwhile)
    if way == "sign-in":
        assert await sign_in(app_client, "teacher") == 401
    else:
        form = {"current": PASSWORD, "wanted": "mot cau khac 2027", "again": "mot cau khac 2027"}
        assert (await send(app_client, "/account/password", **form)).status_code == 422
    async with transaction(real_engine) as connection:
        now = await account_queries.account_of_person(connection, teacher.id)
    assert now is not None
    assert (now.password_hash, now.password_temporary) == ("another", True)


async def test_forms_of_other_sites_are_refused(app_client: Client, school: School, real_engine: AsyncEngine) -> None:
    await enter(app_client, real_engine, school.staff["administrator"])
    await see(app_client, "/account")
    form = {"full_name": "X", "unit": school.school.public_id}
    for data in (form, form | {"_csrf_token": "0" * 128}):
        refused = await app_client.post("/people", data=data, headers=HTML)
        assert refused.status_code == 403
        assert "form_expired" in refused.text
    by_header = await app_client.post(
        "/people",
        data=form,
        headers=HTML | {"x-csrftoken": str(app_client.cookies.get("csrf"))},
        follow_redirects=False,
    )
    assert by_header.status_code == 303


async def test_the_language_is_chosen_and_kept(app_client: Client, school: School, real_engine: AsyncEngine) -> None:
    page = await see(app_client, "/sign-in")
    assert '<html lang="vi"' in page.text
    chosen = await send(app_client, "/language", language="en", back="/sign-in")
    assert chosen.headers["location"] == "/sign-in"
    assert "Sign in" in (await see(app_client, "/sign-in")).text
    assert (await send(app_client, "/language", language="xx", back="/")).status_code == 404
    await enter(app_client, real_engine, school.staff["teacher"])
    await send(app_client, "/language", language="en", back="/")
    app_client.cookies.delete("lang")
    assert '<html lang="en"' in (await see(app_client, "/")).text, "the account remembers"
