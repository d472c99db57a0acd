"""SQL about receipts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    RowMapping,
    bindparam,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.tables import (
    receipt,
)

_OF_ATTEMPT = select(receipt).where(receipt.c.attempt_id == bindparam("attempt_id"))
_STORE = insert(receipt)


async def receipt_of_attempt(connection: AsyncConnection, attempt_id: int) -> RowMapping | None:
    row = await connection.execute(_OF_ATTEMPT, {"attempt_id": attempt_id})
    return row.mappings().one_or_none()


async def store_receipt(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(_STORE, dict(values))


async def drop_receipt(connection: AsyncConnection, attempt_id: int) -> str | None:
    """The code of the receipt that a reopened attempt loses."""
    gone = receipt.delete().where(receipt.c.attempt_id == attempt_id).returning(receipt.c.code)
    return (await connection.execute(gone)).scalar_one_or_none()
