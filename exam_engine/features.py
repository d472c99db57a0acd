"""The list of features, lowest first: `create_app` mounts them, the worker takes their jobs."""

from __future__ import annotations

from importlib import import_module

from exam_engine.kit.feature import Feature

__all__ = ["FEATURES", "Feature"]

_MODULES = (
    "exam_engine.accounts",
    "exam_engine.authoring",
    "exam_engine.reviewing",
    "exam_engine.sittings",
    "exam_engine.delivery",
    "exam_engine.scoring",
    "exam_engine.reports",
    "exam_engine.assembly",
    "exam_engine.classroom",
    "proctoring",
)


def _found(module: str) -> Feature | None:
    try:
        feature: Feature = import_module(f"{module}.feature").FEATURE
    except ModuleNotFoundError as error:
        if error.name != f"{module}.feature":
            raise
        return None
    return feature


FEATURES: tuple[Feature, ...] = tuple(feature for feature in map(_found, _MODULES) if feature)
