"""Staff meanwhile: pages of an officer and an invigilator every few seconds, a live room page open all the time."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

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

Waits = dict[str, list[float]]


async def work(url: str, sitting: str) -> Waits:
    """Until cancelled: name of the page → seconds each time; a page that is no success is infinitely slow."""
    waits: Waits = {}
    with suppress(asyncio.CancelledError):
        async with asyncio.TaskGroup() as together:
            together.create_task(_asks(url, "exam_officer", OFFICER, sitting, waits))
            together.create_task(_asks(url, "invigilator", INVIGILATOR, sitting, waits))
            together.create_task(_watches(url, sitting, waits))
    return waits


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
                begun = time.monotonic()
                reply = await client.get(path.format(sitting=sitting))
                took = time.monotonic() - begun if reply.status_code == 200 else float("inf")
                waits.setdefault(page, []).append(took)
            await asyncio.sleep(PAUSE_S)


async def _watches(url: str, sitting: str, waits: Waits) -> None:
    """The live page is told once a second; what counts is the longest silence. A stream ends after some minutes and is
    opened again, as browsers do; the silence between two is one as well."""
    headers, path = {"accept": "text/event-stream"}, f"/rooms/{sitting}/live"
    async with signed_in(url, "invigilator") as client:
        before = time.monotonic()
        while True:
            with suppress(httpx.ReadTimeout):
                async with client.stream("GET", path, headers=headers) as stream:
                    async for _part in stream.aiter_bytes():
                        now = time.monotonic()
                        if now - before > 0.2:  # parts of one event come together
                            waits.setdefault(STREAM, []).append(now - before)
                        before = now


def figures(name: str, waits: Waits) -> Figures:
    found: Figures = {}
    for page, seconds in waits.items():
        bar = STREAM_GAP_MS if page == STREAM else PAGE_P99_MS
        half, most = (1000 * float(one) for one in np.percentile(seconds, [50, 99], method="higher"))
        note = f"asked {len(seconds)} times, half within {half:.0f} ms"
        found[f"{name}.{page}.p99_ms"] = Figure(most, "ms", note, bar)
    return found
