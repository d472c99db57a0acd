"""Practice on a phone: each answer is checked at once, the network may be away for a while, and it is done again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient
from playwright.async_api import Page, expect

from exam_engine.accounts.authenticating import COOKIE
from item_bank.content.markup import from_text
from item_bank.content.model import Item, Numeric, Statement, TrueFalseCluster
from tests.browser.pages.test_every_page import AXE, RULES, RUN
from tests.classroom.my_world import ClassWorld
from tests.hall import Hall
from tests.scoring.exam_world import choice

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest_asyncio.fixture(loop_scope="session")
async def world(hall: Hall) -> ClassWorld:
    found = ClassWorld(hall.state, hall.engine, AsyncClient(), hall.school, [])
    statements = tuple(Statement(letter, from_text(f"Ý {letter}"), letter in "ad") for letter in "abcd")
    why = from_text("Vì sin 90° = 1.")
    single = choice(2, text="sin 90° bằng bao nhiêu?")
    await found.add_items(
        [
            Item(single.stem, single.interaction, rationale=why, topic="Lượng giác"),
            Item(from_text("Mỗi ý sau đúng hay sai?"), TrueFalseCluster(statements), topic="Hàm số"),
            Item(from_text("Tính 3 − 4,5"), Numeric(("-1.5",)), topic="Số học"),
        ]
    )
    return found


def verdict(page: Page) -> Any:
    return page.locator(".checking [role=status] .notice-title:visible")


async def number_on_screen(page: Page) -> str:
    return await page.inner_text(".item-number")


async def answer_rightly(page: Page) -> None:
    """Whatever item is on the screen; the order is the candidate's own."""
    if await page.locator(".choice").count():
        await page.locator(".choice", has_text="2").last.click()
    elif await page.locator(".boxes-input").count():
        await page.locator(".boxes-input").press_sequentially("-1,5")
    else:
        for row, truth in enumerate((0, 1, 1, 0)):
            await page.click(f".statement >> nth={row} >> .verdict >> nth={truth}")


async def test_a_round_of_practice_on_a_phone_and_another_one(
    world: ClassWorld, desk_of: Callable[..., Awaitable[Any]]
) -> None:
    await world.test("practice", "Luyện tập lượng giác")
    pupil = await world.pupil()
    desk = await desk_of(width=360, height=740)
    await desk.context.add_cookies([{"name": COOKIE, "value": pupil.cookies[COOKIE], "url": desk.origin}])
    page = await desk.blank()
    await page.goto(f"{desk.origin}/my")
    await page.get_by_role("button", name="Luyện tập ngay").click()
    await page.wait_for_selector(".item")
    check = page.get_by_role("button", name="Kiểm tra câu này")
    await expect(check).to_be_disabled()

    # With the keyboard: Enter checks, Enter goes on.
    await answer_rightly(page)
    await page.keyboard.press("Enter")
    await expect(verdict(page)).to_have_text("Đúng")
    assert await page.locator(".item input:enabled:not([readonly])").count() == 0, "what was checked stands"
    await page.keyboard.press("Enter")
    await expect(page.locator(".item-number")).to_have_text("Câu 2")

    # Without the network: said plainly, and the work goes on.
    await desk.context.set_offline(True)
    await answer_rightly(page)
    await check.click()
    await page.get_by_text("Muốn kiểm tra đáp án cần có mạng").wait_for()
    await desk.context.set_offline(False)
    await expect(check).to_be_enabled()
    await check.click()
    await expect(verdict(page)).to_have_text("Đúng")
    await page.get_by_role("button", name="Câu tiếp theo").click()

    # A reload forgets nothing of what was told.
    await page.reload()
    await page.wait_for_selector(".item")
    await page.click(".bar-bottom button >> nth=0")
    await expect(verdict(page)).to_have_text("Đúng")
    await page.locator(".bar-bottom .button-next").click()
    await answer_rightly(page)
    await check.click()
    await expect(verdict(page)).to_have_text("Đúng")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.evaluate(AXE.read_text())
    assert await page.evaluate(RUN, RULES) == []
    await page.get_by_role("button", name="Câu tiếp theo").click()
    await page.click(".review-acts .button-primary")
    await page.click("dialog[open] .button-primary")
    await page.get_by_role("heading", name="Đúng 3 trên 3 câu").wait_for()
    await page.get_by_text("Lượng giác: 1 trên 1").wait_for()

    await page.get_by_role("button", name="Làm lại").click()
    await page.wait_for_selector(".item")
    await expect(check).to_be_disabled()
    await page.goto(f"{desk.origin}/my")
    await page.get_by_text("đã làm 1 lượt · lượt tốt nhất đúng 3 trên 3 câu").wait_for()
    await page.get_by_role("button", name="Làm tiếp").wait_for()
