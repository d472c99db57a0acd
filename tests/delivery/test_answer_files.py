"""Photographs on their way: in pieces, over breaks, into the database, and out to nobody but their owner."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.delivery import answer_files, verifying
from exam_engine.delivery.answers import counting_answers
from exam_engine.kit.database import transaction
from exam_engine.kit.keys import Keys
from item_bank.content.interactions.base import InvalidResponse
from item_bank.content.interactions.parts.handed import parse_files, takes
from tests.delivery.world import Device, World, build
from tests.item_bank.formats.documents import png

PIECE = answer_files.MOST_PIECE
PIECES = text("select count(*) from exam.answer_file_piece where attempt_id = :id")
RULED_OUT = text("""
insert into exam.ruling (attempt_id, entry, counts, reason, by)
select attempt_id, max(entry), false, '', 1 from exam.journal where attempt_id = :id group by 1
""")
UPLOAD = '[{"type": "composite", "body": {"parts": [{"type": "upload", "gives": "file", "files": 2}]}}]'


@pytest_asyncio.fixture(loop_scope="session")
async def world(real_engine: AsyncEngine, keys: Keys) -> World:
    world = await build(real_engine, keys)
    async with transaction(real_engine) as connection:
        statement = text("update exam.form set slots = cast(:slots as jsonb) where id = :id")
        await connection.execute(statement, {"slots": UPLOAD, "id": world.form_id})
    return world


@pytest.fixture
def device(client: AsyncClient, world: World) -> Device:
    return Device(client, world.cookies[0])


def photo(size: int, seed: int = 0) -> bytes:
    """A picture of a page, padded behind its end as cameras do."""
    return png((9, 9, 9)) + bytes((seed + at) % 251 for at in range(size))


async def piece(device: Device, data: bytes, at: int, *, digest: str = "", size: int = 0, cut: int = PIECE) -> Response:
    name = digest or hashlib.sha256(data).hexdigest()
    headers = {"authorization": f"Bearer {device.token}", "content-type": "application/octet-stream"}
    address = f"/play/files/{name}?size={size or len(data)}&at={at}"
    return await device.client.post(address, content=data[at : at + cut], headers=headers)


async def sent(device: Device, data: bytes) -> dict[str, Any]:
    told: dict[str, Any] = {"held": 0, "done": False}
    while not told["done"]:
        told = (await piece(device, data, told["held"])).raise_for_status().json()
    return told


async def test_a_photo_in_pieces_goes_on_where_it_stopped_and_comes_out_whole(device: Device) -> None:
    await device.start()
    data = photo(2 * PIECE)
    digest = hashlib.sha256(data).hexdigest()
    first = (await piece(device, data, 0)).json()
    assert first == {"held": PIECE, "done": False}
    assert (await device.get(f"/play/files/{digest}")).status_code == 404
    # The reply was lost: the piece comes again, and one comes too early; neither changes anything.
    assert (await piece(device, data, 0)).json() == (await piece(device, data, 2 * PIECE)).json() == first
    assert await sent(device, data) == {"held": len(data), "done": True}
    found = await device.get(f"/play/files/{digest}")
    assert (found.content, found.headers["content-type"]) == (data, "image/png")
    assert found.headers["x-content-type-options"] == "nosniff"
    answered = await device.answer(0, {"0": [f"{digest} {len(data)} bài làm.png"]})
    assert answered.json()["a"][0][1] == 0


async def test_nobody_else_gets_it_and_nobody_without_the_token_sends(
    device: Device, client: AsyncClient, world: World
) -> None:
    await device.start()
    data = photo(10)
    await sent(device, data)
    digest = hashlib.sha256(data).hexdigest()
    assert (await Device(client, world.cookies[1]).get(f"/play/files/{digest}")).status_code == 404
    device.token = "x" * 80
    assert (await piece(device, data, 0)).status_code == 401


#: Of a picture of 60,000 by 60,000 pixels nothing but its head is needed to take a marker's browser down.
BOMB = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2 + bytes(9)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        *((b"<svg onload=alert(1)>", 422), (b"<?xml version='1.0'?><svg/>", 422), (b"GIF89a" + bytes(20), 422)),
        *((b"\xff\xd8\xff" + b"no picture", 422), (b"RIFF1234WAVE", 422), (b"", 413), (BOMB, 422)),
        *((b"MZ" + bytes(80), 422), (b"PK\x03\x04%PDF-1.7", 422), (png((9, 9, 9))[:20], 422)),
    ],
)
async def test_what_is_no_picture_and_no_pdf_is_refused_by_its_bytes(device: Device, data: bytes, status: int) -> None:
    await device.start()
    assert (await piece(device, data, 0)).status_code == status


async def test_a_picture_that_is_a_page_as_well_is_never_taken_for_one(device: Device) -> None:
    await device.start()
    data = png((9, 9, 9)) + b"<html><script>alert(1)</script>"
    assert (await sent(device, data))["done"]
    found = await device.get(f"/play/files/{hashlib.sha256(data).hexdigest()}")
    assert (found.headers["content-type"], found.headers["x-content-type-options"]) == ("image/png", "nosniff")
    paper = b"%PDF-1.7<html><script>alert(1)</script>"
    assert (await sent(device, paper))["done"]
    found = await device.get(f"/play/files/{hashlib.sha256(paper).hexdigest()}")
    assert found.headers["content-disposition"].startswith("attachment")


async def test_a_file_is_as_long_as_it_was_said_to_be(device: Device) -> None:
    await device.start()
    data = photo(10)
    digest = hashlib.sha256(data).hexdigest()
    assert (await piece(device, data, 0, size=len(data) - 1)).status_code == 413
    assert (await piece(device, data, 0, size=len(data) + 1)).json() == {"held": len(data), "done": False}
    assert (await piece(device, data, 0)).json()["code"] == "file_refused", "it was announced with another length"
    assert (await device.get(f"/play/files/{digest}")).status_code == 404


async def test_bytes_that_are_not_what_their_digest_says_begin_anew(device: Device) -> None:
    await device.start()
    told = await piece(device, photo(5), 0, digest="0" * 64)
    assert told.json() == {"held": 0, "done": False}
    assert (await device.get(f"/play/files/{'0' * 64}")).status_code == 404


async def test_there_are_limits(device: Device, app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    await device.start()
    settings = replace(app.state.settings, answer_file_limit=3_000, answer_files_limit=4_000)
    monkeypatch.setitem(app.state._state, "settings", settings)
    await sent(device, photo(2_500, 1))
    refused = await piece(device, photo(2_500, 2), 0)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_files")
    assert (await piece(device, photo(5_000), 0)).json()["code"] == "answer_file_too_large"


def name_of(data: bytes) -> str:
    return f"{hashlib.sha256(data).hexdigest()} {len(data)} a.png"


@pytest.fixture
def narrow(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for one photo of some 2,600 bytes, and for three with those that were removed."""
    settings = replace(app.state.settings, answer_file_limit=3_000, answer_files_limit=3_000)
    monkeypatch.setitem(app.state._state, "settings", settings)


