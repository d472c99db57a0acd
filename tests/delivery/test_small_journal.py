"""The journal moves into its smaller form, and back, without losing anything that a receipt is made of."""

from __future__ import annotations

import pytest
from alembic.util import CommandError
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine import migrations
from exam_engine.delivery import verifying
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from tests.delivery.world import Device, World

COLUMNS = "attempt_id, resume, counter, kind, slot, standing, client_ms, arrived_at, value"


async def test_what_was_journalled_moves_there_and_back(
    device: Device, world: World, real_engine: AsyncEngine, settings: Settings
) -> None:
    await device.start()
    await device.save(device.entry(0, "k1", ms=0), device.entry(2, "5", ms=-5_000_000), t=12_345_678)
    await device.submit(device.entry(0, "k2"))
    kept = await world.fetch(f"select {COLUMNS} from exam.journal_entry order by 1, 2, 3")
    assert len(kept) == 3
    async with transaction(real_engine) as connection:
        await migrations.downgrade(connection, "0004")
    assert await world.fetch(f"select {COLUMNS} from exam.journal order by 1, 2, 3") == kept
    async with transaction(real_engine) as connection:
        await migrations.upgrade(connection)
    assert await world.fetch(f"select {COLUMNS} from exam.journal_entry order by 1, 2, 3") == kept
    assert (await verifying.verify(settings)).ok
    assert (await device.submit()).status_code == 200


async def test_it_does_not_move_while_somebody_works(device: Device, real_engine: AsyncEngine) -> None:
    await device.start()
    with pytest.raises(CommandError, match="1 attempts are open"):
        async with transaction(real_engine) as connection:
            await migrations.downgrade(connection, "0004")
    assert (await device.answer(0, "k1")).status_code == 200
