"""What a proposed change of many items would do, counted before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.relabelling import Change
from exam_engine.authoring.sending import ACTS
from exam_engine.authoring.showing import STATUS_LABELS
from exam_engine.kit.errors import _
from item_bank.review.states import leaving
from item_bank.review.vouching import FILING
from item_bank.storage import edit_queries

#: Why an item was left alone.
REASONS = {
    "touched": _("changed by somebody meanwhile"),
    "unready": _("not ready for a review: a picture has no description, or a part is missing"),
    "tags": _("would have more than 30 tags"),
    "kept": _("changed by somebody since, so that it keeps what it says now"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """From which value to which, of how many items. `value` None: several others together."""

    name: str
    value: str | None
    items: int
    into: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Of `items` how many: `content` get a new version; `again`: approved, and would need a review again; `withdrawn`:
    in review, and would be drafts; `kept`: stay approved with their new version; `retired`: lose their approval by
    retiring; `moving`: another state; `staying`: whose state does not allow it. `asks`: the bank asks for reviews."""

    items: int
    content: int
    lines: Sequence[Line]
    again: int
    withdrawn: int
    kept: int
    retired: int
    moving: int
    staying: int
    asks: bool


async def of(connection: AsyncConnection, bank: RowMapping, edit_id: int, change: Change) -> Preview:
    vouched = [name for name in change.labels if name not in FILING]
    told = await edit_queries.would_change(connection, edit_id, change.labels, change.add_tag, change.drop_tag, vouched)
    lines = [
        Line(name, value, items, into)
        for name, into in change.labels.items()
        for value, items in await edit_queries.values_now(connection, edit_id, name)
        if value != into
    ]
    lines += [Line("tag", "", told["without_tag"], f"+ {change.add_tag}")] if told["without_tag"] else []
    lines += [Line("tag", change.drop_tag, told["with_tag"], "")] if told["with_tag"] else []
    moves = leaving(ACTS[change.status][0]) if change.status else {}
    states = dict(await edit_queries.values_now(connection, edit_id, "status"))
    moving = {state: n for state, n in states.items() if state in moves}
    if change.status == "in_review" and told["again"]:
        moving["approved"] = told["again"]  # their new versions are drafts when they are sent
    into = STATUS_LABELS[next(iter(moves.values()))] if moves else ""
    lines += [Line("status", STATUS_LABELS[one], n, into) for one, n in moving.items()]
    return Preview(
        items=told["items"],
        content=told["content"],
        lines=lines,
        again=told["again"],
        withdrawn=told["withdrawn"],
        kept=told["kept"],
        retired=states.get("approved", 0) if change.status == "retired" else 0,
        moving=sum(moving.values()),
        staying=told["items"] - sum(moving.values()) if change.status else 0,
        asks=bank["reviews_needed"] > 0,
    )
