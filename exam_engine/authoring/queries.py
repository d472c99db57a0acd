"""Every SQL statement of authoring beyond the item bank's own, named by the question it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, cast, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.tables import exam
from exam_engine.kit import clock
from exam_engine.kit.identity import within
from exam_engine.kit.tables import metadata
from item_bank.storage.tables import bank


def unit() -> Any:
    """Authoring may not import accounts; the table is known to the one MetaData."""
    return metadata.tables["exam.unit"]


async def add_exam(connection: AsyncConnection, values: dict[str, Any]) -> int:
    return int((await connection.execute(insert(exam).values(values).returning(exam.c.id))).scalar_one())


async def exam_in_scope(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> RowMapping | None:
    units = unit()
    row = await connection.execute(
        select(exam, units.c.path, units.c.name.label("unit_name"))
        .join(units, units.c.id == exam.c.unit_id)
        .where(exam.c.public_id == public, within(units.c.path, scopes))
    )
    return row.mappings().one_or_none()


async def exams_in_scope(
    connection: AsyncConnection,
    scopes: Iterable[str],
    *,
    before: int | None = None,
    limit: int = 50,
    archived: bool = False,
) -> Sequence[RowMapping]:
    """Newest first, without those that are nothing but a quiz of a class; `before` is the keyset cursor (id of the
    last row shown)."""
    units, sittings = unit(), metadata.tables["exam.sitting"]
    of_a_class = exists().where(sittings.c.exam_id == exam.c.id, sittings.c.kind != "exam")
    statement = (
        select(exam, units.c.name.label("unit_name"))
        .join(units, units.c.id == exam.c.unit_id)
        .where(within(units.c.path, scopes), (exam.c.status == "archived") == archived, ~of_a_class)
        .order_by(exam.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(exam.c.id < before)
    return (await connection.execute(statement)).mappings().all()


async def change_exam(connection: AsyncConnection, exam_id: int, revision: int, **values: Any) -> bool:
    """Whether the exam was still at the revision that the editor had read."""
    statement = (
        update(exam)
        .where(exam.c.id == exam_id, exam.c.revision == revision)
        .values(**values, revision=revision + 1, changed_at=clock.now())
    )
    return (await connection.execute(statement)).rowcount == 1


async def set_status(connection: AsyncConnection, exam_id: int, status: str) -> None:
    await connection.execute(update(exam).where(exam.c.id == exam_id).values(status=status, changed_at=clock.now()))


async def delete_unused_exam(connection: AsyncConnection, exam_id: int) -> bool:
    """False when a sitting refers to it. Sittings lie above authoring; the one MetaData knows their table."""
    sittings = metadata.tables["exam.sitting"]
    unused = ~exists().where(sittings.c.exam_id == exam.c.id)
    return (await connection.execute(delete(exam).where(exam.c.id == exam_id, unused))).rowcount == 1


async def exams_of_tests(connection: AsyncConnection, unit_id: int, keys: Collection[str]) -> dict[str, RowMapping]:
    """Key of an imported test → the exam that was made of it in the unit."""
    test = exam.c.definition["origin"]["test"].astext
    statement = select(exam, test.label("test")).where(exam.c.unit_id == unit_id, test.in_(keys)).order_by(exam.c.id)
    rows = (await connection.execute(statement)).mappings() if keys else ()
    return {row["test"]: row for row in rows}


async def exams_of_import(connection: AsyncConnection, unit_id: int, run: str) -> Sequence[RowMapping]:
    """The exams made of the tests of an import, each with whether a sitting refers to it."""
    sittings = metadata.tables["exam.sitting"]
    used = exists().where(sittings.c.exam_id == exam.c.id)
    statement = select(exam, used.label("used")).where(
        exam.c.unit_id == unit_id, exam.c.definition["origin"]["run"].astext == run
    )
    return (await connection.execute(statement.order_by(exam.c.id))).mappings().all()


async def one_after_the_other(connection: AsyncConnection, unit_id: int) -> None:
    """Two imports of the same file at once would make the same exam twice: the unit's row is held until the end."""
    await connection.execute(select(unit().c.id).where(unit().c.id == unit_id).with_for_update(key_share=True))


