"""The bank that somebody names on the command line."""

from __future__ import annotations

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.telling import Expected
from item_bank.storage import queries as storage


async def bank_named(connection: AsyncConnection, name: str) -> RowMapping:
    """By its public id, or by its name where only one bank has it. Raises Expected, which lists what there is."""
    banks = await storage.banks(connection)
    for column in ("public_id", "name"):
        found = [row for row in banks if row[column] == name]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(row["public_id"] for row in found)
            raise Expected(f"{len(found)} banks are named {name}; say which by its public id: {ids}")
    known = ", ".join(f"{row['public_id']} ({row['name']})" for row in banks)
    raise Expected(f"no bank {name}; there are: {known or 'none'}")
