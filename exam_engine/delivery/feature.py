"""Delivery, as the roof mounts it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from litestar import Litestar
from litestar.datastructures import State

from exam_engine.delivery import check_routes, file_routes, media_routes, room_papers, routes, tidying, verify_routes
from exam_engine.delivery.building import add_attempt, build_attempts
from exam_engine.delivery.journal_route import Saver
from exam_engine.delivery.papers import Forms
from exam_engine.delivery.saving import make_flush
from exam_engine.delivery.starting import make_starts
from exam_engine.delivery.submitting import make_hand_ins
from exam_engine.kit.events import Handler
from exam_engine.kit.feature import Feature
from exam_engine.kit.pressing import Pressing
from exam_engine.sittings.events import CandidateJoined, RosterConfirmed

#: Those that write in groups, in the order in which they start; each has a connection of its own.
_FLUSHES = ("flush", "starts", "hand_ins")


def _subscriptions(_state: State) -> Iterable[tuple[type[Any], Handler]]:
    return ((RosterConfirmed, build_attempts), (CandidateJoined, add_attempt))


async def _start(app: Litestar) -> None:
    state = app.state
    state.forms = Forms(state.asking)
    state.flush = make_flush(state.settings, state.events)
    state.pressing = Pressing(state.flush.waited)
    state.saver = Saver(app, state.flush, state.forms, state.pressing)
    await state.flush.start()
    state.pressing.start()
    state.starts = make_starts(state.settings, state.keyring, state.events)
    await state.starts.start(connect=False)
    state.hand_ins = make_hand_ins(state.settings, state.keyring, state.events)
    await state.hand_ins.start(connect=False)


async def _stop(app: Litestar) -> None:
    app.state.pressing.stop()
    for name in reversed(_FLUSHES):
        await app.state[name].stop()


FEATURE = Feature(
    name="delivery",
    routes=(
        *routes.ROUTES,
        *file_routes.ROUTES,
        *media_routes.ROUTES,
        *check_routes.ROUTES,
        *verify_routes.ROUTES,
        *room_papers.ROUTES,
    ),
    navigation=verify_routes.NAVIGATION,
    subscriptions=_subscriptions,
    daily=(tidying.tidy,),
    start=_start,
    stop=_stop,
    connections=len(_FLUSHES),
)
