"""SQL of the proof that nothing is lost: orphans, what lacks a receipt, which receipts to check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    RowMapping,
    and_,
    func,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.entry_number import COUNTER_BITS
from exam_engine.delivery.tables import (
    attempt,
    journal,
    receipt,
    ruling,
)
from exam_engine.sittings.tables import sitting


async def journal_orphans(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Entries of no attempt, or of a resume number that the attempt never reached."""
    rows = await connection.execute(
        select(journal.c.attempt_id, func.count().label("entries"))
        .outerjoin(
            attempt,
            and_(
                attempt.c.id == journal.c.attempt_id, journal.c.entry.bitwise_rshift(COUNTER_BITS) <= attempt.c.resume
            ),
        )
        .where(attempt.c.id.is_(None))
        .group_by(journal.c.attempt_id)
        .order_by(journal.c.attempt_id)
    )
    return rows.mappings().all()


async def ruling_orphans(connection: AsyncConnection) -> int:
    found = (
        select(func.count())
        .select_from(ruling)
        .outerjoin(
            journal,
            and_(
                journal.c.attempt_id == ruling.c.attempt_id,
                journal.c.entry == ruling.c.entry,
            ),
        )
        .where(journal.c.attempt_id.is_(None))
    )
    return int((await connection.execute(found)).scalar_one())


async def sittings_without_partition(connection: AsyncConnection) -> list[int]:
    statement = text(
        "select id from exam.sitting where state in ('confirmed', 'closed')"
        " and to_regclass('exam.journal_s' || id) is null order by id"
    )
    return list((await connection.execute(statement)).scalars())


async def closed_without_receipt(connection: AsyncConnection) -> list[int]:
    found = (
        select(attempt.c.id)
        .outerjoin(receipt, receipt.c.attempt_id == attempt.c.id)
        .where(attempt.c.state.in_(("submitted", "expired", "ended")), receipt.c.attempt_id.is_(None))
        .order_by(attempt.c.id)
    )
    return list((await connection.execute(found)).scalars())


_DAMAGED = text("""
select attempt_id as attempt, digest from exam.answer_file where media_type is not null and digest is distinct from
  (select encode(sha256(string_agg(data, ''::bytea order by at)), 'hex') from exam.answer_file_piece piece
   where piece.attempt_id = answer_file.attempt_id and piece.digest = answer_file.digest)
order by 1, 2
""")


async def damaged_files(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Files that were handed in whole and are not any more what their digest says."""
    return (await connection.execute(_DAMAGED)).mappings().all()


async def receipts_to_verify(
    connection: AsyncConnection, sitting_public: str | None, code: str | None
) -> list[tuple[int, str]]:
    """(attempt id, code), of one sitting, of one receipt, or of all."""
    statement = (
        select(receipt.c.attempt_id, receipt.c.code)
        .join(attempt, attempt.c.id == receipt.c.attempt_id)
        .join(sitting, sitting.c.id == attempt.c.sitting_id)
        .order_by(receipt.c.attempt_id)
    )
    if sitting_public is not None:
        statement = statement.where(sitting.c.public_id == sitting_public)
    if code is not None:
        statement = statement.where(receipt.c.code == code)
    return [(row.attempt_id, row.code) for row in await connection.execute(statement)]


async def sitting_exists(connection: AsyncConnection, public: str) -> bool:
    return (await connection.execute(select(sitting.c.id).where(sitting.c.public_id == public))).first() is not None


async def counts(connection: AsyncConnection) -> Mapping[str, int]:
    row = await connection.execute(
        text(
            "select (select count(*) from exam.attempt) as attempts, (select count(*) from exam.journal) as entries,"
            " (select count(*) from exam.receipt) as receipts"
        )
    )
    return dict(row.mappings().one())
