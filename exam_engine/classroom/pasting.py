"""Pasted questions: into the class's own bank by way of an import, so that the source is kept and doubts are shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import importing
from exam_engine.authoring import queries as authoring
from exam_engine.classroom import preparing, quiz_queries
from exam_engine.kit import audit
from exam_engine.kit.errors import _, invalid, not_found
from exam_engine.kit.identity import Principal, public_id
from exam_engine.kit.languages import translator
from item_bank.content.model import digest
from item_bank.storage import queries as storage

FILE_NAME = "paste.txt"
LONGEST = 500_000


async def paste(connection: AsyncConnection, principal: Principal, sitting: RowMapping, text: str) -> int | str:
    """How many questions came in; or, where a person has to look first, the public id of the import."""
    if not text.strip() or len(text) > LONGEST:
        raise invalid(_("Paste at least one question."))
    bank = await bank_of_class(connection, principal, sitting)
    run = await importing.dry_run(connection, principal, bank["id"], FILE_NAME, text.encode("utf-8", "replace"))
    if not run.imported.items or _doubtful(run.imported):
        return run.public_id
    row = await storage.import_by_public_id(connection, run.public_id)
    assert row is not None
    added = await importing.confirm(connection, principal, row)
    return await preparing.add_all(connection, sitting["id"], added.versions)


async def take_import(connection: AsyncConnection, principal: Principal, sitting: RowMapping, public: str) -> int:
    """The questions of a confirmed import, as they stand in the bank now. None while it is not confirmed."""
    owner = authoring.own_banks(principal.scopes("items.import"))
    run = await storage.import_by_public_id(connection, public, owner)
    if run is None:
        raise not_found()
    if not run["confirmed"]:
        return 0
    imported = await importing.read(run["file_name"], bytes(run["file"]), **run["report"]["hints"])
    digests = [digest(one.item) for one in imported.items]
    known = await storage.items_with_content(connection, run["bank_id"], digests)
    versions = await quiz_queries.versions_of_import(connection, run["id"], list(known.values()))
    return await preparing.add_all(connection, sitting["id"], versions)


async def bank_of_class(connection: AsyncConnection, principal: Principal, sitting: RowMapping) -> Any:
    """Where the teacher's own questions for this class go; made when there is none."""
    banks = await storage.banks(connection, authoring.own_banks(principal.scopes("items.write")))
    own = [one for one in banks if one["unit_id"] == sitting["unit_id"]]
    if own:
        return own[0]
    public = public_id()
    name = translator(principal.locale or "vi")(_("Questions of class %(name)s"), name=sitting["unit_name"])
    bank_id = await storage.create_bank(connection, public_id=public, unit_id=sitting["unit_id"], name=name)
    await audit.record(connection, principal, "created", "bank", bank_id, unit_id=sitting["unit_id"])
    return await authoring.bank_by_id(connection, bank_id)


def _doubtful(imported: Any) -> bool:
    """Whether the reader kept everything as it stands, without a doubt."""
    return any(line.outcome != "kept" for line in imported.report.items) or bool(imported.report.problems)
