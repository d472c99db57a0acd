"""Copies of items in another bank: whoever wrote them, where they come from and under which licence goes along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar.datastructures import State
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import bank_filters, queries
from exam_engine.authoring.banks import bank_of
from exam_engine.kit import audit, jobs
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal, public_id
from exam_engine.kit.jobs import Progress
from item_bank.content.model import Item, digest
from item_bank.content.spread import SOURCE
from item_bank.storage import list_queries, sharing_queries
from item_bank.storage import queries as storage
from item_bank.storage.queries import StoredVersion

JOB = "copy_items"
#: So many are copied while somebody waits, and so many in one transaction of the job.
AT_ONCE = 200
WRITE = "items.write"


@dataclass(frozen=True, slots=True)
class Copied:
    """`known`: those that the bank has already, word for word."""

    added: int
    known: int


async def copy(
    connection: AsyncConnection,
    principal: Principal,
    source: RowMapping,
    target: RowMapping,
    versions: Sequence[StoredVersion],
) -> Copied:
    """Drafts of the one who copies. Retired items are left out."""
    said = await _said(connection, source)
    credited = [(one, _credited(one.content, said)) for one in versions if one.status != "retired"]
    # Two copies of the same at once: the second waits, and finds what the first has put in.
    await sharing_queries.held_bank(connection, target["id"])
    known = set(await storage.items_with_content(connection, target["id"], [digest(item) for _one, item in credited]))
    added = 0
    for one, item in credited:
        if digest(item) in known:
            continue
        known.add(digest(item))
        made = await storage.add_item(
            connection,
            bank_id=target["id"],
            public_id=public_id(),
            content=item,
            created_by=principal.id or None,
            copied_from=one.id,
        )
        await audit.record(connection, principal, "copied", "item", made.item_id, version=one.id)
        added += 1
    return Copied(added, len(credited) - added)


async def copy_all(
    connection: AsyncConnection, principal: Principal, source: RowMapping, target: RowMapping, query: str
) -> str:
    """Everything that the filters leave (`query`: as the list's address has them), by a job; its public id."""
    unit = await queries.unit_of_bank(connection, target["id"])
    payload = {
        "from": source["public_id"],
        "to": target["public_id"],
        "filters": query,
        "person": principal.id,
        "units": {name: list(principal.scopes(name)) for name in (queries.READ, WRITE)},
        "label": _("Questions are being copied"),
        "page": f"/bank/{target['public_id']}",
    }
    return await jobs.enqueue(connection, JOB, payload, principal=principal, unit_id=unit["id"])


async def perform(state: State, progress: Progress, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """In the name of who asked; what was copied before an interruption is found again."""
    scopes = {name: tuple(units) for name, units in payload["units"].items()}
    person = Principal("staff", int(payload["person"]), permissions=scopes)
    after, added, known, total = 0, 0, 0, None
    while True:
        async with transaction(state.engine) as connection:
            source = await bank_of(connection, person, str(payload["from"]))
            target = await bank_of(connection, person, str(payload["to"]), WRITE)
            choices = await bank_filters.choices(connection, source["id"])
            given = bank_filters.read(dict(parse_qsl(str(payload["filters"]))))
            filters = bank_filters.filters_of(given, choices)
            if total is None:
                total = await storage.count_newest_versions(connection, source["id"], filters)
            chosen = list_queries.chosen_items(source["id"], filters)
            ids = await sharing_queries.next_of(connection, chosen, after, AT_ONCE)
            if not ids:
                return {"added": added, "known": known}
            done = await copy(connection, person, source, target, await storage.newest_by_item(connection, ids))
        after, added, known = ids[-1], added + done.added, known + done.known
        await progress.report(min(total, added + known), total)


async def _said(connection: AsyncConnection, bank: RowMapping) -> dict[str, str]:
    """What the items of a bank say of themselves where each says nothing."""
    unit = await queries.unit_of_bank(connection, bank["id"])
    place = f"{bank['name']} – {unit['name']}"
    return {"author": bank["credit"], "licence": bank["licence"], SOURCE: bank["source"] or place}


def _credited(item: Item, said: Mapping[str, str]) -> Item:
    return msgspec.structs.replace(
        item,
        author=item.author or said["author"],
        licence=item.licence or said["licence"],
        extra=item.extra if item.extra.get(SOURCE) else {**item.extra, SOURCE: said[SOURCE]},
    )


JOBS = {JOB: perform}
