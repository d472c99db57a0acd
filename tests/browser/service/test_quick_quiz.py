"""A teacher alone with a phone, and two pupils with theirs: from the sign-in to confirmed marks."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, Response

from exam_engine.accounts import founding, pupil_secrets
from exam_engine.kit.database import transaction
from tests.accounts.school import PASSWORD
from tests.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
DeskOf = Callable[..., Awaitable[Any]]
PHONE: dict[str, Any] = {"width": 360, "height": 740}
MOST_SCREENS = 5


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


async def test_a_quick_quiz_in_at_most_five_screens(hall: Hall, desk_of: DeskOf) -> None:
    async with transaction(hall.engine) as connection:
        other = await founding.add_pupil(connection, hall.school.class_, "Trần Thị Bình", code="0002")
    pupils = [hall.school.pupil, other]
    pins = await pins_of(hall, pupils)
    teachers = await desk_of(**PHONE)
    page = await teachers.blank()
    screens = Screens(page)
    await running_quiz(page, teachers.origin)
    assert len(screens.seen) <= MOST_SCREENS, screens.seen

    code = (await page.locator(".quiz-code").inner_text()).replace(" ", "")
    await fits(page)
    players = [
        await joined(await desk_of(**PHONE), code, pupil.full_name, pin)
        for pupil, pin in zip(pupils, pins, strict=True)
    ]
    await page.get_by_text("Đang làm bài").nth(1).wait_for()
    await players[0].locator(".choice").first.click()
    await page.get_by_text("1/3", exact=True).wait_for()
    for player in players:
        await hand_in(player)
    await page.get_by_role("button", name="Xác nhận điểm").wait_for()
    await page.get_by_role("link", name="Kết thúc bài").click()
    await page.get_by_role("button", name="Kết thúc bài").click()
    await page.get_by_role("button", name="Xác nhận điểm").click()
    await page.get_by_role("button", name="Hoàn tác xác nhận").wait_for()
    await fits(page)
    async with page.expect_download() as download:
        await page.get_by_role("link", name=re.compile("XLSX")).click()
    assert (await download.value).suggested_filename.endswith(".xlsx")


async def running_quiz(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/sign-in")
    await page.get_by_label("Tên đăng nhập").fill("teacher")
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{origin}/")
    await page.get_by_role("main").get_by_role("link", name="Kiểm tra nhanh").click()
    await page.get_by_role("button", name="Lớp 12A1").click()
    for number in range(1, 4):
        await page.get_by_label(re.compile(f"Câu hỏi {number - 1}:")).check()
        await page.get_by_role("status").get_by_text(f"{number} câu hỏi").wait_for()
    await fits(page)
    await page.get_by_label("Số phút").fill("10")
    await page.get_by_role("button", name="Bắt đầu").click()
    await page.locator(".quiz-code").wait_for()


async def joined(desk: Any, code: str, name: str, pin: str) -> Page:
    page: Page = await desk.blank()
    await page.goto(f"{desk.origin}/join")
    await page.get_by_label("Mã trên bảng").fill(code)
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=name).click()
    await fits(page)
    await page.get_by_label("Mã PIN").fill(pin)
    await page.get_by_role("button", name="Vào làm bài").click()
    await page.click(".start:enabled")
    await page.wait_for_selector(".item")
    return page


async def hand_in(page: Page) -> None:
    while not await page.locator(".review-acts .button-primary").is_visible():
        await page.click(".button-next")
    await page.click(".review-acts .button-primary")
    await page.click("dialog[open] .button-primary")
    await page.get_by_role("heading", name="Đã nộp bài").wait_for()
