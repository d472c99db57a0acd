"""How hard the items of a bank were for those who have met them, from the analyses of all sittings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.reports import queries
from exam_engine.reports.hints import hints
from item_bank.storage.queries import StoredVersion


@dataclass(frozen=True, slots=True)
class Seen:
    """n candidates who answered the item or left it blank, and the share of its points that they earned, 0 to 1."""

    n: int
    facility: float


async def of_items(connection: AsyncConnection, bank_id: int, newest: Sequence[StoredVersion]) -> Mapping[int, Seen]:
    """By item id. Earlier versions count where they ask and mark the same as the newest: only labels differ."""
    wanted = {one.item_id for one in newest}
    rows = await queries.figures_of_bank(connection, bank_id)
    return {row["id"]: Seen(row["answered"], row["facility"]) for row in rows if row["id"] in wanted}


async def note(connection: AsyncConnection, sitting_id: int, found: Mapping[str, Any]) -> None:
    """What an analysis says of its items, for lists of their banks."""
    met = [row for row in found["items"] if row["n"] and row["facility"] is not None]
    rows = [
        {
            "version_id": row["version"],
            "n": row["n"],
            "facility": row["facility"],
            "flagged": bool(hints(row)),
        }
        for row in met
    ]
    before = await queries.versions_with_figures(connection, sitting_id)
    await queries.store_figures(connection, sitting_id, rows)
    await queries.pool_figures(connection, {*before, *(row["version"] for row in met)})
