"""Every SQL statement of proctoring, named by the question it answers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, CursorResult, and_, case, func, literal, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import person, session, unit
from exam_engine.delivery.tables import attempt, intervention, journal
from exam_engine.kit import clock
from exam_engine.kit.database import FlushConnection
from exam_engine.kit.identity import within
from exam_engine.sittings.tables import candidate, room, sitting
from proctoring.rules import Fact
from proctoring.tables import flag, signal

Row = Mapping[str, Any]


def _rows(found: CursorResult[Any]) -> Sequence[Row]:
    return cast("Sequence[Row]", found.mappings().all())


# --- signals coming in ------------------------------------------------------------------------------


async def set_savepoint(connection: AsyncConnection) -> None:
    await connection.execute(text("savepoint proctoring"))


async def back_to_savepoint(connection: AsyncConnection) -> None:
    await connection.execute(text("rollback to savepoint proctoring"))


async def release_savepoint(connection: AsyncConnection) -> None:
    await connection.execute(text("release savepoint proctoring"))


async def policies_of(connection: AsyncConnection, ids: Sequence[int]) -> Sequence[Row]:
    """What the exam of each attempt wants recorded."""
    rows = await connection.execute(
        select(attempt.c.id, sitting.c.policy)
        .join(sitting, sitting.c.id == attempt.c.sitting_id)
        .where(attempt.c.id.in_(ids))
    )
    return _rows(rows)


_ESSAYS = text("""
with asked as (select id, form_id from exam.attempt where id = any(cast(:ids as bigint[])))
select asked.id, essays.slots
from asked join (
  select f.id, array(
    select place - 1 from jsonb_array_elements(f.slots) with ordinality as one(slot, place)
    where slot ->> 'type' = 'essay'
  ) as slots
  from exam.form f where f.id in (select form_id from asked)
) as essays on essays.id = asked.form_id
""")


async def essays_of(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """The slots of each attempt that ask for an essay."""
    rows = await connection.execute(_ESSAYS, {"ids": list(ids)})
    return {row.id: frozenset(row.slots) for row in rows}


async def add_signals(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """A repeat changes nothing: the first word counts."""
    if rows:
        await connection.execute(upsert(signal).on_conflict_do_nothing(), list(rows))


_OWN_SIGNALS = text("""
insert into proctoring.signal (attempt_id, resume, counter, position, type, client_ms, arrived_at, data)
select n.attempt_id, :resume,
  coalesce(last.counter, 0) + row_number() over (partition by n.attempt_id order by n.place), 0, n.type,
  floor(extract(epoch from exam.now() - make_interval(secs => n.age)) * 1000), exam.now(),
  cast(n.data as jsonb)
