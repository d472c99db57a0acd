"""Files that jobs make: each is kept for a day, for whoever asked for the work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit import clock
from exam_engine.kit.tables import job_file

KEPT = timedelta(days=1)


async def keep(connection: AsyncConnection, job_id: int, data: bytes) -> None:
    """Files that nobody came for go with the next one; a job that begins anew writes its file anew."""
    old = (job_file.c.created_at < clock.now() - KEPT) | (job_file.c.job_id == job_id)
    await connection.execute(delete(job_file).where(old))
    await connection.execute(insert(job_file).values(job_id=job_id, data=data, created_at=clock.now()))


async def file_of(connection: AsyncConnection, job_id: int) -> bytes | None:
    found = await connection.execute(select(job_file.c.data).where(job_file.c.job_id == job_id))
    return found.scalar_one_or_none()
