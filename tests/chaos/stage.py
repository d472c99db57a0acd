"""A service, its database, and relays on both sides of it; kept from schedule to schedule while it is healthy."""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Protocol

from exam_engine.kit.embedded import PORT, Embedded
from exam_engine.kit.settings import Settings
from tests.chaos.cluster.network import Machine
from tests.chaos.preload import Clock, Disk, Preloaded, together
from tests.chaos.relay import CLEAR, Relay
from tests.chaos.schedule import OWN
from tests.chaos.small_disk import SmallDisk
from tests.chaos.wired import Cable, url_on
from tests.hall import Hall, found
from tests.live import LiveServer, free_port

#: Few enough for a fault to take them all in a moment.
LOCAL_CONF = "max_connections = 40\nshared_buffers = '32MB'\n"


class Between(Protocol):
    """What lies between service and database, and can fail. `felt`: somebody has met the latest break."""

    def cut(self) -> None: ...
    def hang(self, *, up: bool = True, down: bool = True) -> None: ...
    def heal(self, *, reset: bool = False) -> None: ...
    async def felt(self) -> bool: ...
    async def close(self) -> None: ...


@dataclass
class Stage:
    """`front` lies between players and service, `back` between service and database (where that is its own process).
    `hall` speaks to the database directly."""

    folder: Path
    settings: Settings
    database: Embedded
    server: LiveServer
    front: Relay
    port: int
    hall: Hall
    back: Between | None
    disk: Disk
    database_clock: Clock
    application_clock: Clock
    of_service: dict[str, str]
    small: SmallDisk | None = None
    #: Of each part that can be broken: two faults at once never break the same, nor look for what the other has ended.
    parts: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    @property
    def own(self) -> bool:
        """The service brings its own PostgreSQL, and starts it again by itself."""
        return self.settings.database_url is None

    @property
    def between(self) -> Between:
        assert self.back is not None
        return self.back

    @classmethod
    async def open(
        cls, folder: Path, kind: str, machine: Machine | None = None, *, small: bool = False, apart: bool = False
    ) -> Stage:
        """`machine`: the database runs on it, behind a real wire; else behind a relay. `small`: it has a small disk.
        `apart`: the work process does not go through the relay."""
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        small_disk = SmallDisk(folder / "outside") if small else None
        disk = Disk(folder)
        database_clock, application_clock = Clock(folder, "database.clock"), Clock(folder, "application.clock")
        of_service = together(disk.environment(), application_clock.environment())
        if kind == OWN:
            database, back, url = Embedded(folder / "own"), None, None
        else:
            preloaded = together(disk.environment(), database_clock.environment())
            database = Preloaded(folder / "outside", preloaded, machine)
            await asyncio.to_thread(_prepare, database, machine)
            back, url = await _reached(folder, database, machine)
        past = database.url("postgres") if apart else None
        settings = _settings(folder / ("own" if url is None else "app"), url, past)
        server = LiveServer(settings)
        with _environment(of_service):
            await asyncio.to_thread(server.start)
        port = free_port()
        front = await Relay.tcp(port, settings.port, Random(0))
        hall = await found(settings, database.url("exam_engine" if url is None else "postgres"))
        return cls(
            folder, settings, database, server, front, port, hall, back, disk, database_clock, application_clock,
            of_service,
            small_disk,
        )  # fmt: skip

    async def restart_service(self) -> None:
        with _environment(self.of_service):
            await asyncio.to_thread(self.server.start)

    async def mend(self) -> None:
        """As if nothing had ever been broken; whatever is still down is started."""
        self.disk.mend()
        if self.small is not None:
            self.small.make_room()
        self.database_clock.jump(0)
        self.application_clock.jump(0)
        self.front.set_weather(CLEAR)
        self.front.heal()
        if self.back is not None:
            self.back.heal()
        if not self.own and self.database.pid is None:
            await asyncio.to_thread(self.database.start)
        await asyncio.to_thread(self.server.wait_until_ready)

    async def close(self) -> None:
        with suppress(Exception):
            await self.hall.close()
        await self.front.close()
        if self.back is not None:
            self.back.heal()
        try:
            await asyncio.to_thread(self.server.stop)
        finally:
            if self.back is not None:
                await self.back.close()
            await asyncio.to_thread(self.database.stop)
            if self.small is not None:
                self.small.close()


def _prepare(database: Embedded, machine: Machine | None) -> None:
    database.start()
    local_conf = database.cluster / "local.conf"
    access = database.cluster / "local.hba.conf"
    more = "" if machine is None else f"listen_addresses = '{machine.address}'\nhba_file = '{access}'\n"
    local_conf.write_text(LOCAL_CONF + more, encoding="ascii")
    access.write_text("local all all scram-sha-256\nhost all all all scram-sha-256\n", encoding="ascii")
    for file in (local_conf, access):
        file.chmod(0o644)
    database.stop()
    database.start()


async def _reached(folder: Path, database: Embedded, machine: Machine | None) -> tuple[Between, str]:
    """What lies between, and the URL that leads through it."""
    if machine is not None:
        return Cable(machine), url_on(machine, database)
    place = folder / "relay"
    place.mkdir(exist_ok=True)
    name = f".s.PGSQL.{PORT}"
    relay = await Relay.unix(place / name, database.socket_dir / name, Random(0))
    before, _, after = database.url("postgres").partition("?host=")
    return relay, f"{before}?host={place}&{after.partition('&')[2]}"


def _settings(data_dir: Path, url: str | None, direct: str | None) -> Settings:
    port = free_port()
    apart = {} if direct is None else {"database_direct_url": direct, "database_pooler": "transaction"}
    return Settings.from_environment(
        {}, database_url=url, data_dir=data_dir, port=port, public_url=f"http://127.0.0.1:{port}",
        workers=2, pool_size=3, drain_seconds=3, log_level="warning", **apart,
    )  # fmt: skip


class _environment:  # noqa: N801 - used like a function
    """What is started meanwhile has this in its environment."""

    def __init__(self, more: dict[str, str]) -> None:
        self._more = more

    def __enter__(self) -> None:
        os.environ.update(self._more)

    def __exit__(self, *_: object) -> None:
        for name in self._more:
            os.environ.pop(name, None)
