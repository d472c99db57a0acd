"""A photo that was handed in: seen by its marker without a name, by its owner once answers are shown, by no others."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest_asyncio
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring.definition import Afterwards
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from exam_engine.reports.exporting import export_sitting
from tests.authoring.composites import item_of, photo
from tests.item_bank.formats.documents import png
from tests.scoring.exam_world import ExamWorld, build

PHOTO = png((200, 10, 10))
DIGEST = hashlib.sha256(PHOTO).hexdigest()
LOST = "b" * 64
#: As long as an answer takes it, and longer than any system takes the name of a file.
NAME = "📷" * 96 + ".png"
SHOWN = Afterwards(score="at_submission", responses="after_release", key="after_release")


@pytest_asyncio.fixture(loop_scope="session")
async def world(app: Litestar, real_engine: AsyncEngine, client: AsyncClient) -> ExamWorld:
    world = await build(app, real_engine, client, [item_of(photo())], candidates=2, afterwards=SHOWN, scale=None)
    device = world.devices[0]
    await device.start()
    headers = {"authorization": f"Bearer {device.token}", "content-type": "application/octet-stream"}
    sent = await client.post(f"/play/files/{DIGEST}?size={len(PHOTO)}&at=0", content=PHOTO, headers=headers)
    assert sent.json() == {"held": len(PHOTO), "done": True}
    answer = {"0": [f"{DIGEST} {len(PHOTO)} {NAME}", f"{LOST} 9 trang 2.jpg"]}
    await device.save(device.entry(world.slot(0, 0), answer))
    assert (await device.submit()).status_code == 200
    return world


async def test_the_marker_sees_the_photo_and_what_has_not_arrived(world: ExamWorld, client: AsyncClient) -> None:
    assert (await world.current(0))["pending"] == 1
    page = await world.see("marker", f"/marking/{world.sitting}/1")
    (script,) = await world.fetch("select public_id from exam.script where sitting_id = :id", id=world.sitting_id)
    address = f"/marking/{world.sitting}/1/{script['public_id']}/files/{DIGEST}"
    assert address in page.text
    assert "trang 2.jpg has not arrived" in page.text
    assert "Nguyễn Văn" not in page.text
    found = await world.see("marker", address)
    assert (found.content, found.headers["content-type"]) == (PHOTO, "image/png")
    assert (await world.see("marker", address.replace(DIGEST, LOST))).status_code == 404
    assert (await world.see("author", address)).status_code == 403


async def test_the_owner_sees_it_once_answers_are_shown(world: ExamWorld) -> None:
    address = f"/play/result/files/{DIGEST}"
    assert (await world.devices[0].get(address)).status_code == 404
    await _release(world)
    assert address in (await world.own_result(0)).text
    assert (await world.devices[0].get(address)).content == PHOTO
    assert (await world.devices[1].get(address)).status_code == 404


async def test_it_is_exported_beside_the_table(world: ExamWorld, settings: Settings, tmp_path: Any) -> None:
    told = await export_sitting(settings, world.sitting, tmp_path / "ket-qua.csv")
    assert told["files"] == 1
    (file,) = (tmp_path / "ket-qua-files").rglob("*.png")
    assert file.read_bytes() == PHOTO
    assert file.name.startswith("1-1-📷")
    assert len(file.name.encode()) <= 255


async def _release(world: ExamWorld) -> None:
    async with transaction(world.engine) as connection:
        statement = "update exam.sitting set marks_confirmed_at = exam.now(), released_at = exam.now() where id = :id"
        await connection.execute(text(statement), {"id": world.sitting_id})
