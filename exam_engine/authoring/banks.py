"""The bank that an address names, for whoever may do there what they ask."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping, and_
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal
from item_bank.storage import queries as storage
from item_bank.storage.tables import bank as bank_table

MOST_SHARED = 200


async def bank_of(
    connection: AsyncConnection, principal: Principal, bank: str, permission: str = "items.read"
) -> RowMapping:
    """404 also where it belongs to somebody else."""
    found = await storage.bank_by_public_id(connection, bank, queries.banks_open_to(principal, permission))
    if found is None:
        raise not_found()
    return found


async def may_in(connection: AsyncConnection, principal: Principal, bank: str, permission: str) -> bool:
    owner = queries.banks_open_to(principal, permission)
    return await storage.bank_by_public_id(connection, bank, owner) is not None


async def banks_to_choose(connection: AsyncConnection, principal: Principal, named: str = "") -> list[RowMapping]:
    """For a list to choose from: the banks of the own units by name, then those shared by others, as many as a list
    can hold, and in any case the one named by public id."""
    shared = queries.banks_shared_with(principal)
    everything = queries.banks_open_to(principal, queries.READ)
    own = await storage.banks(connection, and_(everything, ~shared))
    found = [*own, *await storage.banks(connection, shared, limit=MOST_SHARED)]
    if named and named not in {one["public_id"] for one in found}:
        found += await storage.banks(connection, and_(everything, bank_table.c.public_id == named))
    return found


async def copy_targets(connection: AsyncConnection, principal: Principal) -> Sequence[RowMapping]:
    """The banks into which the principal may write, by name."""
    return await storage.names_of_banks(connection, queries.banks_open_to(principal, "items.write"))
