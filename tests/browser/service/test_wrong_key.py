"""A wrong key, mended on a phone in at most three screens, and what a pupil then sees."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from httpx import AsyncClient
from playwright.async_api import Page, Response

from exam_engine.accounts.signing_in import open_session
from exam_engine.app import make_state
from exam_engine.authoring.definition import Afterwards
from exam_engine.kit.database import transaction
from item_bank.content.markup import from_text
from item_bank.content.model import Item, Statement, TrueFalseCluster
from tests.accounts.school import add_staff
from tests.live import LiveServer
from tests.scoring.exam_world import ExamWorld, build, choice

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
DeskOf = Callable[..., Awaitable[Any]]
PHONE = {"width": 360, "height": 740}
MOST_SCREENS = 3
SHOWN = Afterwards("at_submission", "at_submission", "at_submission")


async def world_of(service: LiveServer, url: str) -> ExamWorld:
    """A test of five pupils who have handed in; most chose C, and the key says A."""
    state = make_state(replace(service.settings, database_url=url))
    app: Any = SimpleNamespace(state=state)
    items = [choice(0, text="Thủ đô của nước ta?"), choice(1, text="Một cộng một?"), cluster()]
    async with AsyncClient(base_url=service.url) as client:
        world = await build(app, state.engine, client, items, candidates=5, afterwards=SHOWN, formal=False)
        for n in range(5):
            await world.sit(n, {0: 0 if n == 4 else 2, 1: 1, 2: {"a": True, "b": False}})
        async with transaction(state.engine) as connection:
            school = world.school.school
            world.school.staff["subject_teacher"] = await add_staff(connection, school, school, "teacher", "gv")
            world.tokens["subject_teacher"] = await open_session(
                connection, person_id=world.school.staff["subject_teacher"].id
            )
    return world


def cluster() -> Item:
    statements = (
        Statement("a", from_text("Ý thứ nhất của câu này khá dài"), True),
        Statement("b", from_text("Ý hai"), False),
    )
    return Item(from_text("Đúng hay sai?"), TrueFalseCluster(statements, ("0", "1/2", "1")))


async def sign_in(page: Page, origin: str, token: str) -> None:
    await page.context.add_cookies([{"name": "session", "value": token, "url": origin}])


async def test_a_wrong_key_is_mended_in_three_screens(service: LiveServer, database_url: str, desk_of: DeskOf) -> None:
    world = await world_of(service, database_url)
    teachers = await desk_of(**PHONE)
    page = await teachers.blank()
    await sign_in(page, teachers.origin, world.tokens["subject_teacher"])
    await page.goto(f"{teachers.origin}/results/{world.sitting}/items/1")
    screens: list[str] = []

    def looked(response: Response) -> None:
        if response.request.is_navigation_request() and response.status == 200:
            screens.append(response.url)

    page.on("response", looked)
    await page.get_by_role("link", name="Câu này có chỗ sai").click()
    # The first act stands open: the key is one tap away.
    await page.locator(".act[open] .key-choice").nth(2).click()
    await fits(page)
    await page.locator(".act[open] button").click()
    await page.get_by_text("Đáp án A được đổi thành C.").wait_for()
    await fits(page)
    assert await page.locator("input[name=bank]").is_checked()
    await page.get_by_label("Lý do").fill("Đáp án in sai")
    await page.get_by_role("button", name="Áp dụng").click()
    await page.get_by_text("Quyết định đã có hiệu lực.").wait_for()
    await page.get_by_text("5 điểm đã thay đổi").wait_for()
    await fits(page)
    assert len(screens) <= MOST_SCREENS, screens
    assert [(await world.current(n))["exact"] for n in range(5)] == ["10"] * 4 + ["20/3"]

    pupils = await desk_of(**PHONE)
    own = await pupils.blank()
    await sign_in(own, pupils.origin, world.devices[0].cookie)
    await own.goto(f"{pupils.origin}/play/result")
    await own.get_by_text("Đáp án in sai").wait_for()
    await own.get_by_text("Điểm của em: 6,67 → 10,00.").wait_for()
    for summary in await own.locator(".own-item summary").all():
        await summary.click()
    await fits(own)
    await world.engine.dispose()


async def fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
