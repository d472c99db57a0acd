"""Who asks, what they may do, and where. Permissions are names; which role holds which is data of a feature above."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy import ColumnElement, false, or_

from exam_engine.kit.errors import Refused, _

OPEN = "open"
#: In a route's `opt`: its handler gets the request alone, and is asked without the framework's detours.
AT_ONCE = "at_once"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no look-alikes: ids are read aloud


def public_id(length: int = 16) -> str:
    """An unguessable id for URLs and slips: about 5 bits per character."""
    return "".join(secrets.choice(_ALPHABET) for _i in range(length))


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person or candidate. `permissions` maps a permission to the unit paths within which it holds.

    `id` is a person's ("staff", "pupil") or a candidate's; `pupil_id` the person's id of a pupil, also in mid-test."""

    kind: Literal["staff", "pupil", "candidate", "system"]
    id: int
    name: str = ""
    session_id: int | None = None
    locale: str | None = None
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    pupil_id: int | None = None

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def scopes(self, permission: str) -> tuple[str, ...]:
        return self.permissions.get(permission, ())

    def reaches(self, permission: str, path: str) -> bool:
        """Whether the permission holds in the unit of this path."""
        return any(path.startswith(scope) for scope in self.scopes(permission))


SYSTEM = Principal("system", 0, "system")


def within(path: ColumnElement[str], scopes: Iterable[str]) -> ColumnElement[bool]:
    """The WHERE condition of ownership: the unit's path lies below one of the scopes."""
    conditions = [path.startswith(scope, autoescape=True) for scope in scopes]
    return or_(*conditions) if conditions else false()


def requires(permission: str) -> dict[str, Any]:
    """The declaration every route carries: `@get("/x", **requires("results.read"))`."""
    return {"guards": [_guard], "opt": {"permission": permission}}


def requires_inside(permission: str) -> dict[str, Any]:
    """Of a route whose own statement asks about the session, too: it calls `admit` where that finds nothing."""
    return {"opt": {"permission": permission, AT_ONCE: True}}


def open_to_all(*, at_once: bool = False) -> dict[str, Any]:
    """The declaration of a route that needs nobody signed in (health, sign-in, static pages)."""
    return {"opt": {"permission": OPEN, AT_ONCE: at_once}}


async def principal_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Principal | None:
    """Whoever the session cookie names, looked up once per request."""
    if "principal" not in connection.scope["state"]:
        connection.scope["state"]["principal"] = await connection.app.state.authenticate(connection)
    return cast("Principal | None", connection.scope["state"]["principal"])


def known_before_reading(app: ASGIApp) -> ASGIApp:
    """Looks up who sends a form before the form is read: one that is too large, or whose token has expired, is refused
    on the way in and outside of every other layer, and yet in the language of whoever sent it."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") == "GET":
            await app(scope, receive, send)
            return
        asking: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        if asking.headers.get("content-type", "").startswith(_FORMS):
            await principal_of(asking)
        await app(scope, receive, send)

    return serve


async def _guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    await admit(connection, handler.opt["permission"])


async def admit(connection: ASGIConnection[Any, Any, Any, Any], permission: str) -> None:
    """Refuses whoever is not signed in (401) or may not (403)."""
    principal = await principal_of(connection)
    if principal is None:
        raise Refused("sign_in_needed", 401, _("Please sign in first."))
    if not principal.may(permission):
        raise Refused("not_allowed", 403, _("Your role does not include this. Ask an administrator of your school."))
