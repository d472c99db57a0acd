"""How hard the items of a bank were for those who have met them, from the analyses of all sittings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.reports import queries
from item_bank.content.model import Item
from item_bank.storage import queries as storage
from item_bank.storage.queries import StoredVersion

#: What says nothing of how hard an item is: a new topic makes a new version, but no other question.
_LABELS = {"title": "", "subject": "", "grade": "", "topic": "", "level": "", "author": "", "licence": ""}


@dataclass(frozen=True, slots=True)
class Seen:
    """n candidates who answered the item or left it blank, and the share of its points that they earned, 0 to 1."""

    n: int
    facility: float


async def of_items(connection: AsyncConnection, bank_id: int, newest: Sequence[StoredVersion]) -> Mapping[int, Seen]:
    """By item id. Earlier versions count where they ask and mark the same as the newest: only labels differ."""
    rows = await queries.facilities(connection, bank_id)
    now = {one.item_id: _asked(one.content) for one in newest}
    then = await storage.versions_by_id(connection, {row.version for row in rows})
    same = {one.id: one.item_id for one in then.values() if now.get(one.item_id) == _asked(one.content)}
    found: dict[int, Seen] = {}
    for row in rows:
        if row.version in same:
            before = found.get(same[row.version], Seen(0, 0.0))
            n = before.n + row.n
            facility = (before.n * before.facility + row.n * row.facility) / n
            found[same[row.version]] = Seen(n, facility)
    return found


def _asked(item: Item) -> Item:
    return msgspec.structs.replace(item, **_LABELS, points="1", tags=(), extra={}, rationale=None)
