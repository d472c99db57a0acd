"""Answering, moving, handing in: with a mouse, a finger and keys alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.player.conftest import line_says
from tests.browser.player.mock_server import MockServer

pytestmark = pytest.mark.browser
Serve = Callable[..., MockServer]


async def test_every_interaction_arrives_and_is_handed_in(serve: Serve, desk_of: Any) -> None:
    server = serve()
    page = await (await desk_of(server)).begun()
    await page.click(".choice >> nth=2")
    for at, act in ((4, None), (5, None), (6, "boxes"), (7, "line"), (8, "essay")):
        await page.click(f".side .cell >> nth={at}")
        if at == 4:
            await page.click(".choice >> nth=0")
            await page.click(".choice >> nth=2")
        if at == 5:
            await page.click(".statement >> nth=0 >> .verdict >> nth=0")
            await page.click(".statement >> nth=2 >> .verdict >> nth=1")
        if act == "boxes":
            await page.locator(".boxes-input").press_sequentially("−1.5")
        if act == "line":
            await page.locator(".item input.input").press_sequentially("Hà Nội")
        if act == "essay":
            await page.locator("textarea").press_sequentially("Rất hay.")
    await page.click(".button-next")
    assert "Đã trả lời 5/9 câu, 1 câu còn thiếu ý" in await page.inner_text("main")
    assert await page.get_by_role("button", name="Câu 6: còn 2 ý chưa chọn").count() == 1
    await page.click(".review-acts .button-primary")
    asked = await page.inner_text("dialog[open]")
    assert "Còn 3 câu chưa trả lời." in asked
    assert "Câu 6: còn 2 ý chưa chọn" in asked
    await page.click("dialog[open] .button-primary")
    await page.get_by_role("heading", name="Đã nộp bài").wait_for()
    attempt = server.exam.attempts["anh"]
    expected = {0: "k2", 4: ["k0", "k2"], 5: {"a": True, "c": False}, 6: "-1,5", 7: "Hà Nội", 8: "Rất hay."}
    assert attempt.answers() == expected
    assert attempt.receipt is not None
    assert attempt.receipt["answers"] == 6
    assert "ABCD-EFGH" in await page.inner_text("main")
    kept = await page.evaluate("indexedDB.databases().then(all => all.length)")
    assert kept == 1
    await page.reload()
    await page.get_by_role("heading", name="Đã nộp bài").wait_for()


async def test_views_flags_and_strike_outs_are_journalled(serve: Serve, desk_of: Any) -> None:
    server = serve()
    page = await (await desk_of(server)).begun()
    await page.click(".flag")
    await page.click(".strike >> nth=3")
    await page.click(".button-next")
    await page.click(".choice >> nth=0")
    await line_says(page, "Đã lưu trên máy chủ")
    journal = list(server.exam.attempts["anh"].journal.values())
    assert [entry[3] for entry in journal if entry[1] == 3][-1] == {"flag": True, "out": ["k3"]}
    views = [view for entry in journal if entry[1] == 1 for view in entry[3]]
    assert views
    assert views[0][0] == 0
    assert views[0][2] >= views[0][1]
    await page.reload()
    await page.wait_for_selector(".item")
    assert await page.locator(".side .cell-flag:visible").count() == 1


async def test_keys_alone_are_enough(serve: Serve, desk_of: Any) -> None:
    server = serve()
    desk = await desk_of(server)
    page = await desk.page()
    await page.wait_for_selector(".start:enabled")
    await page.focus(".start")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".item")
    for key in ("b", "f", "x", "ArrowRight", "3", "ArrowRight", "ArrowLeft"):
        await page.keyboard.press(key)
    await page.locator(".side .cell[aria-current] >> text=2").wait_for()
    await page.keyboard.press("?")
    await page.locator("dialog[open] kbd").first.wait_for()
    await page.keyboard.press("Escape")
    await page.keyboard.press("p")
    await page.locator("dialog.sheet[open]").wait_for()
    await page.locator("dialog.sheet[open] .cell >> nth=7").focus()
    await page.keyboard.press("Enter")
    await page.locator(".side .cell[aria-current] >> text=8").wait_for()
    await page.focus(".item input.input")
    await page.keyboard.type("fxpabc?")
    assert await page.input_value(".item input.input") == "fxpabc?"
    await page.keyboard.press("Escape")
    await page.focus(".side .button-wide")
    await page.keyboard.press("Enter")
    await page.focus(".review-acts .button-primary")
    await page.keyboard.press("Enter")
    await page.focus("dialog[open] .button-primary")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Đã nộp bài").wait_for()
    assert server.exam.attempts["anh"].answers() == {0: "k1", 1: "k2", 7: "fxpabc?"}


async def test_letter_keys_can_be_switched_off(serve: Serve, desk_of: Any) -> None:
    page = await (await desk_of(serve())).begun()
    await page.click(".bar-tool >> nth=0")
    await page.get_by_label("Phím chữ").uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("b")
    assert await page.locator(".choice input:checked").count() == 0
    await page.keyboard.press("2")
    assert await page.locator(".choice input:checked").count() == 1


async def test_a_save_in_the_middle_of_a_telex_syllable_breaks_nothing(serve: Serve, desk_of: Any) -> None:
    server = serve()
    page = await (await desk_of(server)).begun()
    await page.click(".side .cell >> nth=8")
    await page.focus("textarea")
    devtools = await page.context.new_cdp_session(page)
    await page.keyboard.type("Em ")
    for part in ("t", "ti", "tie", "tiê", "tiến"):
        await devtools.send(
            "Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)}
        )
    await page.wait_for_timeout(1500)
    saved = server.exam.attempts["anh"].answers()
    assert saved[8].startswith("Em ")
    assert await page.input_value("textarea") == "Em tiến"
    await devtools.send("Input.imeSetComposition", {"text": "tiếng", "selectionStart": 5, "selectionEnd": 5})
    await devtools.send("Input.insertText", {"text": "tiếng"})
    await page.keyboard.type(" Việt")
    await line_says(page, "Đã lưu trên máy chủ")
    assert await page.input_value("textarea") == "Em tiếng Việt"
    assert server.exam.attempts["anh"].answers()[8] == "Em tiếng Việt"


async def test_what_a_number_field_leaves_out_is_said(serve: Serve, desk_of: Any) -> None:
    page = await (await desk_of(serve())).begun()
    await page.click(".side .cell >> nth=6")
    await page.locator(".boxes-input").press_sequentially("1x")
    assert "“x”" in await page.inner_text(".field-error")
    await page.locator(".boxes-input").press_sequentially("2345")
    assert "4 ký tự" in await page.inner_text(".field-error")
    assert await page.input_value(".boxes-input") == "1234"


@pytest.mark.parametrize("size", [100, 200])
async def test_a_phone_shows_everything_without_sideways_scrolling(serve: Serve, desk_of: Any, size: int) -> None:
    server = serve(choices=35)
    desk = await desk_of(server, width=360, height=740, has_touch=True)
    await desk.context.add_init_script(f"localStorage.setItem('exam-engine-view', JSON.stringify({{size: {size}}}))")
    page = await desk.begun()
    for at in range(36, 41):
        await page.tap(".palette-opener")
        await page.tap(f"dialog[open] .cell >> nth={at - 1}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.tap(".button-next")
    await page.tap(".review-acts .button-primary")
    await page.locator("dialog[open]").wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_a_choice_moves_nothing(serve: Serve, desk_of: Any) -> None:
    page = await (await desk_of(serve(), width=360, height=740)).begun()
    boxes = """[...document.querySelectorAll('.choice, .bar, .item-head')]
                 .map(one => JSON.stringify(one.getBoundingClientRect()))"""
    await page.evaluate("document.fonts.ready")
    before = await page.evaluate(boxes)
    await page.click(".choice >> nth=1")
    await line_says(page, "Đã lưu trên máy chủ")
    assert await page.evaluate(boxes) == before


async def test_the_passage_divider_moves_by_keys(serve: Serve, desk_of: Any) -> None:
    page = await (await desk_of(serve())).begun()
    await page.click(".side .cell >> nth=8")
    before = (await page.locator(".passage").bounding_box() or {})["width"]
    await page.focus(".divider")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    assert (await page.locator(".passage").bounding_box() or {})["width"] > before
    assert await page.get_attribute(".divider", "aria-valuenow") == "55"


async def test_the_first_load_is_small(serve: Serve, desk_of: Any) -> None:
    """40 items without pictures: at most 100 KB over the wire, fonts apart, and nobody else is asked."""
    server = serve(choices=35)
    desk = await desk_of(server)
    sizes: dict[str, float] = {}
    page = await desk.context.new_page()
    devtools = await desk.context.new_cdp_session(page)
    await devtools.send("Network.enable")
    urls: dict[str, str] = {}
    devtools.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    devtools.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    await page.goto(f"{desk.origin}/t/anh")
    await page.goto(f"{desk.origin}/play")
    await page.click(".start")
    await page.wait_for_selector(".item")
    assert all(url.startswith((desk.origin, "blob:")) for url in urls.values())
    total = sum(size for request, size in sizes.items() if not urls.get(request, "").endswith(".woff2"))
    assert 10_000 < total <= 100 * 1024
