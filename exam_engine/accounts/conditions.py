"""Conditions that several statements share: what holds today, in the unit's own zone."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    ColumnElement,
    Date,
    and_,
    cast,
    func,
)

from exam_engine.accounts.tables import (
    account,
    role_grant,
    unit,
)
from exam_engine.kit import clock


def today(zone: ColumnElement[str]) -> ColumnElement[date]:
    return cast(func.timezone(zone, clock.now()), Date)


def in_force() -> ColumnElement[bool]:
    """Grants hold from the first to the last day named, in the unit's own zone."""
    day = today(unit.c.zone)
    return and_(func.coalesce(role_grant.c.valid_from <= day, True), func.coalesce(role_grant.c.valid_to >= day, True))


def enabled() -> ColumnElement[bool]:
    return account.c.disabled_at.is_(None)


def open_today() -> ColumnElement[bool]:
    return func.coalesce(unit.c.valid_to >= today(unit.c.zone), True)
