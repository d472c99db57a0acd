"""One way to say no: `Refused`, with a stable code (docs/errors.md), shown as problem+json or as a page."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that can't be served, and why.

    `message` is an English msgid; `params` fill its `%(name)s` places after translation. `extra` joins the
    problem+json body (for programs: counters, row numbers).
    """

    def __init__(
        self,
        code: str,
        status: int,
        message: str,
        *,
        headers: dict[str, str] | None = None,
        extra: dict[str, Any] | None = None,
        **params: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.message = message
        self.headers = headers or {}
        self.extra = extra or {}
        self.params = params


def _(msgid: str) -> str:
    """Marks a msgid for extraction; translation happens at the edge."""
    return msgid


def not_found() -> Refused:
    """Also for what exists but belongs to somebody else: the two must look the same."""
    return Refused("not_found", 404, _("This page does not exist, or it is not yours to open."))


def invalid(message: str, **params: Any) -> Refused:
    return Refused("invalid", 422, message, **params)


def conflict(message: str, **params: Any) -> Refused:
    return Refused("conflict", 409, message, **params)
