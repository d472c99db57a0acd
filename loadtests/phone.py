"""Somebody with a phone of 360 px, whose clicks, screens and seconds are counted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page, Response

WIDTH, HEIGHT = 360, 740


@dataclass(frozen=True)
class Leg:
    """A part of the way."""

    name: str
    screens: int
    clicks: int
    seconds: float


class Phone:
    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.legs: list[Leg] = []
        self._screens = self._clicks = 0
        self._begun = time.monotonic()
        page.on("response", self._look)

    @classmethod
    async def of(cls, browser: Browser, url: str) -> Phone:
        viewport: Any = {"width": WIDTH, "height": HEIGHT}
        context = await browser.new_context(viewport=viewport, locale="vi-VN", has_touch=True)
        context.set_default_timeout(60_000)
        return cls(await context.new_page(), url)

    def set_off(self) -> None:
        self._screens = self._clicks = 0
        self._begun = time.monotonic()

    def end(self, name: str) -> Leg:
        """What was done since the last beginning."""
        leg = Leg(name, self._screens, self._clicks, time.monotonic() - self._begun)
        self.legs.append(leg)
        self.set_off()
        return leg

    async def open(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def click(self, selector: str, *, nth: int = 0) -> None:
        """On something that is seen, as a finger does it."""
        self._clicks += 1
        await self.page.locator(f"{selector} >> visible=true").nth(nth).click()
        await self.page.wait_for_load_state()

    async def write(self, fields: dict[str, str]) -> None:
        """Field by field, by name; getting into one is no click of its own: the keyboard leads on."""
        for name, text in fields.items():
            await self.page.locator(f"[name={name}] >> visible=true").first.fill(text)

    async def sees(self, selector: str) -> None:
        await self.page.locator(selector).first.wait_for()
        wide = await self.page.evaluate("document.documentElement.scrollWidth")
        if wide > WIDTH:
            raise AssertionError(f"{self.page.url} is {wide} px wide")

    async def close(self) -> None:
        await self.page.context.close()

    def _look(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status == 200:
            self._screens += 1
