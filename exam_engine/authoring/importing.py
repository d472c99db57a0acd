"""Bringing files into a bank: a dry run that stores the file and its report, then one confirmation that adds the items.

The confirmation reads the stored file again, with what a person decided about doubtful items: what was shown is what
enters, and the source stays verbatim.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.identity import Principal, public_id
from item_bank.content.model import digest
from item_bank.formats.model import Imported, ReadProblem
from item_bank.formats.reading import read_file
from item_bank.formats.registry import Progress, no_progress
from item_bank.storage import queries as storage

#: The name under which pasted text is kept.
PASTED = "paste.txt"


@dataclass(frozen=True, slots=True)
class DryRun:
    public_id: str
    imported: Imported


@dataclass(frozen=True, slots=True)
class Added:
    """Item version ids in the file's order; `known` of them stood in the bank already with the same content."""

    versions: tuple[int, ...]
    known: int


async def dry_run(
    connection: AsyncConnection,
    principal: Principal,
    bank_id: int,
    file_name: str,
    data: bytes,
    *,
    progress: Progress = no_progress,
    **hints: Any,
) -> DryRun:
    """Reads the file and keeps it with its report; nothing enters the bank.

    `hints`: language, subject, grade, topic, level where the file does not say; format_name instead of guessing it.
    """
    imported = await read(file_name, data, progress=progress, **hints)
    await storage.store_assets(connection, imported.assets)  # so that the page can show what it asks about
    public = public_id()
    report = {"hints": hints, "report": msgspec.to_builtins(imported.report)}
    await storage.store_import(
        connection,
        bank_id=bank_id,
        public_id=public,
        file_name=file_name[:200],
        format=imported.report.format,
        file=data,
        report=report,
        created_by=principal.id or None,
    )
    return DryRun(public, imported)


async def confirm(
    connection: AsyncConnection, principal: Principal, run: RowMapping, *, status: str = "draft"
) -> Added:
    """Adds what the dry run and the decisions since kept or changed. Refused when it was confirmed before."""
    confirmed = await storage.confirm_import(connection, run["id"])
    if confirmed is None:
        raise Refused("import_confirmed", 409, _("This import has been confirmed already."))
    imported = await read_run(confirmed)
    for passage in imported.passages:
        await storage.store_passage(connection, passage)
    await storage.store_assets(connection, imported.assets)
    known = await storage.items_with_content(connection, run["bank_id"], [digest(one.item) for one in imported.items])
    versions = []
    for one in imported.items:
        if (item_id := known.get(digest(one.item))) is not None:
            added = await storage.add_version(connection, item_id=item_id, content=one.item)
        else:
            added = await storage.add_item(
                connection,
                bank_id=run["bank_id"],
                public_id=public_id(),
                content=one.item,
                status=status,
                created_by=principal.id or None,
                source=storage.Source(one.source, one.source_format, run["id"]),
            )
        versions.append(added.version_id)
    await audit.record(connection, principal, "imported", "import", run["id"], items=len(versions), known=len(known))
    return Added(tuple(versions), len(known))


async def withdraw(connection: AsyncConnection, principal: Principal, run: RowMapping, *, back: bool = False) -> int:
    """Puts away the drafts of an import that nobody has touched since (`back`: takes them out again). How many."""
    expected, wanted = ("retired", "draft") if back else ("draft", "retired")
    moved = 0
    for row in await storage.items_of_import(connection, run["id"]):
        if row["status"] == expected and not row["changed"]:
            moved += await storage.set_status(connection, row["id"], wanted, expected=(expected,))
    verb = "restored" if back else "withdrew"
    await audit.record(connection, principal, verb, "import", run["id"], items=moved)
    return moved


async def read_run(run: RowMapping) -> Imported:
    """The stored file of a dry run, with what was decided about its items."""
    hints: dict[str, Any] = {**run["report"]["hints"], "repairs": run["repairs"]}
    return await read(run["file_name"], bytes(run["file"]), **hints)


async def read(file_name: str, data: bytes, **hints: Any) -> Imported:
    """Reading takes a while for a large file and runs beside the event loop. Refused with the reader's own reason."""
    try:
        return await asyncio.to_thread(read_file, file_name, data, **hints)
    except ReadProblem as problem:
        reason = problem.reason
        extra = {"line": reason.line} if reason.line else {}
        raise Refused(reason.code, 422, reason.message, extra=extra, **dict[str, Any](reason.params)) from problem
