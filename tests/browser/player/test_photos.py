"""A page of handwriting photographed on a telephone: the line is cut in the middle, and nothing of it is lost."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import expect

from item_bank.content.interactions.parts.handed import handed
from item_bank.content.interactions.registry import HANDLERS
from item_bank.content.pictures import inspect
from tests.browser.player import parts_paper
from tests.browser.player.conftest import line_says
from tests.browser.player.mock_server import MockServer
from tests.browser.player.parts_paper import PARTS, composite_of, slot_of
from tests.browser.player.test_accessibility import violations

pytestmark = pytest.mark.browser


def noisy(width: int, height: int) -> bytes:
    """A picture that does not get small: as a camera's, it comes in many pieces."""
    rows = b"".join(b"\0" + os.urandom(width) for _row in range(height))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


async def test_a_photo_survives_a_cut_line_and_is_there_before_the_work_is_handed_in(
    serve: Callable[..., MockServer], desk_of: Any
) -> None:
    server = serve()
    item = composite_of(PARTS[slot_of("upload")])
    server.exam.paper, server.exam.variant = parts_paper.paper([item]), parts_paper.variant([item])
    page = await (await desk_of(server, width=360, has_touch=True)).begun()
    server.pieces_left = 3
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Chụp ảnh").tap()
    photo = {"name": "IMG 1.png", "mimeType": "image/png", "buffer": noisy(2000, 800)}
    await (await chooser.value).set_files([photo])
    await line_says(page, "Mất kết nối")
    await expect(page.locator(".photo-place")).to_have_text("Chờ gửi, đang giữ trên máy này")
    assert await page.locator('.photo[data-where="server"]').count() == 0
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await violations(page) == []
    await page.locator(".button-next").tap()
    await page.get_by_role("button", name="Nộp bài").first.tap()
    await page.locator("dialog[open] .button-primary").tap()
    assert server.exam.attempts["anh"].state == "running"

    server.fault = ""
    await page.locator(".receipt-mark").wait_for(timeout=60_000)
    asked = [one.partition("?")[0] for one in server.exam.requests]
    assert max(at for at, one in enumerate(asked) if "/play/files/" in one) < asked.index("/play/submit")
    (name,) = server.exam.attempts["anh"].answers()[0]["0"]
    file = handed(name)
    assert file is not None
    data = server.handed[file.digest]
    assert (hashlib.sha256(data).hexdigest(), len(data), file.name) == (file.digest, file.size, "IMG 1.jpg")
    shown = inspect(data)
    assert (shown.media_type, shown.width, shown.height) == ("image/jpeg", 1600, 640)
    answer = server.exam.attempts["anh"].answers()[0]
    assert HANDLERS["composite"].parse(answer, server.exam.paper["items"][0]["body"]) == answer


async def test_a_photo_is_called_kept_when_the_answer_that_names_it_is(
    serve: Callable[..., MockServer], desk_of: Any
) -> None:
    server = serve()
    item = composite_of(PARTS[slot_of("upload")])
    server.exam.paper, server.exam.variant = parts_paper.paper([item]), parts_paper.variant([item])
    page = await (await desk_of(server, width=360)).begun()
    await page.route("**/play/files/*", lambda route: route.abort())
    await page.evaluate(FULL)
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Chọn tệp").click()
    photo = {"name": "a.png", "mimeType": "image/png", "buffer": noisy(40, 40)}
    await (await chooser.value).set_files([photo])
    place = page.locator(".photo-place")
    await expect(place).to_have_text("Đang lưu vào máy này…")
    assert await page.get_by_text("đã được giữ trên máy này").count() == 0
    await page.evaluate("window.full = false")
    await page.get_by_text("Ảnh 1 trên 1 đã được giữ trên máy này").wait_for()
    await expect(place).to_have_text("Chờ gửi, đang giữ trên máy này")
    await page.reload()
    await expect(place).to_have_text("Chờ gửi, đang giữ trên máy này")


#: The device takes files and no answers, until `full` is false.
FULL = """() => {
  window.full = true;
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    if (window.full && this.name === "outbox") throw new DOMException("full", "QuotaExceededError");
    return put.apply(this, given);
  };
}"""


async def test_photos_are_looked_at_moved_and_removed_by_keys(serve: Callable[..., MockServer], desk_of: Any) -> None:
    server = serve()
    item = composite_of(PARTS[slot_of("upload")])
    server.exam.paper, server.exam.variant = parts_paper.paper([item]), parts_paper.variant([item])
    page = await (await desk_of(server)).begun()
    for number in (1, 2):
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("button", name="Chọn tệp").press("Enter")
        await (await chooser.value).set_files(
            [{"name": f"trang {number}.png", "mimeType": "image/png", "buffer": noisy(40 * number, 30)}]
        )
        await expect(page.locator('.photo[data-where="server"]')).to_have_count(number)
    await line_says(page, "Đã lưu trên máy chủ")
    await page.get_by_role("button", name="Chuyển ảnh 2 lên").press("Enter")
    await expect(page.get_by_role("button", name="Chuyển ảnh 1 xuống")).to_be_focused()
    await page.locator(".photo-open").first.press("Enter")
    await expect(page.locator("dialog[open] img")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Bỏ ảnh 2").press("Enter")
    await line_says(page, "Đã lưu trên máy chủ")
    (name,) = server.exam.attempts["anh"].answers()[0]["0"]
    assert name.endswith(" trang 2.jpg")
    await page.reload()
    await expect(page.locator(".photo-words")).to_contain_text("Đã lưu trên máy chủ")
