"""The classroom, as the roof mounts it."""

from __future__ import annotations

from exam_engine.kit.feature import Feature

FEATURE = Feature(name="classroom")
