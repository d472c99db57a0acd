"""The application in this test's own loop, with real commits, and a sitting with three candidates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.features import FEATURES
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from tests.applications import application
from tests.delivery.clock import Hands
from tests.delivery.world import Device, World, build


@pytest.fixture
def app(settings: Settings) -> Litestar:
    """Delivery and what lies below it: it must run without the features above."""
    below = ("accounts", "authoring", "sittings", "delivery")
    return application(settings, tuple(feature for feature in FEATURES if feature.name in below))


@asynccontextmanager
async def served(app: Litestar, settings: Settings) -> AsyncIterator[AsyncClient]:
    """The lifespan runs in a task of its own: fixtures are set up and torn down in different ones."""
    ready, done = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            ready.set()
            await done.wait()

    task = asyncio.create_task(live())
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        task.result()
    transport = ASGITransport(cast("Any", app), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url=settings.public_url) as client:
        yield client
    done.set()
    await task


@pytest.fixture
def keys(settings: Settings) -> Keys:
    return Keys.from_file(settings.master_key_file)


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: Litestar, settings: Settings) -> AsyncIterator[AsyncClient]:
    async with served(app, settings) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def world(real_engine: AsyncEngine, keys: Keys) -> World:
    return await build(real_engine, keys)


@pytest.fixture
def device(client: AsyncClient, world: World) -> Device:
    return Device(client, world.cookies[0])


@pytest_asyncio.fixture(loop_scope="session")
async def hands(real_engine: AsyncEngine, keys: Keys, app: Litestar, world: World) -> AsyncIterator[Hands]:
    made = Hands(real_engine, keys, app, await world.now())
    await made.at(0)
    yield made
