"""After the exam: indexes that grew in many places at once have pages half empty, and nothing more is to come."""

from __future__ import annotations

import logging

from litestar.datastructures import State
from sqlalchemy.exc import DBAPIError

from exam_engine.delivery import tidying_queries
from exam_engine.kit.database import gone, transaction

log = logging.getLogger("exam_engine.delivery")


async def tidy(state: State) -> int:
    """Once a day, in the worker process. A sitting in which somebody may still work is left alone; those who read or
    write meanwhile are not stopped; what cannot be had within seconds waits for the next day."""
    async with transaction(state.engine) as connection:
        found = await tidying_queries.loose_keys(connection)
    filled = 0
    for key in found:
        try:
            async with transaction(state.engine.execution_options(isolation_level="AUTOCOMMIT")) as connection:
                await tidying_queries.fill_pages(connection, key)
        except DBAPIError as error:
            if gone(error):
                raise
            log.warning("%s stays as it is for a day: %s", key, type(error.orig).__name__)
        else:
            filled += 1
    return filled
