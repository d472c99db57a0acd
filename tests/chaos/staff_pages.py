"""Pages of staff that are asked for without a pause, as by a staff room with the door shut and every screen open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx

from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.signing_in import open_session
from exam_engine.kit.database import transaction
from tests.chaos.evidence import comes_true
from tests.chaos.stage import Stage

PAGE = "/sittings"
PATIENCE_S = 20.0


@asynccontextmanager
async def asked_for(stage: Stage, at_once: int) -> AsyncIterator[None]:
    """Past the relay: what is tried is not the players' network."""
    cookies: dict[str, str] = {}

    async def signed_in() -> bool:
        async with transaction(stage.hall.engine) as connection:
            officer = stage.hall.school.staff["exam_officer"]
            cookies[COOKIE] = await open_session(connection, person_id=officer.id)
        return True

    await comes_true(signed_in, "staff could not sign in")
    async with httpx.AsyncClient(base_url=stage.server.url, timeout=PATIENCE_S, cookies=cookies) as client:
        asking = [asyncio.create_task(_ask(client)) for _ in range(at_once)]
        try:
            yield
        finally:
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)


async def _ask(client: httpx.AsyncClient) -> None:
    while True:
        with suppress(httpx.TransportError):
            await client.get(PAGE, headers={"accept": "text/html"})
        await asyncio.sleep(0.05)
