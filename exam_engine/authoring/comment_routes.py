"""Comments on an item: written, answered, resolved, changed and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import commenting
from exam_engine.kit.errors import invalid, not_found
from exam_engine.kit.forms import Form, Reading, clean, local_path
from exam_engine.kit.identity import Principal, requires

LONGEST = 2_000
READS: dict[str, Any] = requires("items.read")


@post("/items/{item:str}/comments", status_code=303, **READS)
async def comment(connection: AsyncConnection, principal: Principal, item: str, data: Form) -> Response[Any]:
    """`thread`: the one that is answered."""
    thread = _number(data["thread"]) if data.get("thread") else None
    await commenting.write(connection, principal, item, _text(data), thread)
    return _back(item, data, f"thread-{thread}" if thread else "comments")


@post("/items/{item:str}/comments/{thread:str}/resolve", status_code=303, **READS)
async def resolve(
    connection: AsyncConnection, principal: Principal, item: str, thread: str, data: Form
) -> Response[Any]:
    """Or opens it again."""
    if data.get("open") == "1":
        await commenting.reopen(connection, principal, item, _number(thread))
    else:
        await commenting.resolve(connection, principal, item, _number(thread), _number(data.get("seen")))
    return _back(item, data, f"thread-{thread}")


@post("/items/{item:str}/comments/{thread:str}/change", status_code=303, **READS)
async def change(
    connection: AsyncConnection, principal: Principal, item: str, thread: str, data: Form
) -> Response[Any]:
    """New words for an own comment, or none of it any more."""
    about = _number(thread), _number(data.get("comment"))
    if data.get("delete") == "1":
        await commenting.remove(connection, principal, item, *about)
    else:
        await commenting.change(connection, principal, item, *about, _text(data))
    return _back(item, data, f"thread-{thread}")


def _text(data: Mapping[str, str]) -> str:
    form = Reading(data)
    text = form.text("text", longest=LONGEST)
    if form.errors:
        raise invalid(form.errors["text"])
    return text


def _number(text: str | None) -> int:
    """Of a row; what cannot be one is none."""
    found = clean(text) or ""
    if not (found.isascii() and found.isdigit() and len(found) < 19):
        raise not_found()
    return int(found)


def _back(item: str, data: Mapping[str, str], place: str) -> Response[Any]:
    return Redirect(f"{local_path(data.get('back'), f'/items/{item}')}#{place}", status_code=303)


ROUTES = (comment, resolve, change)
