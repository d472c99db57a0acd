"""One class with its teacher for each module; a module that needs another world makes its own by the same name."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.classroom.my_world import ClassWorld
from tests.classroom.quiz_world import class_of


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(
    database_url: str, engine: AsyncEngine, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ClassWorld]:
    async with class_of(database_url, engine, tmp_path_factory.mktemp("class")) as found:
        yield found
