"""A flush of ordinary saves in one statement: locks, facts and rows, each with its own look at what is committed.

The function decides only what surely counts: the attempt runs, on this device, before its end. Whatever else comes back
unwritten, and is judged where the rule is (`delivery/standing.py`).
"""

from alembic import op

revision = "0008"
down_revision = "0007"
oldest_program = "0007"

_OF = (
    "bigint[], bigint[], interval, integer[], integer[], double precision[], real[], smallint[], smallint[], text[],"
    " boolean[]"
)
# READ COMMITTED and VOLATILE: each statement inside sees what was committed when it began, so the facts are read after
# the locks are held (O2). In any other isolation it writes nothing.
_SAVE = """
create function exam.save_ordinary(
  asked bigint[], locked bigint[], silence interval, attempts integer[], entries integer[],
  waited double precision[], ages real[], slots smallint[], kinds smallint[], texts text[], repeats boolean[])
returns table (
  attempt_id bigint, entry integer, standing smallint, resume smallint, notices integer, end_ms bigint, now_ms bigint)
language plpgsql volatile as $function$
#variable_conflict use_column
declare
  moment timestamptz;
begin
  if current_setting('transaction_isolation') <> 'read committed' then return; end if;
  perform pg_advisory_xact_lock_shared(one) from unnest(locked) as given(one);
  moment := exam.now();
  if exists (select from exam.heartbeat where id = 1 and at < moment - silence) then return; end if;
  return query
    with known as materialized (
      select a.id, a.resume, a.notices, greatest(a.deadline, a.held_until) as ends from exam.attempt a
      where a.id = any(asked) and a.state = 'running' and greatest(a.deadline, a.held_until) >= moment),
    added as (
      insert into exam.journal (attempt_id, entry, arrived_at, age, slot, kind, standing, value)
      select s.attempt_id, s.entry, moment - s.waited * interval '1 second', s.age, s.slot, s.kind, 0, s.value
      from unnest(attempts, entries, waited, ages, slots, kinds, texts, repeats)
        as s(attempt_id, entry, waited, age, slot, kind, value, again)
      join known on known.id = s.attempt_id and known.resume = s.entry >> 20 where not s.again)
    select k.id, 0, 0::smallint, k.resume, k.notices, floor(date_part('epoch', k.ends) * 1000)::bigint,
      floor(date_part('epoch', moment) * 1000)::bigint from known k;
  if true = any(repeats) then
    return query
      with known as materialized (
        select a.id, a.resume, a.notices, greatest(a.deadline, a.held_until) as ends from exam.attempt a
        where a.id = any(asked) and a.state = 'running' and greatest(a.deadline, a.held_until) >= moment),
      stored as (
        insert into exam.journal as j (attempt_id, entry, arrived_at, age, slot, kind, standing, value)
        select s.attempt_id, s.entry, moment - s.waited * interval '1 second', s.age, s.slot, s.kind, 0, s.value
        from unnest(attempts, entries, waited, ages, slots, kinds, texts, repeats)
          as s(attempt_id, entry, waited, age, slot, kind, value, again)
        join known on known.id = s.attempt_id and known.resume = s.entry >> 20 where s.again
        on conflict (attempt_id, entry) do update set entry = excluded.entry
          where (j.slot, j.kind, j.value) = (excluded.slot, excluded.kind, excluded.value)
        returning j.attempt_id, j.entry, j.standing)
      select k.id, s.entry, s.standing, k.resume, k.notices, floor(date_part('epoch', k.ends) * 1000)::bigint,
        floor(date_part('epoch', moment) * 1000)::bigint from stored s join known k on k.id = s.attempt_id;
  end if;
end
$function$
"""


def upgrade() -> None:
    op.execute(_SAVE)


def downgrade() -> None:
    op.execute(f"drop function exam.save_ordinary({_OF})")
