"""What a sandbox consists of, and how it goes: along ownership only, so that a reference from elsewhere refuses the
removal instead of being deleted with it. A house test fails on a table that hangs on these and is not named here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import (
    account,
    class_member,
    person,
    pupil_secret,
    role_grant,
    session,
    unit,
    unit_alias,
)
from exam_engine.assembly.tables import assembly
from exam_engine.authoring.tables import exam
from exam_engine.delivery.tables import (
    answer_file,
    answer_file_piece,
    attempt,
    credit_proposal,
    intervention,
    receipt,
    ruling,
)
from exam_engine.kit.tables import job
from exam_engine.reports.tables import analysis, analysis_page, item_analysis, item_figure
from exam_engine.reviewing.tables import paper_release
from exam_engine.scoring.tables import feedback, hand_mark, item_ruling, result, script
from exam_engine.sittings.tables import candidate, form, room, roster_upload, sitting, variant
from item_bank.storage.tables import (
    approved_version,
    bank,
    bank_reviewer,
    bulk_edit,
    bulk_edit_item,
    import_run,
    item,
    item_comment,
    item_draft,
    item_signature,
    item_version,
    review,
    saved_filter,
)
from proctoring.tables import flag, presence, signal

#: Leaves first: (table, column, whose). The journal goes before, with its partition.
OWNED: tuple[tuple[Table, str, str], ...] = (
    *((table, "attempt_id", "attempts") for table in (signal, flag, presence, feedback, hand_mark, script, result)),
    *((table, "attempt_id", "attempts") for table in (ruling, intervention, receipt, variant)),
    *((table, "attempt_id", "attempts") for table in (answer_file_piece, answer_file)),
    *(
        (table, "sitting_id", "sittings")
        for table in (item_ruling, item_analysis, analysis, analysis_page, item_figure, credit_proposal, roster_upload)
    ),
    (session, "candidate_id", "candidates"),
    (session, "person_id", "people"),
    *((table, "sitting_id", "sittings") for table in (attempt, candidate, form, room)),
    (sitting, "unit_id", "units"),
    *((table, "exam_id", "exams") for table in (paper_release, assembly)),
    (exam, "unit_id", "units"),
    *((table, "person_id", "people") for table in (pupil_secret, account, role_grant, class_member)),
    *((table, "bank_id", "banks") for table in (item_draft, bank_reviewer, saved_filter)),
    (bulk_edit_item, "item_id", "items"),
    (bulk_edit, "bank_id", "banks"),
    *((table, "version_id", "versions") for table in (review, approved_version, item_comment)),
    *((table, "item_id", "items") for table in (item_version, item_signature)),
    (item, "bank_id", "banks"),
    (import_run, "bank_id", "banks"),
    (bank, "unit_id", "units"),
    (person, "unit_id", "units"),
    *((table, "unit_id", "units") for table in (job, unit_alias)),
    (unit, "id", "units"),
)


async def remove(connection: AsyncConnection, unit_id: int) -> None:
    """Everything that belongs to this unit at the top of its own tree."""
    whose = _owners(unit_id)
    await connection.execute(text("set local lock_timeout = '10s'"))
    # Versions of items never change; those of a paper that was made for the rehearsal go with it.
    has_items = (await connection.execute(select(func.count()).select_from(whose["items"].subquery()))).scalar_one()
    if has_items:
        await connection.execute(text("alter table item_bank.item_version disable trigger immutable"))
    await connection.execute(update(room).where(room.c.sitting_id.in_(whose["sittings"])).values(invigilator_id=None))
    for table, column, owner in OWNED:
        await connection.execute(delete(table).where(table.c[column].in_(whose[owner])))
    if has_items:
        await connection.execute(text("alter table item_bank.item_version enable trigger immutable"))


async def forget_waiting_jobs(connection: AsyncConnection, unit_id: int) -> None:
    """Of the queue itself: whatever nobody has begun need not run for a sandbox that goes."""
    await connection.execute(
        text(
            "delete from jobs.pgqueuer where status = 'queued' and convert_from(payload, 'UTF8')::jsonb ->> 'id' in"
            " (select id::text from exam.job where unit_id = :unit and state = 'waiting')"
        ),
        {"unit": unit_id},
    )


def _owners(unit_id: int) -> dict[str, Any]:
    units = select(unit.c.id).where(unit.c.id == unit_id)
    sittings = select(sitting.c.id).where(sitting.c.unit_id == unit_id)
    banks = select(bank.c.id).where(bank.c.unit_id == unit_id)
    items = select(item.c.id).where(item.c.bank_id.in_(banks))
    return {
        "units": units,
        "sittings": sittings,
        "attempts": select(attempt.c.id).where(attempt.c.sitting_id.in_(sittings)),
        "candidates": select(candidate.c.id).where(candidate.c.sitting_id.in_(sittings)),
        "people": select(person.c.id).where(person.c.unit_id == unit_id),
        "banks": banks,
        "items": items,
        "versions": select(item_version.c.id).where(item_version.c.item_id.in_(items)),
        "exams": select(exam.c.id).where(exam.c.unit_id == unit_id),
    }
