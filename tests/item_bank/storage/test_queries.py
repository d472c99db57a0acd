from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import false, insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.content.model import Asset, Item, Markup, Passage, digest
from item_bank.storage import queries
from item_bank.storage.queries import Filters, Source
from item_bank.storage.tables import metadata
from tests.item_bank.content.interactions.items import SAMPLES

SOUND = SAMPLES["single_choice"]


@pytest.fixture
async def bank_id(connection: AsyncConnection) -> int:
    unit = metadata.tables["exam.unit"]
    row: dict[str, object] = {"public_id": "u-test", "name": "Trường", "kind": "school", "path": "t.", "code": "t"}
    values = {name: value for name, value in row.items() if name in unit.c}
    unit_id = (await connection.execute(insert(unit).values(values).returning(unit.c.id))).scalar_one()
    return await queries.create_bank(connection, public_id="b-test", unit_id=unit_id, name="Toán")


async def add(connection: AsyncConnection, bank_id: int, public_id: str, **changes: object) -> queries.Added:
    content = msgspec.structs.replace(SOUND, **changes)
    return await queries.add_item(connection, bank_id=bank_id, public_id=public_id, content=content)


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
async def test_what_is_stored_comes_back_with_the_same_address(
    connection: AsyncConnection, bank_id: int, sample: Item
) -> None:
    added = await queries.add_item(
        connection, bank_id=bank_id, public_id="i1", content=sample, source=Source(b"<x/>", "qti")
    )
    stored = (await queries.versions_by_id(connection, [added.version_id]))[added.version_id]
    assert stored.content == sample
    assert stored.digest == digest(stored.content) == digest(sample)
    assert (stored.number, stored.status, stored.item_public_id) == (1, "draft", "i1")


async def test_the_same_content_makes_no_new_version(connection: AsyncConnection, bank_id: int) -> None:
    first = await add(connection, bank_id, "i1")
    again = await queries.add_version(connection, item_id=first.item_id, content=SOUND)
    assert (again.version_id, again.created) == (first.version_id, False)
    changed = msgspec.structs.replace(SOUND, title="mới")
    second = await queries.add_version(connection, item_id=first.item_id, content=changed)
    back = await queries.add_version(connection, item_id=first.item_id, content=SOUND)
    assert [second.number, back.number] == [2, 3]
    assert [version.number for version in await queries.history(connection, "i1")] == [3, 2, 1]
    newest = await queries.newest_version(connection, "i1")
    assert newest is not None
    assert newest.number == 3


async def test_a_version_never_changes(connection: AsyncConnection, bank_id: int) -> None:
    added = await add(connection, bank_id, "i1")
    for statement in (
        "update item_bank.item_version set title = 'x' where id = :id",
        "delete from item_bank.item_version where id = :id",
    ):
        savepoint = await connection.begin_nested()
        with pytest.raises(DBAPIError):
            await connection.execute(text(statement), {"id": added.version_id})
        await savepoint.rollback()


async def test_passages_and_pictures_are_kept_once(connection: AsyncConnection) -> None:
    passage = Passage(Markup("<p>Ngữ liệu</p>"))
    address = await queries.store_passage(connection, passage)
    assert await queries.store_passage(connection, passage) == address
    assert await queries.passages_by_digest(connection, [address, "none"]) == {address: passage}
    assets = [Asset.of("image/png", b"1"), Asset.of("image/png", b"2")]
    await queries.store_assets(connection, assets)
    await queries.store_assets(connection, reversed(assets))
    assert await queries.assets_by_digest(connection, [one.digest for one in assets]) == {
        one.digest: one for one in assets
    }
    assert await queries.assets_by_digest(connection, []) == {}


