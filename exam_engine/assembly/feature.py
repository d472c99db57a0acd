"""Assembly, as the roof mounts it."""

from __future__ import annotations

from exam_engine.assembly import routes, working
from exam_engine.kit.feature import Feature

FEATURE = Feature(name="assembly", routes=routes.ROUTES, jobs=working.JOBS)