@pytest.mark.usefixtures("narrow")
async def test_a_removed_photo_makes_room_and_is_there_when_a_ruling_brings_its_answer_back(
    device: Device, world: World, real_engine: AsyncEngine
) -> None:
    await device.start()
    first, second = photo(2_500, 1), photo(2_500, 2)
    await device.answer(0, {"0": [name_of(first)]})
    await sent(device, first)
    assert (await piece(device, second, 0)).json()["code"] == "too_many_files"
    await device.answer(0, {"0": [name_of(second)]})
    assert (await sent(device, second))["done"]
    async with transaction(real_engine) as connection:
        await connection.execute(RULED_OUT, {"id": world.attempts[0]})
        answers = (await counting_answers(connection, [world.attempts[0]]))[world.attempts[0]]
        (file,) = (await answer_files.shown(connection, world.attempts[0], {0: answers[0].value}))[0]
    assert (file.digest, file.here) == (hashlib.sha256(first).hexdigest(), True)
    assert (await device.get(f"/play/files/{file.digest}")).content == first


@pytest.mark.usefixtures("narrow")
async def test_photos_that_were_removed_do_not_pile_up_without_end(device: Device) -> None:
    await device.start()
    photos = [photo(2_500, seed) for seed in range(4)]
    for one in photos[:3]:
        await device.answer(0, {"0": [name_of(one)]})
        await sent(device, one)
    await device.answer(0, {"0": [name_of(photos[3])]})
    refused = await piece(device, photos[3], 0)
    assert (refused.json()["code"], "vẫn được giữ lại" in refused.json()["detail"]) == ("too_many_files", True)
    assert (await piece(device, photos[0], 0)).json()["done"], "one of those that are kept"


