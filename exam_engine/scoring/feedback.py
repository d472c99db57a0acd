"""Practice: what a pupil learns about one item right after answering it. Given once; a later answer changes nothing.

The key and the rationale leave the server here and nowhere else while an attempt runs, so three things must agree: the
sitting is practice, its policy says so, and the item has been answered.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import attempt_queries, deadline, tokens
from exam_engine.delivery.answers import counting_answers
from exam_engine.delivery.attempt import Denied, State
from exam_engine.delivery.refusals import denied
from exam_engine.delivery.tokens import Bearer
from exam_engine.kit.errors import Refused, _, invalid
from exam_engine.scoring import feedback_queries, marking, ruling_queries
from exam_engine.scoring.item_rulings import ItemRuling
from exam_engine.scoring.rules import Slot, by_rule, canonical
from exam_engine.sittings import policy as policies
from exam_engine.sittings.forms import mentioned_assets
from item_bank.content.interactions.composite import feedback_told, keys_said, numbered
from item_bank.content.interactions.options import right_ids
from item_bank.content.markup import is_blank, render
from item_bank.content.model import (
    Composite,
    Markup,
    MultipleChoice,
    Numeric,
    Passage,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.content.rational import rational
from item_bank.storage import queries as storage

Verdict = Literal["right", "partly", "wrong", "by_person"]


class Feedback(msgspec.Struct, frozen=True):
    """`value`: the answer that was marked; `key` speaks in the paper's own ids; `assets`: pictures of the rationale;
    `ruling`: the kind of a decision about the item that came after the rationale was written, with its `reason`."""

    slot: int
    verdict: Verdict
    share: str | None
    value: Any
    key: Mapping[str, Any]
    rationale: str
    topic: str
    assets: Mapping[str, Mapping[str, str]]
    ruling: str = ""
    reason: str = ""


async def give(connection: AsyncConnection, bearer: Bearer, number: int) -> Feedback:
    """Under the attempt's exclusive lock: of two that ask at once, the second reads what the first was told."""
    found = await _practising(connection, bearer, lock=True)
    slot = await _slot(connection, found, number)
    value = await _answer(connection, bearer.attempt_id, number)
    share = _share(slot, value)
    await feedback_queries.keep(connection, bearer.attempt_id, number, value, share)
    given = (await feedback_queries.given(connection, bearer.attempt_id, number))[0]
    rulings = await ruling_queries.in_force(connection, found["sitting_id"])
    return await _told(connection, slot, given, rulings.get(slot.version))


async def given(connection: AsyncConnection, bearer: Bearer) -> list[Feedback]:
    """What this attempt has been told so far: after a reload, and on another device."""
    found = await _practising(connection, bearer, lock=False)
    slots = await _slots(connection, found)
    rows = await feedback_queries.given(connection, bearer.attempt_id)
    rulings = await ruling_queries.in_force(connection, found["sitting_id"])
    return [await _told(connection, slots[row["slot"]], row, rulings.get(slots[row["slot"]].version)) for row in rows]


async def _practising(connection: AsyncConnection, bearer: Bearer, *, lock: bool) -> RowMapping:
    asked = attempt_queries.locked_attempt if lock else attempt_queries.attempt_by_id
    found = await asked(connection, bearer.attempt_id)
    if found is None:
        raise tokens.unknown()
    if policies.decode(found["policy"]).feedback != "item" or not await feedback_queries.is_practice(
        connection, found["sitting_id"]
    ):
        raise Refused("no_feedback", 403, _("Answers are not checked one by one in this test."))
    if bearer.resume != found["resume"]:
        raise Refused("other_device", 409, _("This attempt continues on another device. Check the answer there."))
    state = State(found["state"])
    if state is State.PAUSED:
        raise denied(Denied("paused"))
    if state is not State.RUNNING or found["now"] > deadline.closing(found["deadline"], found["held_until"]):
        raise denied(Denied("already_submitted" if state is State.SUBMITTED else "time_over"))
    return found


async def _slots(connection: AsyncConnection, found: RowMapping) -> tuple[Slot, ...]:
    names = {found["form_id"]: found["form_public_id"]}
    return (await marking.forms(connection, found["sitting_id"], names))[found["form_id"]].slots


async def _slot(connection: AsyncConnection, found: RowMapping, number: int) -> Slot:
    slots = await _slots(connection, found)
    if not 0 <= number < len(slots):
        raise invalid(_("Some of the values sent do not fit: %(names)s."), names="slot")
    return slots[number]


async def _answer(connection: AsyncConnection, attempt_id: int, number: int) -> Any:
    answers = (await counting_answers(connection, [attempt_id])).get(attempt_id, {})
    value = answers[number].value if number in answers else None
    if value is None:
        raise Refused("not_answered", 409, _("Answer this item first; then it can be checked."))
    return value


async def _told(connection: AsyncConnection, slot: Slot, given: RowMapping, ruling: ItemRuling | None) -> Feedback:
    item = slot.item
    # By the key in force now: nobody is told "wrong" beside a key that says what they said.
    share = _share(slot, given["value"])
    texts = [*_said(slot, given["value"]), *([item.rationale] if item.rationale else [])]
    wanted = mentioned_assets([Passage(text) for text in texts])
    pictures = await storage.assets_by_digest(connection, wanted) if wanted else {}
    return Feedback(
        slot=given["slot"],
        verdict=_verdict(share),
        share=None if share is None else str(share),
        value=given["value"],
        key=key_of(slot),
        rationale="".join(map(render, texts)),
        topic=item.topic,
        assets={
            digest: {"type": one.media_type, "data": base64.b64encode(one.data).decode()}
            for digest, one in pictures.items()
        },
        ruling=ruling.kind if ruling else "",
        reason=ruling.reason if ruling else "",
    )


def _said(slot: Slot, value: Any) -> list[Markup]:
    """What the item itself says to this very answer. Its places inside the text are not kept: it stands below."""
    if not isinstance(slot.item.interaction, Composite):
        return []
    told = feedback_told(slot.item, canonical(slot, value))
    return [Markup(f"<div>{one.markup.html}</div>", one.markup.math) for one in told if not is_blank(one.markup)]


def _share(slot: Slot, value: Any) -> Fraction | None:
    return Fraction(1) if slot.ruling == "full_marks" else by_rule(slot.item, canonical(slot, value)).share


def _verdict(share: Fraction | None) -> Verdict:
    if share is None:
        return "by_person"
    return "right" if share >= 1 else "partly" if share > 0 else "wrong"


def key_of(slot: Slot) -> Mapping[str, Any]:
    """The key as the player shows it: `options` by their opaque ids, `statements`, or `texts` that are accepted."""
    match slot.item.interaction:
        case SingleChoice(options=options) | MultipleChoice(options=options) as choice:
            right = right_ids(choice)
            return {"options": [slot.keys[one.id] for one in options if one.id in right]}
        case TrueFalseCluster(statements=statements):
            return {"statements": {one.id: one.correct for one in statements}}
        case Numeric(accepted=accepted):
            return {"texts": [one.replace(".", ",") if slot.item.language == "vi" else one for one in accepted]}
        case ShortText(accepted=texts):
            return {"texts": [one.text.replace("\\*", "*") for one in texts if rational(one.weight) >= 1]}
        case Composite():
            key = numbered(slot.item, keys_said(slot.item, words=True))
            return {"texts": [key]} if key else {}
    return {}
