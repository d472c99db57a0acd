"""PgBouncer between the web workers and the cluster: killed and started again, and the primary killed behind it."""

from __future__ import annotations

import asyncio

from tests.chaos.case import Found, Ground
from tests.chaos.cluster.fail_over import Acts, raised
from tests.chaos.cluster.pgbouncer import PgBouncer
from tests.chaos.cluster.site import CANDIDATES, Fault, Storm, hall_of, judged, served, settings_of
from tests.chaos.evidence import demand

AWAY_S = 3.0
SERVER_CONNECTIONS = 6


async def run(ground: Ground) -> Found:
    async with raised(ground) as cluster:
        pooler = PgBouncer(
            ground.folder / "pooler", ("127.0.0.1", cluster.port), "exam_engine", cluster.passwords["own"],
            size=SERVER_CONNECTIONS,
        )  # fmt: skip
        await asyncio.to_thread(pooler.start)
        try:
            settings = settings_of(
                ground.folder / "service", pooler.url, database_pooler="transaction", database_direct_url=cluster.url()
            )
            async with served(settings), hall_of(settings, cluster.url()) as hall:
                storm = Storm(await hall.sitting(CANDIDATES), [settings.port], ground.seed)
                faults: dict[str, Fault] = {
                    "PgBouncer killed": lambda: _kill(pooler),
                    "primary killed behind it": Acts(cluster).kill,
                }
                await storm.play(faults)
                return await judged(storm, hall, list(faults))
        finally:
            pooler.kill()


async def _kill(pooler: PgBouncer) -> None:
    demand(await asyncio.to_thread(pooler.lies_between), "the service did not go through PgBouncer")
    await asyncio.to_thread(pooler.kill)
    await asyncio.sleep(AWAY_S)
    await asyncio.to_thread(pooler.start)
