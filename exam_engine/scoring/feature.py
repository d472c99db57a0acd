"""Scoring, as the roof mounts it."""

from __future__ import annotations

from exam_engine.delivery.events import AttemptClosed
from exam_engine.kit.feature import Feature
from exam_engine.scoring import marking

FEATURE = Feature(name="scoring", subscriptions=lambda _state: ((AttemptClosed, marking.mark_closed),))
