"""The pages in a real browser, signed in by hand: nothing beyond 360 px, no policy complaint, the unit's language.

axe looks at the same addresses in both languages in tests/browser/pages/test_every_page.py."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.accounts.school import PASSWORD, School
from tests.live import LiveServer

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        await started.close()


async def sound(page: Page, path: str) -> None:
    await page.goto(path)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"


@pytest.mark.parametrize("locale", ["vi", "en"])
async def test_an_administrator_walks_through_the_pages(
    browser: Browser, school: School, live_server: LiveServer, real_engine: AsyncEngine, locale: str
) -> None:
    complaints: list[str] = []
    page = await browser.new_page(viewport={"width": 360, "height": 740}, locale=locale, reduced_motion="reduce")
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    url = live_server.url
    await sound(page, f"{url}/sign-in")
    await page.get_by_label("Tên đăng nhập" if locale == "vi" else "User name").fill("administrator")
    await page.get_by_label("Mật khẩu" if locale == "vi" else "Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{url}/")
    unit, class_, person = school.school.public_id, school.class_.public_id, school.staff["marker"].public_id
    for path in ("", "account", "units", f"units/{unit}", "people", "people/new", f"people/{person}", "classes",
                 f"classes/{class_}", "audit"):  # fmt: skip
        await sound(page, f"{url}/{path}")
        assert await page.locator("html").get_attribute("lang") == "vi", "the unit's language, until another is chosen"
        if locale == "en":
            await page.context.add_cookies([{"name": "lang", "value": "en", "url": url}])
            await sound(page, f"{url}/{path}")
            await page.context.clear_cookies(name="lang")
    assert complaints == []
    await page.close()
