"""Marking by hand: one response after another, without a name; nobody marks over another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.delivery import answer_files, file_queries
from exam_engine.delivery.answers import counting_answers
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal
from exam_engine.scoring import marking, queries, rubric, script_queries
from exam_engine.scoring.numbering import version_of_number
from exam_engine.scoring.rules import Slot, canonical, response_digest
from item_bank.content.interactions import Response
from item_bank.content.interactions.composite import answers_said, gives_of
from item_bank.content.model import Composite, Item
from item_bank.storage import queries as storage

CLAIM_MINUTES = 20


@dataclass(frozen=True)
class Task:
    """One item of one sitting, as its markers share it."""

    sitting: RowMapping
    number: int
    version: int
    item: Item


async def task(connection: AsyncConnection, principal: Principal, sitting: str, number: int) -> Task:
    found = await script_queries.sitting_to_mark(connection, sitting, principal.scopes("marks.hand"))
    if found is None or not found["definition"]:
        raise not_found()
    version = version_of_number(definitions.decode(found["definition"]), number)
    stored = await storage.versions_by_id(connection, [version] if version else [])
    if version is None or version not in stored:
        raise not_found()
    return Task(found, number, version, stored[version].content)


async def take_next(connection: AsyncConnection, principal: Principal, work: Task, after: str = "") -> str | None:
    """Claims the next script for this person; None when there is none left that nobody holds."""
    public = await script_queries.next_script(connection, work.sitting["id"], work.version, principal.id, after)
    if public is not None:
        await script_queries.claim(connection, public, principal.id, CLAIM_MINUTES)
    return public


@dataclass(frozen=True)
class Look:
    """A script, the item as its candidate met it, and the response as a marker reads it."""

    script: RowMapping
    item: Item
    response: str
    files: Sequence[answer_files.Shown]


async def look(connection: AsyncConnection, work: Task, public: str) -> Look:
    script = await script_queries.script_in_sitting(connection, public, work.sitting["id"], work.version)
    if script is None:
        raise not_found()
    slot, response = await _response(connection, script)
    files = await answer_files.shown(connection, script["attempt_id"], {0: response})
    return Look(script, slot.item, as_read(slot.item, response), files.get(0, ()))


async def file_of(connection: AsyncConnection, work: Task, public: str, digest: str) -> tuple[str, bytes] | None:
    """A file that the script's own response names: media type and bytes."""
    seen = await look(connection, work, public)
    named = any(file.digest == digest and file.here for file in seen.files)
    return await file_queries.file_of(connection, seen.script["attempt_id"], digest) if named else None


def as_read(item: Item, response: Response) -> str:
    """An essay as it was written; of a composite item each part by its number, texts with their lines."""
    if not isinstance(item.interaction, Composite):
        return response if isinstance(response, str) else ""
    told = answers_said(item, response)
    whole = response if isinstance(response, dict) else {}
    for number, part in enumerate(item.interaction.parts):
        answer = whole.get(str(number))
        if number in told and gives_of(part) == "text" and isinstance(answer, str):
            told[number] = answer
    return "\n\n".join(f"({number + 1}) {text}" for number, text in sorted(told.items()))


async def give(
    connection: AsyncConnection, events: Events, principal: Principal, work: Task, form: Mapping[str, str], comment: str
) -> rubric.Given:
    """Stores the mark and marks the attempt again. `form`: script, digest, seen, and the points."""
    given = rubric.read(work.item, form)
    if given.errors:
        return given
    script = await _held(connection, principal, work, form)
    values = {
        "attempt_id": script["attempt_id"],
        "slot": script["slot"],
        "points": str(given.points),
        "rubric": dict(given.by_criterion),
        "comment": comment,
        "response_digest": script["response_digest"],
        "by": principal.id,
    }
    await script_queries.retire_mark(connection, script["attempt_id"], script["slot"])
    await script_queries.add_mark(connection, values)
    await _mark_again(connection, events, principal, work, script, "marked_by_hand", points=str(given.points))
    return given


async def withdraw(
    connection: AsyncConnection, events: Events, principal: Principal, work: Task, form: Mapping[str, str]
) -> None:
    """The script waits again, held by the person who took the mark back."""
    script = await _held(connection, principal, work, form)
    await script_queries.retire_mark(connection, script["attempt_id"], script["slot"])
    await script_queries.claim(connection, script["public_id"], principal.id, CLAIM_MINUTES)
    await _mark_again(connection, events, principal, work, script, "hand_mark_withdrawn")


async def _held(connection: AsyncConnection, principal: Principal, work: Task, form: Mapping[str, str]) -> RowMapping:
    """The script under the attempt's lock, as this person has seen it; a refusal says what changed since."""
    place = (form.get("script", ""), work.sitting["id"], work.version)
    found = await script_queries.script_in_sitting(connection, *place)
    if found is None:
        raise not_found()
    await script_queries.lock_attempt(connection, found["attempt_id"])
    # Before the script's row: whoever marks the whole sitting holds this lock when scripts leave the queue.
    await queries.lock_results(connection, work.sitting["id"], alone=False)
    script = await script_queries.script_in_sitting(connection, *place, lock=True)
    if script is None or script["response_digest"] != form.get("digest"):
        raise Refused(
            "response_changed", 409, _("This response has changed since you opened it. Open it again and read it anew.")
        )
    if str(script["mark_id"]) != form.get("seen"):
        raise Refused("already_marked", 409, _("Somebody else has marked this response by now. Nothing was changed."))
    if script["held"] and script["claimant"] != principal.id:
        raise Refused("script_taken", 409, _("Somebody else is marking this response now. Nothing was changed."))
    return script


async def _mark_again(
    connection: AsyncConnection,
    events: Events,
    principal: Principal,
    work: Task,
    script: RowMapping,
    action: str,
    **data: str,
) -> None:
    attempt_id, sitting = script["attempt_id"], work.sitting
    await marking.mark_one(connection, events, sitting["id"], attempt_id, "hand", principal.id)
    await audit.record(
        connection, principal, action, "attempt", attempt_id, unit_id=sitting["unit_id"], slot=script["slot"], **data
    )


async def _response(connection: AsyncConnection, script: RowMapping) -> tuple[Slot, Response]:
    attempts = await queries.closed_attempts(connection, script["sitting_id"], script["attempt_id"])
    if not attempts:
        raise not_found()
    form_id, public = attempts[0]["form_id"], attempts[0]["form"]
    known = await marking.forms(connection, script["sitting_id"], {form_id: public})
    answers = await counting_answers(connection, [script["attempt_id"]])
    answer = answers.get(script["attempt_id"], {}).get(script["slot"])
    slot = known[form_id].slots[script["slot"]]
    response = canonical(slot, answer.value if answer else None)
    if response_digest(response) != script["response_digest"]:
        raise Refused("response_changed", 409, _("This response is being changed. Try again in a moment."))
    return slot, response
