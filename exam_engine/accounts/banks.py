"""A place for questions: without a bank of their own unit, new teachers would have nowhere to write."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import queries
from exam_engine.kit.identity import public_id
from item_bank.storage.queries import create_bank


async def make_bank(connection: AsyncConnection, unit_id: int, name: str) -> None:
    """Only where the unit has none yet."""
    if not await queries.has_bank(connection, unit_id):
        await create_bank(connection, public_id=public_id(), unit_id=unit_id, name=name[:200])
