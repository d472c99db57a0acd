"""A bank is searched, filtered, relabelled; an item's versions are compared and brought back."""

from __future__ import annotations

import re
from html import unescape

import msgspec
import pytest_asyncio
from litestar import Litestar
from sqlalchemy import text
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


async def _change(world: World, *items: str, **form: str) -> None:
    """Ticks the items, looks at what would change, and changes it."""
    edit = await send(world.client, f"/bank/{world.bank}/edits", item=list(items), **form)
    assert edit.status_code == 303, edit.text[:1500]
    assert (await send(world.client, edit.headers["location"], do="apply")).status_code == 303


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
    assert re.search(r'href="/bank/\w+\?topic=H%C3%A0m\+s%E1%BB%91&amp;type=numeric"', page), "the chip of the tag"


async def test_items_are_relabelled_and_keep_their_history(world: World) -> None:
    items = _listed((await see(world.client, f"/bank/{world.bank}")).text)[:3]
    await _change(world, *items, grade="12", level="Hiểu", add_tag="hk1")
    await _change(world, items[0], level="-", drop_tag="hk1")
    async with transaction(world.engine) as connection:
        versions = [one.content for one in await storage.history(connection, items[0])]
    assert [(one.grade, one.level, one.tags) for one in versions] == [
        ("12", "", ()),
        ("12", "Hiểu", ("hk1",)),
        ("", "", ()),
    ]
    await _change(world, *items, status="retired")
    page = (await see(world.client, f"/bank/{world.bank}?status=retired")).text
    assert sorted(_listed(page)) == sorted(items)


async def test_a_branch_of_topics_has_what_is_below_and_counts(world: World) -> None:
    items = _listed((await see(world.client, f"/bank/{world.bank}")).text)
    for number, topic in enumerate(("Hàm số > Bậc hai", "Hàm số ▸ Bậc ba", "hàm số", "Hàm sốt")):
        await _change(world, items[number], topic=topic, subject="Toán")
    page = (await see(world.client, f"/bank/{world.bank}?topic=Hàm số&subject=Toán")).text
    assert set(_listed(page)) == set(items[:3])
    options = re.findall(r'<option value="(Hàm[^"]*)"( selected)?>\W*([^<]+)</option>', page)
    assert [(path, bool(chosen), words) for path, chosen, words in options] == [
        ("Hàm số", True, "Hàm số (3)"),
        ("Hàm số ▸ Bậc ba", False, "Bậc ba (1)"),
        ("Hàm số ▸ Bậc hai", False, "Bậc hai (1)"),
        ("Hàm sốt", False, "Hàm sốt (1)"),
    ]
    assert _listed((await see(world.client, f"/bank/{world.bank}?topic=Hàm số ▸ bậc hai")).text) == [items[0]]
    none = _listed((await see(world.client, f"/bank/{world.bank}?topic=-")).text)
    assert set(none) == set(items[4:])


async def test_items_are_found_by_language_author_and_what_candidates_made_of_them(world: World) -> None:
    items = _listed((await see(world.client, f"/bank/{world.bank}")).text)
    await _change(world, items[0], language="en")
    author = world.school.staff["author"].public_id
    figures = "update item_bank.item set answered = 40, facility = :p, flagged = :hint where public_id = :one"
    async with transaction(world.engine) as connection:
        for one, share, hint in ((items[1], 0.25, True), (items[2], 0.75, False)):
            await connection.execute(text(figures), {"one": one, "p": share, "hint": hint})
    found = {
        "language=en": items[:1],
        f"author={author}": items[:1],
        "author=nobody": [],
        "figures=flagged": [items[1]],
        "figures=some": items[1:3],
        "figures=none": [items[0], *items[3:]],
        "from=25&to=60": [items[1]],
        "from=26": [items[2]],
        "level=-": items,
    }
    for query, expected in found.items():
        assert _listed((await see(world.client, f"/bank/{world.bank}?{query}")).text) == expected, query
    page = (await see(world.client, f"/bank/{world.bank}?figures=some&author={author}")).text
    assert "Người soạn: Lê Thị Author" in page
    page = (await see(world.client, f"/bank/{world.bank}?figures=some")).text
    assert "25 %" in page
    assert "n = 40" in page


