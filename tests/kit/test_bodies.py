"""Bodies that come slowly, by a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from exam_engine.kit import bodies
from exam_engine.kit.bodies import PATIENCE_S, Bodies
from exam_engine.kit.errors import Refused


class Sent:
    """The server's side: what the test puts in comes out as parts."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.parts: asyncio.Queue[bytes] = asyncio.Queue()

    def monotonic(self) -> float:
        return self.now

    async def __call__(self) -> bytes:
        return await self.parts.get()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if part := await self.parts.get():
            return part
        raise StopAsyncIteration

    async def after(self, seconds: float) -> None:
        """Whatever is due by then has happened."""
        await _turns()
        self.now += seconds
        await _turns()


async def _turns() -> None:
    for _turn in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    made = Sent()
    monkeypatch.setattr(bodies, "time", made)
    monkeypatch.setattr(bodies, "LOOKS_S", 0)
    return made


async def _all(sent: Sent) -> bytes:
    return b"".join([part async for part in Bodies().parts(sent)])


async def test_a_whole_body_that_does_not_come_is_refused(sent: Sent) -> None:
    reading = asyncio.ensure_future(Bodies().whole(sent))
    await sent.after(PATIENCE_S - 1)
    assert not reading.done()
    await sent.after(2)
    with pytest.raises(Refused) as refused:
        await reading
    assert (refused.value.code, refused.value.status) == ("too_slow", 408)
    assert isinstance(reading, asyncio.Task)
    assert not reading.cancelling()


async def test_whoever_is_cancelled_is_cancelled(sent: Sent) -> None:
    reading = asyncio.ensure_future(Bodies().whole(sent))
    await sent.after(1)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_a_large_file_over_a_slow_line_arrives(sent: Sent) -> None:
    reading = asyncio.create_task(_all(sent))
    for _part in range(20):
        sent.parts.put_nowait(b"x" * 16_384)
        await sent.after(PATIENCE_S - 1)
    sent.parts.put_nowait(b"")
    assert len(await reading) == 20 * 16_384


@pytest.mark.parametrize(("size", "pause"), [(16_384, PATIENCE_S + 1), (1, PATIENCE_S / 10)])
async def test_neither_a_long_pause_nor_a_byte_now_and_then_is_an_upload(sent: Sent, size: int, pause: float) -> None:
    reading = asyncio.create_task(_all(sent))
    for _part in range(20):
        sent.parts.put_nowait(b"x" * size)
        await sent.after(pause)
    assert reading.done()
    with pytest.raises(Refused) as refused:
        await reading
    assert refused.value.code == "too_slow"
