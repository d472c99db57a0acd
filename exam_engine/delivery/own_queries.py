"""SQL of the candidate's own requests, on the raw driver: each asks about the session and the attempt at once."""

from __future__ import annotations

from exam_engine.accounts.session_queries import LIVES, OF_SESSION, SESSION
from exam_engine.delivery.journal_queries import HELD_UNTIL

#: An attempt with all that its rules and its candidate's pages ask about; the policy as text.
ATTEMPT = f"""
exam.now() as now, attempt.id as attempt_id, attempt.sitting_id, attempt.form_id, attempt.state,
attempt.resume, attempt.device, attempt.device_allowed, attempt.device_waiting, attempt.admitted, attempt.started_at,
attempt.deadline, attempt.grace_s, attempt.credit_s, attempt.paused_at, attempt.ended_at, attempt.ended_by,
attempt.notices, {HELD_UNTIL} as held_until, candidate.extra_percent, candidate.extra_minutes,
sitting.state as sitting_state, sitting.opens_at, sitting.starts_at, sitting.closes_at, sitting.duration_s,
sitting.timing, sitting.policy::text as policy, sitting.paper_key
"""
OF_ATTEMPT = """
join exam.candidate on candidate.id = attempt.candidate_id
join exam.sitting on sitting.id = attempt.sitting_id
left join exam.heartbeat on heartbeat.id = 1
"""
_SHOWN = """
candidate.public_id as candidate_public_id, candidate.full_name, candidate.number, candidate.class_name, candidate.seat,
room.name as room_name, sitting.public_id as sitting_public_id, sitting.title, sitting.kind, form.number as form_number,
unit.name as unit_name, unit.zone
"""
_OF_SHOWN = """
join exam.form on form.id = attempt.form_id
join exam.unit on unit.id = sitting.unit_id
left join exam.room on room.id = candidate.room_id
"""
_ATTEMPT_OF_SESSION = "join exam.attempt on attempt.candidate_id = session.candidate_id"
_MINE = f"{OF_SESSION} {_ATTEMPT_OF_SESSION}"
# For replies without words: three joins fewer, as nobody's name and language are asked for.
BARELY_MINE = f"exam.session {_ATTEMPT_OF_SESSION}"

PAGE = f"""
select {SESSION}, sitting.policy::text as policy, sitting.title, sitting.kind
from {_MINE} join exam.sitting on sitting.id = attempt.sitting_id where {LIVES}
"""  # noqa: S608 - these are constants of this program

STATE = f"select {ATTEMPT}, {_SHOWN} from {BARELY_MINE} {OF_ATTEMPT} {_OF_SHOWN} where {LIVES}"  # noqa: S608

# Whether the attempt runs, and what is asked for then.
_STANDING = f"exam.now() as now, attempt.form_id, attempt.state, attempt.deadline, {HELD_UNTIL} as held_until"
_OF_STANDING = f"{BARELY_MINE} left join exam.heartbeat on heartbeat.id = 1"
PAPER = f"select {_STANDING} from {_OF_STANDING} where {LIVES}"  # noqa: S608
VARIANT = f"""
select {_STANDING}, variant.body
from {_OF_STANDING} left join exam.variant on variant.attempt_id = attempt.id where {LIVES}
"""  # noqa: S608

SLOTS_OF_FORM = "select slots::text from exam.form where id = $1"
PAPER_OF_FORM = "select paper from exam.form where id = $1"
HAS_RECEIPT = "select 1 from exam.receipt where attempt_id = $1"
INTERVENTIONS = """
select action, seconds, reason, created_at from exam.intervention where attempt_id = $1 order by id
"""
