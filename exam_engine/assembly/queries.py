"""Every SQL statement about assembled forms, named by the question it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.assembly.tables import assembly
from exam_engine.kit import clock
from exam_engine.kit.tables import job, metadata

#: The page of an exam lists so many.
LISTED = 10


async def add(connection: AsyncConnection, values: Mapping[str, Any]) -> int:
    return int((await connection.execute(insert(assembly).values(values).returning(assembly.c.id))).scalar_one())


async def note_job(connection: AsyncConnection, assembly_id: int, public: str) -> None:
    await connection.execute(update(assembly).where(assembly.c.id == assembly_id).values(job_public_id=public))


async def by_id(connection: AsyncConnection, assembly_id: int) -> RowMapping:
    return (await connection.execute(select(assembly).where(assembly.c.id == assembly_id))).mappings().one()


async def of_exam(connection: AsyncConnection, exam_id: int) -> Sequence[RowMapping]:
    """The newest first, with how far their jobs are and who asked for them."""
    person = metadata.tables["exam.person"]
    statement = (
        select(assembly, job.c.state.label("job_state"), person.c.full_name.label("by"))
        .outerjoin(job, job.c.public_id == assembly.c.job_public_id)
        .outerjoin(person, person.c.id == assembly.c.created_by)
        .where(assembly.c.exam_id == exam_id)
        .order_by(assembly.c.id.desc())
        .limit(LISTED)
    )
    return (await connection.execute(statement)).mappings().all()


async def one_of_exam(connection: AsyncConnection, exam_id: int, public: str) -> RowMapping | None:
    statement = (
        select(assembly, job.c.state.label("job_state"))
        .outerjoin(job, job.c.public_id == assembly.c.job_public_id)
        .where(assembly.c.exam_id == exam_id, assembly.c.public_id == public)
    )
    return (await connection.execute(statement)).mappings().one_or_none()


async def set_found(connection: AsyncConnection, assembly_id: int, found: Mapping[str, Any]) -> None:
    values = {"found": found, "made_at": clock.now()}
    await connection.execute(update(assembly).where(assembly.c.id == assembly_id).values(values))


async def set_taken(connection: AsyncConnection, assembly_id: int) -> None:
    await connection.execute(update(assembly).where(assembly.c.id == assembly_id).values(taken=True))
