"""A relay between two sides that can fail in every way a network can: slow, lossy, cut, silent, half open, torn.

Between players and the service it is a bad Wi-Fi; between the service and its database a switch that dies. It works
for any user on any system; network namespaces, where root may make them, are tried beside it (`partition.py`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
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
#: Where so many are to be expected, none at all is no chance.
EXPECTED = 20


class Relay:
    def __init__(self, connect: Callable[[], Awaitable[Streams]], random: Random) -> None:
        self._connect = connect
        self._random = random
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._refuses = False
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._met = 0
        self.set_weather(CLEAR)
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

    def set_weather(self, weather: Weather) -> None:
        self.weather = weather
        self._chunks: Counter[str] = Counter()

    def missed(self) -> list[str]:
        """What this weather should have done many times by now, and has never done."""
        seen, weather = self._chunks, self.weather
        expected = {
            "delayed": seen["both ways"] * (weather.delay_s > 0), "stalled": seen["both ways"] * weather.stalled,
            "reset": seen["both ways"] * weather.reset, "torn": seen["down"] * weather.torn,
        }  # fmt: skip
        return [kind for kind, count in expected.items() if count > EXPECTED and not seen[kind]]

    def cut(self) -> None:
        """Everything that is connected is reset, and whoever comes is reset, too."""
        self._refuses, self._met = True, 0
        self.reset()

    def hang(self, *, up: bool = True, down: bool = True) -> None:
        """Nothing gets through, and nobody is told. One direction alone is a half-open connection."""
        self._met = 0
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

    async def felt(self) -> bool:
        """Since the latest break somebody was reset or turned away, or something was held."""
        return self._met > 0

    def reset(self) -> None:
        self._met += len(self._open)
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
                self._met += 1
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
            self._met += not way.is_set()
            await way.wait()
            if self.weather is not CLEAR and await self._weathered():
                return
            self._chunks["down"] += torn
            if torn and self._random.random() < self.weather.torn:
                self._chunks["torn"] += 1
                writer.write(chunk[: len(chunk) // 2])
                with suppress(OSError, TimeoutError):
                    await asyncio.wait_for(writer.drain(), 1)
                return
            writer.write(chunk)
            await asyncio.wait_for(writer.drain(), DRAINS_WITHIN_S)

    async def _weathered(self) -> bool:
        """True where this connection ends here."""
        weather, random, seen = self.weather, self._random, self._chunks
        seen["both ways"] += 1
        if random.random() < weather.reset:
            seen["reset"] += 1
            return True
        pause = random.uniform(0, weather.delay_s)
        seen["delayed"] += pause > 0
        if random.random() < weather.stalled:
            seen["stalled"] += 1
            pause += random.uniform(0.1, weather.stall_s)
        await asyncio.sleep(pause)
        return False

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        self._open.discard(writer)
        with suppress(OSError, RuntimeError):
            writer.transport.abort()
