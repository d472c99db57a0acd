"""Proctoring, as the roof mounts it. Nothing below knows of it."""

from __future__ import annotations

from litestar import Litestar

from exam_engine.kit.errors import _
from exam_engine.kit.feature import Feature
from exam_engine.sittings.links import SittingLink
from proctoring import candidate_routes, forgetting, home, receiving, room_routes
from proctoring.player_part import player_part
from proctoring.presence import Presence
from proctoring.watching import Watch


async def _start(app: Litestar) -> None:
    app.state.setdefault("presence", Presence()).start(app.state.engine)
    app.state.watch = Watch()
    app.state.watch.start(app.state.engine)


async def _stop(app: Litestar) -> None:
    await app.state.watch.stop()
    await app.state.presence.stop(app.state.engine)


FEATURE = Feature(
    name="proctoring",
    routes=(*room_routes.ROUTES, *candidate_routes.ROUTES),
    navigation=((_("Exam rooms"), "/rooms", "door-open", "rooms.watch"),),
    subscriptions=receiving.subscriptions,
    slots={
        "home.rooms": home.waiting,
        "sitting.rooms": SittingLink(_("Watch the rooms"), "/rooms/{sitting}", icon="eye", permission="rooms.watch"),
        "player.proctoring": player_part,
    },
    daily=(forgetting.forget,),
    start=_start,
    stop=_stop,
)
