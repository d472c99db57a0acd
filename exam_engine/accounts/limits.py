"""Limits on guessing, per user name, ticket or candidate number: never per network address alone, because a whole
school stands behind one address.

A refused sign-in must still be counted: call `admit` in a transaction that commits although the caller is refused
(`kit.database.transaction(state.engine)`, or answer with a page instead of raising).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts import limit_queries
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _


@dataclass(frozen=True, slots=True)
class Limit:
    """Limits of different names count beside each other."""

    failures: int = 10
    window: timedelta = timedelta(minutes=5)
    name: str = ""


STANDARD = Limit()
#: A PIN has six digits: whoever tries a whole class for days must not get through the standard limit alone.
OF_A_DAY = Limit(failures=60, window=timedelta(days=1), name="day")


async def admit(connection: AsyncConnection, key: str, *limits: Limit) -> Refused | None:
    """Counts the attempt before it is judged, so that many at once can't slip through; `forget` it on success."""
    for limit in limits or (STANDARD,):
        count, wait = await limit_queries.count_attempt(connection, _stored(key, limit), limit.window)
        if count > limit.failures:
            return too_many(wait)
    return None


async def used_up(connection: AsyncConnection, key: str, limit: Limit) -> Refused | None:
    """Whether a further failure would be refused; counts nothing."""
    count, wait = await limit_queries.attempts_so_far(connection, _stored(key, limit))
    return too_many(wait) if count >= limit.failures else None


async def forget(connection: AsyncConnection, key: str) -> None:
    for limit in (STANDARD, OF_A_DAY):
        await limit_queries.forget_attempts(connection, _stored(key, limit))


async def give_back(connection: AsyncConnection, key: str, *limits: Limit) -> None:
    """This one attempt was right; failures of others under the same key stay counted."""
    for limit in limits or (STANDARD,):
        await limit_queries.give_back_attempt(connection, _stored(key, limit))


async def clear(engine: AsyncEngine) -> int:
    """Daily: every wrong name, code and browser leaves a row behind. Returns how many are gone."""
    async with transaction(engine) as connection:
        return await limit_queries.forget_old_attempts(connection)


def too_many(wait_seconds: int) -> Refused:
    minutes = max(1, -(-wait_seconds // 60))
    return Refused(
        "too_many_attempts",
        429,
        _("Too many attempts. Please wait %(minutes)s min and try again."),
        headers={"Retry-After": str(max(1, wait_seconds))},
        minutes=minutes,
    )


def _stored(key: str, limit: Limit) -> str:
    """Bounded and free of what a database refuses; the kind in front stays readable."""
    kind, _colon, rest = key.partition(":")
    digest = hashlib.sha256(rest.encode("utf-8", "surrogatepass")).hexdigest()
    return ":".join(filter(None, (kind[:20], limit.name, digest)))
