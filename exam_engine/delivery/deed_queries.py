"""SQL of starts and hand-ins, on the raw driver: many at a time, in the order locks ▸ facts ▸ one write (O2)."""

from __future__ import annotations

from collections.abc import Iterable

from exam_engine.accounts.session_queries import ALIVE
from exam_engine.delivery.own_queries import ATTEMPT, BARELY_MINE, OF_ATTEMPT
from exam_engine.kit.audit import RECORD

#: Whose live sessions these are (hashes of tokens), with the exclusive locks of their attempts, in order of the ids.
LOCKS_OF_SESSIONS = f"""
select own.*, pg_advisory_xact_lock(attempt_id) from (
  select session.token_hash, session.candidate_id, attempt.id as attempt_id from {BARELY_MINE}
  where session.token_hash = any($1::bytea[]) and {ALIVE} order by attempt.id offset 0) as own
"""  # noqa: S608 - constants of this program


def locks(ids: Iterable[int]) -> str:
    """Sent in one message with the begin, in order of the ids given: as `journal_queries.locks_shared`, alone."""
    return "select " + ", ".join(f"pg_advisory_xact_lock({int(number)})" for number in ids)


#: What holds under the locks; the rows are locked, too, against credits that are given to many in one statement.
FACTS = f"""
select {ATTEMPT} from exam.attempt {OF_ATTEMPT} where attempt.id = any($1::bigint[])
order by attempt.id for update of attempt
"""  # noqa: S608

BEGIN = f"""
with begun as (
  update exam.attempt set state = 'running', resume = 1, device = one.device, started_at = one.now,
    deadline = one.deadline
  from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as one(id, device, now, deadline)
  where attempt.id = one.id returning attempt.id, attempt.candidate_id)
{RECORD} select 'candidate', candidate_id, 'attempt_started', 'attempt', id, '{{}}' from begun
"""  # noqa: S608

#: The journal of attempts that end, in canonical order; `counts` is an officer's ruling.
ENTRIES = """
select j.attempt_id, j.entry, j.kind, j.slot, j.age, j.arrived_at, j.value, j.standing, r.counts
from exam.journal j left join exam.ruling r using (attempt_id, entry)
where j.attempt_id = any($1::bigint[]) order by j.attempt_id, j.entry
"""

CLOSE = """
with one as (
  select * from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::int[], $7::int[],
    $8::text[], $9::text[]) as one(id, state, now, by, code, answers, entries, digest, signature)),
closed as (
  update exam.attempt set state = one.state, ended_at = one.now, ended_by = one.by, paused_at = null,
    held_until = null, device_waiting = '' from one where attempt.id = one.id)
insert into exam.receipt (attempt_id, code, answers, entries, digest, signature)
select id, code, answers, entries, digest, signature from one
"""

RECEIPTS = "select attempt_id, code, answers, entries, digest, signature from exam.receipt where attempt_id = any($1)"
