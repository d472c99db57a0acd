"""Staff meanwhile: pages of an officer and an invigilator every few seconds, a live room page open all the time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from math import inf
from time import monotonic

import httpx
import numpy as np

from loadtests.scale.figures import Figure, Figures

#: Made by tests/scale/world.py.
PASSWORD = "mot cau that dai 2026"  # noqa: S105 - of a service that is thrown away
PAUSE_S = 2.0
PAGE_P99_MS = 1000.0
STREAM_GAP_MS = 3000.0
OFFICER = {"sittings": "/sittings", "sitting": "/sittings/{sitting}", "results": "/results/{sitting}", "bank": "/bank"}
INVIGILATOR = {"rooms": "/rooms", "room": "/rooms/{sitting}"}
STREAM = "room_stream_gap"
EXPECTED = (*OFFICER, *INVIGILATOR, STREAM)
#: Parts of one event come together.
TOGETHER_S = 0.2
#: A stream says itself after how long a browser is to open it again; until then, this.
AGAIN_S = 1.0
RETRY = re.compile(rb"^retry: ?(\d+)", re.MULTILINE)

Waits = dict[str, list[float]]


async def work(url: str, sitting: str) -> Waits:
    """Until cancelled: name of the page → seconds each time. A page that is no success is infinitely slow, as is one
    that was never answered; one that is waited for at the end has taken as long as that."""
    waits: Waits = {}
    with suppress(asyncio.CancelledError):
        async with asyncio.TaskGroup() as together:
            together.create_task(_asks(url, "exam_officer", OFFICER, sitting, waits))
            together.create_task(_asks(url, "invigilator", INVIGILATOR, sitting, waits))
            together.create_task(_watches(url, sitting, waits))
    return {page: waits.get(page) or [inf] for page in EXPECTED}


@asynccontextmanager
async def signed_in(url: str, name: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"accept": "text/html"}
    async with httpx.AsyncClient(base_url=url, timeout=60, headers=headers, follow_redirects=True) as client:
        page = await client.get("/sign-in")
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
        form = {"_csrf_token": token[1] if token else "", "username": name, "password": PASSWORD}
        done = await client.post("/sign-in", data=form)
        if done.status_code != 200 or done.url.path == "/sign-in":
            raise RuntimeError(f"{name} could not sign in: {done.status_code}")
        yield client


async def _asks(url: str, name: str, pages: dict[str, str], sitting: str, waits: Waits) -> None:
    async with signed_in(url, name) as client:
        while True:
            for page, path in pages.items():
                await _ask(client, path.format(sitting=sitting), waits.setdefault(page, []))
            await asyncio.sleep(PAUSE_S)


async def _ask(client: httpx.AsyncClient, path: str, waits: list[float]) -> None:
    begun = monotonic()
    try:
        reply = await client.get(path)
    except httpx.HTTPError:
        waits.append(inf)
    except asyncio.CancelledError:
        waits.append(monotonic() - begun if waits else inf)
        raise
    else:
        # A session that has gone leads to a page that is answered well, and is another.
        good = reply.status_code == 200 and reply.url.path == path
        waits.append(monotonic() - begun if good else inf)


class Silence:
    """Between two parts of a live page, however often its stream is opened meanwhile."""

    def __init__(self, waits: Waits) -> None:
        self._lengths = waits.setdefault(STREAM, [])
        self._since = monotonic()
        self._heard = False

    def broken(self) -> None:
        now = monotonic()
        if now - self._since > TOGETHER_S:
            self._lengths.append(now - self._since)
        self._since, self._heard = now, True

    def refused(self) -> None:
        self._lengths.append(inf)

    def lasts(self) -> None:
        """It has lasted so long already, and is not over."""
        self._lengths.append(monotonic() - self._since if self._heard else inf)


async def _watches(url: str, sitting: str, waits: Waits) -> None:
    """The live page is told once a second; what counts is the longest silence. A stream ends after some minutes and is
    opened again, as browsers do; the silence between two is one as well."""
    async with signed_in(url, "invigilator") as client:
        silence = Silence(waits)
        try:
            while True:
                again = await _listen(client, f"/rooms/{sitting}/live", silence)
                await asyncio.sleep(again)
        finally:
            silence.lasts()


async def _listen(client: httpx.AsyncClient, path: str, silence: Silence) -> float:
    """Until the stream ends or breaks; returns the seconds after which it is to be opened again."""
    again = AGAIN_S
    try:
        async with client.stream("GET", path, headers={"accept": "text/event-stream"}) as stream:
            if stream.status_code != 200 or "text/event-stream" not in stream.headers.get("content-type", ""):
                silence.refused()
                return again
            async for part in stream.aiter_bytes():
                silence.broken()
                if told := RETRY.search(part):
                    again = int(told[1]) / 1000
    except httpx.HTTPError:
        silence.lasts()
    return again


def figures(name: str, waits: Waits) -> Figures:
    found: Figures = {}
    for page, seconds in waits.items():
        bar = STREAM_GAP_MS if page == STREAM else PAGE_P99_MS
        half, most = (1000 * float(one) for one in np.percentile(seconds, [50, 99], method="higher"))
        note = f"asked {len(seconds)} times, half within {half:.0f} ms"
        found[f"{name}.{page}.p99_ms"] = Figure(most, "ms", note, bar)
    return found