async def test_pages_follow_each_other_and_a_search_counts_no_further(world: World) -> None:
    async with transaction(world.engine) as connection:
        bank = await storage.bank_by_public_id(connection, world.bank)
        assert bank
        for n in range(100):
            await storage.add_item(connection, bank_id=bank["id"], public_id=f"many{n:012}", content=choice(1000 + n))
    seen: list[str] = []
    page = (await see(world.client, f"/bank/{world.bank}?q=chon+b")).text
    assert "Hơn 50 câu hỏi" in page
    for _number in range(3):
        seen += _listed(page)
        following = re.search(r'href="(\?[^"]*before=\d+)" rel="next"', page)
        page = (await see(world.client, f"/bank/{world.bank}{unescape(following[1])}")).text if following else ""
    assert len(seen) == len(set(seen)) == 108
    assert "110 câu hỏi" in (await see(world.client, f"/bank/{world.bank}")).text


async def test_filters_that_mean_nothing_are_refused(world: World) -> None:
    for query in ("type=x", "status=x", "figures=x", "from=-1", "to=101", "from=a", "q=a%00b", "q=" + "a" * 301):
        assert (await see(world.client, f"/bank/{world.bank}?{query}")).status_code == 422, query
    for query, status in (("before=x", 422), ("before=0", 404), (f"before={2**63}", 404), ("level=Khác", 200)):
        assert (await see(world.client, f"/bank/{world.bank}?{query}")).status_code == status, query


async def test_filters_are_kept_renamed_and_deleted_by_whom_they_belong_to(world: World) -> None:
    place = f"/bank/{world.bank}/filters"
    assert "chưa lưu bộ lọc nào" in (await see(world.client, f"/bank/{world.bank}")).text
    kept = await send(world.client, place, name="Của em", q="chọn b", level="Biết", topic="", type="")
    assert kept.headers["location"].endswith("?q=ch%E1%BB%8Dn+b&level=Bi%E1%BA%BFt")
    await send(world.client, place, name="Khác", status="draft")
    await send(world.client, place, name="Khác", status="retired")
    page = (await see(world.client, f"/bank/{world.bank}")).text
    assert f'href="/bank/{world.bank}?status=retired"' in page
    first, second = re.findall(r'action="(/bank/\w+/filters/\w+)"', page)
    for form in ({}, {"name": "x"}, {"name": "x", "type": "y"}, {"name": "x" * 61, "q": "y"}):
        assert (await send(world.client, place, **form)).status_code == 422, form
    assert (await send(world.client, first, do="rename", name="Khác")).status_code == 409
    assert (await send(world.client, first, do="rename", name="")).status_code == 422
    assert (await send(world.client, first, do="burn")).status_code == 422
    assert (await send(world.client, first, do="rename", name="Ôn tập")).status_code == 303
    assert (await send(world.client, second, do="delete")).status_code == 303
    page = (await see(world.client, f"/bank/{world.bank}")).text
    assert "Ôn tập" in page
    assert "status=retired" not in page
    await world.enter("reviewer")
    assert "Ôn tập" not in (await see(world.client, f"/bank/{world.bank}")).text, "one's own"
    assert (await send(world.client, first, do="delete")).status_code == 404


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
    assert (await send(world.client, f"/bank/{world.bank}/edits", subject="Toán")).status_code == 422


async def test_who_may_only_read_gets_no_boxes_and_no_changes(world: World) -> None:
    await world.enter("reviewer")
    page = (await see(world.client, f"/bank/{world.bank}")).text
    assert 'name="item"' not in page
    item = _listed(page)[0]
    assert "/edit" not in (await see(world.client, f"/items/{item}")).text
    assert (await send(world.client, f"/bank/{world.bank}/edits", item=item, subject="x")).status_code == 403
    assert (await send(world.client, f"/items/{item}/restore", version="1")).status_code == 403


def test_the_words_that_changed_are_marked_and_escaped() -> None:
    before = msgspec.structs.replace(choice(1), stem=from_text("Chọn số lớn"), rationale=None)
    after = msgspec.structs.replace(before, stem=from_text("Chọn số <b> nhỏ"))
    rows = {row.name: row for row in compared(before, after)}
    assert str(rows["Stem"].before) == "Chọn số <del>lớn</del>"
    assert str(rows["Stem"].after) == "Chọn số <ins>&lt;b&gt; nhỏ</ins>"
    assert not rows["B"].changed
    assert str(rows["B"].after).startswith("✓ ")
