"""SQL of results over time, named by the question it answers. Practice is left out everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import RowMapping, and_, case, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import class_member, unit
from exam_engine.delivery.tables import attempt
from exam_engine.kit.identity import within
from exam_engine.scoring.tables import result
from exam_engine.sittings.tables import candidate, form, sitting
from item_bank.storage.tables import item_version

_OF_CLASS = and_(class_member.c.person_id == candidate.c.person_id)


async def tests_of_class(
    connection: AsyncConnection, class_id: int, scopes: Iterable[str], limit: int
) -> Sequence[RowMapping]:
    """The newest tests in which pupils of the class have a result, those within the scopes, the newest first."""
    with_result = exists().where(
        result.c.sitting_id == sitting.c.id,
        result.c.current,
        attempt.c.id == result.c.attempt_id,
        candidate.c.id == attempt.c.candidate_id,
        _OF_CLASS,
        class_member.c.unit_id == class_id,
    )
    # Marks of an exam are confirmed by their release.
    confirmed = case((sitting.c.kind == "exam", sitting.c.released_at), else_=sitting.c.marks_confirmed_at).is_not(None)
    rows = await connection.execute(
        select(sitting.c.id, sitting.c.public_id, sitting.c.title, sitting.c.kind, sitting.c.starts_at,
               sitting.c.definition, confirmed.label("confirmed"))
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(sitting.c.kind != "practice", within(unit.c.path, scopes), with_result)
        .order_by(sitting.c.starts_at.desc(), sitting.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    return rows.mappings().all()


async def results_of_class(
    connection: AsyncConnection, class_id: int, sitting_ids: Sequence[int]
) -> Sequence[RowMapping]:
    """The current results of the class's pupils in these sittings, in the order of attempts."""
    rows = await connection.execute(
        select(result.c.sitting_id, candidate.c.person_id, candidate.c.public_id.label("candidate"),
               attempt.c.form_id, result.c.rounded, result.c.pending, result.c.marks)
        .join(attempt, attempt.c.id == result.c.attempt_id)
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .join(class_member, and_(_OF_CLASS, class_member.c.unit_id == class_id))
        .where(result.c.sitting_id.in_(sitting_ids), result.c.current)
        .order_by(attempt.c.id)
    )  # fmt: skip
    return rows.mappings().all()


async def key_maps(connection: AsyncConnection, form_ids: Iterable[int]) -> dict[int, Sequence[dict[str, Any]]]:
    rows = await connection.execute(select(form.c.id, form.c.key_map).where(form.c.id.in_(list(form_ids))))
    return {row.id: row.key_map for row in rows}


async def topics(connection: AsyncConnection, versions: Iterable[int]) -> dict[int, str]:
    rows = await connection.execute(
        select(item_version.c.id, item_version.c.topic).where(item_version.c.id.in_(list(versions)))
    )
    return {row.id: row.topic for row in rows}
