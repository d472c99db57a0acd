"""Changes to the organisation: units are created, corrected, moved and merged; what was stays findable."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import unit_queries
from exam_engine.accounts.founding import UNIT_KINDS, create_unit
from exam_engine.accounts.tables import Found
from exam_engine.kit import audit
from exam_engine.kit.errors import _, conflict, not_found
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal
from exam_engine.kit.languages import LOCALES

ZONES = ("Asia/Ho_Chi_Minh", "UTC")


async def add_below(connection: AsyncConnection, principal: Principal, parent: Found, read: Reading) -> None:
    """Reads the form of a new unit; errors are in `read`."""
    kind = read.choice("kind", kinds_below(parent.kind))
    name, code = read.text("name"), read.text("code", required=False, longest=40)
    if read.errors:
        return
    made = await create_unit(connection, kind, name, parent, code=code, zone=parent.zone, locale=parent.locale)
    await audit.record(connection, principal, "unit_created", "unit", made.id, unit_id=made.id, kind=kind)


async def change(connection: AsyncConnection, principal: Principal, unit: Found, read: Reading) -> None:
    """A code or name that ends stays as an alias, so that lists from last year still find the unit."""
    name, code = read.text("name"), read.text("code", required=False, longest=40)
    valid_from, valid_to = read.day("valid_from"), read.day("valid_to")
    zone, locale = read.choice("zone", (*ZONES, unit.zone)), read.choice("locale", LOCALES)
    if valid_from and valid_to and valid_to < valid_from:
        read.errors["valid_to"] = _("The last day lies before the first.")
    if read.errors:
        return
    if unit.code and unit.code != code:
        await unit_queries.keep_alias(
            connection, unit.id, unit.code, unit.name, await unit_queries.today_in(connection, unit.id)
        )
    values = {"name": name, "code": code, "valid_from": valid_from, "valid_to": valid_to}
    await unit_queries.change_unit(connection, unit.id, zone=zone, locale=locale, **values)
    await audit.record(connection, principal, "unit_changed", "unit", unit.id, unit_id=unit.id)


async def move(connection: AsyncConnection, principal: Principal, unit: Found, target_id: str) -> None:
    """Everything below moves along. Both ends must be in the scope of whoever moves."""
    unit, target = await _locked_pair(connection, principal, unit, target_id)
    if UNIT_KINDS.index(target.kind) >= UNIT_KINDS.index(unit.kind):
        raise conflict(_("A unit of this kind can't stand there."))
    await unit_queries.rehang_unit(connection, unit, target)
    data = {"from": unit.parent_id, "to": target.id}
    await audit.record(connection, principal, "unit_moved", "unit", unit.id, unit_id=unit.id, **data)


async def merge(connection: AsyncConnection, principal: Principal, unit: Found, target_id: str) -> None:
    """People, grants and lower units go over; the old unit is closed and hangs below its successor, so that its
    exams and results belong to the successor's scope; its code lives on as the successor's alias."""
    unit, target = await _locked_pair(connection, principal, unit, target_id)
    if target.kind != unit.kind:
        raise conflict(_("Only units of one kind can be merged."))
    if twice := await unit_queries.codes_twice(connection, unit.id, target.id):
        raise conflict(
            _("Both units use these codes for people: %(codes)s. Change one of each first."), codes=", ".join(twice)
        )
    today = await unit_queries.today_in(connection, unit.id)
    for child in await unit_queries.children_of(connection, unit.id):
        await unit_queries.rehang_unit(connection, child, target)
    await unit_queries.hand_over_unit(connection, unit.id, target.id)
    await unit_queries.rehang_unit(connection, unit, target)
    await unit_queries.change_unit(connection, unit.id, valid_to=today)
    if unit.code:
        await unit_queries.keep_alias(connection, target.id, unit.code, unit.name, today)
    await audit.record(connection, principal, "unit_merged", "unit", unit.id, unit_id=target.id, into=target.id)


def kinds_below(kind: str) -> tuple[str, ...]:
    return UNIT_KINDS[UNIT_KINDS.index(kind) + 1 :]


async def _locked_pair(
    connection: AsyncConnection, principal: Principal, unit: Found, target_id: str
) -> tuple[Found, Found]:
    """Both as they are now that nobody else changes the tree."""
    await unit_queries.lock_tree(connection)
    scopes = principal.scopes("units.manage")
    fresh = await unit_queries.unit_within(connection, unit.public_id, scopes)
    target = await unit_queries.unit_within(connection, target_id, scopes)
    if fresh is None or target is None:
        raise not_found()
    if target.path.startswith(fresh.path):
        raise conflict(_("A unit can't go below itself."))
    return fresh, target
