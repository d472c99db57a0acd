"""A relay between two sides that can fail in every way a network can: slow, lossy, cut, silent, half open, torn.

Between players and the service it is a bad Wi-Fi; between the service and its database a switch that dies. It works
for any user on any system; network namespaces, where root may make them, are tried beside it (`partition.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
CHUNK = 65_536
DRAINS_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Weather:
    """What every chunk may meet. A lost packet is a stall: TCP sends it again. `torn`: half of the chunk, then a
    reset, as when a connection dies in the middle of a reply."""

    delay_s: float = 0.0
    stalled: float = 0.0
    stall_s: float = 0.5
    reset: float = 0.0
    torn: float = 0.0


CLEAR = Weather()


class Relay:
    def __init__(self, connect: Callable[[], Awaitable[Streams]], random: Random) -> None:
        self.weather = CLEAR
        self._connect = connect
        self._random = random
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._refuses = False
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self.heal()

    @classmethod
    async def tcp(cls, port: int, to_port: int, random: Random) -> Relay:
        relay = cls(lambda: asyncio.open_connection("127.0.0.1", to_port), random)
        relay._server = await asyncio.start_server(relay._take, "127.0.0.1", port, backlog=1024)
        return relay

    @classmethod
    async def unix(cls, path: Path, to_path: Path, random: Random) -> Relay:
        relay = cls(lambda: asyncio.open_unix_connection(str(to_path)), random)
        relay._server = await asyncio.start_unix_server(relay._take, str(path), backlog=1024)
        return relay

    def cut(self) -> None:
        """Everything that is connected is reset, and whoever comes is reset, too."""
        self._refuses = True
        self.reset()

    def hang(self, *, up: bool = True, down: bool = True) -> None:
        """Nothing gets through, and nobody is told. One direction alone is a half-open connection."""
        for held, direction in ((up, self._up), (down, self._down)):
            if held:
                direction.clear()

    def heal(self, *, reset: bool = False) -> None:
        """`reset`: what hung is not delivered late, but never."""
        if reset:
            self.reset()
        self._refuses = False
        self._up.set()
        self._down.set()

    def reset(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()
        self._open.clear()

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self.reset()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self._refuses:
                return
            self._open.add(writer)
            await self._join(reader, writer)
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            self._drop(writer)
            self._tasks.discard(task)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await self._connect()
        self._open.add(far_writer)
        try:
            pumps = [
                asyncio.create_task(self._pump(reader, far_writer, self._up)),
                asyncio.create_task(self._pump(far_reader, writer, self._down, torn=True)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
        finally:
            self._drop(far_writer)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: asyncio.Event, *, torn: bool = False
    ) -> None:
        while chunk := await reader.read(CHUNK):
            await way.wait()
            if self.weather is not CLEAR and await self._weathered():
                return
            if torn and self._random.random() < self.weather.torn:
                writer.write(chunk[: len(chunk) // 2])
                with suppress(OSError, TimeoutError):
                    await asyncio.wait_for(writer.drain(), 1)
                return
            writer.write(chunk)
            await asyncio.wait_for(writer.drain(), DRAINS_WITHIN_S)

    async def _weathered(self) -> bool:
        """True where this connection ends here."""
        weather, random = self.weather, self._random
        if random.random() < weather.reset:
            return True
        pause = random.uniform(0, weather.delay_s)
        if random.random() < weather.stalled:
            pause += random.uniform(0.1, weather.stall_s)
        await asyncio.sleep(pause)
        return False

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        self._open.discard(writer)
        with suppress(OSError, RuntimeError):
            writer.transport.abort()
