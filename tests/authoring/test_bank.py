"""A bank is searched, filtered, relabelled; an item's versions are compared and brought back."""

from __future__ import annotations

import re

import msgspec
import pytest_asyncio
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring.comparing import compared
from exam_engine.kit.database import transaction
from item_bank.content.markup import from_text
from item_bank.storage import queries as storage
from tests.accounts.school import Client, see, send
from tests.sittings.world import World, build, choice


@pytest_asyncio.fixture(loop_scope="session")
async def world(app_client: Client, app: Litestar, real_engine: AsyncEngine) -> World:
    """Signed in as the author."""
    found = await build(app_client, app, real_engine)
    await found.enter("author")
    return found


def _listed(page: str) -> list[str]:
    return re.findall(r'href="/items/([0-9a-z]{16})"', page)


async def _change(world: World, *items: str, **form: str) -> str:
    """Ticks the items, changes them, and gives the list that comes back."""
    await see(world.client, f"/bank/{world.bank}")
    fields = {"subject": "", "grade": "", "topic": "", "level": "", "add_tag": "", "drop_tag": "", "status": "", **form}
    answer = await world.client.post(
        f"/bank/{world.bank}/change",
        data={"_csrf_token": world.client.cookies.get("csrf") or "", "item": list(items), **fields},
        headers={"accept": "text/html"},
        follow_redirects=False,
    )
    assert answer.status_code == 303, answer.text[:1500]
    return (await see(world.client, answer.headers["location"])).text


async def test_search_takes_words_with_and_without_accents(world: World) -> None:
    for words in ("tính 3", "TINH 3", "tinh"):
        found = _listed((await see(world.client, f"/bank/{world.bank}?q={words}")).text)
        assert len(found) == 1, words


async def test_filters_stand_as_chips_that_can_be_dropped(world: World) -> None:
    items = _listed((await see(world.client, f"/bank/{world.bank}")).text)
    await _change(world, *items[:2], subject="Toán", topic="Hàm số", add_tag="ôn tập")
    page = (await see(world.client, f"/bank/{world.bank}?topic=Hàm số&tag=ôn tập&type=numeric")).text
    assert set(_listed(page)) == {items[0]}
    assert "Chủ đề: Hàm số" in page
    assert re.search(r'href="/bank/\w+\?type=numeric&amp;topic=H%C3%A0m\+s%E1%BB%91"', page), "the chip of the tag"


async def test_several_items_are_relabelled_at_once_and_keep_their_history(world: World) -> None:
    items = _listed((await see(world.client, f"/bank/{world.bank}")).text)[:3]
    page = await _change(world, *items, grade="12", level="Hiểu", add_tag="hk1")
    assert "Đã sửa 3 câu hỏi" in page
    await _change(world, items[0], level="-", drop_tag="hk1")
    async with transaction(world.engine) as connection:
        versions = [one.content for one in await storage.history(connection, items[0])]
    assert [(one.grade, one.level, one.tags) for one in versions] == [
        ("12", "", ()),
        ("12", "Hiểu", ("hk1",)),
        ("", "", ()),
    ]
    page = await _change(world, *items, status="retired")
    assert page.count("Ngừng dùng") >= 3
    again = await _change(world, *items, status="retired")
    assert "Đã sửa 0 câu hỏi" in again


async def test_an_item_tells_who_made_its_versions_and_brings_old_ones_back(world: World) -> None:
    item = _listed((await see(world.client, f"/bank/{world.bank}?q=chon+b")).text)[-1]
    await _change(world, item, topic="Mới")
    page = (await see(world.client, f"/items/{item}")).text
    assert "Lê Thị Author" in page
    assert "Đề Toán" in page, "the exam that pins it"
    assert f"/bank/{world.bank}/write?copy={item}" in page
    compare = (await see(world.client, f"/items/{item}/compare")).text
    assert "<ins>Mới</ins>" in compare
    old = (await see(world.client, f"/items/{item}?version=1")).text
    assert "Đây là phiên bản 1; mới nhất là phiên bản 2" in old
    await send(world.client, f"/items/{item}/restore", version="1")
    async with transaction(world.engine) as connection:
        history = await storage.history(connection, item)
    assert [one.number for one in history] == [3, 2, 1]
    assert history[0].content == history[2].content
    assert (await send(world.client, f"/items/{item}/restore", version="99")).status_code == 404


async def test_nothing_ticked_is_said(world: World) -> None:
    assert (await send(world.client, f"/bank/{world.bank}/change", subject="Toán")).status_code == 422


async def test_who_may_only_read_gets_no_boxes_and_no_changes(world: World) -> None:
    await world.enter("reviewer")
    page = (await see(world.client, f"/bank/{world.bank}")).text
    assert 'name="item"' not in page
    item = _listed(page)[0]
    assert "/edit" not in (await see(world.client, f"/items/{item}")).text
    assert (await send(world.client, f"/bank/{world.bank}/change", item=item, subject="x")).status_code == 403
    assert (await send(world.client, f"/items/{item}/restore", version="1")).status_code == 403


def test_the_words_that_changed_are_marked_and_escaped() -> None:
    before = msgspec.structs.replace(choice(1), stem=from_text("Chọn số lớn"), rationale=None)
    after = msgspec.structs.replace(before, stem=from_text("Chọn số <b> nhỏ"))
    rows = {row.name: row for row in compared(before, after)}
    assert str(rows["Stem"].before) == "Chọn số <del>lớn</del>"
    assert str(rows["Stem"].after) == "Chọn số <ins>&lt;b&gt; nhỏ</ins>"
    assert not rows["B"].changed
    assert str(rows["B"].after).startswith("✓ ")