from unnest(
  cast(:attempts as bigint[]), cast(:types as text[]), cast(:ages as float8[]), cast(:data as text[])
) with ordinality as n(attempt_id, type, age, data, place)
left join lateral (
  select max(counter) as counter from proctoring.signal s where s.attempt_id = n.attempt_id and s.resume = :resume
) as last on true
on conflict do nothing
""")


async def signals_held(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, int]:
    """How many signals of each attempt there are."""
    counted = (
        select(signal.c.attempt_id, func.count()).where(signal.c.attempt_id.in_(ids)).group_by(signal.c.attempt_id)
    )
    return {int(row[0]): int(row[1]) for row in await connection.execute(counted)}


async def newest_own(
    connection: AsyncConnection, ids: Sequence[int], resume: int, name: str
) -> dict[int, Mapping[str, Any]]:
    """What the newest record of this kind says, by attempt."""
    rows = await connection.execute(
        select(signal.c.attempt_id, signal.c.data)
        .ext(distinct_on(signal.c.attempt_id))
        .where(signal.c.attempt_id.in_(ids), signal.c.resume == resume, signal.c.type == name)
        .order_by(signal.c.attempt_id, signal.c.counter.desc())
    )
    return {row.attempt_id: row.data for row in rows}


async def add_own_signals(
    connection: AsyncConnection, resume: int, news: Sequence[tuple[int, str, float, Mapping[str, Any]]]
) -> None:
    """What the service noticed by itself, under counters of its own: attempt, type, age in seconds, data. Two workers
    at the same instant are one."""
    attempts, types, ages, data = zip(*news, strict=True)
    values = {
        "attempts": list(attempts),
        "types": list(types),
        "ages": list(ages),
        "data": [json.dumps(x) for x in data],
    }
    await connection.execute(_OWN_SIGNALS, {"resume": resume, **values})


async def newest_browser(connection: AsyncConnection, attempt_id: int) -> str:
    """What the browser that the candidate signed in with last calls itself."""
    found = await connection.execute(
        select(session.c.user_agent)
        .join(attempt, attempt.c.candidate_id == session.c.candidate_id)
        .where(attempt.c.id == attempt_id)
        .order_by(session.c.id.desc())
        .limit(1)
    )
    return str(found.scalar_one_or_none() or "")


async def signals_of(connection: AsyncConnection, ids: Sequence[int]) -> Sequence[Row]:
    """Of each attempt in the order of its own clock."""
    rows = await connection.execute(
        select(signal).where(signal.c.attempt_id.in_(ids)).order_by(signal.c.client_ms, signal.c.counter)
    )
    return _rows(rows)


def fact(row: Mapping[str, Any]) -> Fact:
    return Fact(row["resume"], row["counter"], row["position"], row["type"], row["client_ms"], row["data"])


async def raise_flags(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """New evidence makes a flag new that somebody has looked at already; the same evidence does not."""
    if not rows:
        return
    made = upsert(flag)
    same = flag.c.evidence == made.excluded.evidence
    changed = {
        "rule_version": made.excluded.rule_version,
        "evidence": made.excluded.evidence,
        "seen_at": case((same, flag.c.seen_at)),
        "seen_by": case((same, flag.c.seen_by)),
    }
    key = [flag.c.attempt_id, flag.c.rule, flag.c.key]
    await connection.execute(made.on_conflict_do_update(index_elements=key, set_=changed), list(rows))


async def flags_of(connection: AsyncConnection, attempt_id: int) -> Sequence[Row]:
    rows = await connection.execute(
        select(flag, person.c.full_name.label("seen_by_name"))
        .outerjoin(person, person.c.id == flag.c.seen_by)
        .where(flag.c.attempt_id == attempt_id)
        .order_by(flag.c.id)
    )
    return _rows(rows)


async def look_at_flag(connection: AsyncConnection, attempt_id: int, rule: str, by: int, note: str) -> bool:
    done = await connection.execute(
        update(flag)
        .where(flag.c.attempt_id == attempt_id, flag.c.rule == rule)
        .values(seen_by=by, seen_at=clock.now(), note=note)
    )
    return done.rowcount == 1


# --- who is here ------------------------------------------------------------------------------------


async def note_presence(connection: AsyncConnection, ids: Sequence[int]) -> None:
    statement = text(
        "insert into proctoring.presence (attempt_id, seen_at)"
        " select id, exam.now() from unnest(cast(:ids as bigint[])) as seen(id)"
        " on conflict (attempt_id) do update set seen_at = excluded.seen_at"
    )
    await connection.execute(statement, {"ids": list(ids)})


# One statement per worker and second, whatever is watched: the last entry of each attempt is one step down the
# journal's key, and answers are counted anew only where there are entries that the asker has not counted yet.
_WATCHED = """
select s.id as sitting_id, a.id as attempt_id, c.public_id, c.full_name, c.number, c.class_name, c.seat, c.search,
  c.sort_key, r.name as room_name, r.public_id as room, a.state, a.admitted, a.started_at, a.paused_at, a.ended_at,
  a.ended_by, a.credit_s, a.device_waiting <> '' and not a.device_allowed as device_waits,
  a.held_until is not null as held,
  greatest(a.deadline, a.held_until) as deadline, exam.now() as now,
  last.arrived_at as saved_at, last.entry as last_entry,
  greatest(p.seen_at, last.arrived_at, a.started_at) as seen_at,
  jsonb_array_length(f.slots) as items,
  exists (select from exam.session where candidate_id = c.id and revoked_at is null) as signed_in,
  (select count(*) from proctoring.flag where attempt_id = a.id and flag.seen_at is null) as flags,
  case when known.id is not null
      and (known.entry is not distinct from last.entry or mod(a.id + $6, $7) <> 0)
    then null else (
      select count(*) filter (where value not in ('null', '""', '[]', '{}')) from (
        select distinct on (j.slot) j.value from exam.journal j
        left join exam.ruling u using (attempt_id, entry)
        where j.attempt_id = a.id and j.kind = 0 and coalesce(u.counts, j.standing = 0)
        order by j.slot, j.entry desc
      ) as counting
    ) end as answered
