"""`exam-engine import`: files into a bank, by the same two steps as the page: a report first, then what it promised."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import importing
from exam_engine.interchange.telling import file_entry, unreadable
from exam_engine.kit import languages
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import SYSTEM
from exam_engine.kit.settings import Settings
from item_bank.formats.__main__ import pictures_within
from item_bank.formats.model import Imported, ImportReport, ReadProblem, Reason, Translate
from item_bank.formats.reading import read_file
from item_bank.storage import queries as storage

Found = dict[str, Any]


def files_in(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Each file with the folder that its pictures may lie in; folders are walked, hidden files left out."""
    for path in paths:
        if not path.is_dir():
            yield path, path.parent
            continue
        for file in sorted(path.rglob("*")):
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts):
                yield file, path


def dry_run(paths: Sequence[Path], locale: str) -> Found:
    """What an import would do, without a database."""
    translate = languages.translator(locale)
    return {"kept": False, "files": [_tried(file, root, translate) for file, root in files_in(paths)]}


def _tried(file: Path, root: Path, translate: Translate) -> Found:
    try:
        imported = read_file(file.name, file.read_bytes(), find_picture=pictures_within(root, file.parent))
    except ReadProblem as problem:
        return unreadable(str(file), problem.reason, translate)
    except OSError as error:
        reason = Reason.of("file_unreadable", "%(problem)s", problem=error.strerror or error)
        return unreadable(str(file), reason, translate)
    return file_entry(str(file), imported, translate) | _report(imported.report, translate)


async def import_files(settings: Settings, paths: Sequence[Path], *, bank: str, locale: str) -> Found:
    """Each file is one transaction: it enters as its report says, or not at all."""
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        reports = []
        for file, _root in files_in(paths):
            data = await asyncio.to_thread(file.read_bytes)
            async with transaction(engine) as connection:
                reports.append(await _import_file(connection, file, data, bank=bank, locale=locale))
        return {"bank": bank, "kept": True, "files": reports}
    finally:
        await engine.dispose()


async def _import_file(connection: AsyncConnection, file: Path, data: bytes, *, bank: str, locale: str) -> Found:
    found = await storage.bank_by_public_id(connection, bank)
    if found is None:
        known = ", ".join(f"{row['public_id']} ({row['name']})" for row in await storage.banks(connection))
        raise Refused("not_found", 404, f"no bank {bank}; there are: {known or 'none'}")
    run = await importing.dry_run(connection, SYSTEM, found["id"], file.name, data)
    stored = await storage.import_by_public_id(connection, run.public_id)
    assert stored is not None
    added = await importing.confirm(connection, SYSTEM, stored)
    return _entry(str(file), run.imported, languages.translator(locale)) | {"added": len(added.versions)}


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
