"""SQL about rosters: uploads that wait, and the people whom they name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    RowMapping,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import class_member, person, unit
from exam_engine.kit.identity import public_id, within
from exam_engine.sittings.tables import candidate, roster_upload, sitting


async def rosters_with_problems(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[RowMapping]:
    """The last upload of drafts that still have no candidates, where the file could not be taken."""
    newest = select(func.max(roster_upload.c.id)).group_by(roster_upload.c.sitting_id)
    taken = exists().where(candidate.c.sitting_id == sitting.c.id)
    statement = (
        select(roster_upload, sitting.c.title, sitting.c.public_id.label("sitting_public_id"))
        .join(sitting, sitting.c.id == roster_upload.c.sitting_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(
            within(unit.c.path, scopes),
            sitting.c.state == "draft",
            roster_upload.c.id.in_(newest),
            func.jsonb_array_length(roster_upload.c.problems["problems"]) > 0,
            not_(taken),
        )
        .order_by(roster_upload.c.id.desc())
        .limit(20)
    )
    return (await connection.execute(statement)).mappings().all()


async def people_by_code(connection: AsyncConnection, unit_id: int, codes: Sequence[str]) -> dict[str, int]:
    """Pupils of the unit's school (or of any unit below or above on its path) by pupil code. A code that several
    people have, in a sitting of several schools, names nobody: better no link than one to the wrong pupil. They are
    held against a merger until the transaction ends; who was merged into another meanwhile is not there."""
    own = select(unit.c.path).where(unit.c.id == unit_id).scalar_subquery()
    related = or_(unit.c.path.startswith(own), own.startswith(unit.c.path))
    rows = await connection.execute(
        select(person.c.code, func.min(person.c.id).label("id"))
        .join(unit, unit.c.id == person.c.unit_id)
        .where(person.c.code.in_(codes), related)
        .group_by(person.c.code)
        .having(func.count() == 1)
    )
    ids = {row.code: row.id for row in rows}
    still = select(person.c.id).where(person.c.id.in_(ids.values())).order_by(person.c.id)
    held = set((await connection.execute(still.with_for_update(read=True, key_share=True))).scalars())
    return {code: person_id for code, person_id in ids.items() if person_id in held}


async def store_upload(connection: AsyncConnection, values: dict[str, Any]) -> str:
    made = public_id()
    await connection.execute(insert(roster_upload).values(public_id=made, **values))
    return made


async def upload_of(connection: AsyncConnection, sitting_id: int, public: str) -> RowMapping | None:
    row = await connection.execute(
        select(roster_upload).where(roster_upload.c.sitting_id == sitting_id, roster_upload.c.public_id == public)
    )
    return row.mappings().one_or_none()


async def mark_upload_taken(connection: AsyncConnection, upload_id: int) -> bool:
    """False when it was taken before."""
    statement = update(roster_upload).where(roster_upload.c.id == upload_id, roster_upload.c.confirmed.is_(False))
    return (await connection.execute(statement.values(confirmed=True))).rowcount == 1


async def members_of_classes(
    connection: AsyncConnection, classes: Iterable[str], scopes: Iterable[str]
) -> Sequence[RowMapping]:
    """Pupils of the classes named by public id, as far as they lie within the scopes; each pupil once."""
    statement = (
        select(
            person.c.id,
            person.c.full_name,
            person.c.code,
            person.c.birth_date,
            person.c.sort_key,
            unit.c.name.label("class"),
        )
        .join(class_member, class_member.c.person_id == person.c.id)
        .join(unit, unit.c.id == class_member.c.unit_id)
        .where(unit.c.public_id.in_(tuple(classes)), unit.c.kind == "class", within(unit.c.path, scopes))
        .order_by(unit.c.name.desc())
    )
    found = {row["id"]: row for row in (await connection.execute(statement)).mappings()}
    return sorted(found.values(), key=lambda row: (row["class"], row["sort_key"]))
