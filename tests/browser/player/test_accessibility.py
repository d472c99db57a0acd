"""axe finds nothing on any screen of the player, in both languages, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.player.mock_server import MockServer
from tests.web.built import WEB

pytestmark = pytest.mark.browser
AXE = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


#: Colours on their way are those of no state.
SETTLED = """() => Promise.allSettled(
  document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished))"""


async def violations(page: Page) -> list[str]:
    # Once for all screens of a document: reading it takes as long as what it looks for.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE())
    await page.evaluate(SETTLED)
    found = await page.evaluate("async rules => (await axe.run(document, rules)).violations", RULES)
    return [f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:4]}" for one in found]


# Of language, colours and width each pair of two occurs.
@pytest.mark.parametrize(
    ("locale", "scheme", "width"),
    [("vi", "light", 360), ("vi", "dark", 1280), ("en", "light", 1280), ("en", "dark", 360)],
)
async def test_axe_finds_nothing(
    serve: Callable[..., MockServer], desk_of: Any, locale: str, scheme: str, width: int
) -> None:
    server = serve(signals=("hidden", "paste"))
    server.locale = locale
    page = await (await desk_of(server, width=width, color_scheme=scheme, reduced_motion="reduce")).page()
    found = {}
    await page.wait_for_selector(".start:enabled")
    found["waiting"] = await violations(page)
    await page.click(".start")
    await page.wait_for_selector(".item")
    await page.click(".choice >> nth=0")
    await page.click(".strike >> nth=1")
    await page.click(".flag")
    found["choice"] = await violations(page)
    for number in range(4, 9):
        await page.click(".palette-opener")
        if number == 4:
            found["palette"] = await violations(page)
        await page.click(f"dialog[open] .cell >> nth={number}")
        found[f"item {number + 1}"] = await violations(page)
    await page.click(".bar-tool >> nth=0")
    found["settings"] = await violations(page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("?") if width == 360 else await page.click(".bar-tool-keys")
    found["help"] = await violations(page)
    await page.keyboard.press("Escape")
    await page.click(".button-next")
    found["review"] = await violations(page)
    await page.click(".review-acts .button-primary")
    found["hand in"] = await violations(page)
    await page.click("dialog[open] .button-primary")
    await page.wait_for_selector(".receipt-mark")
    found["receipt"] = await violations(page)
    assert {screen: told for screen, told in found.items() if told} == {}
