"""The player in Chromium against an exam in memory. Every test fails on a report of the content security policy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser.player.mock_exam import Exam
from tests.browser.player.mock_server import MockServer, serving

HOST = "exam.test"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """`exam.test` is a plain-http origin that is not secure; 127.0.0.1 is."""
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
        started = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield started
        await started.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., MockServer]]:
    with ExitStack() as stack:
        yield lambda **how: stack.enter_context(serving(Exam(**how)))


class Desk:
    """One browser profile of one candidate."""

    def __init__(self, server: MockServer, context: BrowserContext, complaints: list[str], origin: str) -> None:
        self.server, self.context, self.complaints, self.origin = server, context, complaints, origin

    async def page(self, who: str | None = "anh") -> Page:
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: self.complaints.append(message.text) if "Content Security Policy" in message.text else None,
        )
        if who:
            await page.goto(f"{self.origin}/t/{who}")
        await page.goto(f"{self.origin}/play")
        return page

    async def begun(self, who: str = "anh") -> Page:
        page = await self.page(who)
        await page.click(".start")
        await page.wait_for_selector(".item")
        return page


@pytest_asyncio.fixture(loop_scope="session")
async def desk_of(browser: Browser) -> AsyncIterator[Callable[..., Any]]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def make(
        server: MockServer, *, secure: bool = True, width: int = 1280, height: int = 800, **how: Any
    ) -> Desk:
        context = await browser.new_context(viewport={"width": width, "height": height}, **how)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Desk(server, context, complaints, f"http://{'127.0.0.1' if secure else HOST}:{server.port}")

    yield make
    for context in contexts:
        await context.close()
    assert not complaints


async def line_says(page: Page, text: str, within_ms: float = 15_000) -> None:
    await page.locator(".saved-text", has_text=text).wait_for(timeout=within_ms)


async def outbox(page: Page) -> int:
    """How many entries wait on the device."""
    return int(
        await page.evaluate(
            """() => new Promise((resolve, reject) => {
                 const opening = indexedDB.open("exam-engine-player");
                 opening.onerror = () => reject(opening.error);
                 opening.onsuccess = () => {
                   const counting = opening.result.transaction("outbox").objectStore("outbox").count();
                   counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
                 };
               })"""
        )
    )
