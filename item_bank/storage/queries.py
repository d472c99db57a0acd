"""Every SQL statement of the item bank. Functions take a connection and never commit.

Who may see a bank is the caller's condition on `bank` (`owner`), because units belong to the service above.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, case, delete, exists, func, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.content.checking import search_text
from item_bank.content.model import Asset, Item, Passage, as_json, digest
from item_bank.content.nearness import gist_of, signature
from item_bank.review.states import Act, leaving
from item_bank.review.vouching import act_of
from item_bank.storage import facet_queries, filtering
from item_bank.storage.filtering import conditions
from item_bank.storage.list_queries import chosen_items, page_of
from item_bank.storage.tables import (
    approved_version,
    asset,
    bank,
    import_run,
    item,
    item_signature,
    item_version,
    passage,
)

STATUSES = ("draft", "in_review", "approved", "returned", "retired")
_IN_FORCE = true()

# Kept beside this file, asked for here.
Filters = filtering.Filters
is_newest = filtering.is_newest
labels_in_use = facet_queries.labels_in_use


@dataclass(frozen=True, slots=True)
class Source:
    """Where a version came from, kept verbatim: the bytes of the item in the imported file, its format and import."""

    data: bytes | None = None
    format: str | None = None
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """`created` is false when the newest version had the same content already."""

    item_id: int
    version_id: int
    number: int
    created: bool = True


@dataclass(frozen=True, slots=True)
class StoredVersion:
    id: int
    item_id: int
    item_public_id: str
    bank_id: int
    number: int
    digest: str
    status: str
    created_at: datetime
    content: Item
    created_by: int | None = None


@dataclass(frozen=True, slots=True)
class PoolItem:
    """What a draw needs to know of an item: its newest version, its worth and the passage it shares."""

    version_id: int
    item_id: int
    points: str
    passage: str | None


_NO_SOURCE = Source()
_NO_FILTERS = Filters()


async def create_bank(
    connection: AsyncConnection, *, public_id: str, unit_id: int, name: str, owner_id: int | None = None
) -> int:
    """`owner_id`: who reads it alone."""
    values = {"public_id": public_id, "unit_id": unit_id, "name": name}
    own = {"reach": "unit" if owner_id is None else "owner", "owner_id": owner_id}
    statement = insert(bank).values(**values, **own).returning(bank.c.id)
    return int((await connection.execute(statement)).scalar_one())


async def bank_by_public_id(
    connection: AsyncConnection, public_id: str, owner: ColumnElement[bool] = _IN_FORCE
) -> RowMapping | None:
    statement = select(bank).where(bank.c.public_id == public_id, owner)
    return (await connection.execute(statement)).mappings().one_or_none()


async def banks(
    connection: AsyncConnection, owner: ColumnElement[bool] = _IN_FORCE, *, words: str = "", limit: int | None = None
) -> Sequence[RowMapping]:
    """The banks with the number of items in each, by name. `words`: in their names or credits."""
    counted = select(func.count()).where(item.c.bank_id == bank.c.id, item.c.status != "retired").scalar_subquery()
    statement = select(bank, counted.label("items")).where(owner).order_by(bank.c.name, bank.c.id).limit(limit)
    for word in words.split():
        found = or_(bank.c.name.icontains(word, autoescape=True), bank.c.credit.icontains(word, autoescape=True))
        statement = statement.where(found)
    return (await connection.execute(statement)).mappings().all()


async def names_of_banks(connection: AsyncConnection, owner: ColumnElement[bool]) -> Sequence[RowMapping]:
    statement = select(bank.c.id, bank.c.public_id, bank.c.name).where(owner).order_by(bank.c.name, bank.c.id)
    return (await connection.execute(statement)).mappings().all()


async def add_item(
    connection: AsyncConnection,
    *,
    bank_id: int,
    public_id: str,
    content: Item,
    status: str = "draft",
    created_by: int | None = None,
    source: Source = _NO_SOURCE,
    copied_from: int | None = None,
) -> Added:
    """A new item with its version 1, which is approved where its status says so."""
    values = {"bank_id": bank_id, "public_id": public_id, "status": status, "created_by": created_by}
    statement = insert(item).values(**values, copied_from=copied_from)
    item_id = int((await connection.execute(statement.returning(item.c.id))).scalar_one())
    added = await _insert_version(connection, item_id, 1, content, created_by, source)
    if status == "approved":
        await connection.execute(insert(approved_version).values(version_id=added.version_id))
    return added


async def add_version(
    connection: AsyncConnection,
    *,
    item_id: int,
    content: Item,
    created_by: int | None = None,
    source: Source = _NO_SOURCE,
) -> Added:
    """A new version, unless the newest has the same content; what was approved was the version before, so the item is
    a draft again, unless it is only filed elsewhere. The item's row is locked: numbers have no gaps, and no verdict
    falls between."""
    await connection.execute(select(item.c.id).where(item.c.id == item_id).with_for_update())
    newest = (
        await connection.execute(
            select(item_version.c.id, item_version.c.number, item_version.c.digest, item_version.c.content)
            .where(item_version.c.item_id == item_id)
            .order_by(item_version.c.number.desc())
            .limit(1)
        )
    ).one()
    if newest.digest == digest(content):
        return Added(item_id, newest.id, newest.number, created=False)
    act = act_of(msgspec.convert(newest.content, Item), content)
    await act_on(connection, [item_id], act)
    added = await _insert_version(connection, item_id, newest.number + 1, content, created_by, source)
    if act == Act.FILE:
        await pass_approval_on(connection, newest.id, added.version_id)
    return added


async def pass_approval_on(connection: AsyncConnection, before: int, after: int) -> None:
    """To a version for which nothing else has to be vouched; nothing where the one before is not approved."""
    held = select(literal(after)).where(exists().where(approved_version.c.version_id == before))
    await connection.execute(insert(approved_version).from_select(["version_id"], held).on_conflict_do_nothing())


async def store_passage(connection: AsyncConnection, content: Passage) -> str:
    """Its digest, by which items refer to it. The same passage is kept once."""
    address = digest(content)
    statement = insert(passage).values(digest=address, content=as_json(content)).on_conflict_do_nothing()
    await connection.execute(statement)
    return address


async def store_assets(connection: AsyncConnection, assets: Iterable[Asset]) -> None:
    """Pictures, each kept once."""
    # Sorted, so that two imports of the same pictures can't lock each other out.
    for one in sorted(assets, key=lambda one: one.digest):
        row = {"digest": one.digest, "media_type": one.media_type, "data": one.data}
        await connection.execute(insert(asset).values(row).on_conflict_do_nothing())


async def assets_by_digest(connection: AsyncConnection, digests: Collection[str]) -> dict[str, Asset]:
    statement = select(asset.c.digest, asset.c.media_type, asset.c.data).where(asset.c.digest.in_(digests))
    rows = (await connection.execute(statement)).all() if digests else ()
    return {row.digest: Asset(row.digest, row.media_type, bytes(row.data)) for row in rows}


async def passages_by_digest(connection: AsyncConnection, digests: Collection[str]) -> dict[str, Passage]:
    statement = select(passage.c.digest, passage.c.content).where(passage.c.digest.in_(digests))
    rows = (await connection.execute(statement)).all() if digests else ()
    return {row.digest: msgspec.convert(row.content, Passage) for row in rows}


async def versions_by_id(
    connection: AsyncConnection, ids: Collection[int], owner: ColumnElement[bool] = _IN_FORCE
) -> dict[int, StoredVersion]:
    statement = _versions().where(item_version.c.id.in_(ids), owner)
    rows = (await connection.execute(statement)).mappings() if ids else ()
    return {row["id"]: _stored(row) for row in rows}


async def newest_version(
    connection: AsyncConnection, item_public_id: str, owner: ColumnElement[bool] = _IN_FORCE
) -> StoredVersion | None:
    statement = _versions().where(item.c.public_id == item_public_id, is_newest(), owner)
    row = (await connection.execute(statement)).mappings().one_or_none()
    return None if row is None else _stored(row)


async def history(
    connection: AsyncConnection, item_public_id: str, owner: ColumnElement[bool] = _IN_FORCE
) -> list[StoredVersion]:
    """All versions of an item, the newest first."""
    statement = _versions().where(item.c.public_id == item_public_id, owner).order_by(item_version.c.number.desc())
    return [_stored(row) for row in (await connection.execute(statement)).mappings()]


async def newest_versions(
    connection: AsyncConnection,
    bank_id: int,
    filters: Filters = _NO_FILTERS,
    *,
    before: int | None = None,
    limit: int = 50,
    owner: ColumnElement[bool] = _IN_FORCE,
) -> list[StoredVersion]:
    """A page of a bank, the newest items first; `before` is the item_id that ended the page before."""
    chosen = await page_of(connection, bank_id, filters, before=before, limit=limit)
    statement = _versions().where(item.c.id.in_(chosen), is_newest(), owner).order_by(item.c.id.desc())
    rows = (await connection.execute(statement)).mappings() if chosen else ()
    return [_stored(row) for row in rows]


async def newest_with_passage(connection: AsyncConnection, bank_id: int, passage_digest: str) -> list[StoredVersion]:
    """The items of a bank that use a passage now, the retired ones left out."""
    uses = item_version.c.content["passage"].astext == passage_digest
    statement = _versions().where(item.c.bank_id == bank_id, item.c.status != "retired", is_newest(), uses)
    rows = await connection.execute(statement.order_by(item.c.id))
    return [_stored(row) for row in rows.mappings()]


async def count_newest_versions(connection: AsyncConnection, bank_id: int, filters: Filters = _NO_FILTERS) -> int:
    found = chosen_items(bank_id, filters).subquery()
    return int((await connection.execute(select(func.count()).select_from(found))).scalar_one())


async def pool(
    connection: AsyncConnection,
    bank_id: int,
    filters: Filters = _NO_FILTERS,
    owner: ColumnElement[bool] = _IN_FORCE,
) -> list[PoolItem]:
    """The newest versions that a draw may take, in a fixed order; all but retired ones when no status is named."""
    points = func.coalesce(item_version.c.content["points"].astext, "1").label("points")
    shared = item_version.c.content["passage"].astext.label("passage")
    statement = (
        select(item_version.c.id, item_version.c.item_id, points, shared)
        .join(item, item.c.id == item_version.c.item_id)
        .join(bank, bank.c.id == item.c.bank_id)
        .where(item.c.bank_id == bank_id, is_newest(), owner, *conditions(filters))
        .order_by(item_version.c.item_id)
    )
    if not filters.statuses:
        statement = statement.where(item.c.status != "retired")
    rows = (await connection.execute(statement)).all()
    return [PoolItem(row.id, row.item_id, row.points, row.passage) for row in rows]


async def newest_of_items(
    connection: AsyncConnection, bank_id: int, public_ids: Collection[str], owner: ColumnElement[bool] = _IN_FORCE
) -> list[StoredVersion]:
    """The newest versions of those items that the bank has, in the order of the bank."""
    statement = _versions().where(item.c.bank_id == bank_id, item.c.public_id.in_(public_ids), is_newest(), owner)
    rows = (await connection.execute(statement.order_by(item.c.id))).mappings() if public_ids else ()
    return [_stored(row) for row in rows]


async def newest_by_item(connection: AsyncConnection, ids: Collection[int]) -> list[StoredVersion]:
    statement = _versions().where(item.c.id.in_(ids), is_newest()).order_by(item.c.id)
    rows = (await connection.execute(statement)).mappings() if ids else ()
    return [_stored(row) for row in rows]


async def items_with_content(connection: AsyncConnection, bank_id: int, digests: Collection[str]) -> dict[str, int]:
    """Digest → item id, for what a bank has already: a second import of a file finds its items."""
    statement = (
        select(item_version.c.digest, func.min(item_version.c.item_id))
        .join(item, item.c.id == item_version.c.item_id)
        .where(item.c.bank_id == bank_id, is_newest(), item_version.c.digest.in_(digests))
        .group_by(item_version.c.digest)
    )
    rows = (await connection.execute(statement)).all() if digests else ()
    return {row[0]: int(row[1]) for row in rows}


async def newer_versions(connection: AsyncConnection, versions: Collection[int]) -> dict[int, int]:
    """Version → the newest one of its item, of those that are not it."""
    newer = item_version.alias("newer")
    statement = (
        select(item_version.c.id, func.max(newer.c.id))
        .join(newer, newer.c.item_id == item_version.c.item_id)
        .where(item_version.c.id.in_(versions), newer.c.number > item_version.c.number)
        .group_by(item_version.c.id)
    )
    rows = (await connection.execute(statement)).all() if versions else ()
    return {row[0]: int(row[1]) for row in rows}


def text_digest(text: str) -> str:
    """By which the database compares long texts (`texts_in_bank`)."""
    return hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


async def texts_in_bank(connection: AsyncConnection, bank_id: int, texts: Collection[str]) -> set[str]:
    """Which of these (`text_digest` of `checking.search_text`) an item of the bank that is in use has."""
    found = func.md5(item_version.c.search)
    statement = (
        select(found)
        .join(item, item.c.id == item_version.c.item_id)
        .where(item.c.bank_id == bank_id, item.c.status != "retired", is_newest(), found.in_(texts))
    )
    return set((await connection.execute(statement)).scalars()) if texts else set()


async def versions_with_content(connection: AsyncConnection, bank_id: int, digests: Collection[str]) -> dict[str, int]:
    """Digest → the newest version of the bank with that content."""
    statement = (
        select(item_version.c.digest, func.max(item_version.c.id))
        .join(item, item.c.id == item_version.c.item_id)
        .where(item.c.bank_id == bank_id, item_version.c.digest.in_(digests))
        .group_by(item_version.c.digest)
    )
    rows = (await connection.execute(statement)).all() if digests else ()
    return {row[0]: int(row[1]) for row in rows}


async def set_status(connection: AsyncConnection, item_id: int, status: str, *, expected: Collection[str]) -> bool:
    """Whether the item stood in one of the expected states and now stands in the new one."""
    return await set_status_of(connection, [item_id], status, expected=expected) == 1


async def set_status_of(
    connection: AsyncConnection, item_ids: Collection[int], status: str, *, expected: Collection[str]
) -> int:
    """How many of the items stood in one of the expected states and now stand in the new one."""
    statement = update(item).where(item.c.id.in_(item_ids), item.c.status.in_(expected)).values(status=status)
    return int((await connection.execute(statement)).rowcount) if item_ids else 0


async def act_on(connection: AsyncConnection, item_ids: Collection[int], act: Act) -> list[int]:
    """The items whose state the act changed; in the others it is not possible, or changes nothing."""
    if not item_ids:
        return []
    moves = leaving(act)
    if not moves:
        return []
    values: dict[str, Any] = {"status": case(moves, value=item.c.status)}
    if act == Act.SEND:
        values |= {"review_round": item.c.review_round + 1, "sent_at": func.now()}
    statement = update(item).where(item.c.id.in_(item_ids), item.c.status.in_(moves)).values(values)
    moved = list((await connection.execute(statement.returning(item.c.id))).scalars())
    if act == Act.RETIRE:
        await take_approvals_back(connection, moved)
    return moved


async def take_approvals_back(connection: AsyncConnection, item_ids: Collection[int]) -> None:
    """Of all their versions: what comes back into use, or had a fault that was seen too late, is reviewed anew."""
    versions = select(item_version.c.id).where(item_version.c.item_id.in_(item_ids))
    if item_ids:
        await connection.execute(delete(approved_version).where(approved_version.c.version_id.in_(versions)))


async def store_import(
    connection: AsyncConnection,
    *,
    bank_id: int,
    public_id: str,
    file_name: str,
    format: str,  # noqa: A002 - the column's name
    file: bytes,
    report: Mapping[str, Any],
    created_by: int | None = None,
) -> int:
    """A dry run: the file as it came and what would be made of it. Nothing enters the bank."""
    statement = insert(import_run).values(
        bank_id=bank_id,
        public_id=public_id,
        file_name=file_name,
        format=format,
        file=file,
        report=dict(report),
        created_by=created_by,
    )
    return int((await connection.execute(statement.returning(import_run.c.id))).scalar_one())


async def import_by_public_id(
    connection: AsyncConnection, public_id: str, owner: ColumnElement[bool] = _IN_FORCE
) -> RowMapping | None:
    statement = (
        select(import_run)
        .join(bank, bank.c.id == import_run.c.bank_id)
        .where(import_run.c.public_id == public_id, owner)
    )
    return (await connection.execute(statement)).mappings().one_or_none()


async def change_repairs(
    connection: AsyncConnection, import_id: int, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> bool:
    """Changes what was decided about an import, one person after the other; False when it is confirmed already."""
    statement = select(import_run.c.repairs).where(import_run.c.id == import_id, ~import_run.c.confirmed)
    found = (await connection.execute(statement.with_for_update())).scalar_one_or_none()
    if found is None:
        return False
    values = update(import_run).where(import_run.c.id == import_id).values(repairs=change(dict(found)))
    await connection.execute(values)
    return True


async def items_of_import(connection: AsyncConnection, import_id: int) -> Sequence[RowMapping]:
    """The items that an import made, in its order, with their states and whether they were changed since."""
    newer = item_version.alias("newer")
    changed = exists().where(newer.c.item_id == item.c.id, newer.c.number > 1)
    statement = (
        select(
            item.c.id, item.c.public_id, item.c.status, item_version.c.id.label("version_id"), changed.label("changed")
        )
        .join(item_version, item_version.c.item_id == item.c.id)
        .where(item_version.c.import_id == import_id, item_version.c.number == 1)
        .order_by(item.c.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def set_import_report(
    connection: AsyncConnection,
    import_id: int,
    report: Mapping[str, Any],
    format: str | None = None,  # noqa: A002 - the column's name
) -> None:
    """What was made of the file in the end, with every decision; `format` where it is known only now."""
    values = {"report": dict(report)} | ({"format": format} if format else {})
    await connection.execute(update(import_run).where(import_run.c.id == import_id).values(values))


async def confirm_import(connection: AsyncConnection, import_id: int) -> RowMapping | None:
    """The import once, with every decision that came before: the caller who gets it adds the items."""
    statement = update(import_run).where(import_run.c.id == import_id, ~import_run.c.confirmed).values(confirmed=True)
    return (await connection.execute(statement.returning(*import_run.c))).mappings().one_or_none()


async def _insert_version(
    connection: AsyncConnection, item_id: int, number: int, content: Item, created_by: int | None, source: Source
) -> Added:
    statement = insert(item_version).values(
        item_id=item_id,
        number=number,
        digest=digest(content),
        content=as_json(content),
        type=content.type,
        title=content.title,
        subject=content.subject,
        grade=content.grade,
        topic=content.topic,
        level=content.level,
        language=content.language,
        tags=list(content.tags),
        search=search_text(content),
        source=source.data,
        source_format=source.format,
        import_id=source.import_id,
        created_by=created_by,
    )
    version_id = (await connection.execute(statement.returning(item_version.c.id))).scalar_one()
    signed = insert(item_signature).values(item_id=item_id, bands=list(signature(gist_of(content))))
    await connection.execute(
        signed.on_conflict_do_update(index_elements=["item_id"], set_={"bands": signed.excluded.bands})
    )
    return Added(item_id, int(version_id), number)


def _versions() -> Select[Any]:
    return (
        select(
            item_version.c.id,
            item_version.c.item_id,
            item.c.public_id.label("item_public_id"),
            item.c.bank_id,
            item_version.c.number,
            item_version.c.digest,
            item.c.status,
            item_version.c.created_at,
            item_version.c.content,
            item_version.c.created_by,
        )
        .join(item, item.c.id == item_version.c.item_id)
        .join(bank, bank.c.id == item.c.bank_id)
    )


def _stored(row: RowMapping) -> StoredVersion:
    return StoredVersion(**{**row, "content": msgspec.convert(row["content"], Item)})
