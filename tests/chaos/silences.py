"""Those who go silent and nobody is told: web workers whose database is away while the work process has it, and a
client whose machine vanishes with a lock in its hand."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import asyncpg
from sqlalchemy import text

from exam_engine.delivery import beating
from exam_engine.delivery.deadline import SILENCE
from exam_engine.kit.connecting import connect_to
from exam_engine.kit.database import transaction
from tests.chaos.case import Case, Found, Ground
from tests.chaos.cluster.network import Machine, Network
from tests.chaos.evidence import demand
from tests.chaos.needs import NETWORKS
from tests.chaos.one_machine import schedule
from tests.chaos.playing import play
from tests.chaos.schedule import OUTSIDE, Strike
from tests.chaos.stage import Stage
from tests.chaos.wired import entered

#: Longer than what counts as nobody's outage.
CUT_S = SILENCE.total_seconds() + 8
#: Keep-alive of the program's sessions (14 s), and as much again for a machine with other work.
FREED_WITHIN_S = 28.0
LOCK = 4711


async def workers_cut_off(ground: Ground) -> Found:
    """The work process has a way of its own, as behind a pooler: whoever it is that beats, those who serve are away."""
    stage = await Stage.open(ground.folder, OUTSIDE, apart=True)
    try:
        cut = Strike(3.0, "database cut off", CUT_S)
        # Whoever has handed in before the outage is noted has nothing to get back.
        seconds = cut.at + cut.length + beating.EVERY_S + beating.PATIENCE_S
        played = replace(schedule(OUTSIDE, ground.seed, cut), has_officer=False, seconds=seconds)
        found = await play(stage, played, 200.0)
        async with transaction(stage.hall.engine) as connection:
            told = (await connection.execute(text(_OUTAGES))).one()
        if told.outages != 1 or told.given < told.lost:
            found.differs.append(f"{told.outages} outages of {told.lost} s were noted, {told.given} s given back")
        return found
    finally:
        await stage.close()


_OUTAGES = """
select count(*) as outages, coalesce(extract(epoch from max(ended_at - began_at)), 0)::float as lost,
       coalesce((select max(seconds) from exam.credit_proposal where state = 'granted'), 0) as given from exam.outage
"""


async def client_vanished(ground: Ground) -> Found:
    network, found = Network(), Found(faults=["client vanished in a transaction"], acknowledged=1)
    try:
        network.open()
        stage = await Stage.open(ground.folder, OUTSIDE, network.add(1))
        try:
            assert stage.settings.database_url is not None
            found.longest_pause_s = await _held_by_nobody(stage.settings.database_url, network.add(2))
        finally:
            await stage.close()
    finally:
        network.close()
    if found.longest_pause_s > FREED_WITHIN_S:
        found.differs.append(f"its lock was held for {found.longest_pause_s:.1f} s, the bar is {FREED_WITHIN_S:.0f}")
    else:
        found.stored = 1
    return found


async def _held_by_nobody(url: str, client: Machine) -> float:
    """Seconds until somebody else gets the lock of a transaction whose machine lost its cable."""
    with entered(client):
        vanishing = await connect_to(url)
    await vanishing.execute(f"begin; select pg_advisory_xact_lock({LOCK})")
    came_from = await vanishing.fetchval("select host(inet_client_addr())")
    demand(came_from == client.address, f"the client came from {came_from}")
    client.cut_off()
    begun = time.monotonic()
    other: asyncpg.Connection = await connect_to(url)
    try:
        demand(not await other.fetchval(f"select pg_try_advisory_lock({LOCK})"), "nobody held the lock")
        await asyncio.wait_for(other.execute(f"select pg_advisory_lock({LOCK})"), 3 * FREED_WITHIN_S)
    except TimeoutError:
        pass
    finally:
        vanishing.terminate()
        other.terminate()
    return time.monotonic() - begun


CASES: tuple[Case, ...] = (
    Case("web workers cut off, work process not", workers_cut_off, limit_s=300.0),
    Case("client vanished in a transaction", client_vanished, (NETWORKS,)),
)
