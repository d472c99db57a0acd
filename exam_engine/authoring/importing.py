"""Bringing files into a bank: a dry run that stores the file and its report, then one confirmation that adds the items.

The confirmation reads the stored file again, with what a person decided about doubtful items: what was shown is what
enters, and the source stays verbatim.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import drafting_exams, imported_exams
from exam_engine.authoring.drafting_exams import Drafted
from exam_engine.authoring.duplicates import told_in_bank, told_in_file
from exam_engine.authoring.imported_exams import with_plans
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.identity import Principal, public_id
from item_bank.content.checking import unapprovable
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
    exams: tuple[Drafted, ...] = ()


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
    imported = await told_in_bank(connection, bank_id, imported)
    await storage.store_assets(connection, imported.assets)  # so that the page can show what it asks about
    public = public_id()
    report = _stored(hints, imported)
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


def _stored(hints: Mapping[str, Any], imported: Imported) -> dict[str, Any]:
    """What the page shows without reading the file again."""
    plans = msgspec.to_builtins(imported_exams.outlines(imported))
    return {"hints": dict(hints), "report": msgspec.to_builtins(imported.report), "exams": plans}


async def confirm(
    connection: AsyncConnection,
    principal: Principal,
    run: RowMapping,
    *,
    status: str = "draft",
    exams: Collection[int] | None = (),
    progress: Progress = no_progress,
) -> Added:
    """Adds what the dry run and the decisions since kept or changed. Refused when it was confirmed before.

    `exams`: of which tests of the file, counted from 0, a draft exam is made; None: of all.
    """
    confirmed = await storage.confirm_import(connection, run["id"])
    if confirmed is None:
        raise Refused("import_confirmed", 409, _("This import has been confirmed already."))
    imported = await told_in_bank(connection, run["bank_id"], await read_run(confirmed))
    whole = len(imported.items)
    await storage.set_import_report(connection, run["id"], _stored(run["report"]["hints"], imported))
    for passage in imported.passages:
        await storage.store_passage(connection, passage)
    await storage.store_assets(connection, imported.assets)
    digests = [digest(one.item) for one in imported.items]
    known = await storage.items_with_content(connection, run["bank_id"], digests)
    before = len(known)
    versions = []
    for one, name in zip(imported.items, digests, strict=True):
        if (item_id := known.get(name)) is not None:
            added = await storage.add_version(connection, item_id=item_id, content=one.item)
            await storage.set_status(connection, item_id, status, expected=("retired",))
        else:
            added = await storage.add_item(
                connection,
                bank_id=run["bank_id"],
                public_id=public_id(),
                content=one.item,
                status="draft" if status == "approved" and unapprovable(one.item) else status,
                created_by=principal.id or None,
                source=storage.Source(one.source, one.source_format, run["id"]),
            )
            known[name] = added.item_id  # a question that stands in the file twice is one item
        versions.append(added.version_id)
        progress(len(versions), whole)
    await audit.record(connection, principal, "imported", "import", run["id"], items=len(versions), known=before)
    drafted = await _drafted(connection, principal, run, imported, versions, exams)
    return Added(tuple(versions), before, tuple(drafted))


async def draft_again(
    connection: AsyncConnection, principal: Principal, run: RowMapping, numbers: Collection[int]
) -> list[Drafted]:
    """Exams of tests of an import that is in the bank already, of its items as they came."""
    imported = await read_run(run)
    digests = [digest(one.item) for one in imported.items]
    versions = await storage.versions_with_content(connection, run["bank_id"], digests)
    if not run["confirmed"] or not versions.keys() >= set(digests):
        raise Refused("import_open", 409, _("Add the questions of this import to the bank first."))
    return await _drafted(connection, principal, run, imported, [versions[name] for name in digests], numbers)


async def _drafted(
    connection: AsyncConnection,
    principal: Principal,
    run: RowMapping,
    imported: Imported,
    versions: Sequence[int],
    numbers: Collection[int] | None,
) -> list[Drafted]:
    """None at all for somebody who may not write exams."""
    if numbers is not None and not numbers:
        return []
    if not await drafting_exams.may_draft(connection, principal, run["bank_id"]):
        return []
    return await drafting_exams.draft_exams(connection, principal, run, imported, versions, numbers)


async def withdraw(connection: AsyncConnection, principal: Principal, run: RowMapping, *, back: bool = False) -> int:
    """Puts away the drafts of an import that nobody has touched since, and the exams made of its tests (`back`: takes
    the items out again). An exam that was changed or used stays, with its items. How many items moved."""
    expected, wanted = ("retired", "draft") if back else ("draft", "retired")
    held = frozenset[int]() if back else await drafting_exams.take_back(connection, principal, run)
    rows = await storage.items_of_import(connection, run["id"])
    untouched = [row["id"] for row in rows if not row["changed"] and row["version_id"] not in held]
    moved = await storage.set_status_of(connection, untouched, wanted, expected=(expected,))
    verb = "restored" if back else "withdrew"
    await audit.record(connection, principal, verb, "import", run["id"], items=moved)
    return moved


async def keep_dry_run(connection: AsyncConnection, run: RowMapping, imported: Imported) -> None:
    """What a file that was only kept so far turned out to hold."""
    imported = await told_in_bank(connection, run["bank_id"], imported)
    await storage.store_assets(connection, imported.assets)
    report = _stored(run["report"]["hints"], imported)
    await storage.set_import_report(connection, run["id"], report, imported.report.format)


async def read_run(run: RowMapping, progress: Progress = no_progress) -> Imported:
    """The stored file of a dry run, with what was decided about its items."""
    hints: dict[str, Any] = {**run["report"]["hints"], "repairs": run["repairs"], "progress": progress}
    return await read(run["file_name"], bytes(run["file"]), **hints)


async def read(file_name: str, data: bytes, **hints: Any) -> Imported:
    """Reading takes a while for a large file and runs beside the event loop. Refused with the reader's own reason."""
    try:
        return await asyncio.to_thread(lambda: told_in_file(with_plans(read_file(file_name, data, **hints))))
    except ReadProblem as problem:
        reason = problem.reason
        extra = {"line": reason.line} if reason.line else {}
        raise Refused(reason.code, 422, reason.message, extra=extra, **dict[str, Any](reason.params)) from problem
