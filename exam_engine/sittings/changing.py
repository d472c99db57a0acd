"""Changes of a sitting: while it is a draft, its confirmation, and its end. Each holds the sitting's row."""

from __future__ import annotations

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries as authoring
from exam_engine.authoring.assembling import explained
from exam_engine.kit import audit, clock, jobs
from exam_engine.kit.errors import Refused, _, conflict
from exam_engine.kit.identity import Principal
from exam_engine.sittings import candidate_queries, confirming, plan, sitting_queries
from exam_engine.sittings import policy as policies
from exam_engine.sittings.plan import Plan


async def locked_draft(connection: AsyncConnection, sitting_id: int) -> RowMapping:
    """Refused once papers are built or being built."""
    found = await sitting_queries.locked_sitting(connection, sitting_id)
    if found["state"] != "draft":
        raise Refused("sitting_confirmed", 409, _("This sitting is confirmed already."))
    return found


async def change(connection: AsyncConnection, principal: Principal, sitting_id: int, mark: str, wanted: Plan) -> None:
    """`mark` names the state that the editor has seen."""
    found = await locked_draft(connection, sitting_id)
    _check_mark(found, mark)
    values = {
        "title": wanted.title,
        "opens_at": wanted.opens_at,
        "starts_at": wanted.starts_at,
        "closes_at": wanted.closes_at,
        "duration_s": wanted.minutes * 60,
        "timing": wanted.timing,
        "policy": policies.encode(wanted.policy),
    }
    await sitting_queries.set_sitting(connection, sitting_id, **values)
    await _trace(connection, principal, "changed", found)


async def take_exam_again(connection: AsyncConnection, principal: Principal, sitting_id: int) -> None:
    """The exam as it stands now replaces the copy made when the sitting was created."""
    found = await locked_draft(connection, sitting_id)
    exam = await authoring.exam_by_id(connection, found["exam_id"])
    await sitting_queries.set_sitting(connection, sitting_id, definition=exam["definition"])
    await _trace(connection, principal, "took_exam_again", found)


async def remove(connection: AsyncConnection, principal: Principal, sitting_id: int) -> None:
    found = await locked_draft(connection, sitting_id)
    await sitting_queries.remove_sitting(connection, sitting_id)
    await _trace(connection, principal, "removed", found)


async def ask_confirmation(
    connection: AsyncConnection, principal: Principal, sitting_id: int, mark: str, locale: str
) -> str:
    """Everything is built by a job; from here on nothing of the sitting can be changed. Returns the job's public id."""
    found = await locked_draft(connection, sitting_id)
    _check_mark(found, mark)
    if not await candidate_queries.count_candidates(connection, sitting_id):
        raise Refused("roster_empty", 422, _("The roster is empty. Upload the list of candidates first."))
    if found["closes_at"] <= await clock.read(connection):
        raise Refused("sitting_over", 422, _("The time of this sitting is over. Change its date first."))
    if problems := await confirming.problems(connection, found["definition"]):
        message = _("The paper cannot be put together: %(problems)s")
        raise Refused("blueprint_unfilled", 422, message, problems=explained(problems, locale))
    await confirming.refuse_unvouched(connection, found, locale)
    await sitting_queries.set_sitting(connection, sitting_id, state="confirming")
    await _trace(connection, principal, "confirmed", found)
    payload = {
        "sitting": sitting_id,
        "label": _("Papers, tickets and PINs are being made"),
        "page": f"/sittings/{found['public_id']}",
    }
    return await jobs.enqueue(connection, confirming.JOB, payload, principal=principal, unit_id=found["unit_id"])


async def close(connection: AsyncConnection, principal: Principal, sitting_id: int) -> None:
    """An officer declares the sitting over; tickets stop working."""
    found = await sitting_queries.locked_sitting(connection, sitting_id)
    if found["state"] != "confirmed":
        raise conflict(_("Only a confirmed sitting can be closed."))
    if found["closes_at"] > await clock.read(connection):
        raise conflict(_("This sitting is not over yet. It can be closed after its end."))
    await sitting_queries.set_sitting(connection, sitting_id, state="closed")
    await _trace(connection, principal, "closed", found)


def _check_mark(found: RowMapping, mark: str) -> None:
    if mark != plan.mark_of(found):
        raise conflict(
            _("Somebody changed this sitting meanwhile. Reload the page to see it, then make your change again.")
        )


async def _trace(connection: AsyncConnection, principal: Principal, action: str, found: RowMapping) -> None:
    await audit.record(connection, principal, action, "sitting", found["id"], unit_id=found["unit_id"])
