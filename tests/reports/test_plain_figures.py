"""Of a class's own test the page by question says first how many had it right; guests are counted apart."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit import languages
from exam_engine.kit.database import transaction
from exam_engine.kit.jobs import Jobs
from exam_engine.reports import analysing, showing
from exam_engine.reports.plain_figures import right
from exam_engine.scoring.item_rulings import ItemRuling
from tests.reports.test_class_results import plain
from tests.scoring.exam_world import ExamWorld, build, choice


def row(facility: float | None, n: int, full: int) -> dict[str, Any]:
    return {"facility": facility, "n": n, "full": full}


def test_a_share_of_the_points_is_no_share_of_right_answers() -> None:
    whole, part = right(row(2 / 3, 3, 2)), right(row(0.5, 3, 1))
    assert whole is not None
    assert part is not None
    assert (whole.whole, part.whole) == (True, False)
    given = right(row(1.0, 3, 3), ItemRuling(1, "full_marks"))
    assert given is not None
    assert not given.whole
    assert right(row(None, 0, 0)) is None


@pytest.mark.parametrize(("locale", "told"), [("vi", "−3,03"), ("en", "−3.03")])
def test_a_negative_number_has_a_true_minus(locale: str, told: str) -> None:
    assert languages.number(-3.03, locale, 2) == told
    assert showing.score(Decimal("-3.03"), locale) == told
    assert showing.exact("-303/100", locale) == told
    assert showing.two(-3.03, locale) == told


async def analyse(world: ExamWorld) -> None:
    jobs = Jobs()
    jobs.register(analysing.JOB, analysing.perform)
    waiting = await world.fetch("select id from exam.job where state = 'waiting' order by id")
    await jobs.perform(world.app.state, waiting[-1]["id"])


async def test_a_quiz_tells_who_was_right_before_any_statistics(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(0, text="Thủ đô?")], candidates=3, formal=False)
    async with transaction(real_engine) as connection:
        await connection.execute(text("update exam.sitting set kind = 'quiz'"))
        await connection.execute(text("update exam.candidate set guest = true where number = '0002'"))
    listed = plain((await world.see("exam_officer", "/results")).text)
    assert "Open, nobody has taken it yet" in listed
    assert "Not begun" not in listed
    for n, answer in enumerate((0, 0, 1)):
        await world.sit(n, {0: answer})
    await analyse(world)
    listed = plain((await world.see("exam_officer", "/results")).text)
    assert "2 + 1 guest" in listed

    page = (await world.see("exam_officer", f"/results/{world.sitting}/items")).text
    before, _statistics, after = page.partition("<summary>Statistics</summary>")
    assert "67 % right 2 of 3" in plain(before)
    assert "Guests are counted here" in before
    assert ("alpha" in before, "alpha" in after) == (False, True)
    assert "<h1>Results by question</h1>" in before
    assert f'href="/quiz/{world.sitting}"' in before

    one = (await world.see("exam_officer", f"/results/{world.sitting}/items/1")).text
    assert one.index("item-stem") < one.index("67 %") < one.index("answer-bars") < one.index("Facility")
    assert re.findall(r'class="answer-(right|part)" width="([\d.]+)"', one)[:2] == [("right", "66.7"), ("part", "33.3")]
    assert "Correct the key…" in one
