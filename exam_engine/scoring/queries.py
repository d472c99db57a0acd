"""Every SQL statement of scoring, named by the question it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    RowMapping,
    and_,
    any_,
    bindparam,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.entry_number import packed
from exam_engine.delivery.tables import attempt, journal, ruling
from exam_engine.kit import clock
from exam_engine.kit.packed import unpacked
from exam_engine.scoring.tables import hand_mark, item_ruling, result
from exam_engine.sittings.tables import candidate, form, sitting

#: More open attempts than can be closing at one moment.
MANY = 400
CLOSED = ("submitted", "expired", "ended")


# Built once: a hand-in runs it, and building it costs more than sending it.
_DECIDED = (
    select(func.array_agg(aggregate_order_by(item_ruling.c.id, item_ruling.c.id)))
    .where(item_ruling.c.sitting_id == bindparam("sitting"), item_ruling.c.current, item_ruling.c.kind != "as_written")
    .scalar_subquery()
)
_CLOSED_ATTEMPTS = (
    select(attempt.c.id, attempt.c.form_id, form.c.public_id.label("form"), _DECIDED.label("rulings"))
    .join(form, form.c.id == attempt.c.form_id)
    .where(attempt.c.sitting_id == bindparam("sitting"), attempt.c.state.in_(CLOSED))
    .order_by(attempt.c.id)
)
_CLOSED_ATTEMPT = _CLOSED_ATTEMPTS.where(attempt.c.id == bindparam("only"))


# Closing, on the raw connection of the transaction that closes: many attempts in few statements.
BACK_TO_SAVEPOINT = "rollback to savepoint marking"
# Inside it, for one attempt after the other: what is given up leaves the locks.
ONE, BACK_TO_ONE, ONE_IS_DONE = "savepoint one", "rollback to savepoint one", "release savepoint one"


def savepoint_and_locks(sitting_ids: Iterable[int]) -> str:
    """In one message. What the locks guard is read by a later statement."""
    return f"savepoint marking; {locks(sitting_ids)}"


def locks(sitting_ids: Iterable[int]) -> str:
    """Numbers only, so nothing needs quoting."""
    return "select " + ", ".join(f"pg_advisory_xact_lock_shared(7, {int(number)})" for number in sitting_ids)


#: Attempts that have just ended: form, result in force, decisions in force, how many of the sitting are still open.
CLOSING = f"""
with mine as (
  select attempt.id, attempt.sitting_id, attempt.form_id, form.public_id as form
  from exam.attempt join exam.form on form.id = attempt.form_id where attempt.id = any($1::bigint[])),
of_sitting as (
  select sitting_id,
    (select array_agg(id order by id) from exam.item_ruling
     where item_ruling.sitting_id = one.sitting_id and current and kind <> 'as_written') as rulings,
    (select count(*) from (select from exam.attempt as other where other.sitting_id = one.sitting_id
     and other.state in ('running', 'paused') limit {MANY}) as open) as open
  from (select distinct sitting_id from mine) as one)
select mine.*, rulings, open, version, marks, exact, rounded, pending
from mine join of_sitting using (sitting_id)
left join exam.result on result.attempt_id = mine.id and result.current order by mine.id
"""  # noqa: S608 - a constant of this program
NO_LONGER_CURRENT = "update exam.result set current = false where attempt_id = any($1::bigint[]) and current"
STORE_CLOSED = """
insert into exam.result (attempt_id, sitting_id, version, marks, exact, rounded, pending, cause)
select id, sitting_id, version, marks, exact, rounded, pending, 'closed'
from unnest($1::bigint[], $2::bigint[], $3::int[], $4::bytea[], $5::text[], $6::numeric[], $7::int[])
  as one(id, sitting_id, version, marks, exact, rounded, pending)
"""
LOCK_END = "select pg_advisory_xact_lock(8, $1)"
ANY_OPEN = "select exists (select from exam.attempt where sitting_id = $1 and state in ('running', 'paused'))"


async def closed_attempts(
    connection: AsyncConnection, sitting_id: int, only: int | None = None
) -> Sequence[RowMapping]:
    """Attempts that have come to an end, in the order of their ids; `rulings`: ids of the decisions about items in
    force, the same in every row: read in the one statement, so that closing an attempt costs no second one."""
    statement, values = (_CLOSED_ATTEMPTS, {}) if only is None else (_CLOSED_ATTEMPT, {"only": only})
    return (await connection.execute(statement, {"sitting": sitting_id, **values})).mappings().all()


async def key_maps(connection: AsyncConnection, form_ids: Sequence[int]) -> Sequence[RowMapping]:
    rows = await connection.execute(select(form.c.id, form.c.key_map).where(form.c.id.in_(form_ids)))
    return rows.mappings().all()


async def definition_of(connection: AsyncConnection, sitting_id: int) -> Any:
    """The exam's definition as it was when the roster was confirmed."""
    return (await connection.execute(select(sitting.c.definition).where(sitting.c.id == sitting_id))).scalar_one()


