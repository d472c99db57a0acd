"""Roles given and taken. Whoever grants must hold `grants.manage` in the unit, and can't reach beyond it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import grant_queries, unit_queries
from exam_engine.accounts.founding import grant_role
from exam_engine.accounts.roles import STAFF_ROLES
from exam_engine.accounts.tables import Found
from exam_engine.kit import audit
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal


async def grant(connection: AsyncConnection, principal: Principal, person: Found, read: Reading) -> None:
    """Errors are in `read`; granting again replaces the dates."""
    role, unit_id = read.choice("role", STAFF_ROLES), read.text("unit")
    first, last = read.day("valid_from"), read.day("valid_to")
    if first and last and last < first:
        read.errors["valid_to"] = _("The last day lies before the first.")
    unit = await unit_queries.unit_within(connection, unit_id, principal.scopes("grants.manage"))
    if unit is None:
        read.errors.setdefault("unit", _("Please choose one of the list."))
    if read.errors or unit is None:
        return
    dates = {"valid_from": first, "valid_to": last}
    await grant_role(connection, person.id, unit.id, role, granted_by=principal.id, **dates)
    await audit.record(connection, principal, "role_granted", "person", person.id, unit_id=unit.id, role=role)


async def take(connection: AsyncConnection, principal: Principal, person: Found, grant_id: int) -> None:
    taken = await grant_queries.take_grant(connection, grant_id, person.id, principal.scopes("grants.manage"))
    if taken is None:
        raise not_found()
    await audit.record(connection, principal, "role_taken", "person", person.id, unit_id=taken.unit_id, role=taken.role)
