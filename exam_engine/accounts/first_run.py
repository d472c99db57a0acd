"""What `exam-engine serve` says on its console while the database holds no account yet."""

from __future__ import annotations

import asyncio

from exam_engine.accounts import account_queries
from exam_engine.accounts.setting_up import setup_code
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings


def console_hint(settings: Settings) -> str:
    """Lines to follow the address; nothing once somebody can sign in. `settings` name a database with our schema."""
    if asyncio.run(_set_up(settings)):
        return ""
    return "\n".join(
        [
            "",
            f"No account yet: set the school up at {settings.public_url}/setup",
            f"Set-up code: {setup_code(Keys.from_file(settings.master_key_file))}",
        ]
    )


async def _set_up(settings: Settings) -> bool:
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with transaction(engine) as connection:
            return await account_queries.any_account(connection)
    finally:
        await engine.dispose()
