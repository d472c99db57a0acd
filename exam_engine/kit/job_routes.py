"""The page of a long work: how far it is, how it ended, and the way back to what asked for it.

Whoever enqueues gives the payload `label` (an msgid, the heading) and `page` (where to go afterwards;
`{job}` in it stands for the job).
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit import jobs
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.forms import local_path
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page

STATE_LABELS = {"waiting": _("Waiting"), "running": _("Running"), "done": _("Done"), "failed": _("Failed")}


@get("/jobs/{job:str}", **requires("jobs.see"))
async def show_job(
    request: Request[Any, Any, Any], connection: AsyncConnection, principal: Principal, job: str
) -> Response[str]:
    """Asked by htmx it is the part of the page that changes."""
    found = await jobs.job_by_public_id(connection, job, principal)
    if found is None:
        raise not_found()
    part = request.headers.get("hx-request") == "true"
    return page(
        request,
        "kit/job_part.html" if part else "kit/job.html",
        job=found,
        label=str(found["payload"].get("label", "")) or _("Long work"),
        after=local_path(str(found["payload"].get("page", "")).replace("{job}", job)),
        refused=(found["result"] or {}).get("refused"),
        state_labels=STATE_LABELS,
        going=found["state"] in ("waiting", "running"),
    )


ROUTES = (show_job,)
