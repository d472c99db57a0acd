"""The items that an exam's blueprint may take."""

from __future__ import annotations

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.authoring.definition import Matrix
from exam_engine.kit.identity import Principal
from item_bank.storage import pool_queries
from item_bank.storage import queries as storage
from item_bank.storage.pool_queries import Candidate, Pool, Sort

#: Retired items, and those that came back to their author, are left out.
USABLE = ("draft", "in_review", "approved")


async def pool_of(
    connection: AsyncConnection, principal: Principal, matrix: Matrix
) -> tuple[RowMapping, list[Candidate]] | None:
    """The bank of the blueprint and what forms may have of it, item by item; None where no bank is chosen, or none that
    the principal may read."""
    bank = await _bank(connection, principal, matrix)
    return (bank, await pool_queries.candidates(connection, _pool(bank, matrix))) if bank else None


async def sorts_of(
    connection: AsyncConnection, principal: Principal, matrix: Matrix
) -> tuple[RowMapping, list[Sort]] | None:
    """The same, counted: what pages ask for."""
    bank = await _bank(connection, principal, matrix)
    return (bank, await pool_queries.sorts(connection, _pool(bank, matrix))) if bank else None


async def _bank(connection: AsyncConnection, principal: Principal, matrix: Matrix) -> RowMapping | None:
    readable = queries.banks_open_to(principal, queries.READ)
    return await storage.bank_by_public_id(connection, matrix.bank, readable) if matrix.bank else None


def _pool(bank: RowMapping, matrix: Matrix) -> Pool:
    statuses = ("approved",) if matrix.approved else USABLE
    return Pool(bank["id"], statuses, matrix.subject, matrix.grade)
