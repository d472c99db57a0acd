"""Comments on an item: threads of authors and reviewers, and what two of them do at once."""

from __future__ import annotations

import asyncio
import re

import msgspec
import pytest
from httpx import Response
from sqlalchemy import select, text, update

from exam_engine.authoring import commenting
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import Principal
from item_bank.content.markup import from_text
from item_bank.storage import queries as storage
from item_bank.storage.tables import item as item_table
from item_bank.storage.tables import item_comment
from tests.accounts.school import see, send
from tests.reviewing import steps
from tests.sittings.world import World


async def comments(world: World) -> list[tuple[int, int | None, str, bool]]:
    """Number, thread, words and whether it is resolved, in the order of writing."""
    columns = (item_comment.c.id, item_comment.c.thread_id, item_comment.c.text, item_comment.c.resolved_at)
    async with transaction(world.engine) as connection:
        rows = await connection.execute(select(*columns).order_by(item_comment.c.id))
    return [(row.id, row.thread_id, row.text, row.resolved_at is not None) for row in rows]


async def begun(world: World, words: str = "Nên đổi số liệu") -> tuple[str, int]:
    """An item with a thread by the reviewer; its number."""
    item = (await steps.items_of(world))[0]
    await world.enter("reviewer")
    assert (await send(world.client, f"/items/{item}/comments", text=words)).status_code == 303
    return item, (await comments(world))[-1][0]


def may_both(world: World, role: str) -> Principal:
    allowed = dict.fromkeys(("items.read", "items.write"), (str(world.school.school.path),))
    return Principal("staff", world.school.staff[role].id, permissions=allowed)


async def act(world: World, item: str, thread: int, what: str, **form: str) -> Response:
    await see(world.client, f"/items/{item}")
    return await send(world.client, f"/items/{item}/comments/{thread}/{what}", **form)


async def test_a_thread_is_answered_resolved_opened_again_and_told_with_its_versions(world: World) -> None:
    item, thread = await begun(world)
    async with transaction(world.engine) as connection:
        stored = await storage.newest_version(connection, item)
        assert stored
        await storage.add_version(
            connection, item_id=stored.item_id, content=msgspec.structs.replace(stored.content, stem=from_text("Mới"))
        )
    await world.enter("author")
    assert (await send(world.client, f"/items/{item}/comments", text="Đã đổi", thread=str(thread))).status_code == 303
    page = (await see(world.client, f"/items/{item}")).text
    told = page[page.index("Nên đổi số liệu") :]
    assert told.index("phiên bản 2") < told.index("Đã đổi"), "the answer is about the version of then"
    last = (await comments(world))[-1][0]
    assert (await act(world, item, thread, "resolve", seen=str(last))).headers["location"].endswith(f"#thread-{thread}")
    assert (await comments(world))[0][3]
    assert "1 trao đổi đã xử lí" in (await see(world.client, f"/items/{item}")).text
    assert (await act(world, item, thread, "resolve", open="1")).status_code == 303
    assert not (await comments(world))[0][3]


async def test_an_answer_opens_a_resolved_thread_and_none_is_closed_unread(world: World) -> None:
    item, thread = await begun(world)
    assert (await act(world, item, thread, "resolve", seen=str(thread))).status_code == 303
    await world.enter("author")
    await send(world.client, f"/items/{item}/comments", text="Chưa xong", thread=str(thread))
    assert not (await comments(world))[0][3]
    refused = await act(world, item, thread, "resolve", seen=str(thread))
    assert refused.status_code == 409
    assert "Vừa có người trả lời" in refused.text
    assert not (await comments(world))[0][3]


async def test_own_words_are_changed_for_a_while_and_deleted_at_any_time(world: World) -> None:
    item, thread = await begun(world)
    assert (await act(world, item, thread, "change", comment=str(thread), text="Đổi số 5")).status_code == 303
    assert (await comments(world))[0][2] == "Đổi số 5"
    await world.enter("author")
    for form in ({"text": "x"}, {"delete": "1"}):
        found = await act(world, item, thread, "change", comment=str(thread), **form)
        assert found.status_code in {404, 409}, "somebody else's"
    await send(world.client, f"/items/{item}/comments", text="Vâng", thread=str(thread))
    async with transaction(world.engine) as connection:
        await connection.execute(update(item_comment).values(created_at=text("now() - interval '16 minutes'")))
    await world.enter("reviewer")
    late = await act(world, item, thread, "change", comment=str(thread), text="Thôi")
    assert (late.status_code, "trong 15 phút" in late.text) == (409, True)
    assert (await act(world, item, thread, "change", comment=str(thread), delete="1")).status_code == 303
    page = (await see(world.client, f"/items/{item}")).text
    assert "Góp ý này đã bị xóa." in page
    assert "Đổi số 5" not in page
    assert "Vâng" in page


