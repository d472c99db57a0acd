"""The same page on the real service: from the waiting room to the receipt, and what the journal holds afterwards."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.database import transaction
from exam_engine.kit.keys import Keys
from exam_engine.sittings.tables import form
from exam_engine.sittings.tables import variant as variant_table
from tests.browser.player.conftest import line_says
from tests.browser.player.paper import paper, variant
from tests.delivery.world import World, build
from tests.live import LiveServer

pytestmark = pytest.mark.browser


async def world_with_paper(engine: AsyncEngine, keys: Keys, **options: Any) -> World:
    world = await build(engine, keys, **{"definition": {"title": "Toán", "scale": None}, **options})
    whole = paper()
    slots = [{"type": item["type"], "body": item["body"]} for item in whole["items"]]
    async with transaction(engine) as connection:
        content = {"slots": slots, "paper": gzip.compress(json.dumps(whole).encode())}
        await connection.execute(form.update().where(form.c.id == world.form_id).values(**content))
        await connection.execute(variant_table.update().values(body=variant(whole)))
    return world


async def seated(browser: Browser, server: LiveServer, cookie: str) -> tuple[Page, list[str]]:
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    await context.add_cookies([{"name": "session", "value": cookie, "url": server.url}])
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.goto(f"{server.url}/play")
    return page, complaints


async def test_from_the_waiting_room_to_the_receipt(
    live_server: LiveServer, real_engine: AsyncEngine, browser: Browser
) -> None:
    keys = Keys.from_file(live_server.settings.master_key_file)
    world = await world_with_paper(real_engine, keys)
    page, complaints = await seated(browser, live_server, world.cookies[0])
    assert await page.title() == "Bài thi – Kiểm tra Toán · Exam Engine"
    await page.click(".start")
    await page.wait_for_selector(".item")
    await page.click(".choice >> nth=1")
    await page.click(".flag")
    await page.click(".side .cell >> nth=6")
    await page.locator(".boxes-input").press_sequentially("0,5")
    await line_says(page, "Đã lưu trên máy chủ")
    await page.reload()
    await page.wait_for_selector(".item")
    await page.click(".side .cell >> nth=0")
    assert await page.locator(".choice input:checked").count() == 1
    await page.click(".side .button-wide")
    await page.click(".review-acts .button-primary")
    await page.click("dialog[open] .button-primary")
    await page.get_by_role("heading", name="Đã nộp bài").wait_for()
    assert "2" in await page.inner_text("dd.number >> nth=-2")
    answers = await world.fetch(
        "select slot, value, standing from exam.journal_entry where attempt_id = :id and kind = 0 order by counter",
        id=world.attempts[0],
    )
    assert [(row["slot"], json.loads(row["value"]), row["standing"]) for row in answers] == [
        (0, "k1", 0),
        (6, "0,5", 0),
    ]
    assert (await world.attempt())["state"] == "submitted"
    assert complaints == []
    await page.context.close()


async def test_a_move_to_another_device(live_server: LiveServer, real_engine: AsyncEngine, browser: Browser) -> None:
    keys = Keys.from_file(live_server.settings.master_key_file)
    world = await world_with_paper(real_engine, keys)
    first, _complaints = await seated(browser, live_server, world.cookies[0])
    await first.click(".start")
    await first.wait_for_selector(".item")
    await first.click(".choice >> nth=1")
    await line_says(first, "Đã lưu trên máy chủ")
    second, _complaints = await seated(browser, live_server, world.cookies[0])
    await second.get_by_role("button", name="Làm tiếp trên máy này").click()
    await second.get_by_role("heading", name="Đang chờ cho phép").wait_for()
    await world.change(device_allowed=True)
    await second.wait_for_selector(".item")
    assert await second.locator(".choice input:checked").get_attribute("value") == "k1"
    await first.click(".choice >> nth=2")
    await first.get_by_role("heading", name="Bài này đang được làm trên máy khác").wait_for()
    await second.click(".choice >> nth=3")
    await line_says(second, "Đã lưu trên máy chủ")
    journal = [row for row in await world.journal() if row[3].startswith('"k')]
    assert [(resume, standing, value) for resume, _counter, standing, value in journal] == [
        (1, 0, '"k1"'),
        (1, 2, '"k2"'),
        (2, 0, '"k3"'),
    ]
    await first.context.close()
    await second.context.close()
