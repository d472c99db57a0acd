"""`exam-engine import --undo ID`: takes an import back, as its page does."""

from __future__ import annotations

from typing import Any

from exam_engine.authoring import importing, queries
from exam_engine.authoring.drafting_exams import reason_to_keep
from exam_engine.kit import languages
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.identity import SYSTEM
from exam_engine.kit.settings import Settings
from exam_engine.telling import Expected
from item_bank.storage import queries as storage


async def undo(settings: Settings, public: str, locale: str) -> dict[str, Any]:
    """Raises Expected where there is no such import, or nothing of it was added."""
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with transaction(engine) as connection:
            run = await storage.import_by_public_id(connection, public)
            if run is None:
                raise Expected(f"no import {public}; a report of `import --json` names it under “import”")
            if not run["confirmed"]:
                raise Expected(f"nothing of import {public} was added")
            before = len(await storage.items_of_import(connection, run["id"]))
            retired = await importing.withdraw(connection, SYSTEM, run)
            unit = await queries.unit_of_bank(connection, run["bank_id"])
            kept = await queries.exams_of_import(connection, unit["id"], public)
    finally:
        await engine.dispose()
    translate = languages.translator(locale)
    exams = [{"id": row["public_id"], "title": row["title"], "why": translate(reason_to_keep(row))} for row in kept]
    return {"import": public, "items": before, "retired": retired, "exams_kept": exams}
