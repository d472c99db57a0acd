"""Signals go when their time is over; what staff did stays."""

from __future__ import annotations

from datetime import timedelta

from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.working import daily
from proctoring.feature import FEATURE
from proctoring.forgetting import forget
from tests.delivery.world import Device, World
from tests.proctoring.conftest import Desk


async def rows(world: World) -> tuple[int, ...]:
    names = ("proctoring.signal", "proctoring.flag", "proctoring.presence", "exam.intervention")
    return tuple([(await world.fetch(f"select count(*) as n from {name}"))[0]["n"] for name in names])


async def test_signals_flags_and_presence_are_deleted_after_their_days(
    app: Litestar, device: Device, desk: Desk, world: World, real_engine: AsyncEngine
) -> None:
    await device.start()
    await device.save(device.entry(-1, {"signal": "hidden", "ms": 61_000}, kind=2))
    await device.get("/play/state")
    await app.state.presence.write(real_engine)
    await desk.post(f"/rooms/{world.sitting}/{world.public[0]}/act", action="add_time", minutes="1", details="Vì mưa")
    assert await rows(world) == (1, 1, 1, 1)
    now = await world.now()
    for days, left in ((29, (1, 1, 1, 1)), (31, (0, 0, 0, 1))):
        async with transaction(real_engine) as connection:
            await clock.replace(connection, now + timedelta(days=days))
        await forget(app.state)
        assert await rows(world) == left
    traced = await world.fetch("select data from exam.audit where action = 'signals_deleted'")
    assert [row["data"] for row in traced] == [{"count": 1}]


def test_the_worker_process_does_it_daily() -> None:
    assert forget in FEATURE.daily
    assert callable(daily)
