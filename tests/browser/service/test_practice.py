"""Practice: a teacher sets it, each answer is checked at once, the network may be away, and it is done again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient
from playwright.async_api import Page, expect

from exam_engine.accounts.authenticating import COOKIE
from item_bank.content.markup import from_text
from item_bank.content.model import Item, Numeric, Statement, TrueFalseCluster
from tests.browser.pages.test_every_page import AXE, RULES, RUN
from tests.browser.service.conftest import Desk
from tests.browser.service.walks import fits, sign_in, start_quiz, tick_questions
from tests.browser.service.words import DESK_IN_ENGLISH, Words
from tests.classroom.my_world import ClassWorld
from tests.hall import Hall
from tests.scoring.exam_world import choice

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


DeskOf = Callable[..., Awaitable[Any]]
STEMS = ["sin 90° bằng bao nhiêu?", "Mỗi ý sau đúng hay sai?", "Tính 3 − 4,5"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(hall: Hall) -> ClassWorld:
    found = ClassWorld(hall.state, hall.engine, AsyncClient(), hall.school, [])
    statements = tuple(Statement(letter, from_text(f"Ý {letter}"), letter in "ad") for letter in "abcd")
    why = from_text("Vì sin 90° = 1.")
    single = choice(2, text=STEMS[0])
    await found.add_items(
        [
            Item(single.stem, single.interaction, rationale=why, topic="Lượng giác"),
            Item(from_text(STEMS[1]), TrueFalseCluster(statements), topic="Hàm số"),
            Item(from_text(STEMS[2]), Numeric(("-1.5",)), topic="Số học"),
        ]
    )
    return found


def verdict(page: Page) -> Any:
    return page.locator(".checking [role=status] .notice-title:visible")


async def answer_rightly(page: Page) -> None:
    """Whatever item is on the screen; the order is the candidate's own."""
    if await page.locator(".choice").count():
        await page.locator(".choice", has_text="2").last.click()
    elif await page.locator(".boxes-input").count():
        await page.locator(".boxes-input").press_sequentially("-1,5")
    else:
        for row, truth in enumerate((0, 1, 1, 0)):
            await page.click(f".statement >> nth={row} >> .verdict >> nth={truth}")


@DESK_IN_ENGLISH
async def test_a_round_of_practice_and_another_one(world: ClassWorld, desk_of: DeskOf, look: tuple[str, int]) -> None:
    language, width = look
    title = f"Luyện tập lượng giác {width}"
    await set_practice(await desk_of(language=language, width=width), title)
    pupil = await world.pupil(world.school.pupil)
    desk = await desk_of(language=language, width=width)
    say = desk.say
    await desk.context.add_cookies([{"name": COOKIE, "value": pupil.cookies[COOKIE], "url": desk.origin}])
    page = await desk.blank()
    await page.goto(f"{desk.origin}/my")
    test = page.get_by_role("article").filter(has_text=title)
    await test.get_by_role("button", name=say("Practise")).click()
    await page.wait_for_selector(".item")
    check = page.get_by_role("button", name=say.player("Check this answer"))
    right = say.player("Right")
    await expect(check).to_be_disabled()

    # With the keyboard: Enter checks, Enter goes on.
    await answer_rightly(page)
    await page.keyboard.press("Enter")
    await expect(verdict(page)).to_have_text(right)
    assert await page.locator(".item input:enabled:not([readonly])").count() == 0, "what was checked stands"
    await page.keyboard.press("Enter")
    await expect(page.locator(".item-number")).to_have_text(say.player("Item %(n)s", n=2))

    # Without the network: said plainly, and the work goes on.
    await desk.context.set_offline(True)
    await answer_rightly(page)
    await check.click()
    await page.get_by_text(say.player(NO_NETWORK)).wait_for()
    await desk.context.set_offline(False)
    await expect(check).to_be_enabled()
    await check.click()
    await expect(verdict(page)).to_have_text(right)
    await page.get_by_role("button", name=say.player("Next item")).click()

    # A reload forgets nothing of what was told.
    await page.reload()
    await page.wait_for_selector(".item")
    await page.click(".bar-bottom button >> nth=0")
    await expect(verdict(page)).to_have_text(right)
    await page.locator(".bar-bottom .button-next").click()
    await answer_rightly(page)
    await check.click()
    await expect(verdict(page)).to_have_text(right)
    await fits(page)
    await page.evaluate(AXE.read_text())
    assert await page.evaluate(RUN, RULES) == []
    await finish(page, say)

    await page.get_by_role("button", name=say.player("Do it again")).click()
    await page.wait_for_selector(".item")
    await expect(check).to_be_disabled()
    await page.goto(f"{desk.origin}/my")
    await test.get_by_text(say.many("%(n)s round done", "%(n)s rounds done", 1)).wait_for()
    await test.get_by_text(say("at best %(right)s of %(all)s right", right=3, all=3)).wait_for()
    await test.get_by_role("button", name=say("Carry on with it")).wait_for()


NO_NETWORK = "Checking needs the network. Carry on: the answer is kept on this device and can be checked later."


async def set_practice(desk: Desk, title: str) -> None:
    """By the teacher, from questions of the class's own bank."""
    say = desk.say
    page = await desk.blank()
    await sign_in(page, desk)
    await page.get_by_role("button", name=say("Quick quiz for %(name)s", name="12A1")).click()
    await page.get_by_label(say("Title"), exact=True).fill(title)
    await page.get_by_role("radio", name=say("Practice")).check()
    closes = datetime.now(UTC) + timedelta(days=3)
    await page.get_by_label(say("Closes")).fill(closes.strftime("%Y-%m-%dT%H:%M"))
    await page.get_by_label(say("Question bank"), exact=True).select_option(label="Kho (3)")
    await tick_questions(page, say, STEMS)
    await start_quiz(page, say)


async def finish(page: Page, say: Words) -> None:
    await page.get_by_role("button", name=say.player("Next item")).click()
    await page.click(".review-acts .button-primary")
    await page.click("dialog[open] .button-primary")
    await page.get_by_role("heading", name=say.player("%(right)s of %(all)s right", right=3, all=3)).wait_for()
    await page.get_by_text(say.player("%(topic)s: %(right)s of %(all)s", topic="Lượng giác", right=1, all=1)).wait_for()
