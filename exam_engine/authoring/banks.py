"""The bank that an address names, for whoever may do there what they ask."""

from __future__ import annotations

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal
from item_bank.storage import queries as storage


async def bank_of(
    connection: AsyncConnection, principal: Principal, bank: str, permission: str = "items.read"
) -> RowMapping:
    """404 also where it belongs to somebody else."""
    found = await storage.bank_by_public_id(connection, bank, queries.own_banks(principal.scopes(permission)))
    if found is None:
        raise not_found()
    return found


async def may_in(connection: AsyncConnection, principal: Principal, bank: str, permission: str) -> bool:
    owner = queries.own_banks(principal.scopes(permission))
    return await storage.bank_by_public_id(connection, bank, owner) is not None
