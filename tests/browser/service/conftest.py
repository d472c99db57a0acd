"""The whole service and Chromium: every test fails on a console error, a page error or a report of the policy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, async_playwright

from exam_engine.kit.settings import Settings
from tests.browser.service.words import Words
from tests.hall import Hall, Seat, found
from tests.live import LiveServer, free_port

HOST = "exam.test"
#: What Chromium itself writes: where a test has taken the network away, and of a header that http cannot use.
OF_THE_BROWSER = ("net::ERR_", "Failed to load resource", "Cross-Origin-Opener-Policy header has been ignored")
OFFLINE = "Mất kết nối. Em cứ làm bài tiếp, bài làm được giữ trên thiết bị này"
ON_SERVER = "Đã lưu trên máy chủ"
WATCH_POLICY = """addEventListener("securitypolicyviolation",
  (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """`exam.test` is a plain-http origin that is not secure; 127.0.0.1 is."""
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
        started = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield started
        await started.close()


@pytest.fixture(scope="module")
def service(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    port = free_port()
    settings = Settings.from_environment(
        {}, database_url=database_url, data_dir=tmp_path_factory.mktemp("service"), port=port,
        public_url=f"http://127.0.0.1:{port}", workers=1, pool_size=4, drain_seconds=2, log_level="warning",
    )  # fmt: skip
    with LiveServer(settings) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hall(service: LiveServer, database_url: str) -> AsyncIterator[Hall]:
    hall = await found(service.settings, database_url)
    yield hall
    await hall.close()


@dataclass
class Desk:
    """One browser profile; whoever sits there signs in with a ticket."""

    context: BrowserContext
    origin: str
    say: Words
    complaints: list[str] = field(default_factory=list)

    async def blank(self) -> Page:
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)
        return page

    async def waiting(self, seat: Seat) -> Page:
        """From the ticket to the waiting room."""
        page = await self.blank()
        await page.goto(f"{self.origin}/t/{seat.ticket}")
        await page.get_by_text(seat.name).wait_for()
        await page.get_by_role("button", name="Đúng, là em").or_(page.locator("main form button")).first.click()
        await page.wait_for_url(f"{self.origin}/play")
        await page.wait_for_selector(".start:enabled")
        return page

    async def begun(self, seat: Seat) -> Page:
        page = await self.waiting(seat)
        await page.click(".start")
        await page.wait_for_selector(".item")
        return page

    async def again(self) -> Page:
        """The page opened once more, with whatever the profile holds."""
        page = await self.blank()
        await page.goto(f"{self.origin}/play")
        return page

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not any(words in said.text for words in OF_THE_BROWSER):
            self.complaints.append(said.text)


@pytest_asyncio.fixture(loop_scope="session")
async def desk_of(browser: Browser, service: LiveServer) -> AsyncIterator[Any]:
    desks: list[Desk] = []

    async def make(*, secure: bool = True, width: int = 1280, language: str = "vi", **how: Any) -> Desk:
        size: ViewportSize = {"width": width, "height": 740 if width < 600 else 800}
        context = await browser.new_context(viewport=size, locale={"vi": "vi-VN", "en": "en-GB"}[language], **how)
        context.set_default_timeout(20_000)
        await context.add_init_script(WATCH_POLICY)
        origin = service.url if secure else service.url.replace("127.0.0.1", HOST)
        if language != "vi":  # staff read the school's language until they choose another
            await context.add_cookies([{"name": "lang", "value": language, "url": origin}])
        desks.append(Desk(context, origin, Words(language)))
        return desks[-1]

    yield make
    for desk in desks:
        await desk.context.close()
    assert [told for desk in desks for told in desk.complaints] == []


async def line_says(page: Page, text: str) -> None:
    await page.locator(".saved-text", has_text=text).wait_for()


async def choose(page: Page, item: int, option: int) -> None:
    """By position on the screen, both from 0."""
    await page.click(f".side .cell >> nth={item}")
    await page.click(f".choice >> nth={option}")
