"""Many items are changed at once: shown first, made once, taken back, and never over somebody else's work."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest_asyncio
from httpx import Response
from litestar import Litestar
from litestar.datastructures import State
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring import bulk_editing
from exam_engine.kit.database import transaction
from exam_engine.kit.jobs import Jobs
from item_bank.storage import queries as storage
from item_bank.storage import review_queries
from item_bank.storage.queries import StoredVersion
from tests.accounts.school import Client, add_staff, enter, see, send
from tests.sittings.world import World, build, choice


@pytest_asyncio.fixture(loop_scope="session")
async def world(app_client: Client, app: Litestar, real_engine: AsyncEngine) -> World:
    """Signed in as the author."""
    found = await build(app_client, app, real_engine)
    await found.enter("author")
    return found


async def items_of(world: World) -> list[str]:
    return re.findall(r'href="/items/([0-9a-z]{16})"', (await see(world.client, f"/bank/{world.bank}")).text)


async def propose(world: World, *items: str, **form: str) -> Response:
    return await send(world.client, f"/bank/{world.bank}/edits", item=list(items), **form)


async def proposed(world: World, *items: str, **form: str) -> str:
    answer = await propose(world, *items, **form)
    assert answer.status_code == 303, answer.text[:1500]
    return str(answer.headers["location"])


async def apply(world: World, edit: str, do: str = "apply") -> str:
    answer = await send(world.client, edit, do=do)
    assert answer.status_code == 303, answer.text[:1500]
    return (await see(world.client, edit)).text


async def now(world: World, item: str) -> StoredVersion:
    async with transaction(world.engine) as connection:
        found = await storage.newest_version(connection, item)
    assert found
    return found


async def approve(world: World, *items: str) -> None:
    """As if reviewers had."""
    async with transaction(world.engine) as connection:
        for one in items:
            stored = await storage.newest_version(connection, one)
            assert stored
            await review_queries.approve_version(connection, stored.id)
            await review_queries.set_state(connection, stored.item_id, "approved")


async def approved(world: World, version: int) -> bool:
    async with transaction(world.engine) as connection:
        found = await connection.scalar(
            text("select count(*) from item_bank.approved_version where version_id = :one"), {"one": version}
        )
    return bool(found)


async def test_a_proposal_says_what_would_change_and_changes_nothing(world: World) -> None:
    first, second, third, *_rest = await items_of(world)
    await apply(world, await proposed(world, first, level="Biết", add_tag="ôn"))
    page = (await see(world.client, await proposed(world, first, second, third, level="Hiểu", add_tag="ôn"))).text
    cells = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Mức độ Biết Hiểu 1" in cells
    assert "Mức độ (không có) Hiểu 2" in cells
    assert "Thẻ (không có) + ôn 2" in cells
    assert [(await now(world, one)).content.level for one in (first, second)] == ["Biết", ""]


async def test_a_change_is_made_once_and_can_be_taken_back(world: World) -> None:
    items = (await items_of(world))[:3]
    edit = await proposed(world, *items, subject="Toán", grade="12", level="Hiểu", language="en", add_tag="hk1")
    assert "Đã sửa 3 câu hỏi" in await apply(world, edit)
    assert (await send(world.client, edit, do="apply")).status_code == 409
    content = (await now(world, items[0])).content
    assert (content.subject, content.grade, content.level, content.language) == ("Toán", "12", "Hiểu", "en")
    assert content.tags == ("hk1",)
    page = await apply(world, await proposed(world, *items, level="-", drop_tag="hk1"))
    assert "Hoàn tác" in page
    assert (await now(world, items[0])).content.level == ""
    await apply(world, edit, "undo")
    assert (await now(world, items[0])).content.subject == "Toán", "the later change stands"
    assert (await send(world.client, edit, do="undo")).status_code == 409


async def test_undoing_brings_back_labels_state_and_approval_byte_for_byte(world: World) -> None:
    first, second, *_rest = await items_of(world)
    await approve(world, first)
    before = [await now(world, one) for one in (first, second)]
    for form in ({"level": "Hiểu"}, {"status": "retired"}, {"topic": "Mới", "status": "in_review"}):
        edit = await proposed(world, first, second, **form)
        await apply(world, edit)
        changed = await now(world, first)
        assert changed.status != "approved"
        assert not await approved(world, changed.id)
        assert "2 câu hỏi đã trở lại như trước" in await apply(world, edit, "undo")
        after = [await now(world, one) for one in (first, second)]
        assert [(one.digest, one.status) for one in after] == [(one.digest, one.status) for one in before]
        assert await approved(world, after[0].id)
        assert not await approved(world, after[1].id)


async def test_filing_keeps_the_approval_and_what_reviewers_vouch_for_does_not(world: World) -> None:
    first, second, *_rest = await items_of(world)
    await approve(world, first, second)
    edit = await proposed(world, first, second, subject="Toán", grade="12", add_tag="hk1")
    assert "2 câu đã duyệt vẫn là đã duyệt" in (await see(world.client, edit)).text
    await apply(world, edit)
    filed = await now(world, first)
    assert (filed.status, filed.number) == ("approved", 2)
    assert await approved(world, filed.id)
    for form in ({"topic": "Khác"}, {"level": "Biết"}, {"language": "en"}):
        edit = await proposed(world, second, **form)
        assert "1 câu đã duyệt cần thẩm định lại" in (await see(world.client, edit)).text
        await apply(world, edit)
        changed = await now(world, second)
        assert changed.status == "draft"
        assert not await approved(world, changed.id)
        await approve(world, second)


async def test_two_persons_never_write_over_each_other(world: World) -> None:
    first, second, third, *_rest = await items_of(world)
    mine = await proposed(world, first, second, level="Hiểu")
    async with transaction(world.engine) as connection:
        other = await add_staff(connection, world.school.school, world.school.school, "author", "other-author")
    await enter(world.client, world.engine, other)
    assert (await see(world.client, mine)).status_code == 404, "a proposal is its author's"
    assert (await send(world.client, mine, do="apply")).status_code == 404
    theirs = await proposed(world, second, third, level="Vận dụng")
    await apply(world, theirs)
    await world.enter("author")
    page = await apply(world, mine)
    assert "Đã sửa 1 câu hỏi" in page
    assert f'href="/items/{second}"' in page, "told by name"
    assert [(await now(world, one)).content.level for one in (first, second, third)] == ["Hiểu", "Vận dụng", "Vận dụng"]
    again = await proposed(world, first, level="Biết")
    await apply(world, again)
    page = await apply(world, mine, "undo")
    assert f'href="/items/{first}"' in page
    assert (await now(world, first)).content.level == "Biết", "what came later stays"


async def test_all_that_the_filters_leave_are_changed_by_a_job_that_goes_on_where_it_was(world: World) -> None:
    async with transaction(world.engine) as connection:
        bank = await storage.bank_by_public_id(connection, world.bank)
        assert bank
        for n in range(bulk_editing.AT_ONCE + 5):
            content = msgspec.structs.replace(choice(1000 + n), topic="Nhiều ▸ Lắm")
            await storage.add_item(connection, bank_id=bank["id"], public_id=f"many{n:012}", content=content)
    edit = await proposed(world, scope="all", filter="topic=Nhiều", level="Hiểu")
    assert ">105<" in (await see(world.client, edit)).text
    answer = await send(world.client, edit, do="apply")
    assert answer.headers["location"].startswith("/jobs/")
    assert "105 câu đang chờ sửa" in (await see(world.client, edit)).text
    assert (await now(world, "many000000000000")).content.level == ""
    await _work(world)
    page = (await see(world.client, edit)).text
    assert "Đã sửa 105 câu hỏi" in page
    assert (await now(world, "many000000000104")).content.level == "Hiểu"
    await send(world.client, edit, do="undo")
    await _work(world)
    assert (await now(world, "many000000000104")).content.level == ""


async def _work(world: World) -> None:
    state = State({**world.app.state.dict(), "engine": world.engine})
    jobs = Jobs()
    jobs.register(bulk_editing.JOB, bulk_editing.perform)
    async with world.engine.connect() as connection:
        waiting = (await connection.execute(text("select id from exam.job where state = 'waiting'"))).scalars().all()
    for number in waiting:
        await jobs.perform(state, number)


async def test_what_cannot_be_done_is_refused_in_words(world: World) -> None:
    item = (await items_of(world))[0]
    refused: list[dict[str, Any]] = [
        {"level": "Hiểu"},  # nothing ticked
        {"item": item},  # nothing to change
        {"item": item, "language": "xx"},
        {"item": item, "status": "approved"},
        {"item": item, "level": "x" * 300},
        {"item": item, "level": "a\x00b"},
        {"item": ["i"] * 201, "level": "Hiểu"},
        {"item": "nobody", "level": "Hiểu"},
        {"scope": "all", "filter": "type=nothing", "level": "Hiểu"},
        {"scope": "all", "filter": "q=khongcocaunao", "level": "Hiểu"},
    ]
    for form in refused:
        assert (await send(world.client, f"/bank/{world.bank}/edits", **form)).status_code == 422, form
    edit = await proposed(world, item, level="Hiểu")
    assert (await send(world.client, edit, do="burn")).status_code == 422
    assert (await send(world.client, edit, do="undo")).status_code == 409
    assert (await see(world.client, f"/bank/{world.bank}/edits/none")).status_code == 404
    for role in ("reviewer", "exam_officer"):
        await world.enter(role)
        assert (await send(world.client, f"/bank/{world.bank}/edits", item=item, level="x")).status_code == 403
        assert (await see(world.client, edit)).status_code == 403