async def sitting_by_public_id(connection: AsyncConnection, public: str) -> RowMapping:
    return (await connection.execute(select(sitting).where(sitting.c.public_id == public))).mappings().one()


async def count_closed(connection: AsyncConnection, sitting_id: int) -> int:
    statement = select(func.count()).where(attempt.c.sitting_id == sitting_id, attempt.c.state.in_(CLOSED))
    return int((await connection.execute(statement)).scalar_one())


async def definitions_of(connection: AsyncConnection, sitting_ids: Iterable[int]) -> dict[int, Any]:
    rows = await connection.execute(
        select(sitting.c.id, sitting.c.definition).where(sitting.c.id.in_(list(sitting_ids)))
    )
    return {row.id: row.definition for row in rows}


async def hand_marks(connection: AsyncConnection, attempt_ids: Iterable[int]) -> Mapping[int, Sequence[RowMapping]]:
    """The current hand marks by attempt."""
    ids = list(attempt_ids)
    if not ids:
        return {}
    rows = await connection.execute(select(hand_mark).where(hand_mark.c.attempt_id.in_(ids), hand_mark.c.current))
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in rows.mappings():
        found[row["attempt_id"]].append(row)
    return found


_CURRENT = (
    select(result, candidate.c.guest)
    .join(attempt, attempt.c.id == result.c.attempt_id)
    .join(candidate, candidate.c.id == attempt.c.candidate_id)
    .where(result.c.attempt_id == any_(bindparam("ids", type_=ARRAY(BigInteger))), result.c.current)
)


async def current_results(connection: AsyncConnection, attempt_ids: Iterable[int]) -> Mapping[int, RowMapping]:
    """With `guest`: whether it is a guest's, which counts in no mean."""
    rows = await connection.execute(_CURRENT, {"ids": list(attempt_ids)})
    return {row["attempt_id"]: row for row in rows.mappings()}


async def lock_results(connection: AsyncConnection, sitting_id: int, *, alone: bool = True) -> None:
    """Who marks a whole sitting does it alone; those who mark one attempt hold that attempt's lock already."""
    await connection.execute(_LOCK_ALONE if alone else _LOCK_SHARED, {"sitting": sitting_id})


_LOCK_ALONE = text("select pg_advisory_xact_lock(7, :sitting)")
_LOCK_SHARED = text("select pg_advisory_xact_lock_shared(7, :sitting)")
_LOCK_END = text("select pg_advisory_xact_lock(8, :sitting)")
_OPEN = select(attempt.c.id).where(
    attempt.c.sitting_id == bindparam("sitting"), attempt.c.state.in_(("running", "paused"))
)
_COUNT_OPEN = select(func.count()).select_from(_OPEN.limit(MANY).subquery())
_WAITING = select(result.c.id).where(
    result.c.sitting_id == bindparam("sitting"), result.c.current, result.c.pending > 0
)
_ANY_OPEN = select(_OPEN.exists())
_ANY_OPEN_OR_WAITING = select(or_(_OPEN.exists(), _WAITING.exists()))


async def is_complete(connection: AsyncConnection, sitting_id: int, *, by_hand_too: bool) -> bool:
    """Whether no attempt is open, and no result waits for a person either; also seen by the last two who end at
    once."""
    values = {"sitting": sitting_id}
    if (await connection.execute(_COUNT_OPEN, values)).scalar_one() == MANY:
        return False
    # Only near the end: whoever else is closing the same sitting commits first, and the next statement sees it.
    await connection.execute(_LOCK_END, values)
    found = await connection.execute(_ANY_OPEN_OR_WAITING if by_hand_too else _ANY_OPEN, values)
    return not found.scalar_one()


_FORMER = (
    update(result)
    .where(result.c.attempt_id == any_(bindparam("ids", type_=ARRAY(BigInteger))), result.c.current)
    .values(current=False)
)
_STORE = insert(result)


