"""What others meet while the service is asked for too much: whoever is refused or never answered is in the figures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from math import inf

import httpx
import pytest

from loadtests.scale import overload, staff
from loadtests.scale.crowd import NO_RETRY_AFTER
from loadtests.scale.loaded import Usage
from loadtests.scale.overload import Meanwhile, arrive, growth_mib
from loadtests.scale.storms import Hall
from loadtests.wal import Written
from loadtests.wire import HOST

EMPTY = "content-length: 0\r\n"
Reply = Callable[[str], str | None]
Handler = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


@asynccontextmanager
async def service(reply: Reply) -> AsyncIterator[int]:
    """Replies to each path as it is told, with a status line and headers; with None not until it is over."""
    over = asyncio.Event()
    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        try:
            while (told := reply((await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode())) is not None:
                writer.write(f"HTTP/1.1 {told}\r\n{EMPTY}\r\n".encode())
            await over.wait()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever asked has gone
        finally:
            writer.close()

    async with await asyncio.start_server(serve, HOST, 0) as server:
        yield server.sockets[0].getsockname()[1]
    over.set()
    await asyncio.gather(*(task for task in serving if task is not None))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overload, "ARRIVE_EVERY_S", 0.0)


async def people_come(reply: Reply, people: int, until: Callable[[Meanwhile], bool]) -> Meanwhile:
    found = Meanwhile()
    async with service(reply) as port:
        hall = Hall(port, [f"t{n}" for n in range(people)])
        doors = asyncio.create_task(arrive(hall, found))
        async with asyncio.timeout(20):
            while not until(found):
                await asyncio.sleep(0)
        doors.cancel()
        await asyncio.gather(doors, return_exceptions=True)
        hall.close()
    return found


@pytest.mark.usefixtures("at_once")
async def test_an_error_at_one_arrival_is_counted_and_the_next_ones_come() -> None:
    served: Iterator[str] = iter(("500 Internal Server Error", "503 Service Unavailable\r\nretry-after: 0"))
    found = await people_come(lambda _path: next(served, "302 Found"), 5, lambda one: len(one.arrivals.whole) == 5)
    assert found.signed_in == 4
    assert max(found.arrivals.whole) == inf
    assert found.arrivals_failed == 1, found.arrivals.errors
    figures = overload.others_figures(found, 0)
    assert figures["scale.overload.sign_ins_failed"].met is False
    assert figures["scale.overload.sign_in_longest_s"].met is False


@pytest.mark.usefixtures("at_once")
async def test_whoever_waits_at_the_end_is_among_those_who_came() -> None:
    asked: list[str] = []
    found = await people_come(asked.append, 3, lambda _found: len(asked) == 3)
    assert (found.signed_in, len(found.arrivals.whole)) == (0, 3)


@pytest.mark.usefixtures("at_once")
async def test_sent_away_without_being_told_until_when_is_an_error() -> None:
    served: Iterator[str] = iter(("503 Service Unavailable",))
    found = await people_come(
        lambda _path: next(served, "302 Found"), 1, lambda one: bool(one.arrivals.errors[NO_RETRY_AFTER])
    )
    assert found.arrivals_failed == 1


def test_growth_counts_from_the_end_of_the_first_half_load() -> None:
    memory = Usage(5.0, 0.0, 0.0, Written(0, 0), [100.0, 300.0, 310.0, 390.0, 380.0], [1.0, 2.0, 3.0, 4.0, 5.0])
    assert growth_mib(memory, 2.5) == (390.0, 300.0)


async def staff_work(monkeypatch: pytest.MonkeyPatch, answer: Handler, until: Callable[[], bool]) -> staff.Waits:
    @asynccontextmanager
    async def signed_in(url: str, _name: str) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.MockTransport(answer)
        async with httpx.AsyncClient(base_url=url, transport=transport, follow_redirects=True) as client:
            yield client

    monkeypatch.setattr(staff, "signed_in", signed_in)
    monkeypatch.setattr(staff, "PAUSE_S", 0.0)
    monkeypatch.setattr(staff, "AGAIN_S", 0.0)
    working = asyncio.create_task(staff.work("http://service", "s1"))
    async with asyncio.timeout(20):
        while not until():
            await asyncio.sleep(0)
    working.cancel()
    return await working


def is_live(request: httpx.Request) -> bool:
    return request.url.path.endswith("/live")


async def test_pages_that_are_refused_lost_or_another_are_infinitely_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        match request.url.path:
            case "/sittings":
                return httpx.Response(503)
            case "/bank":
                raise httpx.ReadTimeout("nothing came", request=request)
            case "/rooms":
                return httpx.Response(303, headers={"location": "/sign-in"})
        return httpx.Response(200)

    waits = await staff_work(monkeypatch, answer, lambda: {"/bank", "/rooms/s1"} <= set(asked))
    assert {page for page in staff.EXPECTED if inf in waits[page]} == {"sittings", "bank", "rooms", staff.STREAM}


async def test_what_was_never_answered_is_infinitely_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def never(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        await asyncio.Event().wait()
        raise AssertionError

    waits = await staff_work(monkeypatch, never, lambda: len(asked) == 3)
    assert waits == {page: [inf] for page in staff.EXPECTED}


@pytest.mark.parametrize("answer", [httpx.Response(503), httpx.Response(200, text="<html>")], ids=["503", "a page"])
async def test_a_stream_that_is_none_is_an_infinite_silence(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response
) -> None:
    asked: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        if is_live(request):
            asked.append(request.url.path)
            return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)
        return httpx.Response(200)

    waits = await staff_work(monkeypatch, reply, lambda: bool(asked))
    assert inf in waits[staff.STREAM]


async def test_a_stream_that_breaks_goes_on_being_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is heard at 0, breaks at 10, and is not heard again until 70."""
    now = 0.0
    opened: list[str] = []

    async def broken() -> AsyncIterator[bytes]:
        nonlocal now
        yield b": watching\nretry: 0\n\n"
        now = 10.0
        raise httpx.ReadTimeout("nothing came")

    def reply(request: httpx.Request) -> httpx.Response:
        nonlocal now
        if not is_live(request):
            return httpx.Response(200)
        opened.append(request.url.path)
        if len(opened) == 1:
            return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=broken())
        now = 70.0
        raise httpx.ReadTimeout("nothing came", request=request)

    monkeypatch.setattr("loadtests.scale.staff.monotonic", lambda: now)
    waits = await staff_work(monkeypatch, reply, lambda: len(opened) == 2)
    assert waits[staff.STREAM][0] == 10.0
    assert max(waits[staff.STREAM]) == 70.0


async def test_the_last_silence_counts_though_nothing_ended_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now, silent = 0.0, asyncio.Event()

    async def for_ever() -> AsyncIterator[bytes]:
        nonlocal now
        yield b": watching\n\n"
        now = 70.0
        silent.set()
        await asyncio.Event().wait()

    def reply(request: httpx.Request) -> httpx.Response:
        if is_live(request):
            return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=for_ever())
        return httpx.Response(200)

    monkeypatch.setattr("loadtests.scale.staff.monotonic", lambda: now)
    assert (await staff_work(monkeypatch, reply, silent.is_set))[staff.STREAM] == [70.0]
