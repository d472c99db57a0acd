"""Items go to review, are approved or returned with reasons, and meet their authors again; who may do what."""

from __future__ import annotations

import re

import msgspec
from sqlalchemy import select, update

from exam_engine.accounts.roles import STAFF_ROLES
from exam_engine.kit.database import transaction
from exam_engine.kit.tables import audit
from exam_engine.reviewing.rules_routes import REVIEWING_ROLES
from item_bank.content.markup import from_text
from item_bank.content.model import Asset
from item_bank.storage import queries as storage
from item_bank.storage import review_queries
from item_bank.storage.tables import item as item_table
from tests.accounts.school import enter, see, send
from tests.reviewing import steps
from tests.sittings.world import World

DOT = Asset.of("image/png", b"a dot")


async def test_an_item_is_sent_approved_and_a_draft_again_when_it_changes(world: World) -> None:
    first, second, *_rest = await steps.items_of(world)
    await steps.send_to_review(world, first, second)
    await world.enter("reviewer")
    assert "2 câu hỏi đang chờ thầy/cô thẩm định" in (await see(world.client, "/")).text
    queue = (await see(world.client, "/review")).text
    assert re.findall(r'<th scope="row"><a href="/review/(\w+)"', queue) == [first, second], "the oldest first"
    page = (await see(world.client, f"/review/{first}")).text
    assert 'id="as-the-pupil-item"' in page
    assert "Lời giải bí mật" in page
    found = await steps.verdict(world, first, "approve")
    assert found.headers["location"].startswith(f"/review/{second}?"), "on to the next one"
    assert await steps.status_of(world, first) == ("approved", 1)
    async with transaction(world.engine) as connection:
        stored = await storage.newest_version(connection, first)
        assert stored
        changed = msgspec.structs.replace(stored.content, topic="Khác")
        await storage.add_version(connection, item_id=stored.item_id, content=changed, created_by=1)
        told = select(audit.c.action).where(audit.c.subject_kind == "item", audit.c.subject_id == stored.item_id)
        assert {"sent_to_review", "approved"} <= set((await connection.execute(told)).scalars())
    assert await steps.status_of(world, first) == ("draft", 2)


async def test_a_return_needs_reasons_which_its_author_meets_wherever_they_look(world: World) -> None:
    item = (await steps.items_of(world))[0]
    await steps.send_to_review(world, item)
    await world.enter("reviewer")
    without = await steps.verdict(world, item, "return", **{"answer-key": "no"})
    assert without.status_code == 422
    assert 'name="answer-key" value="no" checked' in without.text, "what was written is still there"
    assert (
        await steps.verdict(world, item, "return", reasons="Hai đáp án đúng", **{"answer-key": "no"})
    ).status_code == 303
    assert await steps.status_of(world, item) == ("returned", 1)
    await world.enter("author")
    assert "bị trả lại kèm lí do" not in (await see(world.client, "/")).text, "somebody else wrote it"
    async with transaction(world.engine) as connection:
        own = update(item_table).values(created_by=world.school.staff["author"].id)
        await connection.execute(own.where(item_table.c.public_id == item))
    assert "1 câu hỏi của thầy/cô bị trả lại kèm lí do" in (await see(world.client, "/")).text
    assert "Hai đáp án đúng" in (await see(world.client, "/returned")).text
    for place in (f"/items/{item}", f"/items/{item}/edit"):
        page = (await see(world.client, place)).text
        assert "Hai đáp án đúng" in page
        assert "Chưa đạt: Đáp án đúng" in page
    assert (await send(world.client, f"/items/{item}/state", status="in_review")).status_code == 303
    assert (await send(world.client, f"/items/{item}/state", status="withdrawn")).status_code == 303
    assert await steps.status_of(world, item) == ("draft", 1)
    assert (await send(world.client, f"/items/{item}/state", status="withdrawn")).status_code == 409


