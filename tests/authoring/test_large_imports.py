"""Large files are read and added by jobs: the page counts, says why a file can't be read, and makes the same items."""

from __future__ import annotations

import pytest
import pytest_asyncio
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring import import_jobs, importing
from exam_engine.kit.tables import job
from item_bank.formats.reading import read_file
from tests.accounts.school import Client, see, send
from tests.authoring.jobs import performed
from tests.authoring.test_importing import _upload
from tests.item_bank.formats.packages import zipped
from tests.item_bank.formats.qti_items import choices, item, response
from tests.sittings.world import World, build


@pytest_asyncio.fixture(loop_scope="session")
async def world(app_client: Client, app: Litestar, real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> World:
    """Signed in as the author, in a service to which two files are many."""
    monkeypatch.setattr(import_jobs, "LARGE_PACKAGE", 2)
    monkeypatch.setattr(import_jobs, "LARGE_FILE", 30)
    monkeypatch.setattr(import_jobs, "LARGE_REPORT", 1)
    found = await build(app_client, app, real_engine)
    await found.enter("author")
    return found


async def test_a_large_package_is_read_and_added_by_jobs(world: World) -> None:
    files = {f"{n}.xml": item(choices(f"số {n}", "khác"), response("A")) for n in range(3)}
    reading = await _upload(world, "lớn.zip", zipped(files))
    assert "Đang đọc tệp" in (await see(world.client, reading)).text
    place = await performed(world, reading)
    assert "3 câu sẵn sàng" in (await see(world.client, place)).text
    adding = (await send(world.client, f"{place}/confirm", then="")).headers["location"]
    assert "Đang thêm các câu hỏi" in (await see(world.client, adding)).text
    back = await performed(world, adding)
    assert "3 câu hỏi của lần nhập này" in (await see(world.client, back)).text


async def test_a_large_file_that_cannot_be_read_says_why(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    place = await performed(world, await _upload(world, "hỏng.xml", b"<assessmentItem" + b" " * 40))
    page = (await see(world.client, place)).text
    assert "Không nhập được câu nào của tệp này." in page
    assert "XML" in page

    async def broken(*_given: object) -> None:
        raise RuntimeError

    reading = await _upload(world, "lớn.xml", item(choices("một", "hai"), response("A")))
    monkeypatch.setattr(importing, "read_run", broken)
    with pytest.raises(RuntimeError):
        await performed(world, reading)
    async with world.engine.connect() as connection:
        asked = await connection.execute(select(job.c.payload).where(job.c.public_id == reading[6:]))
        place = asked.scalar_one()["page"]
    assert "Không nhập được câu nào của tệp này." in (await see(world.client, place)).text


def test_items_are_counted_while_a_file_is_read() -> None:
    told: list[tuple[int, int]] = []
    source = "\n\n".join(f"::{n}:: {n}? {{={n} ~khác}}" for n in range(205))
    read_file("a.gift", source.encode(), progress=lambda done, whole: told.append((done, whole)))
    assert told == [(0, 0), (100, 0), (200, 0)]


@pytest.mark.parametrize(
    ("name", "data", "large"),
    [("a.docx", b"PK\x03\x04" * 20, False), ("a.zip", b"PK\x03\x04", False), ("a.xml", b"<a/>" * 20, True)],
)
def test_what_is_large_is_told_without_reading(
    monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, large: bool
) -> None:
    monkeypatch.setattr(import_jobs, "LARGE_FILE", 30)
    assert import_jobs.is_large(name, data) is large
