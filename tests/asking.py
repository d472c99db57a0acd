"""Who asks an application that runs in the test's own process."""

from __future__ import annotations

import asyncio
from typing import Any, Self, cast

from httpx import ASGITransport, AsyncClient
from litestar import Litestar


class Client(AsyncClient):
    """Starts an application, asks it and ends it, in the loop of the test. Litestar's own test client hands each
    request to a thread and waits for it, which takes longer than most answers."""

    def __init__(self, app: Litestar, base_url: str = "http://testserver.local", *, errors_are_answers: bool = False):
        transport = ASGITransport(cast("Any", app), not errors_are_answers, client=("testclient", 50000))
        super().__init__(transport=transport, base_url=base_url, timeout=None, follow_redirects=True)
        self.app = app
        self._asked_to_end = asyncio.Event()
        self._ended: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        started = asyncio.get_running_loop().create_future()
        # A task of its own: fixtures are set up and taken down by two, and it must end in the one it began in.
        self._ended = asyncio.create_task(self._live(started))
        await asyncio.wait((started, self._ended), return_when=asyncio.FIRST_COMPLETED)
        if not started.done():
            await self._ended
        return await super().__aenter__()

    async def __aexit__(self, *error: Any) -> None:  # noqa: PYI036 - as its parent
        await super().__aexit__(*error)
        self._asked_to_end.set()
        if self._ended is not None:
            await self._ended

    async def _live(self, started: asyncio.Future[None]) -> None:
        async with self.app.lifespan():
            started.set_result(None)
            await self._asked_to_end.wait()
