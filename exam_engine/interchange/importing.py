"""`exam-engine import`: files into a bank, by the same two steps as the page: a report first, then what it promised."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.authoring import importing
from exam_engine.authoring.duplicates import told_in_file
from exam_engine.authoring.import_sheet import Reports, workbook
from exam_engine.authoring.imported_exams import with_plans
from exam_engine.interchange.banks import bank_named
from exam_engine.interchange.sources import Source, alone, files_in, source_of
from exam_engine.interchange.telling import file_entry, unreadable
from exam_engine.kit import languages
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import SYSTEM
from exam_engine.kit.settings import Settings
from exam_engine.telling import Expected
from item_bank.formats.model import N_, Imported, ImportReport, ReadProblem, Reason, Translate
from item_bank.formats.registry import Progress, no_progress
from item_bank.storage import queries as storage

Found = dict[str, Any]
logger = logging.getLogger(__name__)
#: Files of a package between two tellings of how far it is.
PROGRESS_EVERY = 100


def dry_run(paths: Sequence[Path], locale: str, report: Path | None = None, *, exams: bool = False) -> Found:
    """What an import would do, without a database. `report`: the workbook that tells it."""
    reports: list[tuple[str, ImportReport | Reason]] = []
    translate = languages.translator(locale)
    files = [_tried(file, root, reports, translate, exams=exams) for file, root in files_in(paths)]
    write_report(report, reports, locale)
    return {"kept": False, "files": files}


def write_report(path: Path | None, reports: Reports, locale: str) -> None:
    if path is not None:
        path.write_bytes(workbook(reports, languages.translator(locale)))


def _tried(
    file: Path,
    root: Path,
    reports: list[tuple[str, ImportReport | Reason]],
    translate: Translate,
    *,
    exams: bool,
) -> Found:
    try:
        source = alone(source_of(file, root), tests=True) if exams else source_of(file, root)
        imported = told_in_file(source.read(progress_of(file)))
        imported = with_plans(imported) if exams else imported
    except Exception as problem:  # noqa: BLE001 - the other files are read all the same
        reason = _obstacle(file, problem)
    else:
        reports.append((str(file), imported.report))
        return _entry(str(file), imported, translate)
    reports.append((str(file), reason))
    return unreadable(str(file), reason, translate)


def _obstacle(file: Path, error: Exception) -> Reason:
    """Why a file was not read; of a fault of this program the log has where it happened."""
    if isinstance(error, ReadProblem):
        return error.reason
    if isinstance(error, OSError):
        return Reason.of("file_unreadable", "%(problem)s", problem=error.strerror or error)
    logger.error("reading %s failed", file, exc_info=error)
    message = N_("The program failed while it read this file (%(problem)s); other files are not affected. Report it.")
    return Reason.of("reader_failed", message, problem=type(error).__name__)


def progress_of(file: Path) -> Progress:
    """On a terminal one line that counts; a program that reads the report is told nothing between."""
    if not sys.stderr.isatty():
        return no_progress

    def told(done: int, whole: int) -> None:
        if done and done % PROGRESS_EVERY == 0:
            sys.stderr.write(f"\r{file.name}: {done}{f'/{whole}' if whole else ''}")
            sys.stderr.flush()
        if whole and done >= whole - 1 and whole > PROGRESS_EVERY:
            sys.stderr.write("\n")

    return told


async def import_files(
    settings: Settings,
    paths: Sequence[Path],
    *,
    bank: str,
    locale: str,
    exams: bool = False,
    report: Path | None = None,
) -> Found:
    """Each file is one transaction: it enters as its report says, or not at all. `exams`: a draft exam of each test."""
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        entries: list[Found] = []
        reports: list[tuple[str, ImportReport | Reason]] = []
        for file, root in files_in(paths):
            try:
                entry, found = await _stored(engine, file, root, bank=bank, locale=locale, exams=exams)
            except (Expected, Refused, SQLAlchemyError):
                raise
            except Exception as problem:  # noqa: BLE001 - nothing of this file is stored; the others enter all the same
                found = _obstacle(file, problem)
                entry = unreadable(str(file), found, languages.translator(locale))
            entries.append(entry)
            reports.append((str(file), found))
        await asyncio.to_thread(write_report, report, reports, locale)
        return {"bank": bank, "kept": True, "files": entries}
    finally:
        await engine.dispose()


async def _stored(
    engine: AsyncEngine, file: Path, root: Path, *, bank: str, locale: str, exams: bool
) -> tuple[Found, ImportReport | Reason]:
    """Raises ReadProblem for a file that is not read; then nothing of it is stored."""
    source = await asyncio.to_thread(lambda: alone(source_of(file, root), tests=exams))
    try:
        async with transaction(engine) as connection:
            return await _import_file(connection, source, bank=bank, locale=locale, exams=exams)
    except Refused as refused:
        if isinstance(refused.__cause__, ReadProblem):
            raise refused.__cause__ from None
        raise


async def _import_file(
    connection: AsyncConnection, source: Source, *, bank: str, locale: str, exams: bool
) -> tuple[Found, ImportReport | Reason]:
    found = await bank_named(connection, bank)
    told = progress_of(source.path)
    run = await importing.dry_run(connection, SYSTEM, found["id"], source.name, source.data, progress=told)
    stored = await storage.import_by_public_id(connection, run.public_id)
    assert stored is not None
    added = await importing.confirm(connection, SYSTEM, stored, exams=None if exams else (), progress=told)
    entry = _entry(source.shown, run.imported, languages.translator(locale))
    for draft in added.exams:
        entry["tests"][draft.number] |= {"exam": draft.public_id, "exam_created": draft.created}
    fresh = len(set(added.versions)) - added.known
    counted = {"added": fresh, "known": added.known, "import": run.public_id}
    return entry | counted, run.imported.report


def _entry(file: str, imported: Imported, translate: Translate) -> Found:
    return file_entry(file, imported, translate) | _report(imported.report, translate)


def _report(report: ImportReport, translate: Translate) -> Found:
    """The report of the page, each reason also as a sentence of the language."""
    shown = msgspec.to_builtins(report)
    for entry, source in zip(shown.get("items", ()), report.items, strict=True):
        _tell(entry.get("reasons", ()), source.reasons, translate)
    _tell(shown.get("problems", ()), report.problems, translate)
    for test, said in zip(shown.get("tests", ()), report.tests, strict=True):
        _tell(test.get("reasons", ()), said.reasons, translate)
    return {"added": 0, "counts": report.counts(), "report": shown}


def _tell(entries: Sequence[Found], reasons: Sequence[Reason], translate: Translate) -> None:
    for entry, reason in zip(entries, reasons, strict=True):
        entry["text"] = reason.told(translate)
