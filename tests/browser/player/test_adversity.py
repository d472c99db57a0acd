"""Answering goes on through lost connections, killed tabs, second tabs, second devices and siblings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.player.conftest import line_says, outbox
from tests.browser.player.mock_server import MockServer

pytestmark = pytest.mark.browser
Serve = Callable[..., MockServer]
OFFLINE = "Mất kết nối. Em cứ làm bài tiếp, bài làm được giữ trên thiết bị này"
ORIGINS = pytest.mark.parametrize("secure", [True, False], ids=["secure", "plain http"])


async def choose(page: Page, item: int, option: int) -> None:
    await page.click(f".side .cell >> nth={item}")
    await page.click(f".choice >> nth={option}")


@ORIGINS
@pytest.mark.pitfall("L1")
@pytest.mark.pitfall("O7")
async def test_offline_in_mid_exam(serve: Serve, desk_of: Any, secure: bool) -> None:
    server = serve()
    desk = await desk_of(server, secure=secure)
    page = await desk.begun()
    assert await page.evaluate("isSecureContext") is secure
    await choose(page, 0, 1)
    await line_says(page, "Đã lưu trên máy chủ")
    await desk.context.set_offline(True)
    await choose(page, 1, 2)
    await choose(page, 2, 3)
    await line_says(page, OFFLINE)
    assert server.exam.attempts["anh"].answers() == {0: "k1"}
    await desk.context.set_offline(False)
    await line_says(page, "Đã lưu trên máy chủ")
    assert server.exam.attempts["anh"].answers() == {0: "k1", 1: "k2", 2: "k3"}
    assert await outbox(page) == 0


async def test_a_busy_server_is_told_apart_from_a_lost_connection(serve: Serve, desk_of: Any) -> None:
    server = serve()
    page = await (await desk_of(server)).begun()
    server.fault = "503"
    await choose(page, 0, 1)
    await choose(page, 1, 1)
    await line_says(page, "Đã lưu trên thiết bị này, 2 câu chờ gửi")
    server.fault = ""
    await line_says(page, "Đã lưu trên máy chủ")
    assert server.exam.attempts["anh"].answers() == {0: "k1", 1: "k1"}


@ORIGINS
@pytest.mark.pitfall("L2")
@pytest.mark.pitfall("L3")
@pytest.mark.pitfall("L4")
async def test_a_tab_killed_between_write_and_acknowledgement(serve: Serve, desk_of: Any, secure: bool) -> None:
    server = serve()
    desk = await desk_of(server, secure=secure)
    page = await desk.begun()
    await line_says(page, "Đã lưu trên máy chủ")
    server.fault = "drop_ack"
    await choose(page, 0, 1)
    await line_says(page, OFFLINE)
    assert await outbox(page) >= 1
    await page.close(run_before_unload=False)
    server.fault = ""
    page = await desk.page(None)
    await page.wait_for_selector(".item")
    await line_says(page, "Đã lưu trên máy chủ")
    assert await outbox(page) == 0
    written = [entry for entry in server.exam.attempts["anh"].journal.values() if entry[1] == 0]
    assert [entry[3] for entry in written] == ["k1"]
    assert await page.locator(".choice input:checked").count() == 1


async def test_a_reload_while_the_server_is_away(serve: Serve, desk_of: Any) -> None:
    server = serve()
    desk = await desk_of(server)
    page = await desk.begun()
    await page.wait_for_function("caches.match('/play').then(found => !!found)")  # on the first visit of this device
    await choose(page, 0, 1)
    await line_says(page, "Đã lưu trên máy chủ")
    server.fault = "away"
    await choose(page, 1, 2)
    await line_says(page, OFFLINE)
    await page.reload()
    await page.wait_for_selector(".item")
    await page.click(".side .cell >> nth=1")
    assert await page.locator(".choice input:checked").get_attribute("value") == "k2"
    await choose(page, 2, 0)
    server.fault = ""
    await page.evaluate("dispatchEvent(new Event('online'))")
    await line_says(page, "Đã lưu trên máy chủ")
    assert server.exam.attempts["anh"].answers() == {0: "k1", 1: "k2", 2: "k0"}
    names = await page.evaluate(
        "caches.open('exam-engine-player').then(c => c.keys()).then(all => all.map(r => new URL(r.url).pathname))"
    )
    assert names
    assert all(name == "/play" or name.startswith("/static/") for name in names)
    await page.goto(f"{desk.origin}/t/binh")
    await page.wait_for_function("caches.match('/play').then(found => !found)")


@ORIGINS
@pytest.mark.pitfall("L5")
async def test_a_duplicated_tab_waits_until_it_is_asked_for(serve: Serve, desk_of: Any, secure: bool) -> None:
    server = serve()
    desk = await desk_of(server, secure=secure)
    first = await desk.begun()
    await choose(first, 0, 1)
    await line_says(first, "Đã lưu trên máy chủ")
    second = await desk.page(None)
    await second.get_by_role("heading", name="Bài này đang mở ở một thẻ khác").wait_for()
    await second.get_by_role("button", name="Làm tiếp ở đây").click()
    await second.wait_for_selector(".item")
    await first.get_by_role("heading", name="Bài này đang mở ở một thẻ khác").wait_for()
    await choose(second, 0, 2)
    await line_says(second, "Đã lưu trên máy chủ")
    assert server.exam.attempts["anh"].answers() == {0: "k2"}
    assert server.exam.attempts["anh"].resume == 1


@pytest.mark.pitfall("D1")
@pytest.mark.pitfall("L8")
@pytest.mark.parametrize("signed_out", [False, True])
async def test_a_second_device_waits_for_permission_and_both_say_so(
    serve: Serve, desk_of: Any, signed_out: bool
) -> None:
    """`signed_out`: the first device's session ended with it, and nothing is written there any more."""
    server = serve()
    desk = await desk_of(server)
    first = await desk.begun()
    await choose(first, 0, 1)
    await line_says(first, "Đã lưu trên máy chủ")
    second = await (await desk_of(server)).page()
    await second.get_by_role("button", name="Làm tiếp trên máy này").click()
    await second.get_by_role("heading", name="Đang chờ cho phép").wait_for()
    server.exam.attempts["anh"].allowed = True
    await second.wait_for_selector(".item")
    assert await second.locator(".choice input:checked").count() == 1
    if signed_out:
        await desk.context.clear_cookies()
        await first.evaluate("dispatchEvent(new Event('online'))")
    else:
        await first.click(".choice >> nth=3")
    await first.get_by_role("heading", name="Bài này đang được làm trên máy khác").wait_for()
    await choose(second, 2, 2)
    await line_says(second, "Đã lưu trên máy chủ")
    assert server.exam.attempts["anh"].answers() == {0: "k1", 2: "k2"}


