"""A class of thirty comes in at once, works, and hands in; the teacher has thirty marks."""

from __future__ import annotations

import asyncio
import io
import re
from typing import Any

from openpyxl import load_workbook

from exam_engine.accounts import founding, pupil_secrets
from exam_engine.kit.database import transaction
from tests.classroom.my_world import Browser, ClassWorld
from tests.classroom.quiz_world import confirm, started

PUPILS = 30


async def pupils_of(world: ClassWorld) -> list[tuple[Any, str]]:
    """Thirty pupils with their PINs."""
    async with transaction(world.engine) as connection:
        people = [
            await founding.add_pupil(
                connection, world.school.class_, f"Nguyễn Văn {chr(65 + n % 26)}{n}", code=f"{n + 100:04d}"
            )
            for n in range(PUPILS - 1)
        ] + [world.school.pupil]
        secrets = await pupil_secrets.secrets_of(connection, world.state.keyring, [one.id for one in people])
    return [(one, secrets[one.id].pin) for one in people]


async def sits(world: ClassWorld, code: str, person: Any, pin: str) -> int:
    browser = Browser(world.client)
    inside = await browser.post(f"/join/{code}", person=person.public_id, pin=pin)
    assert inside.status_code == 303, inside.text
    device = browser.device()
    device.name = f"device-{person.public_id}"
    begun = await device.start()
    assert begun.status_code == 200, begun.text
    for slot in range(3):
        assert (await device.answer(slot, None)).status_code == 200
    return (await device.submit()).status_code


async def test_thirty_at_once(world: ClassWorld) -> None:
    pupils = await pupils_of(world)
    teacher = await world.staff("teacher")
    here, code = await started(world, teacher)
    assert await asyncio.gather(*(sits(world, code, person, pin) for person, pin in pupils)) == [200] * PUPILS
    page = (await teacher.get(here)).text
    assert re.search(r"30 marked, mean", page)
    assert (await teacher.post(f"{here}/end")).status_code == 303
    assert (await confirm(teacher, here)).status_code == 303
    file = await teacher.get(f"{here}/marks.xlsx")
    rows = list(load_workbook(io.BytesIO(file.content)).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == PUPILS + 1
