"""Marking essays: anonymous, by item, one marker per script, nobody over another."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.database import transaction
from exam_engine.kit.identity import Principal
from exam_engine.scoring import home
from exam_engine.scoring.rubric import criteria, read
from tests.accounts.school import hidden
from tests.scoring.exam_world import ExamWorld, build, choice, essay


def points(page: str, r1: str, r2: str, act: str = "save") -> dict[str, Any]:
    known = {name: hidden(page, name) for name in ("script", "digest", "seen")}
    return {**known, "points-r1": r1, "points-r2": r2, "comment": "Tốt", "act": act}


def test_points_lie_within_the_rubric() -> None:
    item = essay()
    assert [one.most for one in criteria(item)] == [1, 1]
    assert [str(step) for step in criteria(item)[0].steps] == ["0", "1/4", "1/2", "3/4", "1"]
    assert read(item, {"points-r1": "0,5", "points-r2": "1"}).points * 2 == 3
    for odd in ("", "x", "-1", "1.01", "1e5", "1/0", "\x00", "٣"):
        assert read(item, {"points-r1": odd, "points-r2": "1"}).errors, odd
    # A rubric that does not add up to the item's points cannot be used.
    assert [one.id for one in criteria(essay("3"))] == ["whole"]


async def test_markers_share_the_work_and_the_last_mark_completes_the_results(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(), essay("2")], candidates=3)
    for n in range(3):
        await world.sit(n, {0: 0, 1: f"Bài của thí sinh thứ {n}"})
    path = f"/marking/{world.sitting}/2"
    assert (await world.current(0))["pending"] == 1

    queue = await world.see("marker", "/marking")
    assert "3 responses wait" in queue.text
    assert f'href="{path}"' in queue.text
    marker = Principal("staff", 0, permissions={"marks.hand": (world.school.school.path,)})
    async with transaction(real_engine) as connection:
        needs = await home.waiting(connection, marker)
    assert [need.params for need in needs] == [{"n": 3}]

    first, second = await asyncio.gather(world.see("marker", path), world.see("second_marker", path))
    for page in (first.text, second.text):
        assert "Nguyễn Văn" not in page
        assert not re.search(r"\b000[0-2]\b", page)
    assert hidden(first.text, "script") != hidden(second.text, "script")
    assert hidden((await world.see("marker", path)).text, "script") == hidden(first.text, "script")

    stolen = await world.send("second_marker", path, **points(first.text, "1", "1"))
    assert stolen.status_code == 409
    wrong = await world.send("marker", path, **points(first.text, "2", "1"))
    assert wrong.status_code == 422
    for role, page in (("marker", first.text), ("second_marker", second.text)):
        assert (await world.send(role, path, **points(page, "1", "1/2"))).status_code == 303
    assert await world.fetch("select 1 from exam.job where kind = 'item_analysis' and id > 1") == []
    await _finish(world, path)

    assert [(await world.current(n))["exact"] for n in range(3)] == ["25/3"] * 3
    assert [(await world.current(n))["pending"] for n in range(3)] == [0] * 3
    assert "Everything is marked" in (await world.see("marker", path)).text
    assert (await world.see("manager", path)).status_code == 403
    assert (await world.see("exam_officer", path)).status_code == 403


async def _finish(world: ExamWorld, path: str) -> None:
    last = await world.see("marker", path)
    skipped = await world.send("marker", path, **points(last.text, "0", "0", "skip"))
    assert skipped.status_code == 303
    again = await world.see("marker", skipped.headers["location"])
    assert hidden(again.text, "script") == hidden(last.text, "script")
    assert (await world.send("marker", path, **points(again.text, "1", "1/2"))).status_code == 303


async def test_two_marks_at_once_leave_one_and_a_mark_can_be_taken_back(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [essay("2"), choice()], candidates=1)
    await world.sit(0, {0: "Bài làm", 1: 0})
    path = f"/marking/{world.sitting}/1"
    page = (await world.see("marker", path)).text
    found = await asyncio.gather(
        *(world.send("marker", path, **points(page, r1, "0")) for r1 in ("1/4", "1/2", "3/4", "1"))
    )
    assert sorted(one.status_code for one in found) == [303, 409, 409, 409]
    assert len(await world.fetch("select 1 from exam.hand_mark where current")) == 1
    assert len(await world.results(0)) == 2

    script = hidden(page, "script")
    marked = (await world.see("marker", f"{path}?script={script}")).text
    assert "Saving again replaces the mark" in marked
    changed = await world.send("marker", path, **points(marked, "1", "1"))
    assert changed.status_code == 303
    assert (await world.current(0))["exact"] == "10"
    marked = (await world.see("marker", f"{path}?script={script}")).text
    assert (await world.send("marker", path, **points(marked, "1", "1", "withdraw"))).status_code == 303
    assert (await world.current(0))["pending"] == 1
    assert len(await world.fetch("select 1 from exam.hand_mark")) == 2


async def test_a_response_that_changed_is_not_marked_by_what_was_read(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [essay("2"), choice()], candidates=1)
    await world.sit(0, {0: "Trước", 1: 0})
    late = await world.devices[0].answer(0 if world.slot(0, 0) == 0 else 1, "Sau khi nộp")
    assert late.json()["a"][0][1] == 3
    path = f"/marking/{world.sitting}/1"
    page = (await world.see("marker", path)).text
    entry = {"resume": 1, "counter": 3, "counts": "yes", "reason": "Sự cố"}
    ruled = await world.send(
        "exam_officer", f"/results/{world.sitting}/attempts/{world.candidates[0]}/rulings", **entry
    )
    assert ruled.status_code == 303, ruled.text
    refused = await world.send("marker", path, **points(page, "1", "1"))
    assert refused.status_code == 409
    assert "has changed" in refused.text
    assert "Sau khi nộp" in (await world.see("marker", path)).text
    for odd in ("", "x" * 60, "' or 1=1 --"):
        body = {**points(page, "1", "1"), "script": odd}
        assert (await world.send("marker", path, **body)).status_code == 404
    for elsewhere in (f"/marking/{world.sitting}/9", f"/marking/{world.sitting}/0", "/marking/none/1"):
        assert (await world.see("marker", elsewhere)).status_code == 404
