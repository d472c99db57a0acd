"""SQL of scripts and hand marks, named by the question it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import unit
from exam_engine.kit import clock
from exam_engine.kit.identity import within
from exam_engine.scoring.tables import hand_mark, script
from exam_engine.sittings.tables import sitting

#: A mark counts for the response that the marker has read.
_READ = and_(
    hand_mark.c.attempt_id == script.c.attempt_id,
    hand_mark.c.slot == script.c.slot,
    hand_mark.c.current,
    hand_mark.c.response_digest == script.c.response_digest,
)


async def digests_of_attempts(connection: AsyncConnection, attempt_ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """(attempt, slot) → digest of the response, for every script of these attempts."""
    rows = await connection.execute(
        select(script.c.attempt_id, script.c.slot, script.c.response_digest).where(
            script.c.attempt_id.in_(list(attempt_ids))
        )
    )
    return {(row.attempt_id, row.slot): row.response_digest for row in rows}


async def remove(connection: AsyncConnection, places: Collection[tuple[int, int]]) -> None:
    if places:
        await connection.execute(delete(script).where(tuple_(script.c.attempt_id, script.c.slot).in_(list(places))))


async def put(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """New scripts; where the response changed, whoever holds the script has to look again."""
    if not rows:
        return
    statement = upsert(script)
    changed = {"response_digest": statement.excluded.response_digest, "claimed_by": None, "claimed_until": None}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["attempt_id", "slot"], set_=changed), list(rows)
    )


def _with_sitting(scopes: Iterable[str], *columns: Any) -> Any:
    """Without practice, where nobody marks by hand: pupils would wait for a teacher round after round."""
    return (
        select(*columns)
        .select_from(script)
        .join(sitting, sitting.c.id == script.c.sitting_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(within(unit.c.path, scopes), sitting.c.kind != "practice")
    )


async def queue(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[RowMapping]:
    """What there is to mark, by sitting (newest first) and item version: `total`, `marked`."""
    statement = (
        _with_sitting(
            scopes,
            sitting.c.id.label("sitting_id"),
            sitting.c.public_id,
            sitting.c.title,
            sitting.c.starts_at,
            unit.c.name.label("unit_name"),
            script.c.version_id,
            func.count(script.c.id).label("total"),
            func.count(hand_mark.c.id).label("marked"),
        )
        .outerjoin(hand_mark, _READ)
        .group_by(sitting.c.id, unit.c.name, script.c.version_id)
        .order_by(sitting.c.starts_at.desc(), script.c.version_id)
        .limit(200)
    )
    return (await connection.execute(statement)).mappings().all()


async def count_waiting(connection: AsyncConnection, scopes: Iterable[str]) -> int:
    statement = _with_sitting(scopes, func.count()).outerjoin(hand_mark, _READ).where(hand_mark.c.id.is_(None))
    return int((await connection.execute(statement)).scalar_one())


async def progress(connection: AsyncConnection, sitting_id: int, version_id: int) -> tuple[int, int]:
    """How many scripts of the item are marked, and how many there are."""
    statement = (
        select(func.count(hand_mark.c.id), func.count(script.c.id))
        .select_from(script)
        .outerjoin(hand_mark, _READ)
        .where(script.c.sitting_id == sitting_id, script.c.version_id == version_id)
    )
    marked, total = (await connection.execute(statement)).one()
    return int(marked), int(total)


async def next_script(
    connection: AsyncConnection, sitting_id: int, version_id: int, person_id: int, after: str
) -> str | None:
    """The public id of what to mark next: what this person holds already, else the first that nobody holds."""
    own = and_(script.c.claimed_by == person_id, script.c.claimed_until > clock.now())
    order: list[ColumnElement[Any]] = [(script.c.public_id > after).desc(), script.c.public_id]
    if not after:
        order.insert(0, func.coalesce(own, False).desc())
    statement = (
        select(script.c.public_id)
        .outerjoin(hand_mark, _READ)
        .where(
            script.c.sitting_id == sitting_id,
            script.c.version_id == version_id,
            hand_mark.c.id.is_(None),
            or_(script.c.claimed_until.is_(None), script.c.claimed_until <= clock.now(), own),
        )
        .order_by(*order)
        .limit(1)
        .with_for_update(of=script, skip_locked=True)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def claim(connection: AsyncConnection, public: str, person_id: int, minutes: int) -> None:
    until = clock.now() + func.make_interval(0, 0, 0, 0, 0, minutes)
    await connection.execute(
        update(script).where(script.c.public_id == public).values(claimed_by=person_id, claimed_until=until)
    )


async def give_back(connection: AsyncConnection, public: str, person_id: int) -> None:
    await connection.execute(
        update(script)
        .where(script.c.public_id == public, script.c.claimed_by == person_id)
        .values(claimed_by=None, claimed_until=None)
    )


async def script_in_sitting(
    connection: AsyncConnection, public: str, sitting_id: int, version_id: int, *, lock: bool = False
) -> RowMapping | None:
    """The script with the mark it has, if any, and whether somebody else holds it: `held_by`."""
    held = and_(script.c.claimed_until > clock.now(), hand_mark.c.id.is_(None))
    statement = (
        select(
            script,
            func.coalesce(hand_mark.c.id, 0).label("mark_id"),
            hand_mark.c.points,
            hand_mark.c.rubric,
            hand_mark.c.comment,
            hand_mark.c.by,
            func.coalesce(script.c.claimed_by, literal(0)).label("claimant"),
            func.coalesce(held, False).label("held"),
        )
        .outerjoin(hand_mark, _READ)
        .where(script.c.public_id == public, script.c.sitting_id == sitting_id, script.c.version_id == version_id)
    )
    if lock:
        statement = statement.with_for_update(of=script)
    return (await connection.execute(statement)).mappings().one_or_none()


async def marked_before(
    connection: AsyncConnection, sitting_id: int, version_id: int, person_id: int, mark_id: int
) -> str | None:
    """The script that this person marked last, before the mark of that id where it is not 0."""
    statement = (
        select(script.c.public_id)
        .join(hand_mark, _READ)
        .where(
            script.c.sitting_id == sitting_id,
            script.c.version_id == version_id,
            hand_mark.c.by == person_id,
            or_(literal(mark_id) == 0, hand_mark.c.id < mark_id),
        )
        .order_by(hand_mark.c.id.desc())
        .limit(1)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def lock_attempt(connection: AsyncConnection, attempt_id: int) -> None:
    """The attempt's exclusive lock, as whoever closes or reopens it takes it."""
    await connection.execute(select(func.pg_advisory_xact_lock(attempt_id)))


async def retire_mark(connection: AsyncConnection, attempt_id: int, slot: int) -> None:
    """Hand marks are kept; the former one is no longer current."""
    await connection.execute(
        update(hand_mark)
        .where(hand_mark.c.attempt_id == attempt_id, hand_mark.c.slot == slot, hand_mark.c.current)
        .values(current=False)
    )


async def add_mark(connection: AsyncConnection, values: dict[str, Any]) -> int:
    return int((await connection.execute(insert(hand_mark).values(values).returning(hand_mark.c.id))).scalar_one())


async def sitting_to_mark(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> RowMapping | None:
    row = await connection.execute(
        select(sitting.c.id, sitting.c.public_id, sitting.c.title, sitting.c.unit_id, sitting.c.definition)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(sitting.c.public_id == public, within(unit.c.path, scopes), sitting.c.kind != "practice")
    )
    return row.mappings().one_or_none()
