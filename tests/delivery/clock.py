"""The clock is the database's: tests replace `exam.now()`, and sweep when they like."""

from __future__ import annotations

from datetime import datetime, timedelta

from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.delivery import intervening
from exam_engine.delivery.attempt import Action
from exam_engine.delivery.intervening import Order
from exam_engine.delivery.sweeping import sweep
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from tests.delivery.world import World


class Hands:
    """The clock and the sweep, in the test's hands."""

    def __init__(self, engine: AsyncEngine, keys: Keys, app: Litestar, begin: datetime) -> None:
        self.engine, self.keys, self.events, self.begin = engine, keys, app.state.events, begin

    async def at(self, minutes: float) -> None:
        async with transaction(self.engine) as connection:
            await clock.replace(connection, self.begin + timedelta(minutes=minutes))

    async def sweep(self, minutes: float) -> list[int]:
        await self.at(minutes)
        return await sweep(self.engine, self.keys, self.events)

    async def beats(self, begin: float, end: float, step: float = 0.4) -> list[int]:
        closed, minute = [], begin
        while minute <= end:
            closed += await self.sweep(minute)
            minute += step
        return closed

    async def act(self, world: World, action: Action, candidate: int | None = 0, seconds: int = 0) -> intervening.Done:
        principal = Principal("staff", 7, permissions={"rooms.act": (world.unit_path,)})
        public = None if candidate is None else world.public[candidate]
        async with transaction(self.engine) as connection:
            order = Order(action, "Lí do", seconds)
            return await intervening.intervene(
                connection, self.keys, self.events, principal, world.sitting, public, order
            )


def ms(moment: datetime, minutes: float = 0) -> int:
    return int((moment + timedelta(minutes=minutes)).timestamp() * 1000)
