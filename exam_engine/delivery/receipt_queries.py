"""SQL about receipts."""

from __future__ import annotations

from sqlalchemy import (
    RowMapping,
    bindparam,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.tables import (
    receipt,
)

_OF_ATTEMPT = select(receipt).where(receipt.c.attempt_id == bindparam("attempt_id"))


async def receipt_of_attempt(connection: AsyncConnection, attempt_id: int) -> RowMapping | None:
    row = await connection.execute(_OF_ATTEMPT, {"attempt_id": attempt_id})
    return row.mappings().one_or_none()


async def drop_receipt(connection: AsyncConnection, attempt_id: int) -> str | None:
    """The code of the receipt that a reopened attempt loses."""
    gone = receipt.delete().where(receipt.c.attempt_id == attempt_id).returning(receipt.c.code)
    return (await connection.execute(gone)).scalar_one_or_none()
