"""The steps that teachers and pupils take on several paths, in the language of their desk."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, Response

from exam_engine.accounts import pupil_secrets
from exam_engine.kit.database import transaction
from tests.accounts.school import PASSWORD
from tests.browser.service.conftest import Desk
from tests.browser.service.words import Words
from tests.hall import Hall


class Screens:
    """The pages that were shown, one after the other."""

    def __init__(self, page: Page) -> None:
        self.seen: list[str] = []
        page.on("response", self._look)

    def _look(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status == 200:
            self.seen.append(response.url)


async def fits(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


async def pins_of(hall: Hall, people: list[Any]) -> list[str]:
    async with transaction(hall.engine) as connection:
        found = await pupil_secrets.secrets_of(connection, hall.state.keyring, [one.id for one in people])
        return [found[one.id].pin for one in people]


async def sign_in(page: Page, desk: Desk, username: str = "teacher", password: str = PASSWORD) -> None:
    await page.goto(f"{desk.origin}/sign-in")
    await page.get_by_label(desk.say("User name")).fill(username)
    await page.get_by_label(desk.say("Password")).fill(password)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{desk.origin}/")


async def tick_questions(page: Page, say: Words, stems: list[str]) -> None:
    """Each is counted before the next."""
    for number, stem in enumerate(stems, 1):
        await page.get_by_role("checkbox", name=stem).check()
        await counted(page, say, number)


async def counted(page: Page, say: Words, questions: int) -> None:
    told = say.many("%(n)s question", "%(n)s questions", questions)
    await page.locator("#quiz-bar").get_by_text(told, exact=True).wait_for()


async def start_quiz(page: Page, say: Words) -> None:
    await page.get_by_role("button", name=say("Start now")).click()
    await page.locator(".quiz-code").wait_for()


async def code_of(page: Page) -> str:
    return (await page.locator(".quiz-code").inner_text()).replace(" ", "")


async def joined(desk: Desk, code: str, name: str, pin: str) -> Page:
    """From the code on the board to the first question."""
    say = desk.say
    page = await desk.blank()
    await page.goto(f"{desk.origin}/join")
    await page.get_by_label(say("Code on the board")).fill(code)
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=name).click()
    await fits(page)
    await page.get_by_label(say("PIN")).fill(pin)
    await page.get_by_role("button", name=say("Go in")).click()
    await page.get_by_role("button", name=say.player("Start")).click()
    await page.wait_for_selector(".item")
    return page


async def hand_in(page: Page, say: Words) -> None:
    while not await page.locator(".review-acts .button-primary").is_visible():
        await page.click(".button-next")
    await page.click(".review-acts .button-primary")
    await page.locator("dialog[open]").get_by_role("button", name=say.player("Hand in")).click()
    await page.get_by_role("heading", name=say.player("Handed in")).wait_for()


async def end_and_confirm(page: Page, say: Words) -> None:
    """From the live page of a test that runs to its confirmed marks."""
    await page.get_by_role("link", name=say("End the test")).click()
    await page.get_by_role("button", name=say("End the test")).click()
    await page.get_by_role("button", name=say("Confirm the marks")).click()
    await page.get_by_role("button", name=say("Undo the confirmation")).wait_for()
