"""Pasted questions: into the class's own bank by way of an import, so that the source is kept and doubts are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import banks
from exam_engine.authoring import definition as definitions
from exam_engine.authoring import importing
from exam_engine.authoring import queries as authoring
from exam_engine.classroom import preparing, quiz_queries
from exam_engine.classroom.quiz import PERMISSION
from exam_engine.kit.errors import Refused, _, invalid, not_found
from exam_engine.kit.identity import Principal
from item_bank.formats.model import Imported
from item_bank.storage import queries as storage

LONGEST = 500_000
_QUIZ = re.compile(r"/quiz/(\w{1,40})")


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


async def title_at(connection: AsyncConnection, principal: Principal, address: str) -> str:
    """The title of the draft at an address; empty where it leads elsewhere."""
    found = await _draft_at(connection, principal, address)
    return found["title"] if found is not None else ""


async def count_at(connection: AsyncConnection, principal: Principal, address: str) -> int:
    found = await _draft_at(connection, principal, address)
    return len(preparing.chosen_versions(definitions.decode(found["definition"]))) if found is not None else 0


async def take_written(connection: AsyncConnection, principal: Principal, address: str, items: Sequence[str]) -> None:
    """New items come into the draft whose address is given, unless it has begun or is full by now."""
    found = await _draft_at(connection, principal, address)
    if found is not None:
        with suppress(Refused):
            async with connection.begin_nested():
                await take_items(connection, principal, found, items)


async def _draft_at(connection: AsyncConnection, principal: Principal, address: str) -> RowMapping | None:
    path = _QUIZ.fullmatch(urlsplit(address).path)
    found = await quiz_queries.quiz_in_scope(connection, path[1], principal.scopes(PERMISSION)) if path else None
    return found if found is not None and found["state"] == "draft" else None


async def take_items(
    connection: AsyncConnection, principal: Principal, sitting: RowMapping, items: Sequence[str]
) -> int:
    """The newest versions of items named by public id, as far as the teacher may read them."""
    owner = authoring.banks_open_to(principal, "items.read")
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
