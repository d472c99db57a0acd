"""Authoring, as the roof mounts it."""

from __future__ import annotations

from exam_engine.authoring import (
    bank_routes,
    bulk_editing,
    bulk_routes,
    comment_routes,
    copy_routes,
    copying,
    exam_routes,
    export_jobs,
    export_routes,
    import_jobs,
    import_routes,
    list_routes,
    matrix_routes,
    picture_routes,
    share_routes,
    state_routes,
    table_routes,
    writing_routes,
)
from exam_engine.kit.errors import _
from exam_engine.kit.feature import Feature

FEATURE = Feature(
    name="authoring",
    routes=(
        *bank_routes.ROUTES,
        *bulk_routes.ROUTES,
        *import_routes.ROUTES,
        *list_routes.ROUTES,
        *comment_routes.ROUTES,
        *share_routes.ROUTES,
        *copy_routes.ROUTES,
        *exam_routes.ROUTES,
        *export_routes.ROUTES,
        *matrix_routes.ROUTES,
        *picture_routes.ROUTES,
        *state_routes.ROUTES,
        *table_routes.ROUTES,
        *writing_routes.ROUTES,
    ),
    jobs=import_jobs.JOBS | export_jobs.JOBS | bulk_editing.JOBS | copying.JOBS,
    navigation=(
        (_("Question bank"), "/bank", "library", "items.read"),
        (_("Exams"), "/exams", "file-text", "exams.read"),
    ),
)
