"""A sitting comes into being: an exam's definition pinned to a time, a unit and a policy."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.kit import audit
from exam_engine.kit.errors import _ as N_
from exam_engine.kit.errors import invalid
from exam_engine.kit.identity import Principal, public_id
from exam_engine.sittings import policy as policies
from exam_engine.sittings import sitting_queries
from exam_engine.sittings.policy import SittingPolicy

Timing = Literal["individual", "common_end"]
Kind = Literal["exam", "quiz", "homework", "practice"]


async def create_sitting(
    connection: AsyncConnection,
    principal: Principal,
    exam: RowMapping,
    *,
    unit_id: int,
    title: str,
    opens_at: datetime,
    starts_at: datetime,
    closes_at: datetime,
    minutes: int | None = None,
    timing: Timing = "individual",
    policy: SittingPolicy | None = None,
    seed: str = "",
    kind: Kind = "exam",
) -> tuple[int, str]:
    """Returns (id, public id). `exam` is a row of `exam.exam`; its definition is copied: later edits don't reach in."""
    if not opens_at <= starts_at < closes_at:
        raise invalid(N_("The waiting room opens before the start, and the start lies before the close."))
    definition = definitions.decode(exam["definition"])
    values = {
        "public_id": public_id(),
        "exam_id": exam["id"],
        "unit_id": unit_id,
        "kind": kind,
        "title": title.strip() or definition.title,
        "opens_at": opens_at,
        "starts_at": starts_at,
        "closes_at": closes_at,
        "duration_s": 60 * (minutes or definition.minutes),
        "timing": timing,
        "policy": policies.encode(policy or SittingPolicy()),
        "definition": definitions.encode(definition),
        "seed": seed,
        "created_by": principal.id or None,
    }
    sitting_id = await sitting_queries.add_sitting(connection, values)
    await audit.record(connection, principal, "created", "sitting", sitting_id, unit_id=unit_id)
    return sitting_id, str(values["public_id"])
