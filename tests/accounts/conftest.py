from __future__ import annotations

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.accounts.school import School, found_school


@pytest_asyncio.fixture(loop_scope="session")
async def school(real_engine: AsyncEngine) -> School:
    return await found_school(real_engine)
