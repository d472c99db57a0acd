"""Pasted questions: into the class's own bank by way of an import, so that the source is kept and doubts are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import banks
from exam_engine.authoring import importing
from exam_engine.authoring import queries as authoring
from exam_engine.classroom import preparing
from exam_engine.kit.errors import _, invalid, not_found
from exam_engine.kit.identity import Principal
from item_bank.formats.model import Imported
from item_bank.storage import queries as storage

LONGEST = 500_000


async def paste(connection: AsyncConnection, principal: Principal, sitting: RowMapping, text: str) -> int | str:
    """How many questions came in; or, where a person has to look first, the public id of the import."""
    if not text.strip() or len(text) > LONGEST:
        raise invalid(_("Paste at least one question."))
    bank = await bank_of_class(connection, principal, sitting)
    run = await importing.dry_run(
        connection, principal, bank["id"], importing.PASTED, text.encode("utf-8", "replace"), format_name="text"
    )
    if not run.imported.items or _doubtful(run.imported):
        return run.public_id
    row = await storage.import_by_public_id(connection, run.public_id)
    assert row is not None
    added = await importing.confirm(connection, principal, row)
    return await preparing.add_all(connection, sitting["id"], added.versions)


async def take_items(
    connection: AsyncConnection, principal: Principal, sitting: RowMapping, items: Sequence[str]
) -> int:
    """The newest versions of items named by public id, as far as the teacher may read them."""
    owner = authoring.own_banks(principal.scopes("items.read"))
    names = [name for name in dict.fromkeys(items) if name][: preparing.MOST_ITEMS]
    found = [await storage.newest_version(connection, name, owner) for name in names]
    return await preparing.add_all(connection, sitting["id"], [one.id for one in found if one is not None])


async def bank_of_class(connection: AsyncConnection, principal: Principal, sitting: RowMapping) -> Any:
    """Where the teacher's own questions for this class go; made when there is none."""
    if not principal.reaches("items.write", sitting["path"]):
        raise not_found()
    locale = principal.locale or "vi"
    bank_id = await banks.bank_of(connection, principal, sitting["unit_id"], sitting["unit_name"], locale)
    return await authoring.bank_by_id(connection, bank_id)


def _doubtful(imported: Imported) -> bool:
    """Whether a person has to look: a question waits for a decision or is not there, or more than a title was left."""
    return any(one.outcome not in ("kept", "changed") for one in imported.report.items) or any(
        reason.code != "line_skipped" for reason in imported.report.problems
    )
