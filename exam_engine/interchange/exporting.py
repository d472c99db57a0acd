"""`exam-engine export --format`: the items of a bank or an exam as a package that other programs read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.assembling import all_versions
from exam_engine.authoring.definition import decode
from exam_engine.authoring.tables import exam as exams
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.settings import Settings
from exam_engine.sittings.forms import mentioned_assets
from exam_engine.telling import Expected
from item_bank.content.model import Asset
from item_bank.formats.gift.writing import write_gift
from item_bank.formats.moodle.writing import write_moodle
from item_bank.formats.qti.writing import Version
from item_bank.formats.qti.writing_package import Exported, write_package
from item_bank.formats.written import Written
from item_bank.formats.xlsx.writing_items import write_items
from item_bank.storage import queries as storage

VERSIONS: dict[str, Version] = {"qti21": "2.1", "qti22": "2.2", "qti30": "3.0"}
_PAGE = 500


def check(sitting: str | None, form: str, out: Path | None, bank: str | None, exam: str | None) -> None:
    """Before a database is asked. Raises Expected."""
    if sitting is not None:
        raise Expected(f"with --format items are written, and {sitting} is no option: say --bank or --exam")
    if out is None:
        raise Expected(f"say where the {form} file goes with --out FILE")
    if (bank is None) == (exam is None):
        raise Expected("say whose items are written: either --bank or --exam")
    if not out.absolute().parent.is_dir():
        raise Expected(f"{out.parent} is not a folder")


async def export_items(settings: Settings, form: str, out: Path, bank: str | None, exam: str | None) -> dict[str, Any]:
    """Raises Expected where there is no such bank or exam, or nothing in it."""
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with transaction(engine) as connection:
            found = await _of_bank(connection, bank) if bank else await _of_exam(connection, str(exam))
            if not found:
                raise Expected(f"{bank or exam} has no items")
            digests = {digest for one in found for digest in _pictures(one)}
            assets = await storage.assets_by_digest(connection, digests)
    finally:
        await engine.dispose()
    made = _written(form, found, assets)
    await asyncio.to_thread(out.write_bytes, made.data)
    told = {"file": str(out), "format": form, "items": made.items, "not_held": len(found) - made.items}
    return told | {"pictures": len(assets), "bytes": len(made.data), "notes": [asdict(one) for one in made.notes]}


def _written(form: str, found: Sequence[Exported], assets: Mapping[str, Asset]) -> Written:
    def asset(digest: str) -> Asset:
        return assets.get(digest, _MISSING)

    if form == "moodle":
        return write_moodle(found, asset)
    if form == "gift":
        return write_gift(found)
    if form == "xlsx":
        return write_items(found)
    return Written(write_package(found, asset, VERSIONS[form]), len(found))


#: A picture that the bank itself does not have.
_MISSING = Asset("missing", "application/octet-stream", b"")


def _pictures(one: Exported) -> set[str]:
    return mentioned_assets([one.item, *([one.passage] if one.passage else [])])


async def _of_bank(connection: AsyncConnection, name: str) -> list[Exported]:
    known = await storage.banks(connection)
    bank = next((row for row in known if name in (row["public_id"], row["name"])), None)
    if bank is None:
        told = ", ".join(f"{row['public_id']} ({row['name']})" for row in known)
        raise Expected(f"no bank {name}; there are: {told or 'none'}")
    versions: list[storage.StoredVersion] = []
    before = None
    while page := await storage.newest_versions(connection, bank["id"], before=before, limit=_PAGE):
        versions += page
        before = page[-1].item_id
    return await _exported(connection, [one for one in reversed(versions) if one.status != "retired"])


async def _of_exam(connection: AsyncConnection, public: str) -> list[Exported]:
    row = (await connection.execute(select(exams).where(exams.c.public_id == public))).mappings().one_or_none()
    if row is None:
        raise Expected(f"no exam {public}")
    stored = await storage.versions_by_id(connection, all_versions(decode(row["definition"])))
    return await _exported(connection, [stored[number] for number in sorted(stored)])


async def _exported(connection: AsyncConnection, versions: Sequence[storage.StoredVersion]) -> list[Exported]:
    wanted = {one.content.passage for one in versions if one.content.passage}
    passages = await storage.passages_by_digest(connection, wanted)
    return [Exported(one.item_public_id, one.content, passages.get(one.content.passage or "")) for one in versions]