async def test_nobody_reviews_what_they_wrote(world: World) -> None:
    """A reviewer who may also write changes the item: from then on somebody else reviews it."""
    item = (await steps.items_of(world))[0]
    reviewer = world.school.staff["reviewer"]
    async with transaction(world.engine) as connection:
        stored = await storage.newest_version(connection, item)
        assert stored
        changed = msgspec.structs.replace(stored.content, topic="Khác")
        await storage.add_version(connection, item_id=stored.item_id, content=changed, created_by=reviewer.id)
    await steps.send_to_review(world, item)
    await world.enter("reviewer")
    assert f"/review/{item}" not in (await see(world.client, "/review")).text
    assert 'id="verdict"' not in (await see(world.client, f"/review/{item}")).text
    assert (await steps.verdict(world, item, "approve", version="2")).status_code == 403
    await enter(world.client, world.engine, await steps.second_reviewer(world))
    assert (await steps.verdict(world, item, "approve", version="2")).status_code == 303
    # Approved: whoever wrote before that may review what others change later.
    async with transaction(world.engine) as connection:
        again = msgspec.structs.replace(changed, topic="Thứ ba")
        await storage.add_version(connection, item_id=stored.item_id, content=again, created_by=1)
    await steps.send_to_review(world, item)
    await world.enter("reviewer")
    assert f"/review/{item}" in (await see(world.client, "/review")).text
    assert (await steps.verdict(world, item, "approve", version="3")).status_code == 303


async def test_two_reviewers_approve_where_the_bank_says_so_and_its_team_alone(world: World) -> None:
    item = (await steps.items_of(world))[0]
    other = await steps.second_reviewer(world)
    await steps.ask_for(world, 2)
    await steps.send_to_review(world, item)
    await world.enter("reviewer")
    assert "done=counted" in (await steps.verdict(world, item, "approve")).headers["location"]
    assert await steps.status_of(world, item) == ("in_review", 1)
    assert (await steps.verdict(world, item, "approve")).status_code == 409
    await steps.ask_for(world, 2, team=(other.id,))
    assert (await see(world.client, f"/review/{item}")).status_code == 404, "not of the team"
    await enter(world.client, world.engine, other)
    assert "done=approved" in (await steps.verdict(world, item, "approve")).headers["location"]
    # A fault that shows later takes the approval back.
    assert (await steps.verdict(world, item, "return", reasons="Thi rồi mới thấy lỗi")).status_code == 303
    assert await steps.status_of(world, item) == ("returned", 1)
    async with transaction(world.engine) as connection:
        assert len(await review_queries.not_vouched_for(connection, world.versions[:1])) == 1


async def test_a_picture_without_words_is_not_sent_to_review_and_the_list_sends_many(world: World) -> None:
    first, second, *_rest = await steps.items_of(world)
    async with transaction(world.engine) as connection:
        await storage.store_assets(connection, [DOT])
        stored = await storage.newest_version(connection, first)
        assert stored
        shows = msgspec.structs.replace(
            stored.content,
            stem=msgspec.structs.replace(from_text("Xem"), html=f'<p>Xem <img alt="" data-asset="{DOT.digest}"/></p>'),
        )
        await storage.add_version(connection, item_id=stored.item_id, content=shows)
    ticked = {"item": [second, first], "act": "in_review"}
    edit = (await send(world.client, f"/bank/{world.bank}/edits", **ticked)).headers["location"]
    assert (await send(world.client, edit, do="apply")).status_code == 303
    assert f'href="/items/{first}"' in (await see(world.client, edit)).text, "told by name"
    assert await steps.status_of(world, first) == ("draft", 2)
    assert await steps.status_of(world, second) == ("in_review", 1)


async def test_roles_and_rules_of_a_bank(world: World) -> None:
    holders = {name for name, role in STAFF_ROLES.items() if "items.review" in role.permissions}
    assert holders == set(REVIEWING_ROLES)
    item = (await steps.items_of(world))[0]
    place = f"/bank/{world.bank}/rules"
    assert (await see(world.client, place)).status_code == 403, "authors do not free themselves from reviews"
    assert (await see(world.client, "/review")).status_code == 403
    assert (await send(world.client, f"/review/{item}", verdict="approve", version="1")).status_code == 403
    await world.enter("reviewer")
    assert (await send(world.client, f"/items/{item}/state", status="in_review")).status_code == 403
    await world.enter("exam_officer")
    person = world.school.staff["reviewer"]
    page = (await see(world.client, place)).text
    assert f'value="{person.public_id}"' in page
    assert (await send(world.client, place, reviews="2")).status_code == 422
    form = {"reviews": "2", "checklist": ["key", "level"], "reviewer": person.public_id, "released_by_two": "1"}
    assert (await send(world.client, place, **form)).status_code == 303
    page = (await see(world.client, place)).text
    assert page.count(" checked") == 4
    await steps.send_to_review(world, item)
    await world.enter("reviewer")
    assert 'name="answer-fairness"' not in (await see(world.client, f"/review/{item}")).text
    await send(world.client, f"/items/{item}/comments", text="Nên đổi số liệu")
    assert "Nên đổi số liệu" in (await see(world.client, f"/items/{item}")).text
