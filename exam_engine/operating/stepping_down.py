"""Before a schema goes back: nobody is served, and whoever asks for it has been told what the database holds."""

from __future__ import annotations

from exam_engine.kit.settings import Settings
from exam_engine.migrations.applying import BASE
from exam_engine.operating import queries
from exam_engine.operating.backing_up import asked
from exam_engine.operating.obstacle import CannotOperate

#: As long as that nothing is closed without a sign of life: whoever serves has given one.
SERVED_WITHIN_S = 30.0


async def refuse_while_served(settings: Settings) -> None:
    """By another machine, whose lock on its data directory is not seen here."""
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        ago = await queries.served_ago_s(connection)
    if ago is not None and ago < SERVED_WITHIN_S:
        raise CannotOperate(
            f"a service used this database {max(0, round(ago))} s ago: stop it on every machine, and try again "
            f"{SERVED_WITHIN_S:.0f} s later"
        )


async def holds(settings: Settings) -> str:
    """In words; empty where nobody would miss anything."""
    assert settings.database_url is not None
    async with asked(settings.database_url) as connection:
        found = await queries.held(connection)
    return ", ".join(f"{count} {name}" for name, count in found.items()) if any(found.values()) else ""


def warning(revision: str, held: str) -> str:
    goes = "removes everything" if revision == BASE else "removes what an older schema cannot hold"
    return f"migrate --down {revision} {goes}, and this database holds {held}"
