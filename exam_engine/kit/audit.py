"""The append-only record of who did what. Ids only, never names: it outlives the people."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert
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
    await connection.execute(
        _RECORD,
        {
            "actor_kind": principal.kind,
            "actor_id": principal.id or None,
            "action": action,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "unit_id": unit_id,
            "data": data,
        },
    )
