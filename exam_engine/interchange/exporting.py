"""`exam-engine export --format`: the items of a bank or an exam as a package that other programs read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import exporting
from exam_engine.authoring.tables import exam as exams
from exam_engine.interchange.banks import bank_named
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.settings import Settings
from exam_engine.telling import Expected
from item_bank.formats.written import Note


def check(
    sitting: str | None, form: str, out: Path | None, bank: str | None, exam: str | None, *, keys: bool = True
) -> None:
    """Before a database is asked. Raises Expected."""
    if not keys and form != "docx":
        raise Expected(f"--no-keys makes a paper of Word (--format docx); {form} is no paper")
    if sitting is not None:
        raise Expected(f"with --format items are written, and {sitting} is no option: say --bank or --exam")
    if out is None:
        raise Expected(f"say where the {form} file goes with --out FILE")
    if (bank is None) == (exam is None):
        raise Expected("say whose items are written: either --bank or --exam")
    if not out.absolute().parent.is_dir():
        raise Expected(f"{out.parent} is not a folder")


async def export_items(
    settings: Settings, form: str, out: Path, bank: str | None, exam: str | None, *, keys: bool = True
) -> dict[str, Any]:
    """Raises Expected where there is no such bank or exam, or nothing in it."""
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with transaction(engine) as connection:
            if bank:
                found = await exporting.of_bank(connection, await bank_named(connection, bank))
            else:
                found = await _of_exam(connection, str(exam))
            if not found.items:
                raise Expected(f"{bank or exam} has no items")
            made = await exporting.written(connection, found, form, keys=keys)
    finally:
        await engine.dispose()
    await asyncio.to_thread(out.write_bytes, made.data)
    told = {"file": str(out), "format": form, "items": made.items, "not_held": len(found.items) - made.items}
    return told | {"bytes": len(made.data), "notes": [_told(one) for one in made.notes]}


def _told(note: Note) -> dict[str, Any]:
    return {"item": note.item, "code": note.code, "text": note.text, "written": note.written}


async def _of_exam(connection: AsyncConnection, public: str) -> exporting.Found:
    row = (await connection.execute(select(exams).where(exams.c.public_id == public))).mappings().one_or_none()
    if row is None:
        raise Expected(f"no exam {public}")
    return await exporting.of_exam(connection, row)
