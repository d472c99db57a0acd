"""Who reads a bank: its owner alone, its unit, or a wider unit; and copies with author, source and licence."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from litestar.datastructures import State
from sqlalchemy import select, update

from exam_engine.accounts import founding, ordering_units
from exam_engine.authoring import copying, queries
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import Principal
from exam_engine.kit.jobs import Jobs
from exam_engine.kit.tables import job
from item_bank.content.spread import SOURCE
from item_bank.storage import queries as storage
from item_bank.storage import review_queries
from item_bank.storage.tables import item as item_table
from tests.accounts.school import add_staff, hidden, see, send
from tests.reviewing import steps
from tests.sittings.world import World

WIDE = {
    "reach": "province",
    "credit": "Tổ Toán THPT Lưu Văn Liệt",
    "source": "Đề khảo sát 2025",
    "licence": "CC BY 4.0",
}


async def neighbour(world: World, role: str = "author") -> None:
    """Somebody of the other school of the province, who writes there."""
    name = f"neighbour-{role}"
    if name not in world.school.staff:
        async with transaction(world.engine) as connection:
            home = world.school.other_school
            world.school.staff[name] = await add_staff(connection, home, home, role, name)
    await world.enter(name)


async def share(world: World, **form: str) -> Any:
    await world.enter("exam_officer")
    await see(world.client, f"/bank/{world.bank}/sharing")
    return await send(world.client, f"/bank/{world.bank}/sharing", **{**WIDE, **form})


async def own_bank(world: World, name: str = "Kho của tôi", reach: str = "unit", unit: str = "") -> str:
    made = await send(world.client, "/bank", name=name, unit=unit or world.unit, reach=reach)
    assert made.status_code == 303, made.text
    return str(made.headers["location"]).rpartition("/")[2]


async def contents(world: World, bank: str) -> list[storage.StoredVersion]:
    async with transaction(world.engine) as connection:
        row = await storage.bank_by_public_id(connection, bank)
        assert row
        return (await storage.newest_versions(connection, row["id"], limit=500))[::-1]


async def test_a_bank_is_read_by_its_school_until_it_is_shared_and_no_longer_afterwards(world: World) -> None:
    item = (await steps.items_of(world))[0]
    await neighbour(world)
    for address in (f"/bank/{world.bank}", f"/items/{item}", f"/items/{item}/compare"):
        assert (await see(world.client, address)).status_code == 404
    assert (await share(world)).headers["location"].endswith("/sharing?done=1")
    await neighbour(world)
    listed = (await see(world.client, "/bank")).text
    assert "Nơi khác chia sẻ" in listed
    assert WIDE["credit"] in listed
    assert WIDE["licence"] in listed
    page = (await see(world.client, f"/items/{item}")).text
    assert "Tác giả câu hỏi: Tổ Toán THPT Lưu Văn Liệt · Nguồn: Đề khảo sát 2025 · Giấy phép: CC BY 4.0" in page
    await share(world, reach="unit")
    await neighbour(world)
    assert (await see(world.client, f"/items/{item}")).status_code == 404


async def test_shared_is_read_and_nothing_else(world: World) -> None:
    """Whoever reads a bank of another school neither changes, exports, reviews nor shares it."""
    await share(world)
    item = (await steps.items_of(world))[0]
    for role in ("author", "reviewer", "exam_officer"):
        await neighbour(world, role)
        seen = await see(world.client, f"/bank/{world.bank}")
        assert seen.status_code == 200
        for door in ("/write", "/import", "/export", "/rules", "/sharing"):
            assert f'href="/bank/{world.bank}{door}"' not in seen.text
            assert (await see(world.client, f"/bank/{world.bank}{door}")).status_code in {403, 404}
        for path, form in (
            (f"/items/{item}/state", {"status": "in_review"}),
            (f"/items/{item}/restore", {"version": "1"}),
            (f"/bank/{world.bank}/edits", {"item": item, "level": "NB"}),
            (f"/bank/{world.bank}/sharing", {"reach": "owner"}),
            (f"/review/{item}", {"verdict": "approve", "version": "1"}),
        ):
            assert (await send(world.client, path, **form)).status_code in {403, 404}, path


async def test_shared_questions_go_into_an_exam_of_another_school(world: World) -> None:
    await share(world)
    await neighbour(world, "teacher")
    unit = world.school.other_school.public_id
    made = await send(world.client, "/exams", title="Đề mượn", unit=unit, language="vi")
    assert made.status_code == 303, made.text
    place = str(made.headers["location"]).partition("?")[0]
    revision = hidden((await see(world.client, place)).text, "revision")
    assert (await send(world.client, f"{place}/sections", revision=revision, title="Phần I")).status_code == 303
    page = (await see(world.client, f"{place}/sections/0/add?bank={world.bank}")).text
    chosen = {
        "bank": world.bank,
        "revision": hidden(page, "revision"),
        "anchor": "0",
        "version": str(world.versions[0]),
    }
    assert (await send(world.client, f"{place}/sections/0/add", **chosen)).status_code == 303
    await share(world, reach="unit")
    await neighbour(world, "teacher")
    assert "chọn b" in (await see(world.client, place)).text, "what an exam holds stays in it"


async def test_beyond_the_school_shares_an_officer_with_author_and_licence(world: World) -> None:
    await world.enter("author")
    page = (await see(world.client, f"/bank/{world.bank}/sharing")).text
    assert "Cán bộ khảo thí của trường mới chia sẻ ngân hàng ra ngoài trường." in page
    refused = await send(world.client, f"/bank/{world.bank}/sharing", **WIDE)
    assert refused.status_code == 409
    for missing in ("credit", "licence"):
        found = await share(world, **{missing: ""})
        assert found.status_code == 422
        assert 'value="Đề khảo sát 2025"' in found.text, "what was typed stays"
    assert (await share(world, reach="ministry")).status_code == 422, "there is no unit of this kind above the school"
    assert (await share(world, reach="galaxy")).status_code == 422
    async with transaction(world.engine) as connection:
        row = await storage.bank_by_public_id(connection, world.bank)
        assert row
    assert row["reach"] == "unit", "nothing was stored of any of it"


async def test_an_own_bank_is_seen_by_nobody_else(world: World) -> None:
    await world.enter("teacher")
    class_unit = world.school.class_.public_id
    bank = await own_bank(world, reach="owner", unit=class_unit)
    assert "Chỉ thầy/cô" in (await see(world.client, "/bank")).text
    for role in ("author", "exam_officer", "reviewer"):
        await world.enter(role)
        assert (await see(world.client, f"/bank/{bank}")).status_code == 404
        assert bank not in (await see(world.client, "/bank")).text
    await world.enter("author")
    nowhere = await send(world.client, f"/bank/{world.bank}/copies", target=bank, item=(await steps.items_of(world))[0])
    assert nowhere.status_code == 404
    assert (await send(world.client, f"/bank/{bank}/sharing", reach="unit")).status_code == 404


async def test_a_bank_becomes_ones_own_only_without_questions_of_others(world: World) -> None:
    await world.enter("author")
    refused = await send(world.client, f"/bank/{world.bank}/sharing", reach="owner")
    assert (refused.status_code, "câu hỏi của người khác" in refused.text) == (409, True)
    async with transaction(world.engine) as connection:
        await connection.execute(update(item_table).values(created_by=world.school.staff["author"].id))
    item = (await steps.items_of(world))[0]
    await steps.send_to_review(world, item)
    waiting = await send(world.client, f"/bank/{world.bank}/sharing", reach="owner")
    assert (waiting.status_code, "đang chờ thẩm định" in waiting.text) == (409, True)
    assert (await send(world.client, f"/items/{item}/state", status="withdrawn")).status_code == 303
    assert (await send(world.client, f"/bank/{world.bank}/sharing", reach="owner")).status_code == 303
    for path, form in (
        (f"/items/{item}/state", {"status": "in_review"}),
        (f"/bank/{world.bank}/edits", {"item": item, "act": "in_review"}),
    ):
        alone = await send(world.client, path, **form)
        assert (alone.status_code, "Chỉ thầy/cô xem được ngân hàng này" in alone.text) == (409, True)


async def test_copies_carry_author_source_and_licence_and_stand_on_their_own(world: World) -> None:
    items = await steps.items_of(world)
    async with transaction(world.engine) as connection:
        stored = await storage.newest_version(connection, items[1])
        assert stored
        own = msgspec.structs.replace(stored.content, author="Thầy Nam", licence="CC0 1.0", extra={SOURCE: "SGK"})
        await storage.add_version(connection, item_id=stored.item_id, content=own)
    await share(world)
    await neighbour(world)
    bank = await own_bank(world, unit=world.school.other_school.public_id)
    listed = (await see(world.client, f"/bank/{world.bank}")).text
    assert f'formaction="/bank/{world.bank}/copies"' in listed
    done = await send(world.client, f"/bank/{world.bank}/copies", target=bank, item=[items[0], items[1]])
    assert done.headers["location"] == f"/bank/{bank}?copied=2&known=0"
    assert "Đã chép 2 câu." in (await see(world.client, done.headers["location"])).text
    first, second = await contents(world, bank)
    assert (first.content.author, first.content.licence) == (WIDE["credit"], WIDE["licence"])
    assert first.content.extra[SOURCE] == "Đề khảo sát 2025"
    assert (second.content.author, second.content.licence) == ("Thầy Nam", "CC0 1.0")
    assert second.content.extra[SOURCE] == "SGK"
    assert first.status == "draft"
    page = (await see(world.client, f"/items/{first.item_public_id}")).text
    assert f'<a href="/items/{items[0]}?version=1">Chép từ “Toán 12” của THPT Lưu Văn Liệt, phiên bản 1</a>' in page
    again = await send(world.client, f"/bank/{world.bank}/copies", target=bank, item=[items[0], items[2]])
    assert again.headers["location"] == f"/bank/{bank}?copied=1&known=1"
    await share(world, reach="unit")
    await neighbour(world)
    page = (await see(world.client, f"/items/{first.item_public_id}")).text
    assert "Chép từ “Toán 12” của THPT Lưu Văn Liệt, phiên bản 1" in page
    assert f"/items/{items[0]}?" not in page, "no way to what is not shared any more"


async def test_everything_that_filters_leave_is_copied_by_a_job_once(world: World) -> None:
    await share(world)
    await neighbour(world)
    bank = await own_bank(world, unit=world.school.other_school.public_id)
    for _time in range(2):
        asked = await send(world.client, f"/bank/{world.bank}/copies", target=bank, copies="all", filter="type=numeric")
        assert asked.headers["location"].startswith("/jobs/")
        await work(world)
    assert [one.content.type for one in await contents(world, bank)] == ["numeric"]
    async with world.engine.connect() as connection:
        told = (await connection.execute(select(job.c.result).order_by(job.c.id))).scalars().all()
    assert told == [{"added": 1, "known": 0}, {"added": 0, "known": 1}]


async def test_a_job_copies_nothing_that_is_not_shared_any_more(world: World) -> None:
    await share(world)
    await neighbour(world)
    bank = await own_bank(world, unit=world.school.other_school.public_id)
    await send(world.client, f"/bank/{world.bank}/copies", target=bank, copies="all", filter="")
    await share(world, reach="unit")
    await work(world)
    assert await contents(world, bank) == []


async def test_two_who_copy_the_same_at_once_make_one_copy(world: World) -> None:
    await world.enter("author")
    bank = await own_bank(world)
    scopes = (str(world.school.school.path),)
    person = Principal("staff", world.school.staff["author"].id, permissions=dict.fromkeys(("items.read",), scopes))

    async def go() -> copying.Copied:
        async with transaction(world.engine) as connection:
            source, target = [await storage.bank_by_public_id(connection, one) for one in (world.bank, bank)]
            assert source
            assert target
            versions = list((await storage.versions_by_id(connection, world.versions[:3])).values())
            return await copying.copy(connection, person, source, target, versions)

    found = await asyncio.gather(go(), go())
    assert sorted(one.added for one in found) == [0, 3]
    assert len(await contents(world, bank)) == 3


@pytest.mark.parametrize(
    "form",
    [
        {"target": ""},
        {"target": "nothing"},
        {"item": "x" * 500},
        {"item": "\x00"},
        {"filter": "%00&type=no", "copies": "all"},
    ],
)
async def test_bad_wishes_for_copies_are_told_apart(world: World, form: dict[str, str]) -> None:
    await world.enter("author")
    bank = await own_bank(world)
    asked = await send(world.client, f"/bank/{world.bank}/copies", **{"target": bank, **form})
    await work(world)
    assert asked.status_code in {303, 400, 404, 422}
    assert await contents(world, bank) == []


async def test_whoever_moves_units_moves_what_is_shared_with_them(world: World) -> None:
    """A merged province: both schools hang below the new one, and go on sharing."""
    await share(world)
    async with transaction(world.engine) as connection:
        new = await founding.create_unit(connection, "province", "Vĩnh Long mới", code="87")
        root = Principal("staff", 0, permissions={"units.manage": ("",)})
        await ordering_units.merge(connection, root, world.school.province, new.public_id)
    await neighbour(world)
    assert (await see(world.client, f"/bank/{world.bank}")).status_code == 200
    async with transaction(world.engine) as connection:
        far = await founding.create_unit(connection, "province", "Cà Mau", code="96")
        stranger = Principal("staff", 1, permissions={"items.read": (far.path,)})
        readable = queries.banks_open_to(stranger, queries.READ)
        assert await storage.bank_by_public_id(connection, world.bank, readable) is None


async def work(world: World) -> None:
    state = State({**world.app.state.dict(), "engine": world.engine})
    jobs = Jobs()
    jobs.register(copying.JOB, copying.perform)
    async with world.engine.connect() as connection:
        waiting = (await connection.execute(select(job.c.id).where(job.c.state == "waiting"))).scalars().all()
    for number in waiting:
        await jobs.perform(state, number)


async def test_nobody_reviews_a_copy_of_what_they_have_written(world: World) -> None:
    """Not even a copy of a copy: the words are theirs."""
    (first, *_others) = await steps.items_of(world)
    async with transaction(world.engine) as connection:
        stored = await storage.newest_version(connection, first)
        assert stored
        theirs = msgspec.structs.replace(stored.content, topic="Của tôi")
        written = await storage.add_version(connection, item_id=stored.item_id, content=theirs, created_by=100)
        bank = await storage.bank_by_public_id(connection, world.bank)
        assert bank
        others = []
        for number, copier in enumerate((101, 102)):
            made = await storage.add_item(
                connection,
                bank_id=bank["id"],
                public_id=f"copy-{number}",
                content=msgspec.structs.replace(stored.content, topic=str(number)),
                created_by=copier,
                copied_from=(others[-1] if others else written).version_id,
            )
            others.append(made)
        found = [await review_queries.writers_since_approval(connection, one.item_id) for one in others]
    assert found == [{100, 101}, {100, 101, 102}]
