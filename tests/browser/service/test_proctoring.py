"""A candidate's page reports what the exam asks for, also after a while offline; the room page shows it and acts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page
from sqlalchemy import text

from exam_engine.kit.database import transaction
from exam_engine.sittings.policy import SIGNALS, SittingPolicy
from tests.accounts.school import PASSWORD
from tests.browser.service.conftest import OFFLINE, choose, line_says
from tests.browser.service.test_exam_day import ESSAY, eventually
from tests.hall import Hall, Room, Seat

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
DesktopOf = Callable[..., Awaitable[Any]]

HIDE = """(hidden) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => hidden ? "hidden" : "visible" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
PASTE = """(area) => {
  const data = new DataTransfer();
  data.setData("text", "bí mật của em");
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


async def signals(room: Room, seat: Seat) -> dict[str, dict[str, Any]]:
    async with transaction(room.engine) as connection:
        statement = text("select type, data from proctoring.signal where attempt_id = :id and not data ? 'phase'")
        rows = await connection.execute(statement, {"id": seat.attempt})
        return {row.type: row.data for row in rows}


async def signed_in(desk: Any) -> Page:
    page: Page = await desk.blank()
    await page.goto(f"{desk.origin}/sign-in")
    await page.fill("[name=username]", "invigilator")
    await page.fill("[name=password]", PASSWORD)
    await page.locator("form:has([name=password]) [type=submit]").click()
    await page.wait_for_url(f"{desk.origin}/")
    return page


async def test_signals_survive_offline_and_the_invigilator_acts(hall: Hall, desk_of: DesktopOf) -> None:
    room = await hall.sitting(2, SittingPolicy(signals=SIGNALS))
    seat, _other = room.seats
    desk = await desk_of()
    waiting = await desk.waiting(seat)
    assert "bao nhiêu ký tự; không ghi nội dung" in await waiting.locator("#player").inner_text()
    await waiting.click(".start")
    page = waiting
    await page.wait_for_selector(".item")

    await desk.context.set_offline(True)
    await page.evaluate(HIDE, True)
    await page.wait_for_timeout(1200)
    await page.evaluate(HIDE, False)
    await page.click(f".side .cell >> nth={ESSAY}")
    await page.locator("textarea").first.evaluate(PASTE)
    await page.click(".side .cell >> nth=0")
    await choose(page, 0, 1)
    await line_says(page, OFFLINE)
    assert await signals(room, seat) == {}
    await desk.context.set_offline(False)

    async def arrived() -> bool:
        return {"hidden", "paste"} <= set(await signals(room, seat))

    await eventually(arrived, 60)
    found = await signals(room, seat)
    assert 1000 <= found["hidden"]["ms"] < 60_000
    assert found["paste"]["chars"] == 13
    assert found["paste"]["slot"] == seat.order[ESSAY]
    assert "bí mật" not in str(found)

    invigilator = await signed_in(await desk_of())
    await invigilator.goto(f"{desk.origin}/rooms/{room.public}")
    second = await (await desk_of()).blank()
    await second.goto(f"{desk.origin}/t/{seat.ticket}")
    await second.locator("main form button").first.click()
    await second.wait_for_url(f"{desk.origin}/play")
    await second.locator("button", has_text="máy này").or_(second.locator(".start")).first.click()
    # Nobody reloads: the stream brings it.
    await invigilator.locator("#room-live tr", has_text=seat.name).get_by_text("Máy khác xin làm tiếp").wait_for()
    await invigilator.get_by_role("link", name=seat.name).click()
    await invigilator.get_by_text("Dán").first.wait_for()

    before = (await room.attempt(seat))["deadline"]
    added = invigilator.locator("details", has=invigilator.locator("input[value=add_time]"))
    await added.locator("summary").click()
    await added.locator("[name=details]").fill("Mất điện")
    await added.locator("[type=submit]").click()
    await invigilator.wait_for_url("**done=add_time")
    assert (await room.attempt(seat))["deadline"] > before
    await choose(page, 0, 2)  # the reply to the next answer says that there is news, long before the heartbeat
    await page.locator(".notices", has_text="Mất điện").wait_for(timeout=40_000)

    allowed = invigilator.locator("details", has=invigilator.locator("input[value=allow_device]"))
    await allowed.locator("[name=details]").fill("Máy hỏng")
    await allowed.locator("[type=submit]").click()
    await invigilator.wait_for_url("**done=allow_device")
    found = await room.attempt(seat)
    assert found["device_allowed"] or found["resume"] == 2, "the permission waits, or the second device has taken it"
