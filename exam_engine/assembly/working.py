"""Assembling as a job: reads the bank, has forms found in a thread of its own, and keeps what was found. The payload
names the row of the assembly and `units`, the paths whose banks the person who asked may read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.assembly import queries
from exam_engine.assembly.asking import Asked, encode
from exam_engine.authoring import definition as definitions
from exam_engine.authoring.definition import Matrix
from exam_engine.authoring.matrix_pool import pool_of
from exam_engine.authoring.queries import READ
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.identity import Principal
from exam_engine.kit.jobs import Progress
from exam_engine.reports import history
from item_bank.content.checking import undeliverable
from item_bank.content.spread import estimate_of
from item_bank.storage import queries as storage
from item_bank.storage.queries import StoredVersion

JOB = "assemble_forms"
#: The longest time to look, and so much more for each set beyond the tenth.
SECONDS, MORE = 60.0, 5.0


async def perform(state: State, progress: Progress, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    # The solver's libraries take a second to load: only the worker process has them.
    from exam_engine.assembly import finding, posing

    async with transaction(state.engine) as connection:
        row = await queries.by_id(connection, payload["assembly"])
        asked = msgspec.convert(row["asked"], Asked)
        definition = definitions.decode(row["definition"])
        asking = Principal("staff", payload.get("person", 0), permissions={READ: tuple(payload["units"])})
        source = await pool_of(connection, asking, definition.matrix or Matrix())
        if source is None:
            raise Refused("bank_missing", 422, _("The bank of the blueprint is not there any more. Choose another."))
        bank, pool = source
        columns = posing.columns_of(definition, pool, asked)
        versions = await storage.versions_by_id(connection, {one.candidate.version for one in columns})
        sound = {number for number, one in versions.items() if not undeliverable(one.content)}
        known = await _history(connection, bank["id"], list(versions.values()))
    columns = [one for one in columns if one.candidate.version in sound]
    loop = asyncio.get_running_loop()

    def on_form(number: int) -> None:
        asyncio.run_coroutine_threadsafe(progress.report(number, asked.forms), loop)

    await progress.report(0, asked.forms)
    seconds = SECONDS + MORE * max(0, asked.forms - 10)
    found = await asyncio.to_thread(finding.found, definition, columns, known, asked, seconds=seconds, on_form=on_form)
    async with transaction(state.engine) as connection:
        await queries.set_found(connection, row["id"], encode(found))
    return {"forms": len(found.forms)}


async def _history(connection: AsyncConnection, bank_id: int, versions: list[StoredVersion]) -> dict[int, Any]:
    """Item id → what is known of how hard it is."""
    from exam_engine.assembly.posing import History

    seen = await history.of_items(connection, bank_id, versions)
    found = {}
    for one in versions:
        estimate = estimate_of(one.content)
        known = seen.get(one.item_id)
        if known or estimate is not None:
            found[one.item_id] = History(known.n if known else 0, known.facility if known else 0.0, estimate)
    return found


JOBS = {JOB: perform}
