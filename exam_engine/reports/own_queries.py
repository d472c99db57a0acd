"""SQL of the candidate's own result, on the raw driver: session, attempt and result in one question."""

from __future__ import annotations

from exam_engine.accounts.session_queries import LIVES, OF_SESSION, SESSION

#: `ruled`: items of the sitting were decided about after it ran.
RESULT = f"""
select {SESSION}, attempt.id as attempt_id, attempt.state, candidate.full_name, candidate.number, candidate.class_name,
  form.number as form_number, sitting.id as sitting_id, sitting.kind, sitting.title, sitting.policy::text as policy,
  (sitting.definition -> 'afterwards')::text as afterwards, sitting.definition ->> 'scale' as scale,
  sitting.released_at is not null as released, unit.name as unit_name,
  exists (select from exam.item_ruling where item_ruling.sitting_id = sitting.id and item_ruling.current) as ruled,
  result.rounded, result.pending
from {OF_SESSION}
join exam.attempt on attempt.candidate_id = session.candidate_id
join exam.candidate on candidate.id = attempt.candidate_id
join exam.sitting on sitting.id = attempt.sitting_id
join exam.unit on unit.id = sitting.unit_id
join exam.form on form.id = attempt.form_id
left join exam.result on result.attempt_id = attempt.id and result.current
where {LIVES}
"""  # noqa: S608 - constants of this program
