"""The clock belongs to the database (DESIGN D3). Tests and the demo replace `exam.now()`; production never does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Function, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection


def now() -> Function[datetime]:
    """Use in statements wherever "now" is meant."""
    return func.exam.now()


REAL = "create or replace function exam.now() returns timestamptz language sql volatile as 'select clock_timestamp()'"
REPLACED = (
    "create or replace function exam.now() returns timestamptz language sql volatile as "
    "'select coalesce((select at from exam.replaced_clock), clock_timestamp())'"
)


async def read(connection: AsyncConnection) -> datetime:
    return (await connection.execute(select(now()))).scalar_one()


async def replace(connection: AsyncConnection, at: datetime) -> None:
    """Makes `exam.now()` stand at `at` for every connection, until replaced again or restored."""
    await connection.execute(text("create table if not exists exam.replaced_clock (at timestamptz not null)"))
    await connection.execute(text("delete from exam.replaced_clock"))
    await connection.execute(text("insert into exam.replaced_clock values (:at)"), {"at": at})
    await connection.execute(text(REPLACED))


async def restore(connection: AsyncConnection) -> None:
    await connection.execute(text(REAL))
    await connection.execute(text("drop table if exists exam.replaced_clock"))
