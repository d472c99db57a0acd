"""What accounts hand to the roof."""

from __future__ import annotations

from litestar.datastructures import State

from exam_engine.accounts import (
    audit_routes,
    class_routes,
    classes_routes,
    double_routes,
    limits,
    people_routes,
    pupil_routes,
    routes,
    setup_routes,
    slip_routes,
    unit_routes,
)
from exam_engine.accounts.authenticating import authenticate
from exam_engine.kit.errors import _
from exam_engine.kit.feature import Feature
from exam_engine.kit.pages import NavigationEntry

NAVIGATION: tuple[NavigationEntry, ...] = (
    (_("Home"), "/", "house", "home.see"),
    (_("My classes"), "/classes", "users", "people.read"),
    (_("Units"), "/units", "building-2", "units.read"),
    (_("People"), "/people", "contact", "people.read"),
    (_("Audit log"), "/audit", "scroll-text", "audit.read"),
)

ROUTES = (
    *routes.ROUTES,
    *setup_routes.ROUTES,
    *pupil_routes.ROUTES,
    *classes_routes.ROUTES,
    *class_routes.ROUTES,
    *slip_routes.ROUTES,
    *double_routes.ROUTES,
    *people_routes.ROUTES,
    *unit_routes.ROUTES,
    *audit_routes.ROUTES,
)


async def _clear_limits(state: State) -> int:
    return await limits.clear(state.engine)


FEATURE = Feature(
    name="accounts", routes=ROUTES, navigation=NAVIGATION, authenticate=authenticate, daily=(_clear_limits,)
)
