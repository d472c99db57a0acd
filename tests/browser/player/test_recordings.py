"""A recording that may be heard twice: counted as it begins, over a reload and without the network."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.async_api import expect

from item_bank.content.interactions.registry import HANDLERS
from tests.browser.player import parts_paper
from tests.browser.player.conftest import line_says
from tests.browser.player.mock_server import MockServer
from tests.browser.player.parts_paper import PARTS, composite_of, slot_of
from tests.browser.player.test_accessibility import violations
from tests.browser.player.test_photos import FULL

pytestmark = pytest.mark.browser
DIGEST = "ef" * 32


def beep() -> bytes:
    """A tenth of a second of nearly nothing."""
    with io.BytesIO() as file:
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(1)
            sound.setframerate(8_000)
            sound.writeframes(bytes(128 + at % 2 for at in range(800)))
        return file.getvalue()


async def test_plays_that_are_used_up_stay_so(serve: Callable[..., MockServer], desk_of: Any) -> None:
    server = serve()
    kind, part = PARTS[slot_of("media")]
    settings = {"asset": DIGEST, "kind": "audio/wav", "most_plays": "2", "description": "Một tiếng bíp."}
    item = composite_of((kind, msgspec.structs.replace(part, settings=settings)))
    server.exam.paper, server.exam.variant = parts_paper.paper([item]), parts_paper.variant([item])
    server.recordings[DIGEST] = beep()
    page = await (await desk_of(server, width=360)).begun()
    left = page.locator("[data-plays]")
    await expect(left).to_have_text("Còn 2 trên 2 lần phát")
    assert await page.locator("audio[autoplay], audio[controls]").count() == 0
    play = page.get_by_role("button", name="Phát")
    await play.press("Enter")
    await expect(left).to_have_text("Còn 1 trên 2 lần phát")
    await expect(play).to_be_focused()
    await line_says(page, "Đã lưu trên máy chủ")
    assert await violations(page) == []

    await page.reload()
    await expect(left).to_have_text("Còn 1 trên 2 lần phát")
    again = page.get_by_role("button", name="Phát lại")
    await expect(again).to_be_enabled()
    server.fault = "away"
    # Told as counted when a reload would find it: a device that does not take it yet tells the former number.
    await page.evaluate(FULL)
    await again.click()
    await expect(page.locator(".recording .part-told")).to_have_text("Đã phát lần cuối.")
    await expect(left).to_have_text("Còn 1 trên 2 lần phát")
    await page.evaluate("window.full = false")
    await expect(left).to_have_text("Còn 0 trên 2 lần phát")
    await expect(page.locator(".recording .part-told")).to_have_text("Đã phát lần cuối.")
    await expect(again).to_be_disabled()
    await expect(again).to_be_focused()
    server.fault = ""
    await line_says(page, "Đã lưu trên máy chủ")
    answer = server.exam.attempts["anh"].answers()[0]
    assert answer == {"0": "2"}
    assert HANDLERS["composite"].parse(answer, server.exam.paper["items"][0]["body"]) == answer
    await page.click(".button-next")
    await expect(page.get_by_text("Chưa trả lời (1)")).to_be_visible()