from (
  select id from exam.attempt where sitting_id = any($1::bigint[])
  union
  select a.id from exam.room r
  join exam.candidate c on c.room_id = r.id
  join exam.attempt a on a.candidate_id = c.id
  where r.public_id = any($2::text[])
  union
  select unnest($3::bigint[])
) as chosen
join exam.attempt a on a.id = chosen.id
join exam.sitting s on s.id = a.sitting_id
join exam.candidate c on c.id = a.candidate_id
join exam.form f on f.id = a.form_id
left join exam.room r on r.id = c.room_id
left join proctoring.presence p on p.attempt_id = a.id
left join unnest($4::bigint[], $5::int[]) as known(id, entry) on known.id = a.id
left join lateral (
  select j.arrived_at, j.entry from exam.journal j where j.attempt_id = a.id order by j.entry desc limit 1
) as last on true
order by r.name nulls last, c.seat nulls last, c.sort_key, c.number
"""

#: (attempt id, number) of the last entry up to which answers were counted.
Counted = tuple[int, int | None]


async def watched(
    connection: AsyncConnection,
    sittings: Collection[int] = (),
    *,
    rooms: Collection[str] = (),
    attempts: Collection[int] = (),
    known: Sequence[Counted] = (),
    turn: int = 0,
    turns: int = 1,
) -> Sequence[Row]:
    """Every candidate of whole sittings, of rooms (public ids) and single attempts, with what a room page shows;
    `answered` is null where `known` is still right, and where it is another's turn."""
    columns = list(zip(*known, strict=True)) or [(), ()]
    raw = await FlushConnection.of(connection)  # thousands of rows: SQLAlchemy's own would be most of the cost
    return await raw.fetch(_WATCHED, list(sittings), list(rooms), list(attempts), *map(list, columns), turn, turns)


async def rooms_of(connection: AsyncConnection, sitting_id: int) -> dict[str, str]:
    """Names of the rooms in which somebody of the sitting sits, by public id, in their order."""
    seated = select(candidate.c.id).where(candidate.c.room_id == room.c.id).exists()
    rows = await connection.execute(
        select(room.c.public_id, room.c.name).where(room.c.sitting_id == sitting_id, seated).order_by(room.c.name)
    )
    return {row.public_id: row.name for row in rows}


async def sessions_alive(connection: AsyncConnection, ids: Sequence[int]) -> set[int]:
    rows = await connection.execute(
        select(session.c.id).where(
            session.c.id.in_(ids), session.c.revoked_at.is_(None), session.c.expires_at > clock.now()
        )
    )
    return set(rows.scalars())


async def sittings_now(
    connection: AsyncConnection,
    scopes: Iterable[str],
    watcher: int,
    *,
    after: tuple[datetime, int] | None = None,
    limit: int,
) -> Sequence[Row]:
    """Sittings that run today or tomorrow and have candidates, those first where the watcher invigilates, then by
    their start; `after` is the keyset cursor: start and id of the last one shown."""
    place = tuple_(_theirs(sitting.c.id, watcher), sitting.c.starts_at, sitting.c.id)
    statement = (
        select(sitting.c.id, sitting.c.starts_at)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(
            sitting.c.state == "confirmed",
            sitting.c.kind == "exam",  # a quiz of a class has a live page of its own
            within(unit.c.path, scopes),
            sitting.c.opens_at <= clock.now() + text("interval '36 hours'"),
            sitting.c.closes_at >= clock.now() - text("interval '12 hours'"),
            select(attempt.c.id).where(attempt.c.sitting_id == sitting.c.id).exists(),
        )
        .order_by(*place.clauses)
        .limit(limit)
    )
    if after is not None:
        starts_at, sitting_id = after
        shown = tuple_(_theirs(literal(sitting_id), watcher), literal(starts_at), literal(sitting_id))
        statement = statement.where(place > shown)
    return _rows(await connection.execute(statement))


def _theirs(sitting_id: ColumnElement[int], watcher: int) -> ColumnElement[bool]:
    """Whether none of the sitting's rooms is the watcher's: false comes before true."""
    watched = room.alias()
    return ~select(watched.c.id).where(watched.c.sitting_id == sitting_id, watched.c.invigilator_id == watcher).exists()