@ORIGINS
@pytest.mark.pitfall("D3")
async def test_siblings_on_one_phone(serve: Serve, desk_of: Any, secure: bool) -> None:
    server = serve()
    desk = await desk_of(server, secure=secure)
    page = await desk.begun("anh")
    await line_says(page, "Đã lưu trên máy chủ")
    await desk.context.set_offline(True)
    await choose(page, 0, 3)
    await line_says(page, OFFLINE)
    await page.close()
    await desk.context.set_offline(False)
    page = await desk.page("binh")
    await page.get_by_text("Trần Văn Bình").first.wait_for()
    assert "Ánh" not in await page.inner_text("body")
    await page.click(".start")
    await page.wait_for_selector(".item")
    assert await page.locator(".choice input:checked").count() == 0
    await page.wait_for_function("true")
    for _attempt in range(50):
        if server.exam.attempts["anh"].answers():
            break
        await page.wait_for_timeout(100)
    assert server.exam.attempts["anh"].answers() == {0: "k3"}
    assert server.exam.attempts["binh"].answers() == {}


@pytest.mark.pitfall("L6")
async def test_handing_in_offline_says_so_and_happens_by_itself(serve: Serve, desk_of: Any) -> None:
    server = serve()
    desk = await desk_of(server)
    page = await desk.begun()
    await desk.context.set_offline(True)
    await choose(page, 0, 1)
    await page.click(".side .button-wide")
    await page.click(".review-acts .button-primary")
    await page.click("dialog[open] .button-primary")
    await page.get_by_text("Chưa nộp được bài vì mất kết nối.").wait_for()
    await desk.context.set_offline(False)
    await page.get_by_role("heading", name="Đã nộp bài").wait_for(timeout=40_000)
    assert server.exam.attempts["anh"].answers() == {0: "k1"}


