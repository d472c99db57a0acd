"""A wrong key, mended in at most three screens, and what a pupil then sees."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient
from playwright.async_api import Page
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.app import make_state
from exam_engine.authoring.definition import Afterwards
from exam_engine.kit.database import transaction
from item_bank.content.markup import from_text
from item_bank.content.model import Item, Statement, TrueFalseCluster
from tests.accounts.school import School, add_staff
from tests.browser.service.walks import Screens, fits
from tests.browser.service.words import PHONE_IN_ENGLISH
from tests.live import LiveServer
from tests.scoring.exam_world import ExamWorld, build, choice, found_world

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
DeskOf = Callable[..., Awaitable[Any]]
MOST_SCREENS = 3
SHOWN = Afterwards("at_submission", "at_submission", "at_submission")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def school(engine: AsyncEngine) -> School:
    school = await found_world(engine)
    async with transaction(engine) as connection:
        school.staff["subject_teacher"] = await add_staff(connection, school.school, school.school, "teacher", "gv")
    return school


async def world_of(service: LiveServer, url: str, school: School) -> ExamWorld:
    """A test of five pupils who have handed in; most chose C, and the key says A."""
    state = make_state(replace(service.settings, database_url=url))
    app: Any = SimpleNamespace(state=state)
    items = [choice(0, text="Thủ đô của nước ta?"), choice(1, text="Một cộng một?"), cluster()]
    async with AsyncClient(base_url=service.url) as client:
        world = await build(
            app, state.engine, client, items, candidates=5, afterwards=SHOWN, formal=False, school=school
        )
        for n in range(5):
            await world.sit(n, {0: 0 if n == 4 else 2, 1: 1, 2: {"a": True, "b": False}})
    await world.session("subject_teacher")
    return world


def cluster() -> Item:
    statements = (
        Statement("a", from_text("Ý thứ nhất của câu này khá dài"), True),
        Statement("b", from_text("Ý hai"), False),
    )
    return Item(from_text("Đúng hay sai?"), TrueFalseCluster(statements, ("0", "1/2", "1")))


async def sign_in(page: Page, origin: str, token: str) -> None:
    await page.context.add_cookies([{"name": "session", "value": token, "url": origin}])


@PHONE_IN_ENGLISH
async def test_a_wrong_key_is_mended_in_three_screens(
    service: LiveServer, database_url: str, school: School, desk_of: DeskOf, look: tuple[str, int]
) -> None:
    world = await world_of(service, database_url, school)
    how = dict(zip(("language", "width"), look, strict=True))
    teachers = await desk_of(**how)
    say = teachers.say
    page = await teachers.blank()
    await sign_in(page, teachers.origin, world.tokens["subject_teacher"])
    await page.goto(f"{teachers.origin}/results/{world.sitting}/items/1")
    screens = Screens(page)
    await page.get_by_role("link", name=say("Correct the key…")).click()
    # The first act stands open: the key is one tap away.
    await page.locator(".act[open] .key-choice").nth(2).click()
    await fits(page)
    await page.get_by_role("button", name=say("See whose marks change")).click()
    await page.get_by_text(say("The key was %(before)s and becomes %(after)s.", before="A", after="C")).wait_for()
    await fits(page)
    assert await page.locator("input[name=bank]").is_checked()
    await page.get_by_label(say("Reason")).fill("Đáp án in sai")
    await page.get_by_role("button", name=say("Apply"), exact=True).click()
    await page.get_by_text(say("The decision is in force.")).wait_for()
    await page.get_by_text(say.many(ONE_CHANGED, SEVERAL_CHANGED, 5)).wait_for()
    await fits(page)
    assert len(screens.seen) <= MOST_SCREENS, screens.seen
    assert [(await world.current(n))["exact"] for n in range(5)] == ["10"] * 4 + ["20/3"]

    pupils = await desk_of(**how)
    own = await pupils.blank()
    await sign_in(own, pupils.origin, world.devices[0].cookie)
    await own.goto(f"{pupils.origin}/play/result")
    await own.get_by_text("Đáp án in sai").wait_for()
    before, after = ("6,67", "10,00") if pupils.say.language == "vi" else ("6.67", "10.00")
    await own.get_by_text(say("Your mark: %(before)s → %(after)s.", before=before, after=after)).wait_for()
    for summary in await own.locator(".own-item summary").all():
        await summary.click()
    await fits(own)
    await world.engine.dispose()


ONE_CHANGED = "%(n)s mark has changed. The former one is kept."
SEVERAL_CHANGED = "%(n)s marks have changed. The former ones are kept."
