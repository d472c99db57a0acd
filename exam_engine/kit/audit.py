"""The append-only record of who did what. Ids only, never names: it outlives the people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.identity import Principal
from exam_engine.kit.tables import audit

_RECORD = insert(audit)

#: The head of an entry that a larger statement writes: the values, of ids only, come from its own select.
RECORD = "insert into exam.audit (actor_kind, actor_id, action, subject_kind, subject_id, data)"


async def record(
    connection: AsyncConnection,
    principal: Principal,
    action: str,
    subject_kind: str,
    subject_id: int | None,
    *,
    unit_id: int | None = None,
    **data: Any,
) -> None:
    """Writes one entry in the caller's transaction: the act and its trace commit together."""
    await connection.execute(_RECORD, _entry(principal, action, subject_kind, subject_id, unit_id, data))


async def record_each(
    connection: AsyncConnection,
    principal: Principal,
    action: str,
    subject_kind: str,
    subject_ids: Sequence[int],
    **data: Any,
) -> None:
    """The same of many, in one message."""
    entries = [_entry(principal, action, subject_kind, one, None, data) for one in subject_ids]
    if entries:
        await connection.execute(_RECORD, entries)


async def subjects_of(
    connection: AsyncConnection, action: str, subject_kind: str, subject_ids: Sequence[int], **data: Any
) -> set[int]:
    """Those of whom such an entry tells already, with these data."""
    found = select(audit.c.subject_id).where(
        audit.c.action == action,
        audit.c.subject_kind == subject_kind,
        audit.c.subject_id.in_(subject_ids),
        audit.c.data.contains(data),
    )
    return set((await connection.execute(found)).scalars())


async def told_of(
    connection: AsyncConnection, action: str, subject_kind: str, subject_id: int, **data: Any
) -> Sequence[dict[str, Any]]:
    """What such entries about somebody hold, of those with these data among others."""
    found = select(audit.c.data).where(
        audit.c.action == action,
        audit.c.subject_kind == subject_kind,
        audit.c.subject_id == subject_id,
        audit.c.data.contains(data),
    )
    return (await connection.execute(found)).scalars().all()


def _entry(
    principal: Principal, action: str, subject_kind: str, subject_id: int | None, unit_id: int | None, data: Any
) -> dict[str, Any]:
    return {
        "actor_kind": principal.kind,
        "actor_id": principal.id or None,
        "action": action,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "unit_id": unit_id,
        "data": data,
    }