@pytest.mark.race
@pytest.mark.usefixtures("narrow")
async def test_of_two_photos_that_come_at_once_one_has_room(device: Device) -> None:
    await device.start()
    photos = [photo(2_500, seed) for seed in range(6)]
    replies = await asyncio.gather(*(piece(device, one, 0) for one in photos))
    assert sorted(one.status_code for one in replies) == [200] + [409] * 5


@pytest.mark.race
@pytest.mark.usefixtures("narrow")
async def test_answers_that_change_while_photos_come_never_name_one_that_is_lost(
    device: Device,
) -> None:
    """Each turn answers and sends at once, in any order; what was told to be there is, whatever was removed since."""
    await device.start()
    photos, arrived = [photo(2_500, seed) for seed in range(3)], []
    for one in [*photos, *photos]:
        _answer, reply = await asyncio.gather(device.answer(0, {"0": [name_of(one)]}), piece(device, one, 0))
        if reply.status_code == 200:
            arrived.append(one)
    assert arrived[-3:] == photos, "once its answer is there, each has room"
    for one in arrived:
        assert (await device.get(f"/play/files/{hashlib.sha256(one).hexdigest()}")).content == one


async def test_files_go_with_their_attempt(device: Device, world: World, real_engine: AsyncEngine) -> None:
    await device.start()
    await sent(device, photo(2 * PIECE))
    await piece(device, photo(2 * PIECE, 1), 0)
    async with transaction(real_engine) as connection:
        found = {"id": world.attempts[0]}
        assert (await connection.execute(PIECES, found)).scalar_one() == 4
        await connection.execute(text("delete from exam.intervention where attempt_id = :id"), found)
        await connection.execute(text("delete from exam.attempt where id = :id"), found)
        assert (await connection.execute(PIECES, found)).scalar_one() == 0


async def test_a_paper_that_asks_for_no_file_takes_none(
    client: AsyncClient, real_engine: AsyncEngine, keys: Keys
) -> None:
    other = await build(real_engine, keys)
    device = Device(client, other.cookies[0])
    await device.start()
    assert (await piece(device, photo(5), 0)).json()["code"] == "no_files"


def test_an_answer_names_its_files() -> None:
    one, two = f"{'a' * 64} 12 trang 1.jpg", f"{'b' * 64} 9 x.pdf"
    assert parse_files([one, two], 2) == [one, two]
    for bad in ([one, one], [one, two], "a.jpg", [one.replace("trang", "../trang")], [f"{'a' * 64} 0 x"], 3):
        with pytest.raises(InvalidResponse):
            parse_files(bad, 1 if bad == [one, two] else 5)


@pytest.mark.parametrize(
    ("asked", "first"),
    [("", "image/jpeg"), ("image/*", "image/jpeg"), (".pdf, .docx", "application/pdf"), ("audio/mpeg", None)],
)
def test_an_author_asks_for_kinds_of_files_in_several_ways(asked: str, first: str | None) -> None:
    assert next(iter(takes(asked)), None) == first


async def test_a_photo_may_arrive_after_the_end_as_its_answer_was_in_time(device: Device) -> None:
    await device.start()
    data = photo(PIECE)
    digest = hashlib.sha256(data).hexdigest()
    await device.answer(0, {"0": [f"{digest} {len(data)} a.png"]})
    await piece(device, data, 0)
    assert (await device.submit()).status_code == 200
    assert await sent(device, data) == {"held": len(data), "done": True}
    assert (await device.get(f"/play/files/{digest}")).content == data


async def test_the_proof_names_a_file_that_is_not_whole_any_more(
    device: Device, world: World, real_engine: AsyncEngine, keys: Keys
) -> None:
    await device.start()
    await sent(device, photo(2 * PIECE))
    async with transaction(real_engine) as connection:
        assert (await verifying.report(connection, keys)).damaged_files == []
        await connection.execute(text("delete from exam.answer_file_piece where at = 0"))
        told = await verifying.report(connection, keys)
        assert ([one["attempt"] for one in told.damaged_files], told.ok) == ([world.attempts[0]], False)
