"""SQL of the flush, on the raw driver ($n, arrays): the hot path of the whole service."""

from __future__ import annotations

from collections.abc import Iterable

from exam_engine.delivery.deadline import SILENCE


def locks_shared(ids: Iterable[int]) -> str:
    """Sent in one message with the begin: the locks, in order of the ids given. What they guard is read by a later
    statement (O2). Numbers only, so nothing needs quoting; planning it costs less than a round trip."""
    locks = ", ".join(f"pg_advisory_xact_lock_shared({int(number)})" for number in ids)
    return f"select {locks}" if locks else ""


# Workers may serve again before the first sweep after an outage: until it has spoken, nobody is over whose time was
# not over at the last heartbeat.
HELD_UNTIL = f"""
greatest(held_until, case when attempt.state = 'running' and exam.now() - heartbeat.at > interval '{SILENCE.seconds} s'
    and greatest(deadline, held_until) + make_interval(secs => grace_s) >= heartbeat.at
    then exam.now() + interval '1 minute' end)
"""

FACTS = f"""
select attempt.id, exam.now() as now, state, resume, started_at, deadline, {HELD_UNTIL}, grace_s, notices
from exam.attempt left join exam.heartbeat on heartbeat.id = 1 where attempt.id = any($1::bigint[])
"""  # noqa: S608 - a constant of this program

# Locks, facts and rows of what surely counts, in one statement that commits by itself (migration 0008). An outage may
# hold deadlines (`HELD_UNTIL`): while the heartbeat is silent, the function writes nothing.
SAVE_ORDINARY = f"""
select * from exam.save_ordinary($1, $2, interval '{SILENCE.seconds} s', $3, $4, $5, $6, $7, $8, $9, $10)
"""  # noqa: S608 - a constant of this program

_COLUMNS = "attempt_id, entry, arrived_at, age, slot, kind, standing, value"
_ROWS = """
from unnest($1::int[], $2::int[], $3::timestamptz[], $4::real[], $5::smallint[], $6::smallint[], $7::smallint[],
            $8::text[])
"""

ADD = f"insert into exam.journal ({_COLUMNS}) select * {_ROWS}"

# A repeat must wait for the commit that it confirms: DO NOTHING would not, and would acknowledge what a dying
# primary alone has seen (O1). DO UPDATE locks the row, writes, and so waits.
ADD_OR_REPEAT = f"""
insert into exam.journal ({_COLUMNS}) select * {_ROWS}
on conflict (attempt_id, entry) do update set entry = excluded.entry
returning attempt_id, entry, arrived_at, age, slot, kind, standing, value
"""

AUDIT_CONFLICTS = """
insert into exam.audit (actor_kind, actor_id, action, subject_kind, subject_id, data)
select 'system', null, 'conflicting_repeat', 'attempt', attempt_id,
       jsonb_build_object('resume', resume, 'counter', counter)
from unnest($1::bigint[], $2::smallint[], $3::int[]) as refused(attempt_id, resume, counter)
"""
