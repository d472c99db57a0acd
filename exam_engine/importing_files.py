"""`exam-engine import`: files into a bank, by the same two steps as the page: a report first, then what it promised."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import importing
from exam_engine.kit import languages
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import SYSTEM
from exam_engine.kit.settings import Settings
from item_bank.formats.model import ImportReport, Reason, Translate
from item_bank.storage import queries as storage


async def import_files(
    settings: Settings, files: Iterable[Path], *, bank: str, keep: bool, locale: str
) -> dict[str, Any]:
    """Each file is one transaction: it enters as its report says, or not at all."""
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        reports = []
        for file in files:
            data = await asyncio.to_thread(file.read_bytes)
            async with transaction(engine) as connection:
                reports.append(await _import_file(connection, file.name, data, bank=bank, keep=keep, locale=locale))
        return {"bank": bank, "kept": keep, "files": reports}
    finally:
        await engine.dispose()


async def _import_file(
    connection: AsyncConnection, name: str, data: bytes, *, bank: str, keep: bool, locale: str
) -> dict[str, Any]:
    found = await storage.bank_by_public_id(connection, bank)
    if found is None:
        known = ", ".join(f"{row['public_id']} ({row['name']})" for row in await storage.banks(connection))
        raise Refused("not_found", 404, f"no bank {bank}; there are: {known or 'none'}")
    if not keep:
        imported = await importing.read(name, data)
        return _entry(imported.report, locale, added=0)
    run = await importing.dry_run(connection, SYSTEM, found["id"], name, data)
    stored = await storage.import_by_public_id(connection, run.public_id)
    assert stored is not None
    added = await importing.confirm(connection, SYSTEM, stored)
    return _entry(run.imported.report, locale, added=len(added.versions))


def _entry(report: ImportReport, locale: str, *, added: int) -> dict[str, Any]:
    """Each reason also as a sentence of the language."""
    translate = languages.translator(locale)
    shown = msgspec.to_builtins(report)
    for entry, source in zip(shown.get("items", ()), report.items, strict=True):
        _tell(entry.get("reasons", ()), source.reasons, translate)
    _tell(shown.get("problems", ()), report.problems, translate)
    return {"added": added, "counts": report.counts(), "report": shown}


def _tell(entries: Sequence[dict[str, Any]], reasons: Sequence[Reason], translate: Translate) -> None:
    for entry, reason in zip(entries, reasons, strict=True):
        entry["text"] = reason.told(translate)