async def rooms_now(connection: AsyncConnection, sittings: Sequence[int], watcher: int) -> Sequence[Row]:
    """Rooms of these sittings, in their order; candidates without a room are a row of their own. `mine`: where the
    watcher invigilates."""
    # Counted before anything is joined that only names things: thousands of rows are counted here.
    number = func.count()
    counted = (
        select(
            attempt.c.sitting_id,
            candidate.c.room_id,
            number.label("candidates"),
            number.filter(attempt.c.state.in_(("running", "paused"))).label("working"),
            number.filter(attempt.c.state.in_(("submitted", "expired", "ended"))).label("finished"),
            number.filter(and_(attempt.c.device_waiting != "", ~attempt.c.device_allowed)).label("devices"),
        )
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .where(attempt.c.sitting_id.in_(sittings))
        .group_by(attempt.c.sitting_id, candidate.c.room_id)
        .subquery()
    )
    rows = await connection.execute(
        select(
            sitting.c.public_id.label("sitting"),
            sitting.c.title,
            sitting.c.opens_at,
            sitting.c.starts_at,
            sitting.c.closes_at,
            unit.c.name.label("unit_name"),
            unit.c.zone,
            clock.now().label("now"),
            room.c.public_id.label("room"),
            room.c.name.label("room_name"),
            func.coalesce(room.c.invigilator_id == watcher, literal(value=False)).label("mine"),
            *(counted.c[name] for name in ("candidates", "working", "finished", "devices")),
        )
        .join(counted, counted.c.sitting_id == sitting.c.id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .outerjoin(room, room.c.id == counted.c.room_id)
        .order_by(func.array_position(literal(list(sittings), ARRAY(BigInteger)), sitting.c.id))
        .order_by(room.c.name.nulls_last())
    )
    return _rows(rows)


async def waiting_for_staff(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[Row]:
    """Per sitting that runs now: devices that wait for a word, and candidates with flags nobody has looked at."""
    waits = and_(attempt.c.device_waiting != "", ~attempt.c.device_allowed, attempt.c.state.in_(("running", "paused")))
    flagged = select(flag.c.id).where(flag.c.attempt_id == attempt.c.id, flag.c.seen_at.is_(None)).exists()
    rows = await connection.execute(
        select(
            sitting.c.public_id,
            sitting.c.title,
            func.count().filter(waits).label("devices"),
            func.count().filter(flagged).label("flagged"),
        )
        .join(unit, unit.c.id == sitting.c.unit_id)
        .join(attempt, attempt.c.sitting_id == sitting.c.id)
        .where(
            sitting.c.state == "confirmed",
            sitting.c.kind == "exam",  # a quiz of a class has a live page of its own
            within(unit.c.path, scopes),
            sitting.c.opens_at <= clock.now(),
            sitting.c.closes_at >= clock.now() - text("interval '12 hours'"),
        )
        .group_by(sitting.c.id)
        .having(func.count().filter(waits) + func.count().filter(flagged) > 0)
        .order_by(sitting.c.starts_at)
    )
    return _rows(rows)


# --- one candidate ----------------------------------------------------------------------------------


async def candidate_in_scope(
    connection: AsyncConnection, sitting_public: str, candidate_public: str, scopes: Iterable[str]
) -> Row | None:
    rows = await connection.execute(
        select(attempt.c.id.label("attempt_id"), sitting.c.id.label("sitting_id"), sitting.c.unit_id)
        .join(sitting, sitting.c.id == attempt.c.sitting_id)
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(
            sitting.c.public_id == sitting_public,
            candidate.c.public_id == candidate_public,
            within(unit.c.path, scopes),
        )
    )
    return cast("Row | None", rows.mappings().one_or_none())


async def entries_of(connection: AsyncConnection, attempt_id: int, most: int) -> Sequence[Row]:
    """The latest entries, without what was answered: invigilators see that something was saved, not what."""
    rows = await connection.execute(
        select(
            journal.c.entry,
            journal.c.kind,
            journal.c.slot,
            journal.c.standing,
            journal.c.arrived_at,
        )
        .where(journal.c.attempt_id == attempt_id, journal.c.kind != 2)
        .order_by(journal.c.entry.desc())
        .limit(most)
    )
    return _rows(rows)


async def interventions_of(connection: AsyncConnection, attempt_id: int) -> Sequence[Row]:
    rows = await connection.execute(
        select(intervention, person.c.full_name.label("by_name"))
        .outerjoin(person, person.c.id == intervention.c.by)
        .where(intervention.c.attempt_id == attempt_id)
        .order_by(intervention.c.id)
    )
    return _rows(rows)


# --- the end of the records -------------------------------------------------------------------------

_OUTLIVED = """
select a.id from exam.attempt a join exam.sitting s on s.id = a.sitting_id
where s.closes_at < exam.now() - make_interval(days => coalesce((s.policy ->> 'signal_days')::int, :days))
"""


async def forget_signals(connection: AsyncConnection, days: int) -> int:
    """Deletes signals, flags with their evidence, and presence, where the sitting's own time for them is over; `days`
    for sittings that name none. Returns the number of signals."""
    values = {"days": days}
    gone = await connection.execute(
        text(f"delete from proctoring.signal where attempt_id in ({_OUTLIVED})"),  # noqa: S608 - no value in it
        values,
    )
    for table in ("flag", "presence"):
        await connection.execute(
            text(f"delete from proctoring.{table} where attempt_id in ({_OUTLIVED})"),  # noqa: S608
            values,
        )
    return gone.rowcount
