"""SQL about the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    and_,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import (
    Found,
    person,
    unit,
)
from exam_engine.kit.identity import within
from exam_engine.kit.tables import audit


async def audit_entries(
    connection: AsyncConnection,
    scopes: Iterable[str],
    *,
    action: str = "",
    actor: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[Found]:
    """Newest first. In scope is what happened in a unit of mine, or what somebody of a unit of mine did."""
    home, place = unit.alias(), unit.alias()
    statement = (
        select(
            audit,
            person.c.full_name.label("actor_name"),
            person.c.public_id.label("actor_public_id"),
            place.c.name.label("unit_name"),
        )
        .outerjoin(person, and_(audit.c.actor_kind == "staff", person.c.id == audit.c.actor_id))
        .outerjoin(home, home.c.id == person.c.unit_id)
        .outerjoin(place, place.c.id == audit.c.unit_id)
        .where(or_(within(place.c.path, scopes), and_(audit.c.unit_id.is_(None), within(home.c.path, scopes))))
    )
    if action:
        statement = statement.where(audit.c.action == action)
    for word in actor.split():
        statement = statement.where(person.c.search.contains(word, autoescape=True))
    if since:
        statement = statement.where(audit.c.at >= since)
    if until:
        statement = statement.where(audit.c.at < until)
    if before is not None:
        statement = statement.where(audit.c.id < before)
    return (await connection.execute(statement.order_by(audit.c.id.desc()).limit(limit))).all()


async def audit_actions(connection: AsyncConnection) -> Sequence[str]:
    """The kinds of acts, for the filter: names of the program, nobody's data."""
    return (
        (await connection.execute(select(audit.c.action).distinct().order_by(audit.c.action).limit(200)))
        .scalars()
        .all()
    )
