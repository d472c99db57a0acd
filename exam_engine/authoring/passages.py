"""A passage that several items share, as the editor holds it; a changed one is another passage, and items follow it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.written import Json, PassageEdit, Written, as_written
from exam_engine.kit import audit
from exam_engine.kit.identity import Principal
from item_bank.content.markup import for_editor
from item_bank.content.model import Item, digest
from item_bank.storage import draft_queries
from item_bank.storage import queries as storage


async def written_with_passage(connection: AsyncConnection, item: Item) -> Written:
    """As `as_written`; the formulas of the passage are counted behind those of the item."""
    written = as_written(item)
    await held(connection, 0, written)
    return written


async def held(connection: AsyncConnection, bank_id: int, written: Written) -> Json | None:
    """The passage as it was published, and how many items of the bank use it."""
    address = str(written.item.get("passage") or "")
    found = (await storage.passages_by_digest(connection, [address])).get(address) if address else None
    if found is None:
        return None
    uses = len(await storage.newest_with_passage(connection, bank_id, address)) if bank_id else 0
    return {"html": for_editor(found.markup, written.kept), "title": found.title, "uses": uses}


async def hold(
    connection: AsyncConnection, bank_id: int, own: Iterable[int], before: str, edit: PassageEdit | None
) -> None:
    """Before versions are compared: the item that is published, and those that a changed passage will change."""
    others = await storage.newest_with_passage(connection, bank_id, before) if edit and edit.everywhere else []
    await draft_queries.hold_items(connection, {*own, *(one.item_id for one in others)})


async def publish_passage(
    connection: AsyncConnection, principal: Principal, bank_id: int, before: str, edit: PassageEdit
) -> None:
    """Stores the passage; where that is wanted, the items of the bank that use the one before get a new version."""
    after = await storage.store_passage(connection, edit.passage)
    if not edit.everywhere or not before or before == digest(edit.passage):
        return
    for stored in await storage.newest_with_passage(connection, bank_id, before):
        content = msgspec.structs.replace(stored.content, passage=after)
        added = await storage.add_version(connection, item_id=stored.item_id, content=content, created_by=principal.id)
        if added.created:
            await audit.record(connection, principal, "changed", "item", stored.item_id, version=added.number)
