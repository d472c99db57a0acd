"""The whole application in this test's own loop, with real commits, and a sitting that records everything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response
from litestar import Litestar
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.features import FEATURES
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from exam_engine.sittings.policy import SIGNALS
from exam_engine.sittings.tables import candidate, room
from tests.applications import application
from tests.delivery.conftest import served
from tests.delivery.world import Device, World, build, staff


@pytest.fixture
def app(settings: Settings) -> Litestar:
    """Without the features that mark: this sitting is made of rows that hold no keys."""
    marking = ("scoring", "reports")
    return application(settings, tuple(feature for feature in FEATURES if feature.name not in marking))


@pytest.fixture
def keys(settings: Settings) -> Keys:
    return Keys.from_file(settings.master_key_file)


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: Litestar, settings: Settings) -> AsyncIterator[AsyncClient]:
    async with served(app, settings) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def world(real_engine: AsyncEngine, keys: Keys) -> World:
    return await build(real_engine, keys, policy={"signals": list(SIGNALS)})


@pytest.fixture
def device(client: AsyncClient, world: World) -> Device:
    return Device(client, world.cookies[0])


@dataclass
class Desk:
    """A member of staff at a browser."""

    client: AsyncClient
    cookie: str
    csrf: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> Response:
        found = await self.client.get(
            path, headers={"cookie": f"session={self.cookie}", "accept": "text/html"} | headers
        )
        self.csrf = found.cookies.get("csrf") or self.csrf
        self.client.cookies.clear()
        return found

    async def post(self, path: str, **data: Any) -> Response:
        if not self.csrf:
            await self.get("/rooms")
        headers = {"cookie": f"session={self.cookie}; csrf={self.csrf}", "accept": "text/html"}
        found = await self.client.post(path, data={"_csrf_token": self.csrf, **data}, headers=headers)
        self.client.cookies.clear()
        return found


@pytest_asyncio.fixture(loop_scope="session")
async def desk(client: AsyncClient, world: World) -> Desk:
    return Desk(client, await staff(world))


async def seated(world: World, name: str, position: int) -> str:
    """Puts a candidate into a room of that name; returns the room's public id."""
    async with transaction(world.engine) as connection:
        values = {"public_id": public_id(), "sitting_id": world.sitting_id, "name": name}
        made = (await connection.execute(insert(room).values(values).returning(room.c.id, room.c.public_id))).one()
        where = candidate.c.id == world.candidates[position]
        await connection.execute(update(candidate).where(where).values(room_id=made.id))
    return str(made.public_id)
