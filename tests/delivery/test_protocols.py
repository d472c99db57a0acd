"""Requests as pages that are open on devices today send them, byte for byte: a newer server must go on taking them.

`protocols/N.json` is never changed once a release has gone out with it. A new number gets a file of its own, and its
predecessor's stays until the number is dropped from `PROTOCOLS`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exam_engine.delivery.entries import PROTOCOLS
from tests.delivery.world import Device, World

FROZEN = {int(file.stem): file for file in (Path(__file__).parent / "protocols").glob("*.json")}


def test_this_protocol_and_the_one_before_are_taken_and_frozen() -> None:
    newest = max(PROTOCOLS)
    assert {newest - 1, newest} & set(range(1, newest + 1)) == set(PROTOCOLS) == set(FROZEN)


@pytest.mark.parametrize("number", sorted(FROZEN))
async def test_an_old_page_saves_and_hands_in(device: Device, world: World, number: int) -> None:
    assert (await device.start()).status_code == 200
    headers = {"authorization": f"Bearer {device.token}", "content-type": "application/json"}
    acknowledged = {}
    for exchange in json.loads(FROZEN[number].read_text(encoding="utf-8")):
        reply = await device.client.post(exchange["path"], content=exchange["body"], headers=headers)
        assert reply.status_code == 200, reply.text
        assert reply.json()["a"] == exchange["a"]
        assert set(exchange["reply"]) <= set(reply.json())
        acknowledged |= dict(reply.json()["a"])
    assert [row[1] for row in await world.journal()] == sorted(acknowledged)
