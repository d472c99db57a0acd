"""From the session cookie to the principal: one statement, no cache, so that a revoked session ends at once."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from exam_engine.accounts import session_queries
from exam_engine.accounts.roles import CANDIDATE, PUPIL, Grant, permissions_of
from exam_engine.accounts.tables import Found
from exam_engine.kit.identity import Principal
from exam_engine.kit.settings import Settings

COOKIE = "session"


def session_cookie(token: str, settings: Settings) -> Cookie:
    """Ends with the browser; the database decides when it ends earlier."""
    secure = settings.secure_cookies
    return Cookie(key=COOKIE, value=token, path="/", httponly=True, samesite="lax", secure=secure)


def token_hash(token: str) -> bytes:
    """The token has 256 random bits: a fast hash is enough, and the table alone opens nothing."""
    return hashlib.sha256(token.encode()).digest()


async def authenticate(connection: ASGIConnection[Any, Any, Any, Any]) -> Principal | None:
    token = connection.cookies.get(COOKIE, "")
    if not 20 <= len(token) <= 100 or not token.isascii():
        return None
    async with connection.app.state.asking.connect() as database:
        found = await session_queries.session_of_token(database, token_hash(token))
    if found is None:
        return None
    if found.candidate_id is not None or found.pupil:
        return _taker(found)
    grants = [] if found.password_temporary else [Grant(*grant) for grant in found.grants]
    return Principal(
        "staff",
        found.person_id,
        found.full_name,
        session_id=found.id,
        locale=found.locale,
        permissions=permissions_of(grants),
        roles=frozenset(grant.role for grant in grants),
    )


def _taker(found: Found) -> Principal:
    """A pupil at home, a pupil who is taking a test, or a candidate whom we know by a ticket only."""
    own = PUPIL if found.pupil else {}
    shared: dict[str, Any] = {"session_id": found.id, "locale": found.locale, "pupil_id": found.person_id}
    if found.candidate_id is None:
        return Principal("pupil", found.person_id, found.full_name, permissions=own, **shared)
    return Principal("candidate", found.candidate_id, permissions={**CANDIDATE, **own}, **shared)
