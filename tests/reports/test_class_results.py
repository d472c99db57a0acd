"""Results over time of a class: marks, topics, no practice, no strangers, the file."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from typing import Any

import msgspec
from httpx import AsyncClient
from litestar import Litestar
from openpyxl import load_workbook
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import founding
from exam_engine.accounts.tables import class_member, person
from exam_engine.kit.database import transaction
from exam_engine.reports.line import line_chart
from exam_engine.sittings.tables import candidate, sitting
from tests.scoring.exam_world import ExamWorld, build, choice


async def class_of(world: ExamWorld, *, leave_out: int = 0) -> str:
    """A class whose pupils are the candidates of the world's sitting, all but the last ones."""
    async with transaction(world.engine) as connection:
        unit = await founding.create_unit(connection, "class", "7C", world.school.school)
        rows = await connection.execute(
            select(candidate.c.id, candidate.c.full_name)
            .where(candidate.c.sitting_id == world.sitting_id)
            .order_by(candidate.c.number)
        )
        for row in rows.all()[: -leave_out or None]:
            pupil = await founding.add_pupil(connection, unit, row.full_name, code=f"HS{row.id}")
            await connection.execute(update(candidate).where(candidate.c.id == row.id).values(person_id=pupil.id))
        await connection.execute(
            update(sitting).where(sitting.c.id == world.sitting_id).values(unit_id=unit.id, kind="quiz")
        )
    return str(unit.public_id)


def test_a_test_that_may_change_stands_beside_the_line() -> None:
    chart = line_chart([(Fraction(1, 2), True), (Fraction(1, 4), False), (Fraction(3, 4), True)])
    first, _between, last = chart.points
    assert chart.path == f"{first.x},{first.y} {last.x},{last.y}"


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_marks_and_topics_of_a_class(app: Litestar, real_engine: AsyncEngine, client: AsyncClient) -> None:
    items = [
        msgspec.structs.replace(choice(0, "1"), topic="Phân số"),
        msgspec.structs.replace(choice(1, "3"), topic="Hình học"),
    ]
    world = await build(app, real_engine, client, items, candidates=3, title="Bài 15 phút")
    await world.sit(0, {0: 0, 1: 1})
    await world.sit(1, {0: 0})
    await world.sit(2, {1: 1})
    unit = await class_of(world, leave_out=1)
    page = plain((await world.see("exam_officer", f"/classes/{unit}/results")).text)
    # The third candidate is no pupil of the class: (10 + 2.5) / 2, five of eight points.
    assert "6.25 / 10" in page
    assert "2 of 2" in page
    assert "Marks not confirmed" in page
    assert re.search(r"Phân số 100 % \( ?2\)", page.replace("( ", "("))
    assert re.search(r"Hình học 50 % \( ?2\)", page.replace("( ", "("))
    assert "Nguyễn Văn A 10.00" in page
    assert "Nguyễn Văn C" not in page
    # A dropped item enters no topic any more.
    path = f"/results/{world.sitting}/items/1/ruling"
    seen = (await world.see("exam_officer", path + "/preview?act=dropped")).text
    fingerprint = re.search(r'name="fingerprint" value="(\w+)"', seen)
    assert fingerprint
    sent = await world.send("exam_officer", path, act="dropped", reason="Sai đề", fingerprint=fingerprint[1])
    assert sent.status_code == 303
    page = plain((await world.see("exam_officer", f"/classes/{unit}/results")).text)
    assert "Phân số" not in page
    assert "5.00 / 10" in page
    linked = (await world.see("exam_officer", f"/classes/{unit}")).text
    assert f'href="/classes/{unit}/results"' in linked


async def test_practice_counts_nowhere_and_other_units_see_nothing(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice()], candidates=2, title="Luyện")
    await world.sit(0, {0: 0})
    unit = await class_of(world)
    base = f"/classes/{unit}/results"
    assert "Luyện" in (await world.see("manager", base)).text
    for role, status in (("other_officer", 404), ("marker", 403)):
        assert (await world.see(role, base)).status_code == status
        assert (await world.see(role, base + ".xlsx")).status_code == status
    async with transaction(real_engine) as connection:
        await connection.execute(text("update exam.sitting set kind = 'practice'"))
    page = await world.see("exam_officer", base)
    assert (page.status_code, "Luyện" in page.text) == (200, False)
    assert (await world.see("exam_officer", "/classes/nothing/results")).status_code == 404


async def test_the_file_holds_the_three_tables(app: Litestar, real_engine: AsyncEngine, client: AsyncClient) -> None:
    world = await build(app, real_engine, client, [choice(0, "1"), choice(1, "3")], candidates=2, title="=Bài")
    await world.sit(0, {0: 0})
    await world.sit(1, {0: 0, 1: 1})
    unit = await class_of(world)
    found = await world.see("exam_officer", f"/classes/{unit}/results.xlsx")
    assert found.status_code == 200
    book = load_workbook(io.BytesIO(found.content))
    tables: dict[str, list[list[Any]]] = {
        page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book.worksheets
    }
    assert list(tables) == ["Marks", "Topics by test", "Topics by pupil"]
    assert [row[1:] for row in tables["Marks"][1:3]] == [["Nguyễn Văn A", 2.5], ["Nguyễn Văn B", 10]]
    assert tables["Marks"][3] == ["Class mean", None, 6.25]
    assert tables["Marks"][0][2].startswith("'=Bài (")
    assert tables["Topics by test"][1] == ["without a topic", 0.625]
    assert [row[2] for row in tables["Topics by pupil"][1:]] == [0.25, 1]
    trace = await world.fetch("select data from exam.audit where action = 'exported'")
    assert trace[0]["data"]["what"] == "class_results"


async def test_a_class_without_tests_and_a_pupil_without_a_mark(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice()], candidates=1)
    unit = await class_of(world)
    assert "No results yet" in (await world.see("exam_officer", f"/classes/{unit}/results")).text
    assert (await world.see("exam_officer", f"/classes/{unit}/results.xlsx")).status_code == 200
    async with transaction(real_engine) as connection:
        one = (await connection.execute(select(person.c.id).where(person.c.full_name == "Nguyễn Văn A"))).scalar_one()
        other = await founding.create_person(connection, world.school.school.id, "Trần Thị Vắng")
        unit_id = (
            await connection.execute(select(class_member.c.unit_id).where(class_member.c.person_id == one))
        ).scalar_one()
        await connection.execute(insert(class_member).values(unit_id=unit_id, person_id=other.id))
    await world.sit(0, {0: 0})
    page = plain((await world.see("exam_officer", f"/classes/{unit}/results")).text)
    assert re.search(r"Trần Thị Vắng –", page)
