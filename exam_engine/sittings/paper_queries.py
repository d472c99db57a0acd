"""SQL about forms and variants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    RowMapping,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.sittings.tables import form, variant


async def store_form(connection: AsyncConnection, values: dict[str, Any]) -> int:
    return int((await connection.execute(insert(form).values(values).returning(form.c.id))).scalar_one())


async def store_variants(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(variant), list(rows))


async def forms_of(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    rows = await connection.execute(
        select(form.c.id, form.c.number, form.c.public_id, form.c.key_map, form.c.variant_version)
        .where(form.c.sitting_id == sitting_id)
        .order_by(form.c.id)
    )
    return rows.mappings().all()


async def some_variant(connection: AsyncConnection, form_id: int) -> dict[str, Any] | None:
    """Of any candidate of the form: the order that all of them share."""
    return await connection.scalar(select(variant.c.body).where(variant.c.form_id == form_id).limit(1))
