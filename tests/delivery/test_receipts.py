"""Receipts: what they say, how they are checked, on screen, on paper and by command."""

from __future__ import annotations

from dataclasses import replace

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.delivery import verifying
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from tests.delivery.world import Device, World, build, staff


@pytest.fixture
async def handed_in(device: Device) -> dict[str, object]:
    await device.start()
    await device.save(device.entry(0, "k2"), device.entry(2, "12"), device.entry(2, None))
    return (await device.submit()).json()  # type: ignore[no-any-return]


async def test_an_answer_taken_back_is_not_counted(handed_in: dict[str, object]) -> None:
    assert (handed_in["answers"], handed_in["entries"]) == (1, 3)


async def test_verify_finds_nothing_wrong(handed_in: dict[str, object], settings: Settings, world: World) -> None:
    found = await verifying.verify(settings)
    assert found.ok
    assert (found.receipts_checked, found.entries) == (1, 3)
    assert (await verifying.verify(settings, world.sitting)).receipts_checked == 1
    assert (await verifying.verify(settings, str(handed_in["code"]))).ok
    with pytest.raises(Refused, match="not_found"):
        await verifying.verify(settings, "zzzz-zzzz-zzzz")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("update exam.journal set value = '\"k1\"' where slot = 0", "digest"),
        ("delete from exam.journal where entry & 1048575 = 1", "count"),
        ("update exam.receipt set digest = repeat('0', 64)", "signature"),
    ],
)
async def test_verify_notices_what_was_changed_behind_its_back(
    handed_in: dict[str, object], settings: Settings, real_engine: AsyncEngine, change: str, problem: str
) -> None:
    async with transaction(real_engine) as connection:
        await connection.execute(text(change))
    found = await verifying.verify(settings)
    assert not found.ok
    assert problem in found.wrong_receipts[0]["problems"]


async def test_verify_finds_entries_of_no_attempt(
    handed_in: dict[str, object], settings: Settings, real_engine: AsyncEngine
) -> None:
    async with transaction(real_engine) as connection:
        await connection.execute(text("update exam.journal set entry = 7 << 20 | 1 where entry & 1048575 = 1"))
    assert (await verifying.verify(settings)).orphans[0]["entries"] == 1


async def test_another_services_signature_is_not_ours(handed_in: dict[str, object], settings: Settings) -> None:
    settings.master_key_file.with_name("other.key").write_bytes(b"x" * 32)
    stranger = replace(settings, master_key_file=settings.master_key_file.with_name("other.key"))
    assert (await verifying.verify(stranger)).wrong_receipts[0]["problems"] == ["signature"]


async def test_the_page_checks_a_code_within_the_own_unit_only(
    handed_in: dict[str, object], client: AsyncClient, world: World, real_engine: AsyncEngine, keys: Keys
) -> None:
    inside = {"cookie": f"lang=en; session={await staff(world)}", "accept": "text/html"}
    outside = {"cookie": f"lang=en; session={await staff(await build(real_engine, keys))}", "accept": "text/html"}
    url = f"/verify?code={handed_in['code']}"
    assert "agrees with the record" in (await client.get(url, headers=inside)).text
    assert "no such receipt" in (await client.get(url, headers=outside)).text


async def test_the_receipt_prints(handed_in: dict[str, object], device: Device, world: World) -> None:
    async with world.engine.begin() as connection:
        number = text("update exam.candidate set number = 'Đ\" 01' where id = :id")
        await connection.execute(number, {"id": world.candidates[0]})
    printed = await device.get("/play/receipt.pdf")
    assert printed.status_code == 200, printed.text
    assert printed.content.startswith(b"%PDF")
    assert printed.headers["cache-control"] == "private, no-store"


async def test_no_receipt_before_the_end(device: Device) -> None:
    await device.start()
    early = await device.get("/play/receipt")
    assert (early.status_code, early.json()["code"]) == (409, "not_closed")
