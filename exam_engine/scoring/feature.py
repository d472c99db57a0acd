"""Scoring, as the roof mounts it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from litestar.datastructures import State

from exam_engine.delivery.events import AttemptsClosed
from exam_engine.kit.errors import _
from exam_engine.kit.events import Handler
from exam_engine.kit.feature import Feature
from exam_engine.scoring import deciding, feedback_routes, hand_routes, home, marking, player_part


def _subscriptions(state: State) -> Iterable[tuple[type[Any], Handler]]:
    return ((AttemptsClosed, partial(marking.mark_closed, state.events)),)


FEATURE = Feature(
    name="scoring",
    routes=(*hand_routes.ROUTES, *feedback_routes.ROUTES),
    navigation=((_("Marking"), "/marking", "pencil", "marks.hand"),),
    subscriptions=_subscriptions,
    jobs={deciding.JOB: deciding.perform},
    slots={"home.scoring": home.waiting, "player.practice": player_part.player_part},
)
