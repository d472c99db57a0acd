"""What practice adds to the player's page."""

from __future__ import annotations

from collections.abc import Callable

from exam_engine.delivery.player_page import PlayerPart
from exam_engine.sittings.policy import SittingPolicy

#: Where whoever has no page of the own begins another round; the classroom answers there.
AGAIN = "/join/again"


def player_part(policy: SittingPolicy, _translate: Callable[..., str]) -> PlayerPart:
    """An ordinary test loads nothing of it."""
    return PlayerPart(("practice.js",), {"again": AGAIN}) if policy.feedback == "item" else PlayerPart()
