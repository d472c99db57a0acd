"""Recordings of a paper: fetched in whole or in part by who sits it, once it has begun, and played there."""

from __future__ import annotations

import json
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.database import transaction
from exam_engine.kit.keys import Keys
from item_bank.content.interactions.base import InvalidResponse
from item_bank.content.interactions.parts.base import parse
from item_bank.content.recordings import MAX_BYTES, RecordingRefused, recording_of, recording_type
from item_bank.storage import queries as storage
from tests.delivery.world import Device, World, build

SOUND = recording_of(b"ID3" + bytes(range(250)) * 4)
BODY = {"type": "media", "gives": "plays", "cardinality": "single", "most": 0, "plays": 2, "source": SOUND.digest}


@pytest_asyncio.fixture(loop_scope="session")
async def world(real_engine: AsyncEngine, keys: Keys) -> World:
    world = await build(real_engine, keys)
    slots = json.dumps([{"type": "composite", "body": {"parts": [BODY]}}])
    async with transaction(real_engine) as connection:
        await storage.store_assets(connection, [SOUND])
        statement = text("update exam.form set slots = cast(:slots as jsonb) where id = :id")
        await connection.execute(statement, {"slots": slots, "id": world.form_id})
    return world


@pytest.mark.parametrize(
    ("asked", "status", "begin", "end"),
    [("", 200, 0, 1003), ("bytes=0-", 200, 0, 1003), ("bytes=10-19", 206, 10, 20), ("bytes=-3", 206, 1000, 1003)],
)
async def test_all_of_it_or_a_part(
    client: AsyncClient, world: World, asked: str, status: int, begin: int, end: int
) -> None:
    device = Device(client, world.cookies[0])
    address = f"/play/media/{SOUND.digest}"
    assert (await device.get(address)).status_code == 404
    await device.start()
    found = await client.get(address, headers=device.headers() | ({"range": asked} if asked else {}))
    assert (found.status_code, found.content) == (status, SOUND.data[begin:end])
    assert (found.headers["content-type"], found.headers["accept-ranges"]) == ("audio/mpeg", "bytes")
    assert (await client.get(address, headers=device.headers() | {"range": "bytes=5000-"})).status_code == 416
    assert (await device.get(f"/play/media/{'0' * 64}")).status_code == 404
    page, other = await device.get("/play"), await device.get("/play/state")
    assert "media-src blob:" in page.headers["content-security-policy"]
    assert "media-src" not in other.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xff\xfb\x90\x00", "audio/mpeg"), (b"\0\0\0 ftypM4A \0", "audio/mp4"), (b"\0\0\0 ftypisom", "video/mp4"),
        (b"OggS\0\x02vorbis", "audio/ogg"), (b"\x1a\x45\xdf\xa3webm V_VP8", "video/webm"),
        (b"RIFF1234WAVE", "audio/wav"), (b"<html>", None), (b"MZ", None), (b"", None),
    ],
)  # fmt: skip
def test_the_bytes_say_what_it_is(start: bytes, kind: str | None) -> None:
    assert recording_type(start) == kind


def test_what_is_too_large_or_no_recording_is_refused() -> None:
    for data in (b"ID3" + bytes(MAX_BYTES), b"<svg/>"):
        with pytest.raises(RecordingRefused):
            recording_of(data)


@pytest.mark.parametrize("given", ["3", "-1", "x", "٣", ["1"], True])
def test_nobody_plays_it_more_often_than_allowed(given: Any) -> None:
    assert parse("2", BODY) == "2"
    with pytest.raises(InvalidResponse):
        parse(given, BODY)
