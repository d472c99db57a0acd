"""The first run on an empty database: one page, one school, and only for its owner."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import first_run, setting_up
from exam_engine.accounts.tables import account, unit
from exam_engine.app import create_app
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from item_bank.storage.tables import bank
from tests.accounts.school import HTML, PASSWORD, Client, School, see, send

FORM = {
    "school": "THCS  Nguyễn Du",
    "school_code": "79001",
    "province": "Vĩnh Long",
    "full_name": "Trần Thị Hạnh",
    "username": "Hanh",
    "password": PASSWORD,
    "again": PASSWORD,
    "teaches": "1",
    "class_name": "6A1",
}


async def send_setup(client: Client, **changes: str) -> Any:
    await client.get("/setup", headers=HTML)
    form = {name: value for name, value in {**FORM, **changes}.items() if value}
    return await send(client, "/setup", **form)


async def test_an_empty_database_leads_everybody_to_the_first_run_and_one_person_can_begin(
    app_client: Client, real_engine: AsyncEngine
) -> None:
    assert (await see(app_client, "/")).headers["location"] == "/setup"
    assert (await see(app_client, "/sign-in?next=/")).headers["location"] == "/setup"
    assert 'lang="en"' in (await see(app_client, "/setup")).text
    chosen = await send(app_client, "/language", language="vi", back="/setup")
    assert chosen.headers["location"] == "/setup"
    form = await see(app_client, "/setup")
    assert "Tên trường" in form.text
    assert 'name="setup_code"' not in form.text
    made = await send_setup(app_client)
    assert (made.status_code, made.headers["location"]) == (303, "/setup/next"), made.text
    steps = await see(app_client, "/setup/next")
    assert steps.status_code == 200
    assert "/quiz/new" in steps.text
    assert 'href="/setup/next"' in (await see(app_client, "/")).text, (
        "the first page leads there until a class has pupils"
    )
    for path in ("/units", "/people", "/classes", "/sittings", "/audit"):
        assert (await see(app_client, path)).status_code == 200, path
    page = re.search(r'href="(/bank/\w+)"', (await see(app_client, "/bank")).text)
    assert page, "the school has a bank from the first minute"
    assert (await see(app_client, f"{page[1]}/import")).status_code == 200, "and its teacher writes into it"
    async with transaction(real_engine) as connection:
        rows = await connection.execute(select(unit.c.kind, unit.c.name, unit.c.locale).order_by(unit.c.id))
        kinds = [tuple(row) for row in rows]
        assert (await connection.execute(select(bank.c.name))).scalar_one() == "Ngân hàng câu hỏi THCS Nguyễn Du"
    wanted = [("province", "Vĩnh Long", "vi"), ("school", "THCS Nguyễn Du", "vi"), ("class", "6A1", "vi")]
    assert kinds == wanted
    first_class = re.search(r'href="(/classes/\w{16})"', (await see(app_client, "/classes")).text)
    assert first_class
    shown = (await see(app_client, first_class[1])).text
    assert "Chưa phân công giáo viên" not in shown, "whoever also teaches is the teacher of the first class"
    await send(app_client, "/sign-out")
    assert (await see(app_client, "/setup")).headers["location"] == "/sign-in"
    assert (await send_setup(app_client)).status_code == 404, "the page is over"
    signed_in = await send(app_client, "/sign-in", username="hanh", password=PASSWORD, next="/")
    assert signed_in.headers["location"] == "/"


async def test_what_is_wrong_is_told_at_once_and_nothing_is_made(app_client: Client, real_engine: AsyncEngine) -> None:
    await send(app_client, "/language", language="en", back="/setup")
    wrong = await send_setup(app_client, school="", username="ä b", password="kurz", again="kurz2", province="x" * 300)
    assert wrong.status_code == 422
    for name in ("school", "username", "password", "again", "province"):
        assert f'id="field-{name}-error"' in wrong.text, name
    assert "kurz" not in wrong.text, "a password is never sent back"
    assert 'value="THCS  Nguyễn Du"' not in wrong.text
    for changes in ({"password": "hanh", "again": "hanh"}, {"full_name": "\0"}, {"password": "aaaaaaaaaaaa"}):
        assert (await send_setup(app_client, **changes)).status_code == 422
    async with transaction(real_engine) as connection:
        assert (await connection.execute(select(func.count()).select_from(unit))).scalar_one() == 0


async def test_without_teaching_the_first_account_only_administers(app_client: Client) -> None:
    assert (await send_setup(app_client, teaches="", province="", class_name="")).status_code == 303
    assert (await see(app_client, "/sittings")).status_code == 403
    assert (await see(app_client, "/units")).status_code == 200
    assert "/quiz/new" not in (await see(app_client, "/setup/next")).text


async def test_two_who_set_up_at_once_make_one_school(
    app: Litestar, settings: Settings, real_engine: AsyncEngine
) -> None:
    async with (
        Client(app, base_url=settings.public_url) as one,
        Client(create_app(settings), base_url=settings.public_url) as other,
    ):
        replies = await asyncio.gather(send_setup(one), send_setup(other, username="khac", school="THCS Khác"))
        assert sorted(reply.status_code for reply in replies) in ([303, 404], [303, 409])
    async with transaction(real_engine) as connection:
        assert (await connection.execute(select(func.count()).select_from(account))).scalar_one() == 1
        schools = select(func.count()).select_from(unit).where(unit.c.kind == "school")
        assert (await connection.execute(schools)).scalar_one() == 1


def reaching(url: str, folder: Path, **changes: str) -> Settings:
    return Settings.from_environment({}, database_url=url, data_dir=folder, log_level="warning", **changes)


async def test_beyond_this_machine_only_who_reads_the_console_gets_in(real_database: str, tmp_path: Path) -> None:
    settings = reaching(real_database, tmp_path, host="0.0.0.0", public_url="http://192.168.1.5:8000")
    hint = await asyncio.to_thread(first_run.console_hint, settings)
    assert f"{settings.public_url}/setup" in hint
    code = hint.rpartition(" ")[2]
    app = create_app(settings)
    assert code == setting_up.setup_code(app.state.keyring)
    async with Client(app, base_url=settings.public_url) as client:
        await send(client, "/language", language="vi", back="/setup")
        assert 'name="setup_code"' in (await see(client, "/setup")).text
        for given in ("", "wrong", "é" * 12, code[:-1]):
            assert (await send_setup(client, setup_code=given)).status_code == 422
        assert (await send_setup(client, setup_code=f" {code.upper().replace('-', '')} ")).status_code == 303
    assert await asyncio.to_thread(first_run.console_hint, settings) == ""


async def test_the_code_is_asked_for_by_what_the_service_listens_to(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://nobody@/nowhere"
    near = [{}, {"host": "::1"}, {"host": "localhost", "public_url": "http://localhost:8000"}]
    far = [{"host": "192.168.1.5"}, {"host": "0.0.0.0"}, {"public_url": "https://thi.truong.vn"}]
    assert not any(setting_up.code_needed(reaching(url, tmp_path, **changes)) for changes in near)
    assert all(setting_up.code_needed(reaching(url, tmp_path, **changes)) for changes in far)


async def test_a_page_that_calls_this_machine_by_another_name_needs_the_code(app_client: Client) -> None:
    """A proxy that nobody told us of, or a foreign page whose name was turned to this machine."""
    app_client.base_url = httpx.URL("http://evil.example:8000")
    await send(app_client, "/language", language="vi", back="/setup")
    assert 'name="setup_code"' in (await see(app_client, "/setup")).text
    assert (await send_setup(app_client)).status_code == 422


async def test_with_accounts_the_page_is_not_there(app_client: Client, school: School) -> None:
    assert (await see(app_client, "/setup")).headers["location"] == "/sign-in"
    assert (await send(app_client, "/setup", **FORM)).status_code == 404
