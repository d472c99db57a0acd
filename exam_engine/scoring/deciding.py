"""Deciding about an item of a sitting after it ran: first who would gain and lose, then the decision and new marks.

The decision and every result that follows from it are one transaction, alone with the sitting's results: an attempt
that ends meanwhile waits for it and is marked under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import msgspec
from litestar.datastructures import State
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit import audit
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal
from exam_engine.kit.jobs import Progress, enqueue
from exam_engine.scoring import marking, queries, ruling_queries
from exam_engine.scoring.item_rulings import ItemRuling, together
from exam_engine.scoring.remarking import Preview, compare, outdated
from exam_engine.sittings import sitting_queries
from item_bank.content.model import Interaction, Item, as_json
from item_bank.storage import queries as storage

JOB = "decide_about_item"
#: More attempts than these are marked by a job: the person watches its progress instead of a blank page.
AT_ONCE = 500
CAUSE = "item"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`points`: what the item is worth in the forms that have it, 0 where none has."""

    outcome: Preview
    points: Fraction


async def preview(connection: AsyncConnection, sitting_id: int, decision: ItemRuling) -> Foreseen:
    in_force = await ruling_queries.in_force(connection, sitting_id)
    marked = await marking.mark(connection, sitting_id, instead=together(in_force, decision))
    _something_left(marked)
    found = [slot.points for form in marked.forms.values() for slot in form.slots if slot.version == decision.version]
    return Foreseen(await compare(connection, marked), max(found, default=Fraction(0)))


async def decide(
    connection: AsyncConnection,
    events: Events,
    principal: Principal,
    sitting: RowMapping,
    decision: ItemRuling,
    expected: str,
    report: marking.Report | None = None,
) -> Preview:
    """Puts the decision in force and marks everybody under it; the former results stay as older versions."""
    sitting_id = sitting["id"]
    await queries.lock_results(connection, sitting_id)
    in_force = await ruling_queries.in_force(connection, sitting_id)
    if decision.kind == "as_written" and decision.version not in in_force:
        raise Refused("nothing_decided", 409, _("There is no decision about this item that could be taken back."))
    marked = await marking.mark(connection, sitting_id, instead=together(in_force, decision), report=report)
    _something_left(marked)
    found = await compare(connection, marked)
    if found.fingerprint != expected:
        raise outdated()
    ruling_id = await ruling_queries.put_in_force(connection, sitting_id, decision, principal.id)
    await marking.store(connection, sitting_id, marked, CAUSE, principal.id or None, ruling_id)
    if found.changes:
        # Whoever stood by the former marks looks at the new ones before they count as confirmed.
        await sitting_queries.set_sitting(connection, sitting_id, marks_confirmed_at=None, marks_confirmed_by=None)
    await marking.tell_when_complete(connection, events, sitting_id)
    await audit.record(
        connection, principal, "item_decided", "sitting", sitting_id, unit_id=sitting["unit_id"],
        version=decision.version, decision=decision.kind, reason=decision.reason, changed=len(found.changes),
    )  # fmt: skip
    return found


async def correct_in_bank(
    connection: AsyncConnection, principal: Principal, decision: ItemRuling, written: Item
) -> RowMapping | None:
    """A new version of the item with the corrected key, where this person may write in its bank. Papers that pin the
    former version stay as they are."""
    found = await ruling_queries.bank_to_correct(connection, decision.version, principal.scopes("items.write"))
    if found is None or decision.interaction is None:
        return None
    newest = await storage.newest_version(connection, found["public_id"])
    content = msgspec.structs.replace(newest.content if newest else written, interaction=decision.interaction)
    added = await storage.add_version(connection, item_id=found["id"], content=content, created_by=principal.id)
    await audit.record(
        connection, principal, "key_corrected", "item", found["id"], unit_id=found["unit_id"], number=added.number
    )
    return found


async def enqueue_decision(
    connection: AsyncConnection,
    principal: Principal,
    sitting: RowMapping,
    decision: ItemRuling,
    expected: str,
    page: str,
    *,
    in_bank: bool,
) -> str:
    """The same as a job; returns its public id. `page`: where to go on from the page of the job."""
    payload = {
        "label": _("Marking a sitting again"),
        "page": page,
        "sitting": sitting["public_id"],
        "version": decision.version,
        "kind": decision.kind,
        "interaction": None if decision.interaction is None else as_json(decision.interaction),
        "reason": decision.reason,
        "expected": expected,
        "in_bank": in_bank,
        "by": principal.id,
        "permissions": {"items.write": list(principal.scopes("items.write"))},
    }
    return await enqueue(connection, JOB, payload, principal=principal, unit_id=sitting["unit_id"])


async def perform(state: State, progress: Progress, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    stored = payload["interaction"]
    interaction = None if stored is None else msgspec.convert(stored, Interaction)
    decision = ItemRuling(payload["version"], payload["kind"], interaction, payload["reason"])
    scopes = {name: tuple(paths) for name, paths in payload["permissions"].items()}
    principal = Principal("staff", payload["by"], permissions=scopes)
    async with transaction(state.engine) as connection:
        sitting = await queries.sitting_by_public_id(connection, payload["sitting"])
        found = await decide(
            connection, state.events, principal, sitting, decision, payload["expected"], progress.report
        )
        if payload["in_bank"]:
            versions = await storage.versions_by_id(connection, [decision.version])
            await correct_in_bank(connection, principal, decision, versions[decision.version].content)
    return {"marked": found.marked, "changed": len(found.changes)}


def _something_left(marked: marking.Marked) -> None:
    """A paper without a single item has no mark."""
    forms = {id(form): form for form in marked.forms.values()}
    if any(all(slot.ruling == "dropped" for slot in form.slots) for form in forms.values()):
        raise Refused("nothing_left", 409, _("This is the last item that counts: without it there is no mark left."))
