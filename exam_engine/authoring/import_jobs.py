"""Large imports: reading and adding take longer than a page may wait, and are done as jobs whose page counts."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, TypeVar

import msgspec
from litestar.datastructures import State
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import drafting_exams, importing, queries
from exam_engine.kit import jobs
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.identity import Principal, public_id
from exam_engine.kit.jobs import Progress
from item_bank.formats.archives import looks_like_zip
from item_bank.formats.model import Imported, ImportReport, ReadProblem
from item_bank.storage import queries as storage

T = TypeVar("T")
READ, ADD = "import.read", "import.add"
#: A package of so many files, or another file of so many bytes, is read by a job: some 2 s and more.
LARGE_PACKAGE = 1_000
LARGE_FILE = 2 * 1024 * 1024
#: So many items are added by a job.
LARGE_REPORT = 1_000
_TELL_EVERY_S = 1.0
_OFFICE = (".docx", ".xlsx")


def is_large(file_name: str, data: bytes) -> bool:
    """Told without reading. A Word file is large by its pictures alone, and read at once."""
    if file_name.lower().endswith(_OFFICE):
        return False
    if not looks_like_zip(data):
        return len(data) >= LARGE_FILE
    try:
        return len(zipfile.ZipFile(io.BytesIO(data)).infolist()) >= LARGE_PACKAGE
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False  # the reader says what is wrong


async def read_later(
    connection: AsyncConnection, principal: Principal, bank_id: int, file_name: str, data: bytes, **hints: Any
) -> str:
    """Keeps the file and asks for its dry run; the public id of the job."""
    public = public_id()
    unit = await queries.unit_of_bank(connection, bank_id)
    label = _("The file is being read")
    payload = {"run": public, "label": label, "page": f"/imports/{public}"}
    job = await jobs.enqueue(connection, READ, payload, principal=principal, unit_id=unit["id"])
    nothing = msgspec.to_builtins(ImportReport(file_name[:200], ""))
    await storage.store_import(
        connection,
        bank_id=bank_id,
        public_id=public,
        file_name=file_name[:200],
        format="",
        file=data,
        report={"hints": hints, "report": nothing, "job": job},
        created_by=principal.id or None,
    )
    return job


async def is_being_read(connection: AsyncConnection, principal: Principal, run: RowMapping) -> bool:
    """Whether the page of the job is the one to look at; where the job failed, the import's page says so."""
    job = await jobs.job_by_public_id(connection, str(run["report"].get("job", "")), principal)
    return job is not None and job["state"] in ("waiting", "running")


async def add_later(connection: AsyncConnection, principal: Principal, run: RowMapping, exams: Collection[int]) -> str:
    """Asks for adding what a large dry run showed; the public id of the job."""
    unit = await queries.unit_of_bank(connection, run["bank_id"])
    allowed = bool(exams) and await drafting_exams.may_draft(connection, principal, run["bank_id"])
    payload = {
        "run": run["public_id"],
        "person": principal.id,
        "exams": sorted(exams) if allowed else [],
        "label": _("The questions are being added"),
        "page": f"/imports/{run['public_id']}?added=1",
    }
    return await jobs.enqueue(connection, ADD, payload, principal=principal, unit_id=unit["id"])


async def perform_read(state: State, progress: Progress, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """A file that cannot be read has a page all the same: it says why."""
    async with transaction(state.engine) as connection:
        run = await _run(connection, payload)
    try:
        imported = await _telling(progress, lambda told: importing.read_run(run, told))
    except Refused as refused:
        if not isinstance(refused.__cause__, ReadProblem):
            raise
        report = ImportReport(run["file_name"], "", problems=(refused.__cause__.reason,))
        imported = Imported((), (), (), report)
    async with transaction(state.engine) as connection:
        await importing.keep_dry_run(connection, run, imported)
    return {"run": payload["run"], "items": len(imported.report.items)}


async def perform_add(state: State, progress: Progress, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """In the name of who asked; whether exams may be made was asked then."""
    may = {"exams.write": ("",)} if payload["exams"] else {}
    person = Principal("staff", int(payload["person"]), permissions=may)
    async with transaction(state.engine) as connection:
        run = await _run(connection, payload)
        added = await _telling(
            progress,
            lambda told: importing.confirm(connection, person, run, exams=payload["exams"], progress=told),
        )
    return {"run": payload["run"], "items": len(added.versions), "exams": len(added.exams)}


async def _run(connection: AsyncConnection, payload: Mapping[str, Any]) -> RowMapping:
    found = await storage.import_by_public_id(connection, str(payload["run"]))
    if found is None:
        raise not_found()
    return found


async def _telling(progress: Progress, work: Callable[[Callable[[int, int], None]], Awaitable[T]]) -> T:
    """The work, whose counts come from another thread, and beside it the reports of how far it is."""
    at = [0, 0]

    def told(done: int, whole: int) -> None:
        at[:] = done, whole

    async def tell() -> None:
        while True:
            await asyncio.sleep(_TELL_EVERY_S)
            await progress.report(at[0], at[1])

    telling = asyncio.create_task(tell())
    try:
        return await work(told)
    finally:
        telling.cancel()


JOBS = {READ: perform_read, ADD: perform_add}
