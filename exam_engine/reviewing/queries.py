"""Every SQL statement of reviewing beyond the item bank's own, named by the question it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.queries import banks_open_to
from exam_engine.authoring.tables import exam
from exam_engine.kit import clock
from exam_engine.kit.identity import Principal, within
from exam_engine.kit.tables import metadata
from exam_engine.reviewing.tables import paper_release
from item_bank.storage import review_queries

REVIEW = "items.review"


def banks_to_review(principal: Principal) -> ColumnElement[bool]:
    """The condition on `bank`: the principal may review in its unit and is of its team, where it has one."""
    return and_(banks_open_to(principal, REVIEW), review_queries.in_team(principal.id))


async def people_with_roles(
    connection: AsyncConnection, unit_path: str, roles: Collection[str]
) -> Sequence[RowMapping]:
    """Who holds one of the roles in the unit or above it, by name. Accounts is a floor beside: its tables are known to
    the one MetaData."""
    person, grant, unit = (metadata.tables[f"exam.{name}"] for name in ("person", "role_grant", "unit"))
    today = func.current_date()
    statement = (
        select(person.c.id, person.c.public_id, person.c.full_name)
        .join(grant, grant.c.person_id == person.c.id)
        .join(unit, unit.c.id == grant.c.unit_id)
        .where(
            grant.c.role.in_(roles),
            func.starts_with(unit_path, unit.c.path),
            or_(grant.c.valid_to.is_(None), grant.c.valid_to >= today),
        )
        .distinct()
        .order_by(person.c.full_name, person.c.id)
    )
    return (await connection.execute(statement)).mappings().all()


async def release_of(connection: AsyncConnection, exam_id: int, digest: str) -> RowMapping | None:
    found = select(paper_release).where(paper_release.c.exam_id == exam_id, paper_release.c.digest == digest)
    return (await connection.execute(found)).mappings().one_or_none()


async def ask_release(connection: AsyncConnection, exam_id: int, digest: str, person: int) -> bool:
    """False when somebody has asked for it already."""
    values: dict[str, Any] = {"exam_id": exam_id, "digest": digest, "asked_by": person}
    statement = insert(paper_release).values(values).on_conflict_do_nothing().returning(paper_release.c.id)
    return (await connection.execute(statement)).scalar_one_or_none() is not None


async def release(connection: AsyncConnection, exam_id: int, digest: str, person: int) -> bool:
    """Once, and by somebody else than who asked."""
    statement = (
        update(paper_release)
        .where(
            paper_release.c.exam_id == exam_id,
            paper_release.c.digest == digest,
            paper_release.c.released_by.is_(None),
            paper_release.c.asked_by != person,
        )
        .values(released_by=person, released_at=clock.now())
    )
    return (await connection.execute(statement)).rowcount == 1


async def releases_to_confirm(connection: AsyncConnection, scopes: Iterable[str], person: int) -> Sequence[RowMapping]:
    """The exams that wait for a second person, with the digest that was asked for; asked by others."""
    unit = metadata.tables["exam.unit"]
    statement = (
        select(exam.c.public_id, exam.c.title, exam.c.definition, paper_release.c.digest)
        .join(paper_release, paper_release.c.exam_id == exam.c.id)
        .join(unit, unit.c.id == exam.c.unit_id)
        .where(
            within(unit.c.path, scopes),
            exam.c.status != "archived",
            paper_release.c.released_by.is_(None),
            paper_release.c.asked_by != person,
        )
        .order_by(paper_release.c.id.desc())
        .limit(20)
    )
    return (await connection.execute(statement)).mappings().all()
