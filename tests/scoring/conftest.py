"""The whole application in this test's own loop, with real commits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from httpx import AsyncClient
from litestar import Litestar

from exam_engine.kit.settings import Settings
from tests.delivery.conftest import served


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: Litestar, settings: Settings) -> AsyncIterator[AsyncClient]:
    async with served(app, settings) as found:
        yield found
