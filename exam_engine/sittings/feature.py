"""Sittings, as the roof mounts them."""

from __future__ import annotations

from exam_engine.kit.errors import _
from exam_engine.kit.feature import Feature
from exam_engine.sittings import (
    candidate_routes,
    confirming,
    home,
    paper_routes,
    planning_routes,
    register_routes,
    room_routes,
    roster_routes,
    sitting_routes,
)

FEATURE = Feature(
    name="sittings",
    routes=(
        *candidate_routes.ROUTES,
        *sitting_routes.ROUTES,
        *planning_routes.ROUTES,
        *roster_routes.ROUTES,
        *paper_routes.ROUTES,
        *register_routes.ROUTES,
        *room_routes.ROUTES,
    ),
    navigation=((_("Sittings"), "/sittings", "calendar-clock", "sittings.read"),),
    jobs={confirming.JOB: confirming.perform},
    slots={"home.sittings": home.waiting},
)
