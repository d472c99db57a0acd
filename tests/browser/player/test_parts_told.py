"""What a press in a composite item says, to the eye and to the ear, and where the focus is afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.async_api import Page, expect

from item_bank.content.interactions.parts.base import Spot
from item_bank.content.processing.declared import Area
from tests.browser.player.mock_server import MockServer
from tests.browser.player.parts_paper import FORMULAS, PARTS, PICTURE, THING, choices, composite_of, slot_of
from tests.browser.player.test_accessibility import violations
from tests.browser.player.test_parts import desk_with

pytestmark = pytest.mark.browser
Serve = Callable[..., MockServer]
NAMELESS = f'<img data-asset="{THING}" alt="" width="60" height="40"/>'
AT_THE_END = """() => {
  const work = document.querySelector(".work");
  return work.scrollTop + work.clientHeight >= work.scrollHeight - 1;
}"""
FOCUSED = """(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()"""


async def focused(page: Page) -> str:
    return str(await page.evaluate(FOCUSED))


async def test_the_focus_stays_near_what_was_taken_back(serve: Serve, desk_of: Any) -> None:
    items = [composite_of(PARTS[slot_of(*kind)]) for kind in (("associate", 0), ("order", 1), ("choice", 1))]
    _server, page = await desk_with(serve, desk_of, items)
    told = page.locator(".item .part-told")
    for at in range(4):
        await page.locator(".item .chip").nth(at).click()
    await page.locator(".pair .button").first.click()
    await expect(told).to_have_text("Đã tách “Cám” và “Tấm”.")
    assert await focused(page) == "Tách Juliet và Romeo"
    await page.keyboard.press("Enter")
    assert await focused(page) == "Juliet"

    await page.click(".button-next")
    for at in (2, 0, 1):
        await page.locator(".item .chip").nth(at).click()
    await expect(told).to_have_text("Chỉ được 2. Hãy bỏ bớt một trước.")
    await page.get_by_role("button", name="Bỏ “Đồng”").press("Enter")
    await expect(told).to_have_text("Đã bỏ “Đồng”.")
    assert await focused(page) == "Bỏ “Vàng”"
    await page.keyboard.press("Enter")
    assert await focused(page) == "Vàng"

    await page.click(".button-next")
    for at in range(3):
        await page.locator(".item .choice").nth(at).click()
    limit = page.locator(".item .field-error")
    await expect(limit).to_contain_text("Chỉ được chọn 2")
    await page.click(".clear")
    assert await focused(page) == "Câu 3"
    await expect(limit).to_be_empty()
    await expect(page.locator(".item-foot [role=status]")).to_have_text("Đã bỏ chọn.")


async def test_formulas_and_pictures_without_a_description_have_names(serve: Serve, desk_of: Any) -> None:
    many, part = PARTS[slot_of("gap_match")]
    shown = choices(NAMELESS, *FORMULAS, NAMELESS)
    _server, page = await desk_with(
        serve, desk_of, [composite_of((many, msgspec.structs.replace(part, choices=shown)))], color_scheme="dark"
    )
    for chip, gap in ((2, 0), (3, 1)):
        await page.locator(".chip").nth(chip).click()
        await page.locator(".gap").nth(gap).click()
    await expect(page.locator(".gap").first).to_have_accessible_name("chỗ trống 1: 1/2")
    await expect(page.locator(".gap").last).to_have_accessible_name("chỗ trống 2: hình 4")
    await expect(page.get_by_role("button", name="hình 4 , đã đặt vào chỗ trống 2", exact=True)).to_have_count(1)
    await expect(page.get_by_role("button", name="hình 1", exact=True)).to_have_count(1)
    # Drawings have dark lines: their ground stays as light as paper.
    ground = "one => getComputedStyle(one).backgroundColor"
    assert await page.locator(".chip img").first.evaluate(ground) == "rgb(255, 255, 255)"
    assert await violations(page) == []


async def test_a_drag_that_is_broken_off_changes_nothing_and_near_the_edge_the_page_follows(
    serve: Serve, desk_of: Any
) -> None:
    lines = choices(*(f"dòng {n}" for n in range(20)))
    many, part = PARTS[slot_of("order")]
    items = [
        composite_of(PARTS[slot_of("gap_match")]),
        composite_of((many, msgspec.structs.replace(part, choices=lines))),
    ]
    _server, page = await desk_with(serve, desk_of, items, height=500)
    gap = page.locator(".gap").first

    async def lift(what: Any, dx: float, dy: float) -> None:
        box = await what.bounding_box()
        await page.mouse.move(box["x"] + 12, box["y"] + 12)
        await page.mouse.down()
        await page.mouse.move(box["x"] + dx, box["y"] + dy, steps=4)
        await expect(page.locator(".part-ghost")).to_have_count(1)

    await page.locator(".chip").first.click()
    await gap.click()
    await lift(gap, 80, -60)
    await page.keyboard.press("Escape")
    await expect(page.locator(".part-ghost")).to_have_count(0)
    await page.mouse.up()
    await expect(gap).to_have_accessible_name("chỗ trống 1: gió")
    assert await page.locator('[aria-pressed="true"].chip').count() == 0

    await page.click(".button-next")
    first = page.locator(".ranking-grip").first
    box = await page.locator(".work").bounding_box()
    assert box is not None
    await lift(first, 30, 30)
    await page.mouse.move(box["x"] + 200, box["y"] + box["height"] - 8, steps=3)
    await page.wait_for_function(AT_THE_END)
    last = await page.locator(".ranking-row").last.bounding_box()
    assert last is not None
    await page.mouse.move(last["x"] + 30, last["y"] + 20, steps=3)
    await page.mouse.up()
    await expect(page.locator(".part-told:visible")).to_have_text("“dòng 19” đang ở vị trí 20 trên 20.")


async def test_wide_pictures_long_formulas_and_upright_scales_fit_a_phone(serve: Serve, desk_of: Any) -> None:
    many, part = PARTS[slot_of("hotspot")]
    spots = tuple(Spot(f"s{n}", Area("circle", (str(150 * n + 40), "140", "24"))) for n in range(16))
    picture = msgspec.structs.replace(PICTURE, width=2400, height=300)
    wide = (many, msgspec.structs.replace(part, picture=picture, spots=spots))
    many, part = PARTS[slot_of("order")]
    long = f"<math>{'<mn>1</mn><mo>+</mo>' * 30}<mn>1</mn></math>"
    formulas = (many, msgspec.structs.replace(part, choices=choices(long, long)))
    many, part = PARTS[slot_of("slider")]
    upright = (many, msgspec.structs.replace(part, settings={**part.settings, "orientation": "vertical"}))
    items = [composite_of(one) for one in (wide, formulas, upright)]
    _server, page = await desk_with(serve, desk_of, items, width=320, has_touch=True)

    async def size(selector: str) -> tuple[float, float]:
        box = await page.locator(selector).last.bounding_box()
        assert box is not None
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        return box["width"], box["height"]

    # What WCAG 2.5.8 asks for.
    assert min(await size(".spot-shape")) >= 24
    await page.locator(".spot-shape").last.tap()
    await expect(page.locator(".spot input").last).to_be_checked()
    await page.click(".button-next")
    assert (await size(".ranking-grip"))[0] < 320
    await page.click(".button-next")
    assert (await size(".part-slider"))[1] > 200
    # The scale was not touched: the key that means the number where it stands takes it.
    await page.locator(".part-slider").press("Home")
    await expect(page.locator(".slider-value")).to_have_text("0")
    await page.emulate_media(media="print")
    await expect(page.locator(".bar-bottom")).to_be_hidden()
