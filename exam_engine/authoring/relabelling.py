"""Subject, grade, topic, level and tags of several items at once, and putting items away; each change is a version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries, sending
from exam_engine.kit import audit
from exam_engine.kit.errors import _, invalid
from exam_engine.kit.identity import Principal
from item_bank.content.model import Item
from item_bank.storage import queries as storage

LABELS = ("subject", "grade", "topic", "level")
#: What empties a label; a field left blank keeps it.
NOTHING = ("-", "–")
MOST_ITEMS = 200
MOST_TAGS = 30


@dataclass(frozen=True, slots=True)
class Change:
    """`labels`: only those that change. `status`: one of `sending.ACTS`, or nothing."""

    labels: dict[str, str]
    add_tag: str = ""
    drop_tag: str = ""
    status: str = ""

    def of(self, item: Item) -> Item:
        labels = {name: "" if value in NOTHING else value for name, value in self.labels.items()}
        tags = [tag for tag in item.tags if tag != self.drop_tag]
        if self.add_tag and self.add_tag not in tags:
            tags.append(self.add_tag)
        if len(tags) > MOST_TAGS:
            raise invalid(_("An item has at most %(limit)s tags."), limit=MOST_TAGS)
        return msgspec.structs.replace(item, **labels, tags=tuple(tags))


async def change_items(
    connection: AsyncConnection, principal: Principal, bank: RowMapping, items: Sequence[str], change: Change
) -> int:
    """How many items changed. Items of other banks are left alone."""
    if not items:
        raise invalid(_("Tick at least one item."))
    if len(items) > MOST_ITEMS:
        raise invalid(_("At most %(limit)s items can be changed at once."), limit=MOST_ITEMS)
    owner = queries.own_banks(principal.scopes("items.write"))
    changed: set[int] = set()
    for stored in await storage.newest_of_items(connection, bank["id"], items, owner):
        added = await storage.add_version(
            connection, item_id=stored.item_id, content=change.of(stored.content), created_by=principal.id or None
        )
        if added.created:
            changed.add(stored.item_id)
    if change.status in sending.ACTS:
        newest = await storage.newest_of_items(connection, bank["id"], items, owner)
        changed |= await sending.act_on(connection, principal, change.status, newest)
    await audit.record(connection, principal, "changed", "bank", bank["id"], items=len(changed))
    return len(changed)
