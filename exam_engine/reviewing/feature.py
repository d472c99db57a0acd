"""Reviewing, as the roof mounts it."""

from __future__ import annotations

from exam_engine.kit.errors import _
from exam_engine.kit.feature import Feature
from exam_engine.reviewing import home, release_routes, routes, rules_routes, waiting_routes

FEATURE = Feature(
    name="reviewing",
    routes=(*routes.ROUTES, *rules_routes.ROUTES, *release_routes.ROUTES, *waiting_routes.ROUTES),
    navigation=((_("Review"), "/review", "clipboard-check", "items.review"),),
    slots={"home.reviewing": home.waiting},
)