async def test_a_thread_of_which_nothing_is_left_is_gone(world: World) -> None:
    item, thread = await begun(world)
    await act(world, item, thread, "change", comment=str(thread), delete="1")
    assert f"thread-{thread}" not in (await see(world.client, f"/items/{item}")).text
    assert (await comments(world))[0][3], "nobody is told of it any more"


@pytest.mark.parametrize(("role", "status"), [("author", 303), ("exam_officer", 403), ("invigilator", 403)])
async def test_who_may_resolve_what_somebody_else_began(world: World, role: str, status: int) -> None:
    item, thread = await begun(world)
    await world.enter(role)
    found = await act(world, item, thread, "resolve", seen=str(thread))
    assert found.status_code in {status, 404 if status == 403 else status}


async def test_nobody_reaches_the_comments_of_another_school_or_of_another_item(world: World) -> None:
    item, thread = await begun(world)
    other = (await steps.items_of(world))[1]
    assert (await act(world, other, thread, "resolve", seen=str(thread))).status_code == 404
    assert (await send(world.client, f"/items/{other}/comments", text="x", thread=str(thread))).status_code == 404
    for bad in ("", "x", "9" * 30):
        assert (await act(world, item, thread, "resolve", seen=bad)).status_code == 404
        assert (await send(world.client, f"/items/{item}/comments/{bad or 0}/resolve", seen="1")).status_code == 404
    await world.enter("outsider")
    for path, form in (
        ("", {"text": "x"}),
        (f"/{thread}/resolve", {"seen": str(thread)}),
        (f"/{thread}/change", {"comment": str(thread), "delete": "1"}),
    ):
        assert (await send(world.client, f"/items/{item}/comments{path}", **form)).status_code in {403, 404}
    assert len(await comments(world)) == 1


async def test_an_answer_and_a_resolution_at_once_leave_the_answer_open(world: World) -> None:
    """In whichever order they come."""
    item, thread = await begun(world)
    people = [may_both(world, one) for one in ("author", "reviewer")]

    async def answer() -> None:
        async with transaction(world.engine) as connection:
            await commenting.write(connection, people[0], item, "Khoan đã", thread)

    async def resolve() -> None:
        async with transaction(world.engine) as connection:
            await commenting.resolve(connection, people[1], item, thread, thread)

    found = await asyncio.gather(resolve(), answer(), return_exceptions=True)
    assert [one for one in found if one and not isinstance(one, Refused)] == []
    assert [(words, done) for _id, _thread, words, done in await comments(world)] == [
        ("Nên đổi số liệu", False),
        ("Khoan đã", False),
    ]


async def test_two_who_resolve_at_once_resolve_it_once(world: World) -> None:
    item, thread = await begun(world)

    async def resolve(who: str) -> None:
        async with transaction(world.engine) as connection:
            await commenting.resolve(connection, may_both(world, who), item, thread, thread)

    await asyncio.gather(resolve("author"), resolve("reviewer"))
    async with transaction(world.engine) as connection:
        found = await connection.scalar(text("select count(*) from exam.audit where action = 'resolved'"))
    assert found == 1


async def test_open_comments_wait_for_whom_they_concern(world: World) -> None:
    item, thread = await begun(world)
    assert "góp ý về câu hỏi" not in (await see(world.client, "/")).text, "one's own last word"
    await world.enter("author")
    assert "góp ý về câu hỏi" not in (await see(world.client, "/")).text, "somebody else's item"
    async with transaction(world.engine) as connection:
        own = update(item_table).values(created_by=world.school.staff["author"].id)
        await connection.execute(own.where(item_table.c.public_id == item))
    assert "1 góp ý về câu hỏi của thầy/cô đang chờ trả lời." in (await see(world.client, "/")).text
    assert re.search(rf'href="/items/{item}#thread-{thread}"', (await see(world.client, "/comments")).text)
    assert (await see(world.client, "/waiting")).json()["n"] == 1
    await send(world.client, f"/items/{item}/comments", text="Đã đổi", thread=str(thread))
    assert (await see(world.client, "/waiting")).json()["n"] == 0
    await world.enter("reviewer")
    assert (await see(world.client, "/waiting")).json()["n"] == 1, "an answer to one's own comment"
    await world.enter("outsider")
    assert f"thread-{thread}" not in (await see(world.client, "/comments")).text
