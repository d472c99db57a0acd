"""The classroom, as the roof mounts it."""

from __future__ import annotations

from litestar.datastructures import State

from exam_engine.accounts.class_links import ClassLink
from exam_engine.authoring.destinations import Destination
from exam_engine.classroom import (
    closing_routes,
    join_routes,
    live_routes,
    marks_routes,
    my_routes,
    pasting,
    picking_routes,
    quiz_routes,
    reload_routes,
    running,
    second_device_routes,
    teacher_home,
)
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import _
from exam_engine.kit.feature import Feature


async def _close_forgotten(state: State) -> int:
    async with transaction(state.engine) as connection:
        return await running.close_forgotten(connection)


FEATURE = Feature(
    name="classroom",
    routes=(
        *quiz_routes.ROUTES,
        *picking_routes.ROUTES,
        *live_routes.ROUTES,
        *closing_routes.ROUTES,
        *marks_routes.ROUTES,
        *join_routes.ROUTES,
        *second_device_routes.ROUTES,
        *my_routes.ROUTES,
        *reload_routes.ROUTES,
    ),
    navigation=((_("Quick quiz"), "/quiz", "timer", "sittings.manage"),),
    slots={
        "home.classroom": teacher_home.waiting,
        "week.classroom": teacher_home.week,
        "items.classroom": Destination(pasting.title_at, pasting.take_written, pasting.count_at),
        "class.classroom": ClassLink(_("Quick quiz"), "/quiz/new", "timer", "sittings.manage", begins=True),
    },
    daily=(_close_forgotten,),
)
