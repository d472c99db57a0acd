"""Threads of comments on an item, as its pages show them, and what is done to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, conflict, not_found
from exam_engine.kit.identity import Principal
from item_bank.storage import comment_queries
from item_bank.storage import queries as storage

#: So long one's own words may be changed: afterwards somebody has read them.
CHANGEABLE_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Comment:
    """`deleted`: its words are gone, its place stays."""

    id: int
    by: str
    at: datetime
    text: str
    version: int
    own: bool
    changeable: bool
    edited: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """Its first comment names it; `last` is the id of the newest, `resolved_by` a name where it is resolved."""

    id: int
    comments: tuple[Comment, ...]
    last: int
    resolved_by: str
    resolved_at: datetime | None
    may_resolve: bool


def may_read(principal: Principal) -> ColumnElement[bool]:
    """The condition on `bank`."""
    return queries.banks_open_to(principal, "items.read")


async def threads_of(connection: AsyncConnection, principal: Principal, item_id: int) -> list[Thread]:
    """Open ones first, then by age; without those of which nothing is left."""
    rows = await comment_queries.comments_of(connection, item_id, _works_on(principal), CHANGEABLE_MINUTES)
    names = await queries.names_of(connection, {row[name] for row in rows for name in ("person_id", "resolved_by")})
    answers = [(row["thread_id"] or row["id"], _comment(row, names, principal)) for row in rows]
    found = [
        Thread(
            row["id"],
            tuple(one for thread, one in answers if thread == row["id"]),
            max(one.id for thread, one in answers if thread == row["id"]),
            names.get(row["resolved_by"], "–") if row["resolved_at"] else "",
            row["resolved_at"],
            row["works"] or row["person_id"] == principal.id,
        )
        for row in rows
        if row["thread_id"] is None
    ]
    left = [one for one in found if not all(comment.deleted for comment in one.comments)]
    return sorted(left, key=lambda one: (one.resolved_at is not None, one.id))


async def write(connection: AsyncConnection, principal: Principal, item: str, text: str, thread: int | None) -> None:
    """A thread of its own, about the newest version, or an answer."""
    stored = await storage.newest_version(connection, item, may_read(principal))
    if stored is None:
        raise not_found()
    if thread is None:
        await comment_queries.add_thread(connection, stored.id, principal.id, text)
    else:
        held = await _held(connection, principal, item, thread)
        await comment_queries.answer(connection, held, stored.id, principal.id, text)
    await audit.record(connection, principal, "commented", "item", stored.item_id, version=stored.number)


async def resolve(connection: AsyncConnection, principal: Principal, item: str, thread: int, seen: int) -> None:
    """By who writes or reviews in the bank, or who began it; `seen`: the newest comment on the page."""
    held = await _held(connection, principal, item, thread, resolving=True)
    if await comment_queries.last_of(connection, thread) != seen:
        raise conflict(_("Meanwhile somebody has answered in this thread. Read it before you close it."))
    if held["resolved_at"] is None:
        await comment_queries.resolve(connection, thread, principal.id)
        await audit.record(connection, principal, "resolved", "item", held["item_id"], comment=thread)


async def reopen(connection: AsyncConnection, principal: Principal, item: str, thread: int) -> None:
    held = await _held(connection, principal, item, thread, resolving=True)
    if held["resolved_at"] is not None:
        await comment_queries.resolve(connection, thread, None)
        await audit.record(connection, principal, "reopened", "item", held["item_id"], comment=thread)


async def change(
    connection: AsyncConnection, principal: Principal, item: str, thread: int, comment: int, text: str
) -> None:
    held = await _held(connection, principal, item, thread)
    if not await comment_queries.change_text(
        connection, thread, comment, principal.id, text, minutes=CHANGEABLE_MINUTES
    ):
        message = _("A comment can be changed by who wrote it, for %(n)s minutes. Write another one.")
        raise Refused("comment_settled", 409, message, n=CHANGEABLE_MINUTES)
    await audit.record(connection, principal, "comment_changed", "item", held["item_id"], comment=comment)


async def remove(connection: AsyncConnection, principal: Principal, item: str, thread: int, comment: int) -> None:
    held = await _held(connection, principal, item, thread)
    if not await comment_queries.remove(connection, thread, comment, principal.id):
        raise not_found()
    await audit.record(connection, principal, "comment_deleted", "item", held["item_id"], comment=comment)


async def _held(
    connection: AsyncConnection, principal: Principal, item: str, thread: int, *, resolving: bool = False
) -> RowMapping:
    owner = may_read(principal)
    if resolving:
        owner = and_(owner, or_(_works_on(principal), comment_queries.begun_by(principal.id)))
    held = await comment_queries.held_thread(connection, item, thread, owner)
    if held is None:
        raise not_found()
    return held


def _works_on(principal: Principal) -> ColumnElement[bool]:
    """The condition on `bank`: the principal writes or reviews in it."""
    return or_(*(queries.banks_open_to(principal, permission) for permission in ("items.write", "items.review")))


def _comment(row: RowMapping, names: dict[int, str], principal: Principal) -> Comment:
    deleted = row["deleted_at"] is not None
    own = row["person_id"] == principal.id and not deleted
    return Comment(
        row["id"],
        names.get(row["person_id"], "–"),
        row["created_at"],
        row["text"],
        row["number"],
        own,
        own and row["young"],
        row["edited_at"] is not None,
        deleted,
    )
