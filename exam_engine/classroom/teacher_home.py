"""How a teacher's first page begins: the own classes, what runs now, and the way to a quick quiz."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.classroom import quiz_queries, teacher_queries
from exam_engine.classroom.quiz import KINDS
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal
from exam_engine.kit.needs import Need, Panel

PERMISSION = "sittings.manage"
RECENT = 5


async def week(connection: AsyncConnection, principal: Principal) -> Panel | None:
    """For teachers alone: an officer's units hold more classes than a page."""
    if "teacher" not in principal.roles or not principal.may(PERMISSION):
        return None
    scopes = principal.scopes(PERMISSION)
    recent = await quiz_queries.quizzes_in_scope(connection, scopes, limit=4 * RECENT)
    values = {
        "classes": await teacher_queries.classes_with_the_next_thing(connection, scopes),
        "open": await teacher_queries.open_tests(connection, scopes),
        "recent": [row for row in recent if row["state"] == "closed" or not row["open"]][:RECENT],
        "kinds": KINDS,
    }
    return Panel("classroom/teacher_week.html", values, later="classroom/teacher_lately.html")


async def waiting(connection: AsyncConnection, principal: Principal) -> Sequence[Need]:
    """Marks that nobody stands by yet. For teachers: an officer confirms nobody's quiz."""
    if "teacher" not in principal.roles or not principal.may("results.manage"):
        return ()
    count, one = await teacher_queries.marks_to_confirm(connection, principal.scopes("results.manage"))
    href = f"/quiz/{one}" if count == 1 else "/quiz"
    if count == 0:
        return ()
    return (Need(_("Tests of classes whose marks wait to be confirmed: %(n)s."), href, {"n": count}, "info"),)
