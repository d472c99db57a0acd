"""Confirming a roster: forms drawn, papers rendered, variants built, PINs and tickets made, all ahead of the day."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from litestar.datastructures import State
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import secrets
from exam_engine.authoring import definition as definitions
from exam_engine.authoring.assembling import all_versions, explained, name_of, obstacles
from exam_engine.authoring.definition import ExamDefinition
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.events import Events
from exam_engine.kit.identity import public_id
from exam_engine.kit.jobs import Progress
from exam_engine.kit.keys import Keys
from exam_engine.reviewing import releasing
from exam_engine.sittings import candidate_queries, paper_queries, signing_in_queries, sitting_queries
from exam_engine.sittings import policy as policies
from exam_engine.sittings.events import BuiltAttempt, RosterConfirmed
from exam_engine.sittings.forms import BuiltForm, Content, build_form, build_variant, mentioned_assets
from item_bank.assembly import variant
from item_bank.assembly.blueprint import BlueprintError, Problem
from item_bank.content.checking import practice_only
from item_bank.content.model import Item
from item_bank.storage import queries as storage

JOB = "confirm_roster"


async def perform(state: State, progress: Progress, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The job: `payload` names the sitting. What can't be built is a draft again, to be mended."""
    try:
        async with transaction(state.engine) as connection:
            built = await confirm(connection, state.keyring, state.events, payload["sitting"], progress)
    except Exception:
        async with transaction(state.engine) as connection:
            await sitting_queries.back_to_draft(connection, payload["sitting"])
        raise
    return {"candidates": built}


async def confirm(
    connection: AsyncConnection, keys: Keys, events: Events, sitting_id: int, progress: Progress | None = None
) -> int:
    """Builds everything in one transaction and returns the number of candidates. Refused when it can't be built."""
    sitting = await sitting_queries.locked_sitting(connection, sitting_id)
    if sitting["state"] not in ("draft", "confirming"):
        raise Refused("sitting_confirmed", 409, _("This sitting is confirmed already."))
    candidates = await candidate_queries.candidates_of(connection, sitting_id)
    if not candidates and not sitting["guests"]:
        raise Refused("roster_empty", 422, _("The roster is empty. Upload the list of candidates first."))
    definition = definitions.decode(sitting["definition"])
    content = await load_content(connection, definition)
    _refuse_practice_only(sitting["kind"], content.items.values())
    await refuse_unvouched(connection, sitting)
    seed = sitting["seed"] or public_id(24)
    paper_key = randomness.token_bytes(32)
    built = _forms(definition, content, seed, keys.purpose("opaque ids"))
    form_ids = [await _store(connection, sitting_id, form) for form in built]
    first = await sitting_queries.next_attempt_block(connection)
    attempts, rows = [], []
    for position, candidate in enumerate(candidates):
        choice = position % len(built)
        attempt_id = first + position
        order_seed = f"{seed}/{built[choice].number}" + (f"/{candidate['number']}" if definition.individual else "")
        body = build_variant(definition, built[choice], order_seed)
        rows.append({"attempt_id": attempt_id, "form_id": form_ids[choice], "body": body})
        attempts.append(BuiltAttempt(attempt_id, candidate["id"], form_ids[choice]))
        if progress and position % 500 == 0:
            await progress.report(position, len(candidates), "variants")
    await paper_queries.store_variants(connection, rows)
    if sitting["kind"] == "exam":  # pupils come into a quiz with their own PIN
        await signing_in_queries.set_secrets(connection, _secrets(keys, candidates))
    await sitting_queries.set_sitting(
        connection,
        sitting_id,
        state="confirmed",
        seed=seed,
        paper_key=keys.seal("paper", paper_key),
        first_attempt_id=first,
        attempt_count=len(candidates) + sitting_queries.spare_attempts(sitting["kind"], len(candidates)),
    )
    await events.publish(connection, RosterConfirmed(sitting_id, first, tuple(attempts)))
    return len(candidates)


async def problems(connection: AsyncConnection, stored: object) -> list[Problem]:
    """Why no paper can be made of a stored definition; empty when nothing stands in the way."""
    definition = definitions.decode(stored)
    versions = await storage.versions_by_id(connection, all_versions(definition))
    return obstacles(definition, {number: version.content for number, version in versions.items()})


async def unvouched(connection: AsyncConnection, sitting: Mapping[Any, Any]) -> list[Problem]:
    """What a formal exam lacks before it may be given: approved items, a release by two persons, as far as the banks
    of its items ask for them. Class tests, quizzes, homework and practice lack nothing."""
    if sitting["kind"] != "exam" or not policies.decode(sitting["policy"]).formal:
        return []
    return await releasing.hindrances(connection, sitting["exam_id"], definitions.decode(sitting["definition"]))


async def refuse_unvouched(connection: AsyncConnection, sitting: Mapping[Any, Any], locale: str = "en") -> None:
    if found := await unvouched(connection, sitting):
        message = _("This formal exam can't be given yet. %(problems)s")
        raise Refused("exam_not_released", 422, message, problems=explained(found, locale))


async def load_content(connection: AsyncConnection, definition: ExamDefinition) -> Content:
    """The pinned versions with their passages and pictures."""
    wanted = all_versions(definition)
    versions = await storage.versions_by_id(connection, wanted)
    if missing := wanted - versions.keys():
        raise Refused("items_missing", 422, _("%(n)s items of this exam do not exist any more."), n=len(missing))
    items = {number: version.content for number, version in versions.items()}
    passages = await storage.passages_by_digest(connection, {item.passage for item in items.values() if item.passage})
    digests = mentioned_assets([*items.values(), *passages.values()])
    return Content(items, passages, await storage.assets_by_digest(connection, digests))


def _refuse_practice_only(kind: str, items: Iterable[Item]) -> None:
    for item in items:
        if kind != "practice" and practice_only(item):
            message = _("“%(item)s” has a button that asks for help or ends the attempt: only practice can have it.")
            raise Refused("practice_only", 422, message, item=name_of(item))


def _forms(definition: ExamDefinition, content: Content, seed: str, key: bytes) -> list[BuiltForm]:
    try:
        return [
            build_form(definition, content, seed, key, str(definition.first_form + offset), public_id())
            for offset in range(max(1, definition.forms))
        ]
    except BlueprintError as error:
        raise Refused(
            "blueprint_unfilled", 422, _("The paper cannot be put together: %(problems)s"), problems=str(error)
        ) from error


async def _store(connection: AsyncConnection, sitting_id: int, built: BuiltForm) -> int:
    return await paper_queries.store_form(
        connection,
        {
            "public_id": built.public_id,
            "sitting_id": sitting_id,
            "number": built.number,
            "key_map": list(built.key_map),
            "slots": list(built.slots),
            "paper": built.paper,
            "paper_digest": built.digest,
            "variant_version": variant.VERSION,
        },
    )


def _secrets(keys: Keys, candidates: Sequence[RowMapping]) -> list[dict[str, Any]]:
    return [
        secrets.sealed_row(keys, candidate["id"], secrets.make())
        for candidate in candidates
        if candidate["ticket_hash"] is None
    ]
