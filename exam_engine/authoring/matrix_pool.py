"""The items that an exam's blueprint may take."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.authoring.definition import Matrix
from item_bank.storage import pool_queries
from item_bank.storage import queries as storage
from item_bank.storage.pool_queries import Candidate

#: Retired items, and those that came back to their author, are left out.
USABLE = ("draft", "in_review", "approved")


async def pool_of(
    connection: AsyncConnection, scopes: Iterable[str], matrix: Matrix
) -> tuple[RowMapping, list[Candidate]] | None:
    """The bank of the blueprint and what forms may have of it; None where no bank is chosen, or none within the
    `scopes` (of items.read)."""
    owner = queries.own_banks(scopes)
    bank = await storage.bank_by_public_id(connection, matrix.bank, owner) if matrix.bank else None
    if bank is None:
        return None
    statuses = ("approved",) if matrix.approved else USABLE
    found = await pool_queries.candidates(
        connection, bank["id"], owner, statuses=statuses, subject=matrix.subject, grade=matrix.grade
    )
    return bank, found
