from __future__ import annotations

import pytest_asyncio
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.accounts.school import Client
from tests.sittings.world import World, build


@pytest_asyncio.fixture(loop_scope="session")
async def world(app_client: Client, app: Litestar, real_engine: AsyncEngine) -> World:
    """Signed in as the author; nobody has written the items that are in the bank."""
    found = await build(app_client, app, real_engine)
    await found.enter("author")
    return found
