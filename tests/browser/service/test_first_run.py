"""From an empty database to a quiz that runs, as the first teacher of a school goes the way."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from playwright.async_api import Page

from exam_engine.kit.settings import Settings
from tests.browser.service.walks import code_of, counted, fits, joined, start_quiz
from tests.browser.service.words import DESK_IN_VIETNAMESE, Words
from tests.live import LiveServer, free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
DeskOf = Callable[..., Awaitable[Any]]
OWN_NAMES = {"vi": "Tiếng Việt", "en": "English"}
PUPILS = ["Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Châu"]
PASTED = """Câu 1. Thủ đô của nước ta là
A. Huế    *B. Hà Nội    C. Đà Nẵng    D. Cần Thơ
Câu 2. Tính 7 : 2.
Đáp án: 3,5
"""


@pytest.fixture
def service(real_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Nobody has an account here."""
    port = free_port()
    settings = Settings.from_environment(
        {}, database_url=real_database, data_dir=tmp_path_factory.mktemp("new"), port=port,
        public_url=f"http://127.0.0.1:{port}", workers=1, pool_size=4, drain_seconds=2, log_level="warning",
    )  # fmt: skip
    with LiveServer(settings) as server:
        yield server


@DESK_IN_VIETNAMESE
async def test_from_an_empty_database_to_a_running_quiz(desk_of: DeskOf, look: tuple[str, int]) -> None:
    language, width = look
    desk = await desk_of(language=language, width=width)
    say = desk.say
    await desk.context.clear_cookies()
    page = await desk.blank()
    await page.goto(desk.origin)
    await page.get_by_role("button", name=OWN_NAMES[language]).click()
    await found_school(page, say)
    await page.wait_for_url(f"{desk.origin}/setup/next")
    await fits(page)
    await page.get_by_role("link", name=say("Open the class")).click()
    await page.get_by_label(say("Paste the names, one pupil per line")).fill("\n".join(PUPILS))
    await page.get_by_role("button", name=say("Check the list")).click()
    await fits(page)
    await page.get_by_role("button", name=say("Enter these pupils")).click()
    await page.get_by_role("link", name=say("Slips and PINs")).click()
    slips = page.get_by_role("link", name=say("Print all slips"))
    printed = await page.request.get(f"{desk.origin}{await slips.get_attribute('href')}")
    assert (await printed.body()).startswith(b"%PDF")
    await page.get_by_role("button", name=say("Show all PINs")).click()
    await fits(page)
    row = page.get_by_role("row").filter(has_text=PUPILS[1])
    pin = await row.locator("strong").inner_text()
    assert re.fullmatch(r"\d{6}", pin)

    await page.goto(f"{desk.origin}/setup/next")
    await page.get_by_role("main").get_by_role("link", name=say("Quick quiz")).click()
    await page.get_by_role("button", name=say("Class %(name)s", name="6A1")).click()
    await page.get_by_role("group").get_by_text(say("Paste questions"), exact=True).click()
    await page.get_by_label(say("Questions as text")).fill(PASTED)
    await page.get_by_role("button", name=say("Take these questions")).click()
    await counted(page, say, 2)
    await fits(page)
    await start_quiz(page, say)
    pupil = await joined(await desk_of(language=language, width=width), await code_of(page), PUPILS[1], pin)
    await fits(pupil)
    working = page.locator(".quiz-people .pill", has_text=say("Working"))
    await working.wait_for()


async def found_school(page: Page, say: Words) -> None:
    for label, text in {
        "Name of the school": "THCS Nguyễn Trãi", "Full name": "Phạm Thị Hoa", "User name": "hoa",
        "Password": "mot cau that dai 2026", "Once more": "mot cau that dai 2026", "First class": "6A1",
    }.items():  # fmt: skip
        await page.get_by_label(re.compile(f"^{re.escape(say(label))}")).fill(text)
    await fits(page)
    await page.get_by_role("button", name=say("Set up and sign in")).click()
