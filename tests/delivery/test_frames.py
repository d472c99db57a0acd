"""Pages that are put together around a person's words: the words stay words, and stay with the person."""

from __future__ import annotations

import json
import re

import pytest
from httpx import AsyncClient
from markupsafe import escape

from exam_engine.accounts.secrets import TICKET_LENGTH, ticket_hash
from exam_engine.kit.database import transaction
from exam_engine.kit.frames import mark
from exam_engine.kit.keys import Keys
from exam_engine.sittings.tables import candidate, sitting
from tests.delivery.world import Device, World

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&amp; {{ 7*7 }}", "\ue0f0path\ue0f1x")
TICKETS = ("a" * TICKET_LENGTH, "b" * TICKET_LENGTH)


async def _named(world: World, keys: Keys, position: int, name: str) -> str:
    hashed = ticket_hash(keys, TICKETS[position])
    changed = candidate.update().where(candidate.c.id == world.candidates[position])
    async with transaction(world.engine) as connection:
        await connection.execute(changed.values(full_name=name, number=name[:40], ticket_hash=hashed))
    return f"/t/{TICKETS[position]}"


async def _titled(world: World, title: str) -> None:
    async with transaction(world.engine) as connection:
        await connection.execute(sitting.update().where(sitting.c.id == world.sitting_id).values(title=title))


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_text_and_nobody_elses(
    client: AsyncClient, world: World, keys: Keys, name: str
) -> None:
    bad, good = await _named(world, keys, 0, name), await _named(world, keys, 1, "Nguyễn Thị Hoà")
    for _again in range(2):  # the second is made from the frame that is kept
        page = await client.get(bad)
        assert page.status_code == 200
        assert str(escape(name)) in page.text
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        other = (await client.get(good)).text
        assert "Nguyễn Thị Hoà" in other
        assert str(escape(name)) not in other
        assert bad not in other


def test_no_text_that_was_ever_stored_or_sent_holds_a_mark() -> None:
    for part in mark("heading").split("heading"):
        with pytest.raises(UnicodeEncodeError):
            part.encode()


@pytest.mark.parametrize("title", [*HOSTILE, "\ue0f0csrf_token\ue0f1"])
async def test_a_hostile_title_breaks_no_page(client: AsyncClient, world: World, keys: Keys, title: str) -> None:
    await _titled(world, title)
    ticket = await client.get(await _named(world, keys, 0, "Nguyễn Thị Hoà"))
    player = await Device(client, world.cookies[0]).get("/play")
    for page in (ticket, player):
        assert page.status_code == 200
        assert str(escape(title)) in page.text
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


@pytest.mark.parametrize("planted", ["abc\\", "</script>", "0" * 127, "A" * 128])
async def test_a_planted_cookie_breaks_no_page(client: AsyncClient, world: World, planted: str) -> None:
    """Another host of the same domain may have set it."""
    page = await client.get("/play", headers={"cookie": f"session={world.cookies[0]}; csrf={planted}"})
    assert page.status_code == 200
    found = re.search(r'<script type="application/json" id="settings">(.*?)</script>', page.text, re.DOTALL)
    assert found
    assert json.loads(found[1])["csrf"] == ""
