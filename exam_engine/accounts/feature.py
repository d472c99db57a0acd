"""What accounts hand to the roof."""

from __future__ import annotations

from exam_engine.accounts import routes
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

FEATURE = Feature(name="accounts", routes=routes.ROUTES, navigation=NAVIGATION, authenticate=authenticate)
