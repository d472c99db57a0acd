"""200 candidates save while something is killed: what was acknowledged is there, nothing twice, all go on unaided."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from loadtests.wire import Wire
from tests.chaos.conftest import SEEDS, verified
from tests.chaos.faults import FAULTS
from tests.chaos.players import Player, acknowledged, make_plans, players, sign_in, work, written
from tests.hall import Room, found
from tests.live import LiveServer

CANDIDATES, ANSWERS, SECONDS = 200, 12, 7.0

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]


@pytest.mark.pitfall("L1", "L3", "L4")
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("fault", FAULTS)
async def test_what_was_acknowledged_survives(
    alone: Settings, service: LiveServer, own_postgres: Embedded, fault: str, seed: int
) -> None:
    hall = await found(alone, own_postgres.url())
    room = await hall.sitting(CANDIDATES)
    random = Random(f"{fault}/{seed}")
    everybody = players(room.seats, seed)
    wires = [Wire(alone.port) for _ in everybody]
    await sign_in(everybody, wires)
    make_plans(everybody, ANSWERS, SECONDS)

    working = asyncio.create_task(work(everybody, wires))
    await _until(everybody, round(random.uniform(0.2, 0.7) * CANDIDATES * ANSWERS), working)
    before = [dict(player.acknowledged) for player in everybody]
    await asyncio.to_thread(FAULTS[fault], service, own_postgres, random)
    await asyncio.wait_for(working, 120)
    for wire in wires:
        wire.close()

    await hall.engine.dispose()  # this test's own connections may be dead, too
    assert sum(player.troubles for player in everybody), "nobody noticed: the fault was none"
    await _compare(room, everybody, before)
    report = await asyncio.to_thread(verified, alone)
    assert report["ok"], report
    assert report["receipts_checked"] == CANDIDATES
    assert report["entries"] == CANDIDATES * ANSWERS
    await hall.close()


async def _until(everybody: list[Player], count: int, working: asyncio.Task[None]) -> None:
    while acknowledged(everybody) < count:
        assert not working.done(), working.result()
        await asyncio.sleep(0.01)


async def _compare(room: Room, everybody: list[Player], before: list[dict[int, tuple[int, str, int]]]) -> None:
    """The journal holds each step once, with the standing that was acknowledged, before the fault and after it."""
    journal = await room.journal()
    for player, known in zip(everybody, before, strict=True):
        rows = journal[player.seat.attempt]
        held = {counter: (slot, value, standing) for _resume, counter, _kind, slot, standing, value in rows}
        assert held == player.acknowledged
        assert known.items() <= held.items()
        assert rows == written(player)
        assert player.candidate.receipt["entries"] == ANSWERS
        assert player.candidate.receipt["answers"] == len({step.slot for step in player.plan})
