"""Asking for an item analysis, and how far it is. The numbers themselves are made by `exam-engine work`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM, Principal
from exam_engine.kit.jobs import Progress, enqueue
from exam_engine.reports import history, queries, study_queries
from exam_engine.scoring.events import SittingMarked

JOB = "item_analysis"


@dataclass(frozen=True, slots=True)
class Look:
    """`found` None: never made. `stale`: results have changed since. `running`: the next one is being made."""

    found: Mapping[str, Any] | None
    made_at: datetime | None
    stale: bool
    running: bool
    failed: str
    done: int
    total: int


async def look(connection: AsyncConnection, sitting_id: int) -> Look:
    row = await queries.analysis_of(connection, sitting_id)
    if row is None:
        return Look(None, None, False, False, "", 0, 0)
    return Look(
        found=row["found"],
        made_at=row["made_at"],
        stale=row["found"] is not None and row["basis"] != await queries.basis(connection, sitting_id),
        running=row["job_state"] in ("waiting", "running"),
        failed=row["message"] if row["job_state"] == "failed" else "",
        done=row["done"] or 0,
        total=row["total"] or 0,
    )


async def ask(connection: AsyncConnection, principal: Principal, sitting_id: int, unit_id: int | None = None) -> None:
    """One that waits already will see what this transaction has written, so a second is not needed."""
    row = await queries.analysis_of(connection, sitting_id)
    if row is not None and row["job_state"] == "waiting":
        return
    public = await enqueue(connection, JOB, {"sitting": sitting_id}, principal=principal, unit_id=unit_id)
    await queries.note_job(connection, sitting_id, public)


async def ask_when_marked(connection: AsyncConnection, event: SittingMarked) -> None:
    if await queries.counts(connection, event.sitting_id):
        await ask(connection, SYSTEM, event.sitting_id)


async def perform(state: State, progress: Progress, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The job: reads, computes, stores. Loaded here because web workers never load the statistics."""
    from exam_engine.reports import item_analysis
    from exam_engine.reports.study import making

    sitting_id = int(payload["sitting"])
    async with transaction(state.engine) as connection:
        made_of = await queries.basis(connection, sitting_id)
        gathered = await item_analysis.gather(connection, sitting_id, progress)
        groups = await study_queries.groups(connection, [row["id"] for row in gathered.rows])
        title = await study_queries.title(connection, sitting_id)
    # The loop of this process also sweeps: long sums go to a thread, and no connection waits for them.
    found = await asyncio.to_thread(item_analysis.found_in, gathered)
    made = await asyncio.to_thread(making.make, gathered, found, groups, title)
    async with transaction(state.engine) as connection:
        await queries.store_analysis(connection, sitting_id, found, made_of)
        await history.note(connection, sitting_id, found)
        if made:
            await study_queries.store(connection, sitting_id, made_of, made, making.ALGORITHM)
    return {"sitting": sitting_id, "candidates": found["n"], "items": len(found["items"])}
