"""Jobs as the worker does them."""

from __future__ import annotations

from litestar.datastructures import State
from sqlalchemy import select

from exam_engine.features import FEATURES
from exam_engine.kit.jobs import Jobs
from exam_engine.kit.tables import job
from tests.sittings.world import World


async def performed(world: World, place: str) -> str:
    """Where the page of the job leads to, once it is done."""
    assert place.startswith("/jobs/")
    state = State({**world.app.state.dict(), "engine": world.engine})
    jobs = Jobs()
    for feature in FEATURES:
        for kind, handler in feature.jobs.items():
            jobs.register(kind, handler)
    async with world.engine.connect() as connection:
        asked = await connection.execute(select(job.c.id, job.c.payload).where(job.c.public_id == place[6:]))
        number, payload = asked.one()
    await jobs.perform(state, number)
    return str(payload["page"]).replace("{job}", place[6:])
