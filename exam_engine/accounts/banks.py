"""A place for questions: without a bank of their own unit, new teachers would have nowhere to write."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import unit_queries
from exam_engine.kit import audit
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal, public_id
from exam_engine.kit.languages import translator
from item_bank.storage.queries import create_bank

NAME = _("Item bank of %(unit)s")


async def bank_of(connection: AsyncConnection, principal: Principal, unit_id: int, unit_name: str, locale: str) -> int:
    """The id of the unit's bank, the first by name; made when there is none."""
    found = await unit_queries.bank_of_unit(connection, unit_id)
    if found is not None:
        return found
    name = translator(locale)(NAME, unit=unit_name)[:200]
    made = await create_bank(connection, public_id=public_id(), unit_id=unit_id, name=name)
    await audit.record(connection, principal, "created", "bank", made, unit_id=unit_id)
    return made