async def test_lists_show_newest_versions_page_by_page(connection: AsyncConnection, bank_id: int) -> None:
    for n in range(5):
        added = await add(connection, bank_id, f"i{n}")
        await queries.add_version(
            connection, item_id=added.item_id, content=msgspec.structs.replace(SOUND, title=f"v2 {n}")
        )
    first = await queries.newest_versions(connection, bank_id, limit=2)
    second = await queries.newest_versions(connection, bank_id, limit=9, before=first[-1].item_id)
    assert [version.content.title for version in first + second] == [f"v2 {n}" for n in (4, 3, 2, 1, 0)]
    assert await queries.count_newest_versions(connection, bank_id) == 5
    assert await queries.newest_versions(connection, bank_id, owner=false()) == []


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), 3),
        (Filters(text="dao ham"), 1),
        (Filters(text="ĐẠO  hàm"), 1),
        (Filters(text="100%"), 1),
        (Filters(text="hàm_"), 0),
        (Filters(text="\x00"), 3),
        (Filters(subject="Toán"), 2),
        (Filters(subject="Toán", level="Biết"), 1),
        (Filters(tag="ôn"), 1),
        (Filters(types=("single_choice",)), 3),
        (Filters(types=("essay",)), 0),
        (Filters(statuses=("approved",)), 1),
        (Filters(grade="12", topic="x", language="vi"), 0),
    ],
)
async def test_filters(connection: AsyncConnection, bank_id: int, filters: Filters, found: int) -> None:
    await add(connection, bank_id, "i1", title="Đạo hàm", subject="Toán", level="Biết", tags=("ôn", "thi"))
    approved = await add(connection, bank_id, "i2", title="Tăng 100% giá", subject="Toán")
    await add(connection, bank_id, "i3", title="Thơ", subject="Văn")
    assert await queries.set_status(connection, approved.item_id, "approved", expected=["draft"])
    assert not await queries.set_status(connection, approved.item_id, "approved", expected=["draft"])
    assert len(await queries.newest_versions(connection, bank_id, filters)) == found
    assert len(await queries.pool(connection, bank_id, filters)) == found


async def test_a_pool_tells_points_and_passage_and_leaves_out_what_is_retired(
    connection: AsyncConnection, bank_id: int
) -> None:
    address = await queries.store_passage(connection, Passage(Markup("x")))
    kept = await add(connection, bank_id, "i1", points="1/4", passage=address)
    retired = await add(connection, bank_id, "i2")
    await queries.set_status(connection, retired.item_id, "retired", expected=queries.STATUSES)
    assert await queries.pool(connection, bank_id) == [queries.PoolItem(kept.version_id, kept.item_id, "1/4", address)]


async def test_labels_and_duplicates(connection: AsyncConnection, bank_id: int) -> None:
    assert (await queries.labels_in_use(connection, bank_id))["subject"] == []
    added = await add(connection, bank_id, "i1", subject="Toán", grade="12")
    assert await queries.labels_in_use(connection, bank_id) == {
        "subject": ["Toán"],
        "grade": ["12"],
        "topic": [],
        "level": [],
    }
    known = digest(msgspec.structs.replace(SOUND, subject="Toán", grade="12"))
    assert await queries.items_with_content(connection, bank_id, [known, "other"]) == {known: added.item_id}
    (bank,) = [row for row in await queries.banks(connection) if row["id"] == bank_id]
    assert (bank["name"], bank["items"]) == ("Toán", 1)
    assert await queries.bank_by_public_id(connection, "b-test", false()) is None


@pytest.mark.pitfall("I2")
async def test_an_import_is_confirmed_once(connection: AsyncConnection, bank_id: int) -> None:
    import_id = await queries.store_import(
        connection, bank_id=bank_id, public_id="m1", file_name="đề.gift", format="gift", file=b"x", report={"items": []}
    )
    row = await queries.import_by_public_id(connection, "m1")
    assert row is not None
    assert (row["id"], row["file_name"], row["confirmed"], row["report"]) == (
        import_id,
        "đề.gift",
        False,
        {"items": []},
    )
    assert await queries.confirm_import(connection, import_id)
    assert not await queries.confirm_import(connection, import_id)
