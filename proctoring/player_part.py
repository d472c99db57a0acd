"""What proctoring adds to the player's page: its module, and the words about what is recorded."""

from __future__ import annotations

from collections.abc import Callable

from exam_engine.delivery.player_page import PlayerPart
from exam_engine.sittings.policy import SittingPolicy
from proctoring.signals import TYPES


def player_part(policy: SittingPolicy, translate: Callable[..., str]) -> PlayerPart:
    """Nothing is loaded where the exam wants nothing recorded, or only what the service notices by itself."""
    wanted = [name for name in TYPES if name in policy.signals]
    told = [
        {
            "name": name,
            "label": translate(TYPES[name].label),
            "recorded": translate(TYPES[name].recorded),
            "why": translate(TYPES[name].why),
        }
        for name in wanted
    ]
    modules = ("proctoring.js",) if any(TYPES[name].by_page for name in wanted) else ()
    return PlayerPart(modules, {"signals": told} if told else {})
