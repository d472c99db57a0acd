"""Three kinds of kill and a schedule drawn from a seed: what was acknowledged is there, nothing twice, all go on
unaided. `make chaos` tries every fault and 200 seeds (docs/chaos.md)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.chaos import one_machine
from tests.chaos.case import Case, Found, Ground
from tests.chaos.cases import drawn_needs
from tests.chaos.playing import play
from tests.chaos.schedule import drawn
from tests.chaos.stage import Stage
from tests.conftest import RUN_DIR

KILLS = ("one web worker killed", "PostgreSQL killed", "power cut")
CASES = [case for case in one_machine.CASES if case.name in KILLS]
SEEDS = (18,)

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]


@pytest_asyncio.fixture(loop_scope="session")
async def ground() -> AsyncIterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="chaos-", dir=os.environ[RUN_DIR]))
    yield Ground(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.pitfall("L1", "L3", "L4")
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_what_was_acknowledged_survives(ground: Ground, case: Case) -> None:
    _judge(await case.run(ground))


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_schedule_drawn_from_a_seed(ground: Ground, seed: int) -> None:
    schedule = drawn(seed)
    assert not [need.name for need in drawn_needs(schedule) if need.missing()]
    stage = await Stage.open(ground.folder, schedule.kind)
    try:
        _judge(await play(stage, schedule))
    finally:
        await stage.close()


def _judge(found: Found) -> None:
    assert not found.differs, "\n".join([found.schedule, *found.differs])
    assert found.acknowledged == found.stored > 0