async def unit_of_bank(connection: AsyncConnection, bank_id: int) -> RowMapping:
    units = unit()
    statement = select(units).join(bank, bank.c.unit_id == units.c.id).where(bank.c.id == bank_id)
    return (await connection.execute(statement)).mappings().one()


async def exam_by_id(connection: AsyncConnection, exam_id: int) -> RowMapping:
    return (await connection.execute(select(exam).where(exam.c.id == exam_id))).mappings().one()


async def exams_with_versions(
    connection: AsyncConnection, versions: Sequence[int], scopes: Iterable[str]
) -> Sequence[RowMapping]:
    """The exams that pin one of the versions or may draw it, the newest first."""
    units = unit()
    wanted = cast({"v": list(versions)}, JSONB)
    pinned = func.jsonb_path_exists(exam.c.definition, _PINNED, wanted)
    drawn = func.jsonb_path_exists(exam.c.definition, _DRAWN, wanted)
    statement = (
        select(exam.c.id, exam.c.public_id, exam.c.title, exam.c.changed_at)
        .join(units, units.c.id == exam.c.unit_id)
        .where(within(units.c.path, scopes), or_(pinned, drawn))
        .order_by(exam.c.id.desc())
        .limit(50)
    )
    return (await connection.execute(statement)).mappings().all()


async def in_confirmed_sitting(connection: AsyncConnection, version: int, exams: Collection[int]) -> bool:
    """Whether a sitting of one of the exams that is confirmed, or over, has the version or may have drawn it."""
    sittings = metadata.tables["exam.sitting"]
    wanted = cast({"v": [version]}, JSONB)
    pinned, drawn = (func.jsonb_path_exists(sittings.c.definition, path, wanted) for path in (_PINNED, _DRAWN))
    used = exists().where(
        sittings.c.exam_id.in_(exams), sittings.c.state.in_(("confirmed", "closed")), or_(pinned, drawn)
    )
    return bool(exams) and bool((await connection.execute(select(used))).scalar_one())


_PINNED = cast("$.sections[*].items[*].version ? (@ == $v[*])", JSONPATH)
_DRAWN = cast("$.sections[*].draws[*].versions[*] ? (@ == $v[*])", JSONPATH)


async def names_of(connection: AsyncConnection, people: Iterable[int | None]) -> dict[int, str]:
    """Authoring may not import accounts; the table is known to the one MetaData."""
    person = metadata.tables["exam.person"]
    ids = {one for one in people if one}
    statement = select(person.c.id, person.c.full_name).where(person.c.id.in_(ids))
    rows = (await connection.execute(statement)).all() if ids else ()
    return {row.id: row.full_name for row in rows}


async def people(connection: AsyncConnection, ids: Collection[int]) -> Sequence[RowMapping]:
    """Id, public id and name of each."""
    person = metadata.tables["exam.person"]
    statement = select(person.c.id, person.c.public_id, person.c.full_name).where(person.c.id.in_(ids))
    return (await connection.execute(statement)).mappings().all() if ids else ()


def own_banks(scopes: Iterable[str]) -> ColumnElement[bool]:
    """The condition on `item_bank.bank` that its unit lies within the scopes."""
    units = unit()
    return exists().where(units.c.id == bank.c.unit_id, within(units.c.path, scopes)).correlate(bank)


async def unit_in_scope(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> RowMapping | None:
    units = unit()
    row = await connection.execute(select(units).where(units.c.public_id == public, within(units.c.path, scopes)))
    return row.mappings().one_or_none()


async def units_in_scope(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[RowMapping]:
    """Units that something new may belong to, from the top."""
    units = unit()
    rows = await connection.execute(select(units).where(within(units.c.path, scopes)).order_by(units.c.path))
    return rows.mappings().all()


async def bank_by_id(connection: AsyncConnection, bank_id: int) -> RowMapping:
    return (await connection.execute(select(bank).where(bank.c.id == bank_id))).mappings().one()
