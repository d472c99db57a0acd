"""The primary dies, hangs, is cut off, hands over, loses its standbys; each time the new primary dies as well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tests.chaos.case import Found, Ground
from tests.chaos.cluster.patroni import Cluster, Node
from tests.chaos.cluster.site import CANDIDATES, LONGEST_PAUSE_S, Fault, Storm, hall_of, judged, served, settings_of

Run = Callable[[Ground], Awaitable[Found]]
#: Longer than the leader's lock lives, so that a hung or cut-off primary is replaced before it comes back.
AWAY_S = 28.0


class Acts:
    """What can be done to a cluster, each ending when all machines are well again and another one is the primary: that
    one has taken over is the evidence that the old one was away."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def _primary(self) -> Node:
        found = self._cluster.primary()
        assert found is not None, self._cluster.members()
        return found

    async def kill(self) -> None:
        """Patroni and PostgreSQL of the primary at once; the machine is back when another one has taken over."""
        dead = await asyncio.to_thread(self._primary)
        await asyncio.to_thread(dead.kill)
        await self._cluster.wait_for("new primary", lambda: self._cluster.primary() not in (None, dead))
        await asyncio.to_thread(self._cluster.start, dead)
        await self._cluster.wait_for("health", self._cluster.healthy)

    async def hang(self) -> None:
        hung = await asyncio.to_thread(self._primary)
        hung.hang_postgresql()
        await asyncio.sleep(AWAY_S)
        hung.let_postgresql_go_on()
        await self._cluster.wait_for("new primary", lambda: self._cluster.primary() not in (None, hung))
        await self._cluster.wait_for("health", self._cluster.healthy)

    async def cut_off(self) -> None:
        lonely = await asyncio.to_thread(self._primary)
        await asyncio.to_thread(lonely.cut_off)
        await asyncio.sleep(AWAY_S)
        lonely.machine.heal()
        await self._cluster.wait_for("new primary", lambda: self._cluster.primary() not in (None, lonely))
        await self._cluster.wait_for("health", self._cluster.healthy)

    async def switch_over(self) -> None:
        leader = await asyncio.to_thread(self._primary)
        names = {one["name"] for one in self._cluster.members() if one["role"] in ("sync_standby", "quorum_standby")}
        to = next(node for node in self._cluster.nodes if node.name in names)
        await asyncio.to_thread(self._cluster.switch_over, to)
        await self._cluster.wait_for("new primary", lambda: self._cluster.primary() not in (None, leader))
        await self._cluster.wait_for("health", self._cluster.healthy)

    async def lose_everything_but_the_primary(self) -> None:
        """Nobody confirms what the primary writes; then it dies too, and those come back that know nothing of it.
        Its Patroni dies first, and so cannot tell the others that they may not take over from it."""
        primary = await asyncio.to_thread(self._primary)
        standbys = [node for node in self._cluster.nodes if node is not primary]
        primary.kill_patroni()
        for node in standbys:
            await asyncio.to_thread(node.kill)
        await asyncio.sleep(AWAY_S)
        await asyncio.to_thread(primary.kill)
        for node in standbys:
            await asyncio.to_thread(self._cluster.start, node)
        await self._cluster.wait_for("new primary", lambda: self._cluster.primary() not in (None, primary))
        await asyncio.to_thread(self._cluster.start, primary)
        await self._cluster.wait_for("health", self._cluster.healthy)


@asynccontextmanager
async def raised(ground: Ground) -> AsyncIterator[Cluster]:
    cluster = Cluster(ground.folder / "cluster")
    await cluster.open()
    try:
        yield cluster
    finally:
        await asyncio.to_thread(cluster.close)


def case(
    choose: Callable[[Acts], dict[str, Fault]], *, haproxy: bool = True, bar_s: float | None = LONGEST_PAUSE_S
) -> Run:
    async def run(ground: Ground) -> Found:
        async with raised(ground) as cluster:
            url = cluster.url() if haproxy else cluster.url_of_all()
            settings = settings_of(ground.folder / "service", url)
            async with served(settings), hall_of(settings, url) as hall:
                storm = Storm(await hall.sitting(CANDIDATES), [settings.port], ground.seed)
                faults = choose(Acts(cluster))
                await storm.play(faults)
                return await judged(storm, hall, list(faults), bar_s=bar_s)

    return run
