"""Asking for forms: the work is done by `exam-engine work`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.assembly import queries
from exam_engine.assembly.asking import Asked, encode
from exam_engine.assembly.working import JOB
from exam_engine.authoring.queries import READ
from exam_engine.kit import audit, jobs
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal, public_id


async def ask(connection: AsyncConnection, principal: Principal, exam: Mapping[Any, Any], asked: Asked) -> str:
    """The public id of the job, whose page leads to what was found. It reads what the principal may read now."""
    public = public_id()
    values = {"public_id": public, "exam_id": exam["id"], "asked": encode(asked), "created_by": principal.id or None}
    number = await queries.add(connection, {**values, "definition": exam["definition"]})
    payload = {
        "assembly": number,
        "person": principal.id,
        "units": list(principal.scopes(READ)),
        "label": _("Forms are being assembled"),
        "page": f"/exams/{exam['public_id']}/assembly/{public}",
    }
    job = await jobs.enqueue(connection, JOB, payload, principal=principal, unit_id=exam["unit_id"])
    await queries.note_job(connection, number, job)
    told = {"forms": asked.forms, "mode": asked.mode}
    await audit.record(connection, principal, "assembled", "exam", exam["id"], unit_id=exam["unit_id"], **told)
    return job
