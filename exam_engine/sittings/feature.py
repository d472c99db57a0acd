"""Sittings, as the roof mounts them."""

from __future__ import annotations

from exam_engine.kit.feature import Feature
from exam_engine.sittings import candidate_routes, confirming

FEATURE = Feature(
    name="sittings",
    routes=candidate_routes.ROUTES,
    jobs={confirming.JOB: confirming.perform},
)
