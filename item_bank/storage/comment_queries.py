"""Comments on items: a thread is its first comment with the answers that name it. `owner`: a condition on `bank`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.storage.tables import bank, item, item_comment, item_version

_FIRST, _OPEN = item_comment.c.thread_id.is_(None), item_comment.c.resolved_at.is_(None)
_LIVE = item_comment.c.deleted_at.is_(None)
#: Comments from before there were answers do not say it.
_LAST = func.coalesce(item_comment.c.last_by, item_comment.c.person_id)


async def comments_of(
    connection: AsyncConnection, item_id: int, works: ColumnElement[bool], minutes: int
) -> Sequence[RowMapping]:
    """In the order in which they were written, with the number of the version that each is about; `young`: written in
    the last minutes; `works`: whether the condition on `bank` holds."""
    statement = (
        select(item_comment, item_version.c.number, _young(minutes).label("young"), works.label("works"))
        .join(item_version, item_version.c.id == item_comment.c.version_id)
        .join(item, item.c.id == item_version.c.item_id)
        .join(bank, bank.c.id == item.c.bank_id)
        .where(item.c.id == item_id)
        .order_by(item_comment.c.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def add_thread(connection: AsyncConnection, version_id: int, person: int, text: str) -> None:
    values = {"version_id": version_id, "person_id": person, "text": text, "last_by": person}
    await connection.execute(insert(item_comment).values(values))


async def held_thread(
    connection: AsyncConnection, public_id: str, thread: int, owner: ColumnElement[bool]
) -> RowMapping | None:
    """The first comment of a thread on the item, held until the transaction ends."""
    held = (
        select(item_comment, item.c.id.label("item_id"))
        .join(item_version, item_version.c.id == item_comment.c.version_id)
        .join(item, item.c.id == item_version.c.item_id)
        .join(bank, bank.c.id == item.c.bank_id)
        .where(item_comment.c.id == thread, item.c.public_id == public_id, _FIRST, owner)
        .with_for_update(of=item_comment)
    )
    return (await connection.execute(held)).mappings().one_or_none()


async def last_of(connection: AsyncConnection, thread: int) -> int:
    """Of a held thread: what was answered while the lock was waited for counts."""
    return int((await connection.execute(select(func.max(item_comment.c.id)).where(_in_thread(thread)))).scalar_one())


async def answer(connection: AsyncConnection, thread: RowMapping, version_id: int, person: int, text: str) -> None:
    """On a held thread. One that was resolved is open again: somebody has something to add."""
    values = {"version_id": version_id, "person_id": person, "text": text, "thread_id": thread["id"]}
    await connection.execute(insert(item_comment).values(values))
    await _set(connection, thread["id"], last_by=person, resolved_at=None, resolved_by=None)


async def resolve(connection: AsyncConnection, thread: int, person: int | None) -> None:
    """Of a held thread; None opens it again."""
    await _set(connection, thread, resolved_by=person, resolved_at=None if person is None else func.now())


async def change_text(
    connection: AsyncConnection, thread: int, comment: int, person: int, text: str, minutes: int
) -> bool:
    """One's own, for so long after it was written. Whether it was."""
    mine = and_(item_comment.c.id == comment, _in_thread(thread), begun_by(person), _LIVE, _young(minutes))
    values = {"text": text, "edited_at": func.now()}
    return (await connection.execute(update(item_comment).where(mine).values(values))).rowcount == 1


async def remove(connection: AsyncConnection, thread: int, comment: int, person: int) -> bool:
    """One's own, of a held thread: its place stays, its words go. A thread of nothing else is closed."""
    mine = and_(item_comment.c.id == comment, _in_thread(thread), begun_by(person), _LIVE)
    gone = update(item_comment).where(mine).values(text="", deleted_at=func.now())
    if (await connection.execute(gone)).rowcount != 1:
        return False
    left = select(item_comment.c.person_id).where(_in_thread(thread), _LIVE).order_by(item_comment.c.id.desc())
    last = (await connection.execute(left.limit(1))).scalar_one_or_none()
    if last is None:
        await resolve(connection, thread, person)
    else:
        await _set(connection, thread, last_by=last)
    return True


async def count_open(connection: AsyncConnection, person: int, owner: ColumnElement[bool]) -> int:
    found = _open_for(person, owner).with_only_columns(func.count())
    return int((await connection.execute(found)).scalar_one())


async def open_for(
    connection: AsyncConnection, person: int, owner: ColumnElement[bool], *, limit: int = 100
) -> Sequence[RowMapping]:
    """Open threads in which somebody else had the last word, on items that the person wrote or begun by the person;
    the newest first."""
    newest = item_version.alias("newest")
    statement = (
        _open_for(person, owner)
        .join(newest, newest.c.id == item.c.version_id)
        .with_only_columns(
            item_comment.c.id,
            item_comment.c.text,
            _LAST.label("last_by"),
            item.c.public_id,
            newest.c.content,
            bank.c.name.label("bank_name"),
        )
        .order_by(item_comment.c.id.desc())
        .limit(limit)
    )
    return (await connection.execute(statement)).mappings().all()


def _open_for(person: int, owner: ColumnElement[bool]) -> Select[Any]:
    """From the open threads, which an index holds alone."""
    mine = or_(item.c.created_by == person, item.c.author_id == person, item_comment.c.person_id == person)
    return (
        select(item_comment.c.id)
        .join(item_version, item_version.c.id == item_comment.c.version_id)
        .join(item, item.c.id == item_version.c.item_id)
        .join(bank, bank.c.id == item.c.bank_id)
        .where(_FIRST, _OPEN, _LAST.is_distinct_from(person), mine, item.c.status != "retired", owner)
    )


def begun_by(person: int) -> ColumnElement[bool]:
    return item_comment.c.person_id == person


def _young(minutes: int) -> ColumnElement[bool]:
    return item_comment.c.created_at > func.now() - func.make_interval(0, 0, 0, 0, 0, minutes)


def _in_thread(thread: int) -> ColumnElement[bool]:
    return or_(item_comment.c.id == thread, item_comment.c.thread_id == thread)


async def _set(connection: AsyncConnection, thread: int, **values: Any) -> None:
    await connection.execute(update(item_comment).where(item_comment.c.id == thread).values(values))