@pytest.mark.pitfall("T5")
async def test_a_deadline_reached_offline_tells_the_truth(serve: Serve, desk_of: Any) -> None:
    server = serve(minutes=0.12)
    desk = await desk_of(server)
    page = await desk.begun()
    await choose(page, 0, 1)
    await line_says(page, "Đã lưu trên máy chủ")
    await desk.context.set_offline(True)
    await choose(page, 1, 1)
    told = "Hết giờ. 1 câu đã lưu trên máy chủ, 1 câu còn trên máy này. Đừng tắt máy, hãy báo cán bộ coi thi."
    await page.get_by_text(told).wait_for(timeout=20_000)
    await desk.context.set_offline(False)
    await page.get_by_text("Hết giờ. Bài làm đã được ghi nhận").wait_for(timeout=40_000)
    assert [entry[5] for entry in server.exam.attempts["anh"].journal.values() if entry[1] == 0] == [0, 1]


async def test_one_entry_that_the_server_cannot_take_holds_nobody_up(serve: Serve, desk_of: Any) -> None:
    server = serve()
    server.exam.refuse_value = "k2"
    page = await (await desk_of(server)).begun()
    await choose(page, 0, 2)
    await line_says(page, "Chưa lưu được")
    await choose(page, 1, 1)
    await page.wait_for_timeout(800)
    assert server.exam.attempts["anh"].answers() == {1: "k1"}
    await choose(page, 0, 0)
    await line_says(page, "Đã lưu trên máy chủ")
    assert server.exam.attempts["anh"].answers() == {0: "k0", 1: "k1"}


@pytest.mark.pitfall("T4")
async def test_the_clock_of_the_device_does_not_matter(serve: Serve, desk_of: Any) -> None:
    server = serve(minutes=90)
    desk = await desk_of(server)
    await desk.context.add_init_script("Date.now = () => 0")
    page = await desk.begun()
    assert (await page.inner_text(".timer-face")).startswith(("1:30:00", "1:29:5"))
    await choose(page, 0, 1)
    await line_says(page, "Đã lưu trên máy chủ")


async def test_a_pause_hides_the_paper_and_is_explained(serve: Serve, desk_of: Any) -> None:
    server = serve()
    page = await (await desk_of(server)).begun()
    attempt = server.exam.attempts["anh"]
    attempt.state = "paused"
    attempt.interventions.append({"action": "pause", "seconds": 0, "reason": "Báo cháy", "at": server.exam.now()})
    # A save brings the news; if one was under way, the paper is hidden already and takes no click.
    await page.locator(".choice >> nth=0").dispatch_event("click")
    await page.get_by_role("heading", name="Tạm dừng").wait_for()
    assert await page.locator(".item").is_hidden()
    await page.get_by_text("Lý do: Báo cháy").wait_for()


async def test_without_storage_the_check_names_it(serve: Serve, desk_of: Any) -> None:
    desk = await desk_of(serve())
    await desk.context.add_init_script(
        "Object.defineProperty(indexedDB, 'open', {value: () => { throw new Error('blocked'); }})"
    )
    page = await desk.page()
    await page.get_by_text("Trình duyệt này không cho lưu câu trả lời.").wait_for()
    await page.click(".start")
    await page.wait_for_selector(".item")
    await desk.context.set_offline(True)
    await page.click(".choice >> nth=0")
    await line_says(page, "Chưa lưu được. Em giữ nguyên máy và báo cán bộ coi thi ngay")