async def store_results(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """New versions; the former ones stay and are no longer current."""
    if not rows:
        return
    await connection.execute(_FORMER, {"ids": [row["attempt_id"] for row in rows]})
    await connection.execute(_STORE, list(rows))


async def count_results(connection: AsyncConnection, sitting_id: int) -> tuple[int, int]:
    """How many candidates have a result, and how many of these still wait for a marker."""
    row = await connection.execute(
        select(func.count(), func.count().filter(result.c.pending > 0)).where(
            result.c.sitting_id == sitting_id, result.c.current
        )
    )
    count, pending = row.one()
    return int(count), int(pending)


#: Attempts that are over and have no result in force, though each gets one as it ends.
UNMARKED = and_(
    attempt.c.state.in_(CLOSED),
    not_(exists().where(result.c.attempt_id == attempt.c.id, result.c.current).correlate(attempt)),
)


async def count_unmarked(connection: AsyncConnection, sitting_id: int) -> int:
    statement = select(func.count()).select_from(attempt).where(attempt.c.sitting_id == sitting_id, UNMARKED)
    return int((await connection.execute(statement)).scalar_one())


async def journal_entry(connection: AsyncConnection, attempt_id: int, resume: int, counter: int) -> RowMapping | None:
    row = await connection.execute(
        select(journal.c.kind, attempt.c.state)
        .join(attempt, attempt.c.id == journal.c.attempt_id)
        .where(journal.c.attempt_id == attempt_id, journal.c.entry == packed(resume, counter))
    )
    return row.mappings().one_or_none()


async def store_ruling(connection: AsyncConnection, attempt_id: int, resume: int, counter: int, **values: Any) -> None:
    """A later ruling on the same entry takes the place of the former; the audit log keeps both."""
    statement = upsert(ruling).values(attempt_id=attempt_id, entry=packed(resume, counter), **values)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["attempt_id", "entry"], set_={**values, "created_at": clock.now()}
        )
    )


async def count_who_may_still_work(connection: AsyncConnection, sitting_id: int) -> int:
    """Attempts that run or are paused, and those that have not begun while beginning is still possible."""
    may_begin = and_(attempt.c.state == "ready", sitting.c.state == "confirmed", clock.now() <= sitting.c.closes_at)
    statement = (
        select(func.count())
        .select_from(attempt)
        .join(sitting, sitting.c.id == attempt.c.sitting_id)
        .where(attempt.c.sitting_id == sitting_id, or_(attempt.c.state.in_(("running", "paused")), may_begin))
    )
    return int((await connection.execute(statement)).scalar_one())


#: The slots of the item in the candidate's form, and what the decision did to the candidate's mark.
_NOTES = text(
    "select a.id as attempt_id, v.body, r.kind, r.reason, r.created_at, former.rounded as before,"
    " made.rounded as after, s.released_at is not null and s.released_at < r.created_at as after_release,"
    " array(select place - 1 from jsonb_array_elements(f.key_map) with ordinality pinned(item, place)"
    "  where (item ->> 'version')::bigint = r.version_id) as slots"
    " from exam.attempt a"
    " join exam.sitting s on s.id = a.sitting_id"
    " join exam.item_ruling r on r.sitting_id = a.sitting_id and r.current"
    " join exam.form f on f.id = a.form_id"
    " join exam.variant v on v.attempt_id = a.id"
    " left join exam.result made on made.attempt_id = a.id and made.ruling_id = r.id"
    " left join exam.result former on former.attempt_id = a.id and former.version = made.version - 1"
    " where a.id = any(:ids) and (r.kind <> 'as_written' or made.id is not null)"
    " order by a.id"
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def notes_for_attempts(
    connection: AsyncConnection, attempt_ids: Iterable[int]
) -> Mapping[int, Sequence[Mapping[str, Any]]]:
    """Attempt → what was decided about its items after they ran: `place` in the candidate's own order from 1, `kind`,
    `reason`, `created_at`; `before` and `after` (rounded) where the mark got a new version; `after_release`: the
    candidates had been shown their marks before. What of it a candidate may see is for `disclosure` to say."""
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in (await connection.execute(_NOTES, {"ids": list(attempt_ids)})).mappings():
        sections = unpacked(row["body"])["sections"]
        shown = [entry[0] for section in sections for entry in section["items"]]
        places = [place for place, slot in enumerate(shown, 1) if slot in row["slots"]]
        found[row["attempt_id"]] += [{**row, "place": place} for place in places]
    return {attempt_id: sorted(rows, key=itemgetter("place")) for attempt_id, rows in found.items()}
