"""Every interaction of composite items: by mouse, by finger and by keys alone; kept, shown again, locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page

from item_bank.content.interactions.registry import HANDLERS
from item_bank.content.model import Item
from tests.browser.player import parts_paper
from tests.browser.player.conftest import line_says
from tests.browser.player.mock_server import MockServer
from tests.browser.player.parts_paper import PARTS, composite_of, slot_of

pytestmark = pytest.mark.browser
Serve = Callable[..., MockServer]


async def desk_with(serve: Serve, desk_of: Any, items: list[Item], **how: Any) -> tuple[MockServer, Page]:
    """The player with a paper of these items, begun."""
    server = serve()
    server.exam.paper, server.exam.variant = parts_paper.paper(items), parts_paper.variant(items)
    return server, await (await desk_of(server, **how)).begun()


async def saved(server: MockServer, page: Page) -> Any:
    """The answer to the first item as the service has it."""
    await line_says(page, "Đã lưu trên máy chủ")
    return server.exam.attempts["anh"].answers().get(0)


async def use(page: Page, selector: str, at: int, how: str) -> None:
    """One press: of the mouse, of a finger, or of a key."""
    target = page.locator(f".item {selector} >> nth={at}")
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
