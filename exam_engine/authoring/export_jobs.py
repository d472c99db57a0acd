"""Large exports: writing takes longer than a page may wait, and is done as a job whose page waits for the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar.datastructures import State
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import exporting, queries
from exam_engine.authoring.definition import decode
from exam_engine.authoring.export_losses import Group, groups
from exam_engine.kit import job_files, jobs
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal
from exam_engine.kit.jobs import Progress
from exam_engine.kit.languages import translator
from item_bank.storage import queries as storage

WRITE = "export.write"
#: So many items are written by a job: some 2 s in the slowest format.
LARGE = 200


class Export(msgspec.Struct):
    """What the page tells of a file once it is written."""

    format: str
    items: int
    left: int
    groups: list[Group]


def place_of(row: RowMapping, kind: str) -> str:
    return f"/bank/{row['public_id']}" if kind == "bank" else f"/exams/{row['public_id']}"


async def done(
    connection: AsyncConnection, principal: Principal, row: RowMapping, kind: str, job: str
) -> tuple[Export, int] | None:
    """What was written of this bank or exam for this person, and the number of the job that keeps the file."""
    found = await jobs.job_by_public_id(connection, job, principal)
    if found is None or found["kind"] != WRITE or found["state"] != "done":
        return None
    if (found["payload"]["kind"], found["payload"]["id"]) != (kind, row["id"]):
        return None
    return msgspec.convert(found["result"], Export), found["id"]


async def is_large(connection: AsyncConnection, row: RowMapping, kind: str) -> bool:
    """Told without reading the items."""
    if kind == "bank":
        return await storage.count_newest_versions(connection, row["id"]) >= LARGE
    return sum(len(exporting.versions_of(section)) for section in decode(row["definition"]).sections) >= LARGE


async def write_later(
    connection: AsyncConnection, principal: Principal, row: RowMapping, kind: str, name: str, locale: str
) -> str:
    """The public id of the job, whose page leads back to the page of the export."""
    payload = {
        "kind": kind,
        "id": row["id"],
        "format": name,
        "locale": locale,
        "label": _("The file is being written"),
        "page": f"{place_of(row, kind)}/export?done={{job}}",
    }
    return await jobs.enqueue(connection, WRITE, payload, principal=principal, unit_id=row["unit_id"])


async def perform_write(state: State, progress: Progress, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(payload["format"])
    async with transaction(state.engine) as connection:
        if payload["kind"] == "bank":
            found = await exporting.of_bank(connection, await queries.bank_by_id(connection, payload["id"]))
        else:
            found = await exporting.of_exam(connection, await queries.exam_by_id(connection, payload["id"]))
        assets = await exporting.assets_of(connection, found)
    made = await exporting.write(found, assets, "docx" if name == "paper" else name, keys=name != "paper")
    async with transaction(state.engine) as connection:
        await job_files.keep(connection, progress.job_id, made.data)
    told = groups(found, made, translator(str(payload["locale"])))
    return msgspec.to_builtins(Export(name, made.items, len(found.items) - made.items, told))  # type: ignore[no-any-return]


JOBS = {WRITE: perform_write}
