"""Only approved items enter a formal exam, and two persons release it, where the banks of its items ask for that."""

from __future__ import annotations

from sqlalchemy import update

from exam_engine.authoring import definition as definitions
from exam_engine.authoring import queries as authoring
from exam_engine.kit.database import transaction
from item_bank.review.states import Act
from item_bank.storage import queries as storage
from item_bank.storage import review_queries
from item_bank.storage.tables import item as item_table
from tests.accounts.school import add_staff, enter, hidden, see, send
from tests.reviewing import steps
from tests.sittings.world import World


async def _approve_all(world: World) -> None:
    async with transaction(world.engine) as connection:
        await connection.execute(update(item_table).values(status="approved"))
        for version in world.versions:
            await review_queries.approve_version(connection, version)


async def test_a_formal_exam_takes_approved_items_alone_and_a_class_test_any(world: World) -> None:
    await steps.ask_for(world, 1)
    await world.enter("exam_officer")
    place = await world.with_candidates()
    page = (await see(world.client, place)).text
    assert "Câu “Tên riêng 0” chưa được duyệt ở phiên bản 1." in page
    assert "Người soạn gửi thẩm định từ danh sách của ngân hàng" in page
    refused = await send(
        world.client, f"{place}/confirm", mark=await world.mark(place) if 'name="mark"' in page else ""
    )
    assert refused.status_code in (409, 422)
    chooser = f"/exams/{world.exam}/sections/0/add"
    assert "chỉ dùng câu hỏi đã duyệt" in (await see(world.client, chooser)).text
    assert 'name="version"' not in (await see(world.client, f"{chooser}?status=approved")).text
    klass = await world.planned(wording="class")
    assert "chưa được duyệt" not in (await see(world.client, klass)).text
    await _approve_all(world)
    assert (await world.confirmed(place)).status_code == 303
    assert (await world.sitting(place)).state == "confirmed"
    assert "Đang dùng" in (await see(world.client, f"/items/{(await steps.items_of(world))[0]}")).text


async def test_what_was_approved_stays_so_when_a_newer_version_is_written_but_not_when_it_is_retired(
    world: World,
) -> None:
    await steps.ask_for(world, 1)
    await _approve_all(world)
    first = (await steps.items_of(world))[0]
    async with transaction(world.engine) as connection:
        stored = await storage.newest_version(connection, first)
        assert stored
        assert not await review_queries.not_vouched_for(connection, world.versions)
        changed = (await storage.versions_by_id(connection, world.versions))[world.versions[1]].content
        newer = await storage.add_version(connection, item_id=stored.item_id, content=changed)
        assert not await review_queries.not_vouched_for(connection, world.versions)
        assert [row["id"] for row in await review_queries.not_vouched_for(connection, [newer.version_id])] == [
            newer.version_id
        ]
        await storage.act_on(connection, [stored.item_id], Act.RETIRE)
        assert len(await review_queries.not_vouched_for(connection, world.versions)) == 1
        await storage.act_on(connection, [stored.item_id], Act.RESTORE)
        assert len(await review_queries.not_vouched_for(connection, world.versions)) == 1, "it is reviewed anew"


async def test_two_persons_release_a_paper_and_a_changed_one_anew(world: World) -> None:
    await steps.ask_for(world, 0, two=True)
    await world.enter("exam_officer")
    place = await world.with_candidates()
    page = f"/exams/{world.exam}/release"
    assert "chưa được duyệt phát hành" in (await see(world.client, place)).text
    assert (await send(world.client, page)).status_code == 303
    shown = (await see(world.client, page)).text
    assert f'action="{page}/confirm"' not in shown
    digest = await _digest(world)
    assert (await send(world.client, f"{page}/confirm", digest=digest)).status_code == 409, "the same person"
    assert "Cần người thứ hai" in (await see(world.client, place)).text
    await world.enter("author")
    assert (await send(world.client, f"{page}/confirm", digest=digest)).status_code == 403
    await world.enter("reviewer")
    assert "đang chờ người thứ hai duyệt phát hành" in (await see(world.client, "/")).text
    assert hidden((await see(world.client, page)).text, "digest") == digest
    assert (await send(world.client, f"{page}/confirm", digest="0" * 64)).status_code == 409, (
        "not what is on the screen"
    )
    assert (await send(world.client, f"{page}/confirm", digest=digest)).status_code == 303
    assert (await send(world.client, f"{page}/confirm", digest=digest)).status_code == 409, "once"
    await world.enter("exam_officer")
    assert "phát hành" not in (await see(world.client, place)).text
    assert (await world.confirmed(place)).status_code == 303
    await send(world.client, f"/exams/{world.exam}/sections", revision="1", title="Phần thêm")
    assert "Đề nghị duyệt phát hành" in (await see(world.client, page)).text, "the changed exam is not released"


async def test_an_officer_of_another_school_releases_nothing(world: World) -> None:
    await steps.ask_for(world, 0, two=True)
    await world.enter("exam_officer")
    await send(world.client, f"/exams/{world.exam}/release")
    async with transaction(world.engine) as connection:
        other = await add_staff(
            connection, world.school.other_school, world.school.other_school, "exam_officer", "elsewhere"
        )
    await enter(world.client, world.engine, other)
    digest = await _digest(world)
    assert (await send(world.client, f"/exams/{world.exam}/release/confirm", digest=digest)).status_code == 404
    assert "người thứ hai" not in (await see(world.client, "/")).text


async def _digest(world: World) -> str:
    from exam_engine.reviewing.releasing import digest_of

    async with transaction(world.engine) as connection:
        row = await authoring.exam_in_scope(connection, world.exam, (world.school.school.path,))
    assert row
    return digest_of(definitions.decode(row["definition"]))
