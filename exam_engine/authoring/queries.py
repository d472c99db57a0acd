"""Every SQL statement of authoring beyond the item bank's own, named by the question it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    cast,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.tables import exam
from exam_engine.kit import clock
from exam_engine.kit.identity import Principal, within
from exam_engine.kit.tables import metadata
from item_bank.storage.tables import WIDER, bank

READ = "items.read"


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


def banks_open_to(principal: Principal, permission: str) -> ColumnElement[bool]:
    """The condition on `item_bank.bank`: the principal has the permission in its unit, and it is nobody else's own. To
    be read, and for nothing else, it may also be shared with a wider unit in which the principal reads."""
    units, scopes = unit(), principal.scopes(permission)
    own = exists().where(units.c.id == bank.c.unit_id, within(units.c.path, scopes)).correlate(bank)
    open_banks = and_(own, or_(bank.c.owner_id.is_(None), bank.c.owner_id == principal.id))
    return or_(open_banks, _shared_with(scopes)) if permission == READ else open_banks


def banks_shared_with(principal: Principal) -> ColumnElement[bool]:
    """Those that the principal reads because somebody else shares them."""
    units, scopes = unit(), principal.scopes(READ)
    own = exists().where(units.c.id == bank.c.unit_id, within(units.c.path, scopes)).correlate(bank)
    return and_(_shared_with(scopes), ~own)


def _shared_with(scopes: Iterable[str]) -> ColumnElement[bool]:
    """The unit of the kind that the bank names, above the bank's own, is also above one of the scopes: whoever moves or
    merges units changes nothing in banks."""
    of_bank, wider = unit().alias(), unit().alias()
    here = [func.starts_with(scope, wider.c.path) for scope in scopes]
    shared = exists().where(
        of_bank.c.id == bank.c.unit_id,
        wider.c.kind == bank.c.reach,
        func.starts_with(of_bank.c.path, wider.c.path),
        or_(*here),
    )
    return and_(bank.c.reach.in_(WIDER), shared.correlate(bank)) if here else false()


async def unit_in_scope(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> RowMapping | None:
    units = unit()
    row = await connection.execute(select(units).where(units.c.public_id == public, within(units.c.path, scopes)))
    return row.mappings().one_or_none()


async def units_from_the_top(connection: AsyncConnection, unit_id: int) -> Sequence[RowMapping]:
    """The unit and all above it, the widest first."""
    units, own = unit(), unit().alias()
    above = func.starts_with(own.c.path, units.c.path)
    statement = select(units).join(own, above).where(own.c.id == unit_id).order_by(func.length(units.c.path))
    return (await connection.execute(statement)).mappings().all()


async def unit_names(connection: AsyncConnection, ids: Collection[int]) -> dict[int, str]:
    units = unit()
    rows = (await connection.execute(select(units.c.id, units.c.name).where(units.c.id.in_(ids)))).all() if ids else ()
    return {row.id: row.name for row in rows}


async def units_in_scope(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[RowMapping]:
    """Units that something new may belong to, from the top."""
    units = unit()
    rows = await connection.execute(select(units).where(within(units.c.path, scopes)).order_by(units.c.path))
    return rows.mappings().all()


async def bank_by_id(connection: AsyncConnection, bank_id: int) -> RowMapping:
    return (await connection.execute(select(bank).where(bank.c.id == bank_id))).mappings().one()
