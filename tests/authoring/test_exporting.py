"""Items go out on the page: what a format does not hold is shown first, the file comes, the audit log knows."""

from __future__ import annotations

import io
import zipfile

import pytest
import pytest_asyncio
from httpx import Response
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring import export_jobs, importing
from exam_engine.authoring.export_routes import FORMATS
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM
from item_bank.formats.reading import read_file
from item_bank.storage import queries as storage
from tests.accounts.school import Client, see, send
from tests.authoring.jobs import performed
from tests.item_bank.formats.test_qti_recordings import ITEM, OBJECT, SOUND
from tests.sittings.world import World, build, items


@pytest_asyncio.fixture(loop_scope="session")
async def world(app_client: Client, app: Litestar, real_engine: AsyncEngine) -> World:
    found = await build(app_client, app, real_engine)
    await found.enter("author")
    return found


async def take(world: World, form: str, do: str = "download", *, place: str = "") -> Response:
    return await send(world.client, f"{place or f'/bank/{world.bank}'}/export", format=form, do=do)


async def test_every_format_is_a_file_that_is_read_again(world: World) -> None:
    for form in set(FORMATS) - {"paper"}:
        taken = await take(world, form)
        assert taken.status_code == 200, taken.text[:500]
        named = taken.headers["content-disposition"]
        assert "filename*=UTF-8''To%C3%A1n%2012." in named
        back = read_file(f"a.{named.rpartition('.')[2]}", taken.content)
        assert len(back.items) == len(items()) or (form == "gift" and back.items)
    assert (await take(world, "pdf")).status_code == 422


async def test_the_page_says_what_is_lost_and_the_audit_log_who_took_the_file(
    world: World, real_engine: AsyncEngine
) -> None:
    shown = await take(world, "gift", "show")
    assert "Không giữ được" in shown.text
    assert 'name="do" value="download"' in shown.text
    assert f'href="/bank/{world.bank}/export"' in (await see(world.client, f"/bank/{world.bank}")).text
    await take(world, "docx")
    async with transaction(real_engine) as connection:
        query = "select data->>'format' from exam.audit where action = 'exported' and subject_kind = 'bank'"
        assert (await connection.execute(text(query))).scalars().all() == ["docx"]


async def test_an_exam_goes_out_as_the_paper_of_its_sections(world: World) -> None:
    await world.enter("exam_officer")
    assert f'href="/exams/{world.exam}/export"' in (await see(world.client, f"/exams/{world.exam}")).text
    taken = await take(world, "paper", place=f"/exams/{world.exam}")
    with zipfile.ZipFile(io.BytesIO(taken.content)) as package:
        document = package.read("word/document.xml").decode()
    assert "PHẦN I." in document
    assert "<w:u " not in document


async def test_recordings_go_out_with_their_bytes(world: World, real_engine: AsyncEngine) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("nghe.xml", ITEM.format(shown=OBJECT))
        package.writestr("tieng/bai 1.mp3", SOUND)
    async with transaction(real_engine) as connection:
        bank = await storage.bank_by_public_id(connection, world.bank)
        assert bank is not None
        run = await importing.dry_run(connection, SYSTEM, bank["id"], "nghe.zip", packed.getvalue())
        row = await storage.import_by_public_id(connection, run.public_id)
        assert row is not None
        await importing.confirm(connection, SYSTEM, row)
    for form in ("qti21", "qti22", "qti30"):
        back = read_file("a.zip", (await take(world, form)).content)
        assert SOUND in [asset.data for asset in back.assets], form


async def test_a_large_bank_is_written_by_a_job_whose_page_leads_to_the_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_jobs, "LARGE", 1)
    asked = await take(world, "gift")
    place = await performed(world, asked.headers["location"])
    assert place.startswith(f"/bank/{world.bank}/export?done=")
    shown = (await see(world.client, place)).text
    assert "Không giữ được" in shown
    file = f"/bank/{world.bank}/export/{place.rpartition('=')[2]}"
    assert f'href="{file}"' in shown
    taken = await see(world.client, file)
    assert taken.headers["content-disposition"].endswith(".gift")
    assert read_file("a.gift", taken.content).items
    async with transaction(world.engine) as connection:
        noted = text("select count(*) from exam.audit where action = 'exported'")
        assert (await connection.execute(noted)).scalar_one() == 1
    await world.enter("exam_officer")
    assert (await world.client.get(file)).status_code == 404, "whoever did not ask for it"
