"""`exam-engine export --format list`: a bank's items as the table that `exam-engine assemble` reads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from exam_engine.authoring import exporting
from exam_engine.interchange.banks import bank_named
from exam_engine.kit.cells import Sheet, Value, as_csv, as_xlsx
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.settings import Settings
from exam_engine.reports import history
from exam_engine.reports.history import Seen
from exam_engine.telling import Expected
from item_bank.content.checking import words
from item_bank.content.markup import plain_text
from item_bank.content.spread import ENEMIES, estimate_of
from item_bank.storage.queries import StoredVersion

HEADS = (
    "item", "text", "type", "subject", "grade", "topic", "level", "status", "points", "words", "set",
    "enemies", "facility", "n", "estimate",
)  # fmt: skip
#: Of a text as much as tells items apart.
_LETTERS = 80


def check(sitting: str | None, out: Path | None, bank: str | None, exam: str | None) -> None:
    """Before a database is asked. Raises Expected."""
    if sitting is not None or exam is not None or bank is None:
        raise Expected("a list is of a bank: say which with --bank")
    if out is None or out.suffix.lower() not in (".csv", ".xlsx") or not out.absolute().parent.is_dir():
        raise Expected("say where the list goes with --out FILE.csv or FILE.xlsx, in a folder that exists")


async def list_items(settings: Settings, out: Path, bank: str, *, locale: str) -> dict[str, Any]:
    """Raises Expected where there is no such bank, or nothing in it."""
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with transaction(engine) as connection:
            found = await bank_named(connection, bank)
            versions = await exporting.not_retired(connection, found["id"])
            if not versions:
                raise Expected(f"{bank} has no items")
            seen = await history.of_items(connection, found["id"], versions)
    finally:
        await engine.dispose()
    sheet = Sheet(found["name"], HEADS, [list(_row(one, seen)) for one in versions])
    made = as_xlsx(sheet) if out.suffix.lower() == ".xlsx" else as_csv(sheet, locale)
    await asyncio.to_thread(out.write_bytes, made)
    return {"file": str(out), "format": "list", "items": len(versions), "with_history": len(seen)}


def _row(version: StoredVersion, seen: Mapping[int, Seen]) -> Iterator[Value]:
    """Passages have a name that is the same in every list."""
    item, known = version.content, seen.get(version.item_id)
    text = item.title or plain_text(item.stem)
    yield from (version.item_public_id, text[:_LETTERS], item.type)
    yield from (item.subject, item.grade, item.topic, item.level, version.status)
    yield from (float(item.maximum), words(item), (item.passage or "")[:8])
    yield item.extra.get(ENEMIES, "")
    yield from (round(known.facility, 4), known.n) if known else (None, None)
    estimate = estimate_of(item)
    yield None if estimate is None else round(estimate, 4)
