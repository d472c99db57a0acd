"""SQL about counts of failed attempts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    case,
    delete,
    extract,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import (
    sign_in_limit,
)
from exam_engine.kit import clock


async def count_attempt(connection: AsyncConnection, key: str, window: timedelta) -> tuple[int, int]:
    """Attempts in the window with this one, and the seconds until it ends; a window that is over begins anew."""
    new = upsert(sign_in_limit).values(key=key, failures=1, window_ends=clock.now() + window)
    over = sign_in_limit.c.window_ends <= clock.now()
    statement = new.on_conflict_do_update(
        index_elements=[sign_in_limit.c.key],
        set_={
            "failures": case((over, 1), else_=sign_in_limit.c.failures + 1),
            "window_ends": case((over, clock.now() + window), else_=sign_in_limit.c.window_ends),
        },
    ).returning(sign_in_limit.c.failures, _seconds_left())
    row = (await connection.execute(statement)).one()
    return int(row[0]), int(row[1])


def _seconds_left() -> ColumnElement[Any]:
    return func.ceil(extract("epoch", sign_in_limit.c.window_ends - clock.now()))


async def attempts_so_far(connection: AsyncConnection, key: str) -> tuple[int, int]:
    """As `count_attempt` would find them, and nothing is counted."""
    statement = select(sign_in_limit.c.failures, _seconds_left()).where(
        sign_in_limit.c.key == key, sign_in_limit.c.window_ends > clock.now()
    )
    row = (await connection.execute(statement)).one_or_none()
    return (int(row[0]), int(row[1])) if row else (0, 0)


async def give_back_attempt(connection: AsyncConnection, key: str) -> None:
    less = func.greatest(sign_in_limit.c.failures - 1, 0)
    await connection.execute(update(sign_in_limit).where(sign_in_limit.c.key == key).values(failures=less))


async def forget_attempts(connection: AsyncConnection, key: str) -> None:
    await connection.execute(delete(sign_in_limit).where(sign_in_limit.c.key == key))


async def forget_old_attempts(connection: AsyncConnection) -> int:
    """Windows that are over count nothing any more."""
    return (await connection.execute(delete(sign_in_limit).where(sign_in_limit.c.window_ends < clock.now()))).rowcount
