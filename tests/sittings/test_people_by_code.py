"""A roster's pupil code names a person only where it can mean nobody else."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.founding import create_person, create_unit
from exam_engine.sittings import roster_queries


async def test_a_code_that_two_schools_use_names_nobody(connection: AsyncConnection) -> None:
    province = await create_unit(connection, "province", "Tỉnh")
    schools = [await create_unit(connection, "school", name, province) for name in ("Trường A", "Trường B")]
    first = await create_person(connection, schools[0].id, "Nguyễn An", code="001")
    await create_person(connection, schools[1].id, "Trần Bình", code="001")
    only = await create_person(connection, schools[1].id, "Lê Chi", code="002")
    wanted = ["001", "002"]
    assert await roster_queries.people_by_code(connection, province.id, wanted) == {"002": only.id}
    assert await roster_queries.people_by_code(connection, schools[0].id, wanted) == {"001": first.id}
