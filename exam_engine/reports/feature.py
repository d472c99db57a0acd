"""Reports, as the roof mounts them."""

from __future__ import annotations

from exam_engine.accounts.class_links import ClassLink
from exam_engine.kit.errors import _
from exam_engine.kit.feature import Feature
from exam_engine.reports import (
    analysing,
    attempt_routes,
    class_routes,
    export_routes,
    home,
    item_routes,
    own_routes,
    routes,
    ruling_routes,
    slip_routes,
    study_routes,
)
from exam_engine.scoring.events import SittingMarked
from exam_engine.sittings.links import SittingLink

FEATURE = Feature(
    name="reports",
    routes=(
        *routes.ROUTES,
        *item_routes.ROUTES,
        *study_routes.ROUTES,
        *slip_routes.ROUTES,
        *ruling_routes.ROUTES,
        *class_routes.ROUTES,
        *attempt_routes.ROUTES,
        *export_routes.ROUTES,
        *own_routes.ROUTES,
    ),
    navigation=((_("Results"), "/results", "chart-column", "results.read"),),
    subscriptions=lambda _state: ((SittingMarked, analysing.ask_when_marked),),
    jobs={analysing.JOB: analysing.perform},
    slots={
        "home.reports": home.waiting,
        "class.results": ClassLink(_("Results over time"), "/classes/{unit}/results", "chart-column", "results.read"),
        "sitting.results": SittingLink(_("See the results"), "/results/{sitting}", "chart-column", "results.read"),
    },
)
