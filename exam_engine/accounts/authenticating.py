"""From the session cookie to the principal: one statement, no cache, so that a revoked session ends at once."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from exam_engine.accounts import session_queries
from exam_engine.accounts.roles import CANDIDATE, PUPIL, Grant, permissions_of
from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal, admit
from exam_engine.kit.settings import Settings

COOKIE = "session"
OWN = "attempt.own"


def session_cookie(token: str, settings: Settings) -> Cookie:
    """Ends with the browser; the database decides when it ends earlier."""
    secure = settings.secure_cookies
    return Cookie(key=COOKIE, value=token, path="/", httponly=True, samesite="lax", secure=secure)


def token_hash(token: str) -> bytes:
    """The token has 256 random bits: a fast hash is enough, and the table alone opens nothing."""
    return hashlib.sha256(token.encode()).digest()


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> bytes | None:
    """The hash of the session cookie, where there is one that could be ours."""
    token = connection.cookies.get(COOKIE, "")
    return token_hash(token) if 20 <= len(token) <= 100 and token.isascii() else None


async def authenticate(connection: ASGIConnection[Any, Any, Any, Any]) -> Principal | None:
    hashed = token_of(connection)
    found = hashed and await connection.app.state.asking.one(session_queries.SESSION_OF_TOKEN, hashed)
    if not found:
        return None
    if found["candidate_id"] is not None or found["pupil"]:
        return taker(found)
    grants = [] if found["password_temporary"] else [Grant(*grant) for grant in found["grants"]]
    return Principal(
        "staff",
        found["person_id"],
        found["person_name"],
        session_id=found["session_id"],
        locale=found["locale"],
        permissions=permissions_of(grants),
        roles=frozenset(grant.role for grant in grants),
    )


async def own(connection: ASGIConnection[Any, Any, Any, Any], statement: str) -> Any:
    """The row that the statement finds for the candidate's live session: one question tells who asks and what is asked
    for. `statement` is made of `LIVES`, and of `SESSION` with `OF_SESSION` where the reply has words; the route
    `requires_inside("attempt.own")`."""
    hashed = token_of(connection)
    found = hashed and await connection.app.state.asking.one(statement, hashed)
    if not found:
        await admit(connection, OWN)
        raise not_found()
    if "session_id" in found.keys():  # noqa: SIM118 - a record of the driver has values for members
        connection.scope["state"]["principal"] = taker(found)
    return found


def taker(found: Any) -> Principal:
    """A pupil at home, a pupil who is taking a test, or a candidate whom we know by a ticket only."""
    own = PUPIL if found["pupil"] else {}
    shared: dict[str, Any] = {
        "session_id": found["session_id"],
        "locale": found["locale"],
        "pupil_id": found["person_id"],
    }
    if found["candidate_id"] is None:
        return Principal("pupil", found["person_id"], found["person_name"], permissions=own, **shared)
    return Principal("candidate", found["candidate_id"], permissions={**CANDIDATE, **own}, **shared)
