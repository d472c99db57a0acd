"""Applies a proposed change of many items, and takes it back: some at a time, each in a transaction of its own where
there are many, so that it goes on where it was interrupted (docs/decisions/bulk-edits.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar.datastructures import State
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries, sending
from exam_engine.authoring.relabelling import Change, TooManyTags
from exam_engine.kit import audit, jobs
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal
from exam_engine.kit.jobs import Progress
from item_bank.content.checking import unapprovable
from item_bank.review.states import Act, leaving
from item_bank.storage import edit_queries
from item_bank.storage import queries as storage
from item_bank.storage.queries import StoredVersion

JOB = "bank.edit"
#: So many items are changed while the page waits, and in one transaction.
AT_ONCE = 100


async def go_on(connection: AsyncConnection, principal: Principal, edit: RowMapping, *, undoing: bool) -> int:
    """The next items of an edit whose row is held; how many they were."""
    rows = await edit_queries.some_left(connection, edit["id"], undoing=undoing, limit=AT_ONCE)
    before = await storage.versions_by_id(connection, [row["before_id"] for row in rows])
    change = msgspec.convert(edit["change"], Change)
    if not rows:
        return 0
    if undoing:
        became = [await _undone(connection, principal, row, before[row["before_id"]]) for row in rows]
        await edit_queries.note(connection, edit["id"], became)
    else:
        await edit_queries.note(connection, edit["id"], await _applied(connection, principal, change, rows, before))
    return len(rows)


async def _applied(
    connection: AsyncConnection,
    principal: Principal,
    change: Change,
    rows: Sequence[Mapping[str, Any]],
    before: Mapping[int, StoredVersion],
) -> list[dict[str, Any]]:
    outcomes: dict[int, str] = {}
    approvals = await edit_queries.approvals_of(connection, [row["item_id"] for row in rows])
    for row in rows:
        outcomes[row["item_id"]] = await _relabelled(connection, principal, change, row, before[row["before_id"]])
    if change.status:
        free = [item for item, outcome in outcomes.items() if outcome in ("changed", "same")]
        act, verb = sending.ACTS[change.status]
        moved = await storage.act_on(connection, free, act)
        await audit.record_each(connection, principal, verb, "item", moved)
        outcomes |= dict.fromkeys(moved, "changed")
    retired = change.status == "retired"
    return [
        {"of": item, "became": outcome, "held": approvals.get(item, []) if retired else []}
        for item, outcome in outcomes.items()
    ]


async def _relabelled(
    connection: AsyncConnection,
    principal: Principal,
    change: Change,
    row: Mapping[str, Any],
    before: StoredVersion,
) -> str:
    if (row["version_id"], row["status"]) != (row["before_id"], row["before_status"]):
        return "touched"
    try:
        content = change.of(before.content)
    except TooManyTags:
        return "tags"
    if change.status == "in_review" and row["status"] in leaving(Act.SEND) and unapprovable(content):
        return "unready"
    added = await storage.add_version(
        connection, item_id=row["item_id"], content=content, created_by=principal.id or None
    )
    return "changed" if added.created else "same"


async def _undone(
    connection: AsyncConnection, principal: Principal, row: Mapping[str, Any], before: StoredVersion
) -> dict[str, Any]:
    """What it was comes back as a version of its own, with the state and the approval that it had: the same words were
    vouched for."""
    result = {"of": row["item_id"], "held": row["approvals"]}
    if (row["version_id"], row["status"]) != (row["after_id"], row["after_status"]):
        return {**result, "became": "kept"}
    added = await storage.add_version(
        connection, item_id=row["item_id"], content=before.content, created_by=principal.id or None
    )
    await edit_queries.give_back(connection, row["item_id"], row["before_status"], row["approvals"])
    if added.created:
        await storage.pass_approval_on(connection, row["before_id"], added.version_id)
    return {**result, "became": "undone"}


async def carry_out(
    connection: AsyncConnection, principal: Principal, bank: RowMapping, edit: RowMapping, *, undoing: bool
) -> str:
    """Does it at once where the items are few, else asks for the job, whose public id it gives. The edit is held."""
    await edit_queries.set_state(connection, edit["id"], "undone" if undoing else "applied")
    told = await edit_queries.counts(connection, edit["id"])
    items = told.get("changed", 0) if undoing else sum(told.values())
    verb = "undone" if undoing else "changed"
    await audit.record(connection, principal, verb, "bank", bank["id"], unit_id=bank["unit_id"], items=items)
    if items <= AT_ONCE:
        await go_on(connection, principal, edit, undoing=undoing)
        return ""
    unit = await queries.unit_of_bank(connection, bank["id"])
    place = f"/bank/{bank['public_id']}/edits/{edit['public_id']}"
    payload = {
        "edit": edit["public_id"],
        "bank": bank["id"],
        "person": principal.id,
        "undoing": undoing,
        "items": items,
        "label": _("The change is being taken back") if undoing else _("The questions are being changed"),
        "page": place,
    }
    return await jobs.enqueue(connection, JOB, payload, principal=principal, unit_id=unit["id"])


async def perform(state: State, progress: Progress, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """In the name of who asked. Applying ends where somebody takes the change back meanwhile."""
    person, undoing = Principal("staff", int(payload["person"])), bool(payload["undoing"])
    wanted, done = "undone" if undoing else "applied", 0
    while True:
        async with transaction(state.engine) as connection:
            edit = await edit_queries.edit_of(
                connection, str(payload["edit"]), int(payload["bank"]), person.id, held=True
            )
            going = edit is not None and edit["state"] == wanted
            some = await go_on(connection, person, edit, undoing=undoing) if edit and going else 0
        if not some:
            return {"edit": payload["edit"], "items": done}
        done += some
        await progress.report(done, int(payload["items"]))


JOBS = {JOB: perform}
