"""Questions of several parts are written in a real browser: with the keyboard alone, and with areas on a picture."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from playwright.async_api import FloatRect, Locator, expect

from exam_engine.demo.content.make_pictures import png
from item_bank.content.interactions import handler_for
from item_bank.content.model import Composite
from tests.browser.player.test_accessibility import violations
from tests.browser.service.test_writing import LABELS, Author, author, school

PICTURE = png(np.full((100, 200), 200, dtype=np.uint8))
__all__ = ["author", "school"]


async def tab_to(author: Author, label: str) -> None:
    """Walks on with the tabulator until what is so called has the focus."""
    for _step in range(60):
        if await author.page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.innerText") == label:
            return
        await author.page.keyboard.press("Tab")
    raise AssertionError(label)


async def in_the_middle(place: Locator) -> FloatRect:
    """Where it stands once no bar of the page covers it."""
    await place.evaluate("(element) => element.scrollIntoView({block: 'center'})")
    box = await place.bounding_box()
    assert box
    return box


async def add_part(author: Author, name: str) -> None:
    """From the menu below the parts, which the keyboard opens."""
    await author.page.locator(".write-form .part-menu summary").focus()
    await author.page.keyboard.press("Enter")
    await tab_to(author, name)
    await author.page.keyboard.press("Enter")


@pytest.mark.parametrize("author", ["en"], indirect=True)
async def test_three_kinds_of_parts_are_written_with_the_keyboard_alone(author: Author) -> None:
    page, keys = author.page, author.page.keyboard
    await author.open(f"/bank/{author.bank}/write?type=composite")
    await keys.type("2 + 4 = ")
    await add_part(author, "Typed text")
    await tab_to(author, "Add an answer that counts as right")
    await keys.press("Enter")
    await keys.type("6")
    await page.get_by_role("textbox", name="Question", exact=True).focus()
    await keys.press("Control+End")
    await keys.type(" is ")
    await add_part(author, "Choice within the text")
    for word in ("odd", "even"):
        await keys.type(word)
        await keys.press("Enter")
    await page.get_by_role("button", name="Option B is right").focus()
    await keys.press("Space")
    await page.get_by_role("button", name="Remove C").focus()
    await keys.press("Enter")
    await page.get_by_role("textbox", name="Question", exact=True).focus()
    await keys.press("Control+End")
    await add_part(author, "Ordering")
    await keys.type("From small to large")
    await tab_to(author, "What is put in order A")
    for word in ("9", "1", "5"):
        await keys.type(word)
        await keys.press("Enter")
    await keys.press("Backspace")
    for place, chosen in enumerate(("1", "5", "9")):
        await page.get_by_role("button", name="Add the next one").focus()
        await keys.press("Enter")
        await tab_to(author, f"Place {place + 1}")
        await page.get_by_role("combobox", name=f"Place {place + 1}").select_option(label=f"{'BCA'[place]} · {chosen}")
    await expect(page.locator(".preview-frame select option")).to_have_count(3)
    await expect(page.locator(".preview-frame .ranking-grip")).to_have_count(3)
    assert await page.evaluate(LABELS) == []
    forms = page.locator(".part-form h2")
    await page.get_by_role("button", name="Move part 1 down").focus()
    await keys.press("Enter")
    await expect(forms).to_have_text(
        [re.compile(f"Part {n} · {name}") for n, name in ((1, "Choice"), (2, "Typed"), (3, "Ordering"))]
    )
    await expect(page.get_by_role("button", name="Move part 2 up")).to_be_focused()
    await keys.press("Enter")
    await expect(forms.first).to_contain_text("Typed text")
    await keys.press("Control+Enter")
    await page.wait_for_url("**/items/*")
    item = await author.newest()
    assert isinstance(item.interaction, Composite)
    assert [part.type for part in item.interaction.parts] == ["text_entry", "inline_choice", "order"]
    places = "".join(f'<span data-place="part:{n}"></span>{" is " if not n else ""}' for n in range(2))
    assert item.stem.html == f'<p>2 + 4 = {places}</p><div data-place="part:2"></div>'
    by_text = {one.markup.html: one.id for part in item.interaction.parts for one in part.choices}
    right: dict[str, str | list[str]] = {"0": "6", "1": by_text["even"], "2": [by_text[text] for text in "159"]}
    assert handler_for(item).mark(item, right).share == 1
    wrong: dict[str, str | list[str]] = {**right, "0": "7"}
    assert handler_for(item).mark(item, wrong).share == Fraction(2, 3)
    await expect(page.locator(".preview-frame .ranking-grip")).to_have_count(3)


async def test_areas_are_drawn_on_a_picture_with_mouse_finger_and_keys(author: Author) -> None:
    page, keys = author.page, author.page.keyboard
    await page.set_viewport_size({"width": 360, "height": 740})
    await author.open(f"/bank/{author.bank}/write?type=composite")
    await keys.type("Chỉ vào hình.")
    await add_part(author, "Chọn vùng trên hình")
    form = page.locator(".part-form")
    async with page.expect_file_chooser() as chooser:
        await form.get_by_role("button", name="Chọn hình").click()
    await (await chooser.value).set_files({"name": "a.png", "mimeType": "image/png", "buffer": PICTURE})
    await form.get_by_label("Hình vẽ gì?").fill("Một hình chữ nhật")
    layer = form.locator(".area-layer")
    box = await in_the_middle(layer)
    left, top = box["x"], box["y"]
    await page.mouse.move(left + box["width"] / 4, top + box["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(left + box["width"] / 4, top + box["height"] * 0.7, steps=3)
    await page.mouse.up()
    await form.get_by_label("Hình chữ nhật").check()
    touch = await page.context.new_cdp_session(page)
    box = await in_the_middle(layer)
    start = {"x": box["x"] + box["width"] * 0.6, "y": box["y"] + box["height"] * 0.2}
    end = {"x": box["x"] + box["width"] * 0.9, "y": box["y"] + box["height"] * 0.8}
    for kind, points in (("touchStart", [start]), ("touchMove", [end]), ("touchEnd", [])):
        await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    await expect(form.locator(".area-one")).to_have_count(2)
    await form.locator(".area-one").nth(1).focus()
    for key in ("ArrowRight", "Shift+ArrowUp", "Alt+ArrowRight"):
        await keys.press(key)
    await form.get_by_label("Đa giác").check()
    box = await in_the_middle(layer)
    for across, down in ((0.1, 0.1), (0.3, 0.1), (0.1, 0.3), (0.1, 0.1)):
        await page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    await form.get_by_label("Các đỉnh của vùng 3").fill("20,10 60,10 20,3")
    await form.get_by_label("Hình elip").check()
    await form.get_by_role("button", name="Thêm một vùng ở giữa").click()
    await form.get_by_label("Tên vùng 3").fill("góc trên")
    await form.get_by_label("Tên vùng 4").fill("ở giữa")
    await form.get_by_label("Tên vùng 1").fill("bên trái")
    await form.get_by_label("Tên vùng 2").fill("bên phải")
    await form.get_by_role("button", name="Thêm một đáp án").click()
    await form.get_by_role("combobox", name="Đáp án 1").select_option(label="2 · bên phải")
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await page.set_viewport_size({"width": 360, "height": 3000})  # no bar covers what is measured
    assert await violations(page) == []
    await page.get_by_role("button", name="Đưa vào ngân hàng", exact=True).click()
    await page.wait_for_url("**/items/*")
    item = await author.newest()
    assert isinstance(item.interaction, Composite)
    (part,) = item.interaction.parts
    assert part.picture
    assert (part.picture.width, part.picture.height) == (200, 100)
    circle, rectangle, polygon, ellipse = part.spots
    assert (polygon.area.shape, polygon.area.coords) == ("poly", ("20", "10", "60", "10", "20", "3"))
    assert (ellipse.area.shape, ellipse.area.coords) == ("ellipse", ("136", "86", "19", "13"))
    assert (circle.area.shape, circle.area.coords[:2]) == ("circle", ("50", "50"))
    assert rectangle.area.shape == "rect"
    assert rectangle.area.coords[:2] == ("121", "10"), "moved by a key, and by ten with Shift"
    chosen: dict[str, str | list[str]] = {"0": rectangle.id}
    assert handler_for(item).mark(item, chosen).share == 1
    await expect(page.locator(".preview-frame .spot")).to_have_count(4)
