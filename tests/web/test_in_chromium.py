"""The design system and the gallery of formulas in a real browser, under the content security policy."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from item_bank.content.mathematics import tex_to_mathml
from tests.web.built import WEB
from tests.web.page_server import page_server, rendered

pytestmark = pytest.mark.browser
GALLERY = json.loads((Path(__file__).parents[1] / "item_bank" / "content" / "formulas.json").read_text())
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"


def guide(locale: str) -> str:
    formulas = [tex_to_mathml(formula["tex"], formula["display"]) for formula in GALLERY]
    return rendered("kit/style_guide.html", locale, formulas=formulas, search_href="/search")


def live() -> str:
    """Forms and buttons as staff pages write them."""
    acts = """<button id="post" hx-post="/echo" hx-target="#here">Post</button>
      <button id="refused" hx-post="/refused" hx-target="#here">Refused</button>
      <button id="broken" hx-post="/broken" hx-target="#here">Broken</button>
      <button id="asked" hx-post="/echo" hx-target="#here" data-confirm="212 scores will change">Drop</button>
      <form method="post" action="/echo" data-confirm="3 papers will go"><button id="form">Delete</button></form>
      <div id="here"></div>"""
    return guide("en").replace('<div class="page-head">', acts + '<div class="page-head">', 1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    error = partial(rendered, "kit/error.html", code="ticket_expired", message="Hết hạn.", status_code=410)
    served: dict[str, Callable[[], str]] = {
        "/live": live,
        "/vi": partial(guide, "vi"),
        "/en": partial(guide, "en"),
        "/error": partial(error, "vi"),
    }
    with page_server(served) as address:
        yield address


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        await started.close()


async def opened(browser: Browser, address: str, width: int = 1280, **options: Any) -> tuple[Page, list[str]]:
    page = await browser.new_page(viewport={"width": width, "height": 800}, **options)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(address)
    await page.evaluate("document.fonts.ready")
    return page, complaints


async def test_formulas_are_drawn(browser: Browser, server: str) -> None:
    page, complaints = await opened(browser, f"{server}/vi")
    boxes = await page.evaluate(
        """[...document.querySelectorAll("math")].map(math => [...math.querySelectorAll("mi, mn, mo, mtext, mfrac")]
             .filter(node => !node.matches("mover > mo:last-child"))  // a combining mark has no width of its own
             .filter(node => node.textContent.replace(/[\\u2061-\\u2064\\s]/g, "") !== "")
             .map(node => node.getBoundingClientRect())
             .filter(box => box.width === 0 || box.height === 0).length)"""
    )
    assert len(boxes) == len(GALLERY)
    empty = [formula["name"] for formula, count in zip(GALLERY, boxes, strict=True) if count]
    assert not empty
    assert await page.evaluate("document.fonts.check('16px \"STIX Two Math\"')")
    assert not complaints
    await page.close()


@pytest.mark.parametrize(
    ("formula", "part", "fullest"),
    [("brace", "munder", 0.8), ("vector-long", "mover", 0.6), ("distance", "mfrac", 0.95)],
)
async def test_lines_span_what_they_stand_for(
    browser: Browser, server: str, formula: str, part: str, fullest: float
) -> None:
    """A brace, an arrow, a fraction bar: one row of pixels is inked over (nearly) the whole width of the part."""
    page, _complaints = await opened(browser, f"{server}/vi", color_scheme="light")
    number = next(at for at, entry in enumerate(GALLERY) if entry["name"] == formula)
    picture = await page.locator("math").nth(number).locator(part).first.screenshot()
    await page.goto("about:blank")
    assert await page.evaluate(FULLEST_ROW, base64.b64encode(picture).decode()) >= fullest
    await page.close()


FULLEST_ROW = """async picture => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const {width, height} = image;
  const context = Object.assign(document.createElement("canvas"), {width, height}).getContext("2d");
  context.drawImage(image, 0, 0);
  const {data} = context.getImageData(0, 0, width, height);
  let fullest = 0;
  for (let y = 0; y < height; y++) {
    let inked = 0;
    for (let x = 0; x < width; x++) if (data[4 * (y * width + x) + 1] < 200) inked++;
    fullest = Math.max(fullest, inked / width);
  }
  return fullest;
}"""


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
async def test_the_style_guide_has_no_barriers(
    browser: Browser, server: str, language: str, width: int, scheme: str
) -> None:
    page, complaints = await opened(browser, f"{server}/{language}", width, color_scheme=scheme)
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("axe.run().then(result => result.violations.map(v => [v.id, v.nodes[0].html]))")
    assert found == []
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), "nothing sticks out"
    assert await page.evaluate(SMALLEST_STEP) >= 42, "a step of points is hit anywhere on it"
    assert not complaints
    await page.close()


SMALLEST_STEP = """Math.min(...[...document.querySelectorAll(".points-step input")].flatMap(input => {
  const {width, height} = input.getBoundingClientRect();
  return [width, height];
}))"""


async def test_staff_modules_work_under_the_policy(browser: Browser, server: str) -> None:
    page, complaints = await opened(browser, f"{server}/en")
    await page.keyboard.press("Control+k")
    assert await page.evaluate("document.activeElement.matches('[data-search]')")

    first = page.locator("#guide-sittings tbody th").first
    await page.get_by_role("button", name="Candidates").click()
    assert await first.inner_text() == "Hóa học 11, kiểm tra bù"
    await page.get_by_role("button", name="Candidates").click()
    assert await first.inner_text() == "Vật lí 12, 45 phút"
    await page.fill("[data-filters]", "tieng anh")
    assert await page.locator("#guide-sittings tbody tr:visible").count() == 1

    await page.click("[data-say]")
    assert await page.locator("#toasts").inner_text() != ""
    await page.click("[data-dialog]")
    assert await page.locator("#guide-dialog").evaluate("dialog => dialog.open")
    await page.keyboard.press("Escape")
    assert not await page.locator("#guide-dialog").evaluate("dialog => dialog.open")
    assert not complaints
    await page.close()


async def test_live_parts_carry_the_token_and_tell_refusals(browser: Browser, server: str) -> None:
    page, complaints = await opened(browser, f"{server}/live")
    await page.click("#post")
    assert await page.locator("#told").inner_text() == "token"
    await page.click("#refused")
    await page.get_by_text("Look again").wait_for()
    await page.click("#broken")
    await page.get_by_text("The roster is closed.").wait_for()
    expected = ("422", "409")
    assert [text for text in complaints if not any(status in text for status in expected) and "htmx" not in text] == []
    await page.close()


async def test_what_can_not_be_undone_is_asked_with_its_consequence(browser: Browser, server: str) -> None:
    page, _complaints = await opened(browser, f"{server}/live")
    await page.click("#asked")
    assert "212 scores" in await page.locator("dialog[open]").inner_text()
    await page.get_by_role("button", name="Cancel").last.click()
    assert await page.locator("#here").inner_text() == ""
    await page.click("#asked")
    await page.locator("dialog[open]").get_by_role("button", name="Drop").click()
    await page.locator("#told").wait_for()

    await page.click("#form")
    assert "3 papers" in await page.locator("dialog[open]").inner_text()
    assert page.url.endswith("/live")
    async with page.expect_navigation(url="**/echo"):
        await page.locator("dialog[open]").get_by_role("button", name="Delete").click()
    await page.close()


async def test_the_drawer_opens_with_and_without_script(browser: Browser, server: str) -> None:
    for scripts in (True, False):
        page, complaints = await opened(browser, f"{server}/en", 360, java_script_enabled=scripts)
        entry = page.locator(".nav-link").first
        assert not await entry.is_visible()
        await page.click(".drawer-opener")
        await entry.wait_for(state="visible")
        if scripts:
            await page.keyboard.press("Escape")
        else:
            await page.click(".drawer-closer")
        await entry.wait_for(state="hidden")
        assert not complaints
        await page.close()


async def test_a_browser_below_the_floor_is_told(browser: Browser, server: str) -> None:
    page = await browser.new_page()
    await page.add_init_script("delete window.CompressionStream")
    await page.goto(f"{server}/error")
    await page.locator("#too-old").wait_for(state="visible")
    assert "Chrome" in await page.locator("#too-old").inner_text()
    await page.close()
    page, _complaints = await opened(browser, f"{server}/error")
    assert not await page.locator("#too-old").is_visible()
    await page.close()
