"""SQL of the flush, on the raw driver ($n, arrays): the hot path of the whole service."""

from __future__ import annotations

from exam_engine.delivery.deadline import SILENCE

# One statement takes the locks, in order of the ids given; what it guards is read by a later one (O2).
LOCKS_SHARED = """
select count(*) from (select pg_advisory_xact_lock_shared(id) from unnest($1::bigint[]) as wanted(id) offset 0) as held
"""

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
