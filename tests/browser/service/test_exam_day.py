"""An exam in real browsers on the real service: what the candidate sees, and what the journal holds afterwards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, Route

from exam_engine.delivery.tables import attempt
from exam_engine.kit.database import transaction
from exam_engine.sittings.policy import SittingPolicy
from tests.browser.service.conftest import HOST, OFFLINE, ON_SERVER, choose, line_says
from tests.hall import Hall, Room, Seat

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
ORIGINS = pytest.mark.parametrize("secure", [True, False], ids=["secure", "plain http"])
#: Where a browser keeps less: what happens in both is tried by tests/browser/player.
PLAIN = pytest.mark.parametrize("secure", [False], ids=["plain http"])
# Positions on the screen: four choices in any order, then these.
SEVERAL, CLUSTER, NUMBER, TEXT, ESSAY = range(4, 9)
DesktopOf = Callable[..., Awaitable[Any]]


async def answers(room: Room, seat: Seat) -> dict[int, Any]:
    """Position on the screen → the last value that counts."""
    rows = (await room.journal())[seat.attempt]
    counting = {slot: json.loads(value) for _r, _c, kind, slot, standing, value in rows if (kind, standing) == (0, 0)}
    return {seat.order.index(slot): value for slot, value in counting.items()}


async def chosen(page: Page) -> str | None:
    return await page.locator(".choice input:checked").get_attribute("value")


async def eventually(true: Callable[[], Awaitable[bool]], within: float = 20) -> None:
    async with asyncio.timeout(within):
        while not await true():
            await asyncio.sleep(0.1)


async def hand_in(page: Page) -> None:
    await page.click(".side .button-wide")
    await page.click(".review-acts .button-primary")
    await page.click("dialog[open] .button-primary")


@ORIGINS
async def test_from_the_ticket_to_the_receipt(hall: Hall, desk_of: DesktopOf, secure: bool) -> None:
    room = await hall.sitting(1)
    (seat,) = room.seats
    desk = await desk_of(secure=secure)
    page = await desk.waiting(seat)
    assert await page.evaluate("isSecureContext") is secure
    await page.click(".start")
    await page.wait_for_selector(".item")
    await choose(page, 0, 2)
    first = await chosen(page)
    await choose(page, SEVERAL, 0)
    await page.click(".choice >> nth=3")
    several = sorted([await page.locator(".choice input").nth(n).get_attribute("value") or "" for n in (0, 3)])
    await page.click(f".side .cell >> nth={CLUSTER}")
    await page.click(".statement >> nth=0 >> .verdict >> nth=0")
    await page.click(".statement >> nth=2 >> .verdict >> nth=1")
    await page.click(f".side .cell >> nth={NUMBER}")
    await page.locator(".boxes-input").press_sequentially("−1,5")
    await page.click(f".side .cell >> nth={TEXT}")
    await page.locator(".item input.input").press_sequentially("Hà Nội")
    await page.click(f".side .cell >> nth={ESSAY}")
    await page.locator("textarea").press_sequentially("Quê em ở Vĩnh Long.")
    await line_says(page, ON_SERVER)
    await page.click(".side .button-wide")
    await page.click(".review-acts .button-primary")
    assert "Còn 3 câu chưa trả lời." in await page.inner_text("dialog[open]")
    await page.click("dialog[open] .button-primary")
    await page.get_by_role("heading", name="Đã nộp bài").wait_for()
    assert await answers(room, seat) == {
        0: first, SEVERAL: several, CLUSTER: {"a": True, "c": False}, NUMBER: "-1,5", TEXT: "Hà Nội",
        ESSAY: "Quê em ở Vĩnh Long.",
    }  # fmt: skip
    assert (await room.attempt(seat))["state"] == "submitted"


@PLAIN
async def test_offline_for_a_while_in_mid_exam(hall: Hall, desk_of: DesktopOf, secure: bool) -> None:
    room = await hall.sitting(1)
    (seat,) = room.seats
    desk = await desk_of(secure=secure)
    page = await desk.begun(seat)
    await choose(page, 0, 1)
    await line_says(page, ON_SERVER)
    await desk.context.set_offline(True)
    await choose(page, 1, 2)
    await choose(page, 2, 3)
    await line_says(page, OFFLINE)
    assert set(await answers(room, seat)) == {0}
    await desk.context.set_offline(False)
    await line_says(page, ON_SERVER)
    assert set(await answers(room, seat)) == {0, 1, 2}


@PLAIN
@pytest.mark.pitfall("L3", "L4")
async def test_a_tab_killed_between_write_and_acknowledgement(hall: Hall, desk_of: DesktopOf, secure: bool) -> None:
    room = await hall.sitting(1)
    (seat,) = room.seats
    desk = await desk_of(secure=secure)
    page = await desk.begun(seat)
    await line_says(page, ON_SERVER)
    written = asyncio.Event()

    async def hold(route: Route) -> None:
        """The service writes; its answer never reaches the page."""
        await route.fetch(url=route.request.url.replace(HOST, "127.0.0.1"))
        written.set()

    await page.route("**/play/save", hold)
    await choose(page, 0, 1)
    value = await chosen(page)
    await eventually(lambda: _has(room, seat, 0))
    await page.close(run_before_unload=False)
    page = await desk.again()
    await page.wait_for_selector(".item")
    await line_says(page, ON_SERVER)
    rows = [row for row in (await room.journal())[seat.attempt] if row[2] == 0]
    assert [(row[1], json.loads(row[5]), row[4]) for row in rows] == [(rows[0][1], value, 0)]
    assert await chosen(page) == value
    assert written.is_set()


async def _has(room: Room, seat: Seat, position: int) -> bool:
    return position in await answers(room, seat)


@pytest.mark.pitfall("D1", "L5")
async def test_a_second_device_waits_for_the_invigilator(hall: Hall, desk_of: DesktopOf) -> None:
    room = await hall.sitting(1)
    (seat,) = room.seats
    first = await (await desk_of()).begun(seat)
    await choose(first, 0, 1)
    await line_says(first, ON_SERVER)
    other = await desk_of(width=360)
    second = await other.blank()
    await second.goto(f"{other.origin}/t/{seat.ticket}")
    await second.locator("main form button").click()
    await second.get_by_role("button", name="Làm tiếp trên máy này").click()
    await second.get_by_role("heading", name="Đang chờ cho phép").wait_for()
    await choose(first, 1, 1)
    await line_says(first, ON_SERVER)
    await allow_device(hall, seat)
    await second.wait_for_selector(".item")
    await first.click(".choice >> nth=3")
    await first.get_by_role("heading", name="Bài này đang được làm trên máy khác").wait_for()
    await second.click(".choice >> nth=0")
    await line_says(second, ON_SERVER)
    rows = [row for row in (await room.journal())[seat.attempt] if row[2] == 0]
    assert [(row[0], row[4]) for row in rows] == [(1, 0), (1, 0), (1, 2), (2, 0)]


async def allow_device(hall: Hall, seat: Seat) -> None:
    async with transaction(hall.engine) as connection:
        await connection.execute(attempt.update().where(attempt.c.id == seat.attempt).values(device_allowed=True))


@PLAIN
@pytest.mark.pitfall("T5", "L6")
async def test_the_deadline_passes_offline_and_the_answers_count(hall: Hall, desk_of: DesktopOf, secure: bool) -> None:
    room = await hall.sitting(1, SittingPolicy(grace_s=600), seconds=12)
    (seat,) = room.seats
    desk = await desk_of(secure=secure)
    page = await desk.begun(seat)
    await choose(page, 0, 1)
    await line_says(page, ON_SERVER)
    await desk.context.set_offline(True)
    await choose(page, 1, 1)
    told = "Hết giờ. 1 câu đã lưu trên máy chủ, 1 câu còn trên máy này. Đừng tắt máy, hãy báo cán bộ coi thi."
    await page.get_by_text(told).wait_for()
    await desk.context.set_offline(False)
    await page.get_by_text("Hết giờ. Bài làm đã được ghi nhận").wait_for(timeout=40_000)
    assert set(await answers(room, seat)) == {0, 1}


@PLAIN
@pytest.mark.pitfall("D3")
async def test_siblings_on_one_phone(hall: Hall, desk_of: DesktopOf, secure: bool) -> None:
    room = await hall.sitting(2)
    elder, younger = room.seats
    desk = await desk_of(secure=secure, width=360)
    page = await desk.begun(elder)
    await line_says(page, ON_SERVER)
    await desk.context.set_offline(True)
    await page.click(".choice >> nth=3")
    await line_says(page, OFFLINE)
    await page.close()
    await desk.context.set_offline(False)
    page = await desk.begun(younger)
    assert elder.name not in await page.inner_text("body")
    assert await page.locator(".choice input:checked").count() == 0
    await eventually(lambda: _has(room, elder, 0))
    assert await answers(room, younger) == {}
    stored = await page.evaluate(EVERYTHING_STORED)
    assert elder.name not in stored


EVERYTHING_STORED = """async () => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((done) => {
      const opening = indexedDB.open(name); opening.onsuccess = () => done(opening.result); });
    for (const store of base.objectStoreNames) {
      found.push(JSON.stringify(await new Promise((done) => {
        const all = base.transaction(store).objectStore(store).getAll(); all.onsuccess = () => done(all.result); })));
    }
    base.close();
  }
  return found.join();
}"""


async def test_keys_alone_on_a_phone_wide_screen(hall: Hall, desk_of: DesktopOf) -> None:
    room = await hall.sitting(1)
    (seat,) = room.seats
    desk = await desk_of(width=360)
    page = await desk.blank()
    await page.goto(f"{desk.origin}/t/{seat.ticket}")
    await _press_on(page, "main form button")
    await page.wait_for_selector(".start:enabled")
    await _press_on(page, ".start")
    await page.wait_for_selector(".item")
    for key in ("b", "f", "ArrowRight", "3", "ArrowRight", "ArrowLeft"):
        await page.keyboard.press(key)
    await line_says(page, ON_SERVER)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.keyboard.press("p")
    await page.locator("dialog[open] .cell").nth(ESSAY).focus()
    await page.keyboard.press("Enter")
    await page.focus("textarea")
    await page.keyboard.type("fx?")
    await page.keyboard.press("Escape")
    await _press_on(page, ".button-next")
    await _press_on(page, ".review-acts .button-primary")
    await _press_on(page, "dialog[open] .button-primary")
    await page.get_by_role("heading", name="Đã nộp bài").wait_for()
    assert set(await answers(room, seat)) == {0, 1, ESSAY}


async def _press_on(page: Page, selector: str) -> None:
    """By Tab alone, as somebody without a mouse comes there."""
    target = page.locator(selector).first
    await target.wait_for()
    for _ in range(60):
        if await target.evaluate("one => one === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    else:
        raise AssertionError(f"{selector} is not reached by the Tab key")
    await page.keyboard.press("Enter")


async def test_telex_typing_with_a_save_in_mid_composition(hall: Hall, desk_of: DesktopOf) -> None:
    room = await hall.sitting(1)
    (seat,) = room.seats
    page = await (await desk_of()).begun(seat)
    await page.click(f".side .cell >> nth={ESSAY}")
    await page.focus("textarea")
    devtools = await page.context.new_cdp_session(page)
    await page.keyboard.type("Em ")
    for part in ("t", "ti", "tie", "tiê", "tiến"):
        at = {"selectionStart": len(part), "selectionEnd": len(part)}
        await devtools.send("Input.imeSetComposition", {"text": part, **at})
    await eventually(lambda: _has(room, seat, ESSAY))
    assert await page.input_value("textarea") == "Em tiến"
    await devtools.send("Input.insertText", {"text": "tiếng"})
    await page.keyboard.type(" Việt")
    await eventually(lambda: _is(room, seat, ESSAY, "Em tiếng Việt"))
    assert await page.input_value("textarea") == "Em tiếng Việt"
    await hand_in(page)
    await page.get_by_role("heading", name="Đã nộp bài").wait_for()


async def _is(room: Room, seat: Seat, position: int, value: str) -> bool:
    return (await answers(room, seat)).get(position) == value
