"""Limits on guessing, per user name, ticket or candidate number: never per network address alone, because a whole
school stands behind one address.

A refused sign-in must still be counted: call `admit` in a transaction that commits although the caller is refused
(`kit.database.transaction(state.engine)`, or answer with a page instead of raising).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import queries
from exam_engine.kit.errors import Refused, _


@dataclass(frozen=True, slots=True)
class Limit:
    failures: int = 10
    window: timedelta = timedelta(minutes=5)


STANDARD = Limit()


async def admit(connection: AsyncConnection, key: str, limit: Limit = STANDARD) -> Refused | None:
    """Counts the attempt before it is judged, so that many at once can't slip through; `forget` it on success."""
    count, wait = await queries.count_attempt(connection, _stored(key), limit.window)
    return too_many(wait) if count > limit.failures else None


async def forget(connection: AsyncConnection, key: str) -> None:
    await queries.forget_attempts(connection, _stored(key))


def too_many(wait_seconds: int) -> Refused:
    minutes = max(1, -(-wait_seconds // 60))
    return Refused(
        "too_many_attempts",
        429,
        _("Too many attempts. Please wait %(minutes)s min and try again."),
        headers={"Retry-After": str(max(1, wait_seconds))},
        minutes=minutes,
    )


def _stored(key: str) -> str:
    """Bounded and free of what a database refuses; the kind in front stays readable."""
    kind, _colon, rest = key.partition(":")
    return f"{kind[:20]}:{hashlib.sha256(rest.encode('utf-8', 'surrogatepass')).hexdigest()}"
