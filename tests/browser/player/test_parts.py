"""Every interaction of composite items: by mouse, by finger and by keys alone; kept, shown again, locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from item_bank.content.interactions.registry import HANDLERS
from item_bank.content.model import Item
from tests.browser.player import parts_paper
from tests.browser.player.conftest import line_says
from tests.browser.player.mock_server import MockServer
from tests.browser.player.parts_paper import PARTS, composite_of, slot_of
from tests.browser.player.test_accessibility import violations
from tests.web.built import manifest

pytestmark = pytest.mark.browser
Serve = Callable[..., MockServer]


async def desk_with(serve: Serve, desk_of: Any, items: list[Item], **how: Any) -> tuple[MockServer, Page]:
    """The player with a paper of these items, begun."""
    server = serve()
    server.exam.paper, server.exam.variant = parts_paper.paper(items), parts_paper.variant(items)
    return server, await (await desk_of(server, **how)).begun()


async def answers_of(server: MockServer, page: Page) -> dict[int, Any]:
    await line_says(page, "Đã lưu trên máy chủ")
    return server.exam.attempts["anh"].answers()


async def use(page: Page, selector: str, at: int, how: str) -> None:
    """One press: of the mouse, of a finger, or of a key. An area is hit on its shape, and reached by its control."""
    if selector == "area":
        selector = ".spot input, .item button.spot" if how == "keys" else ".spot-shape"
    target = page.locator(f".item {selector}").nth(at)
    if how == "touch":
        await target.tap()
    elif how == "keys":
        await target.focus()
        await page.keyboard.press("Space" if "input" in selector else "Enter")
    else:
        await target.click()


#: Kind, which of that kind, presses in turn, and the answer. Ids stand backwards, as if shuffled.
PRESSES: list[tuple[str, int, list[tuple[str, int]], Any]] = [
    ("choice", 0, [(".choice input", 1)], "o1"),
    ("choice", 1, [(".choice input", 0), (".choice input", 3)], ["o0", "o3"]),
    ("order", 0, [(".part-foot .button", 0)], ["o2", "o1", "o0"]),
    ("order", 0, [(".ranking-row:nth-child(1) .button-icon", 1)], ["o1", "o2", "o0"]),
    ("order", 0, [(".ranking-grip", 0), (".ranking-grip", 2)], ["o1", "o0", "o2"]),
    ("order", 1, [(".chip", 0), (".chip", 2), (".ranking-row:nth-child(2) .button-icon", 0)], ["o0", "o2"]),
    ("associate", 0, [(".chip", 0), (".chip", 3), (".chip", 1), (".chip", 2)], ["o3 o0", "o2 o1"]),
    ("associate", 0, [(".chip", 0), (".chip", 3), (".pair .button", 0), (".chip", 0), (".chip", 1)], ["o3 o2"]),
    ("match", 0, [(".match-end", 0), (".match-end", 4), (".match-end", 5), (".match-end", 1)], ["o2 o4", "o1 o3"]),
    ("match", 1, [(".match-tick input", 0), (".match-tick input", 3)], ["o1 o4", "o0 o4"]),
    ("gap_match", 0, [(".chip", 0), (".gap", 1), (".chip", 2), (".gap", 0)], ["o2 o4", "o0 o3"]),
    ("gap_match", 0, [(".chip", 0), (".gap", 1), (".gap", 1), (".gap", 0)], ["o2 o3"]),
    ("hottext", 0, [(".hot input", 0), (".hot input", 2)], ["o0", "o2"]),
    ("hotspot", 0, [("area", 1), ("area", 0)], ["o0", "o1"]),
    ("graphic_order", 0, [("area", 2), ("area", 0), ("area", 1), ("area", 0)], ["o2", "o1"]),
    ("graphic_associate", 0, [("area", 0), ("area", 1)], ["o0 o1"]),
    ("graphic_gap_match", 0, [(".chip", 0), ("area", 0), (".chip", 1), ("area", 1)], ["o1 o2", "o0 o3"]),
    ("inline_choice", 1, [(".part-opener", 0), (".part-panel input", 1)], "o0"),
    ("end_attempt", 0, [(".part .button", 0)], "true"),
]


@pytest.mark.parametrize("how", ["mouse", "touch", "keys"])
async def test_presses_make_answers_that_the_service_takes(serve: Serve, desk_of: Any, how: str) -> None:
    items = [composite_of(PARTS[slot_of(kind, which)]) for kind, which, _presses, _answer in PRESSES]
    server, page = await desk_with(serve, desk_of, items, width=768, has_touch=True)
    for _kind, _which, presses, _answer in PRESSES:
        for selector, at in presses:
            await use(page, selector, at, how)
        await page.click(".button-next")
    await line_says(page, "Đã lưu trên máy chủ")
    answers = server.exam.attempts["anh"].answers()
    assert answers == {slot: {"0": answer} for slot, (_kind, _which, _presses, answer) in enumerate(PRESSES)}
    for slot, answer in answers.items():
        assert HANDLERS["composite"].parse(answer, server.exam.paper["items"][slot]["body"]) == answer


async def test_what_is_typed_picked_and_slid(serve: Serve, desk_of: Any) -> None:
    kinds = [("inline_choice", 0), ("text_entry", 0), ("extended_text", 0), ("extended_text", 1), ("slider", 0)]
    item = composite_of(*(PARTS[slot_of(*kind)] for kind in kinds))
    server, page = await desk_with(serve, desk_of, [item])
    await page.select_option(".part-select", label="nhỏ hơn")
    await page.locator(".part-entry").press_sequentially("ba")
    await page.keyboard.press("Tab")
    assert "Chưa đúng dạng" in await page.inner_text(".part-inline-told")
    await page.locator("textarea").press_sequentially("Vì thế.")
    await page.locator('[data-part="3"] input').nth(1).press_sequentially("hai")
    await page.locator(".part-slider").press("ArrowRight")
    assert await page.inner_text(".slider-value") == "0,5"
    assert await page.get_attribute(".part-slider", "aria-valuetext") == "0,5"
    assert await answers_of(server, page) == {0: {"0": "o1", "1": "ba", "2": "Vì thế.", "3": ["", "hai"], "4": "0.5"}}
    await page.click(".clear")
    assert await answers_of(server, page) == {0: {"1": "ba", "2": "Vì thế.", "3": ["", "hai"]}}
    assert await page.locator(".clear:disabled").count() == 1


@pytest.mark.parametrize(("width", "clicked", "marked"), [(1280, (120, 60), (120, 60)), (360, (164, 100), (300, 183))])
async def test_points_are_those_of_the_picture_at_any_width(
    serve: Serve, desk_of: Any, width: int, clicked: tuple[int, int], marked: tuple[int, int]
) -> None:
    items = [composite_of(PARTS[slot_of(kind)]) for kind in ("select_point", "position_object")]
    server, page = await desk_with(serve, desk_of, items, width=width, has_touch=True)
    surface = page.locator(".stage-surface")
    await surface.click(position={"x": clicked[0], "y": clicked[1]})
    await surface.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowDown", "Enter"):
        await page.keyboard.press(key)
    given, by_keys = (await answers_of(server, page))[0]["0"]
    x, y = map(int, given.split())
    assert (x, y) == pytest.approx(marked, abs=2)
    assert by_keys == f"{x + 30} {y + 16}"
    await surface.click(position={"x": 9, "y": 9})
    assert "Chỉ được 2" in await page.inner_text(".part-told")
    await page.locator(".pair .button").first.click()
    assert await answers_of(server, page) == {0: {"0": [by_keys]}}
    await page.click(".button-next")
    await surface.tap(position={"x": clicked[0], "y": clicked[1]})
    assert tuple(map(int, (await answers_of(server, page))[1]["0"].split())) == pytest.approx(marked, abs=2)
    thing, stage = await page.locator(".point-thing img").bounding_box(), await page.locator(".stage").bounding_box()
    assert thing is not None
    assert stage is not None
    assert thing["width"] / stage["width"] == pytest.approx(0.1, rel=0.02)
    assert thing["x"] + thing["width"] / 2 - stage["x"] == pytest.approx(clicked[0], abs=2)


async def test_a_mouse_may_drag(serve: Serve, desk_of: Any) -> None:
    items = [composite_of(PARTS[slot_of(kind)]) for kind in ("gap_match", "order", "graphic_gap_match")]
    server, page = await desk_with(serve, desk_of, items)

    async def drag(what: str, onto: str) -> None:
        start, end = [await page.locator(f".item {one}").bounding_box() for one in (what, onto)]
        assert start is not None
        assert end is not None
        await page.mouse.move(start["x"] + 12, start["y"] + 12)
        await page.mouse.down()
        await page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=4)
        await page.mouse.up()

    await drag(".chip >> nth=1", ".gap >> nth=0")
    await drag(".gap >> nth=0", ".gap >> nth=1")
    await page.click(".button-next")
    await drag(".ranking-grip >> nth=0", ".ranking-grip >> nth=2")
    await page.click(".button-next")
    await drag(".chip >> nth=0", ".spot-shape >> nth=0")
    assert await page.locator(".part-ghost").count() == 0
    expected = {0: {"0": ["o1 o4"]}, 1: {"0": ["o1", "o0", "o2"]}, 2: {"0": ["o1 o2"]}}
    assert await answers_of(server, page) == expected


async def test_arrow_keys_order_lines_and_keep_the_focus(serve: Serve, desk_of: Any) -> None:
    server, page = await desk_with(serve, desk_of, [composite_of(PARTS[slot_of("order")])] * 2)
    await page.locator(".ranking-grip").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        await page.keyboard.press(key)
    assert "vị trí 2 trên 3" in await page.inner_text(".part-told")
    assert await page.evaluate("document.activeElement.closest('.ranking-row').dataset.id") == "o2"
    assert await answers_of(server, page) == {0: {"0": ["o1", "o2", "o0"]}}


async def test_an_answer_is_shown_again_and_the_program_is_kept_for_a_reload(serve: Serve, desk_of: Any) -> None:
    items = [composite_of(PARTS[slot_of(kind)]) for kind in ("gap_match", "match", "hotspot")]
    _server, page = await desk_with(serve, desk_of, items)
    for presses in ([(".chip", 0), (".gap", 1)], [(".match-end", 0), (".match-end", 4)], [("area", 1)]):
        for selector, at in presses:
            await use(page, selector, at, "mouse")
        await page.click(".button-next")
    await line_says(page, "Đã lưu trên máy chủ")
    await page.reload()
    await page.click(".side .cell >> nth=0")
    await expect(page.locator(".gap").nth(1)).to_have_accessible_name("chỗ trống 2: gió")
    await page.click(".side .cell >> nth=1")
    assert await page.locator(".part-lines line:not(.part-casing)").count() == 1
    assert await page.get_by_role("button", name="Sông Hàn , đã ghép với b. Huế").count() == 1
    await page.click(".side .cell >> nth=2")
    assert await page.get_by_role("checkbox", name="Đỉnh núi thấp").is_checked()
    kept = """caches.open("exam-engine-player").then(cache => cache.keys())
                .then(all => all.some(one => one.url.includes("/player-composite-")))"""
    await page.wait_for_function(kept)


async def test_locked_parts_take_nothing(serve: Serve, desk_of: Any) -> None:
    """As in practice, once an item has been checked: the program itself, with every part in one item."""
    item = composite_of(*PARTS)
    _server, page = await desk_with(serve, desk_of, [item])
    chunk = next(entry["file"] for name, entry in manifest().items() if name.startswith("player-composite-"))
    left = await page.evaluate(
        """async ([chunk, item]) => {
          const { composite } = await import(`/static/${chunk}`);
          const context = { name: "x", labelledby: "x-number", change: () => { throw new Error("changed"); } };
          const view = composite({ ...item, order: [], number: 1 }, context);
          document.querySelector(".items").append(view.element);
          view.update({ value: { 7: ["o0"] }, out: [], locked: true, letters: true });
          // Play keeps the focus, so that it is locked by word and by taking no press instead of by "disabled".
          const said = [...view.element.querySelectorAll("[aria-disabled=true]")];
          said.forEach(one => one.click());
          const free = [...view.element.querySelectorAll("button, input, select, textarea")]
            .filter(one => !one.disabled && !one.readOnly && !said.includes(one));
          return free.map(one => one.outerHTML);
        }""",
        [chunk, server_item(item)],
    )
    assert left == []


def server_item(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = parts_paper.paper([item])["items"][0]
    return found


@pytest.mark.parametrize(("width", "scheme", "size"), [(360, "dark", 200), (1280, "light", 100)])
async def test_axe_finds_nothing_and_nothing_is_too_wide(
    serve: Serve, desk_of: Any, width: int, scheme: str, size: int
) -> None:
    items = [composite_of(*PARTS[start : start + 8]) for start in range(0, len(PARTS), 8)]
    server = serve()
    server.exam.paper, server.exam.variant = parts_paper.paper(items), parts_paper.variant(items)
    desk = await desk_of(server, width=width, color_scheme=scheme, reduced_motion="reduce")
    await desk.context.add_init_script(f"localStorage.setItem('exam-engine-view', JSON.stringify({{size: {size}}}))")
    page = await desk.begun()
    found = {}
    for number in range(len(items)):
        for selector in (".chip", ".gap", ".match-end", ".match-tick input", ".hot input", ".choice"):
            if await page.locator(selector).count():
                await page.locator(selector).first.click()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        found[number] = await violations(page)
        await page.click(".button-next")
    assert {number: told for number, told in found.items() if told} == {}
