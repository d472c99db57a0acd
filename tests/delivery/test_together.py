"""Starts and hand-ins of one moment share a transaction; each gets the answer that it would have had alone."""

from __future__ import annotations

import asyncio

from httpx import AsyncClient

from tests.delivery.world import Device, World


async def test_two_devices_of_one_candidate_at_once_are_asked_one_after_the_other(
    client: AsyncClient, world: World
) -> None:
    devices = [Device(client, world.cookies[0], f"device-number-{n}") for n in range(2)]
    for device in devices:
        await device.get("/play/state")
    first, second = await asyncio.gather(*(device.start() for device in devices))
    assert sorted((first.status_code, second.status_code)) == [200, 409]
    begun, refused = (first, second) if first.status_code == 200 else (second, first)
    assert (begun.json()["resume"], refused.json()["code"]) == (1, "other_device")
    row = await world.attempt()
    assert (row["resume"], row["device"] != row["device_waiting"]) == (1, True)
    assert {row["device"], row["device_waiting"]} == {device.name for device in devices}


async def test_one_refusal_leaves_the_others_of_its_group_alone(client: AsyncClient, world: World) -> None:
    devices = [Device(client, cookie, f"device-number-{n}") for n, cookie in enumerate(world.cookies)]
    for device in devices:
        await device.get("/play/state")
    await world.change(1, admitted=False)
    begun = await asyncio.gather(*(device.start() for device in devices))
    assert [reply.status_code for reply in begun] == [200, 409, 200]
    noted = await world.fetch("select subject_id, actor_id from exam.audit where action = 'attempt_started' order by 1")
    expected = [(world.attempts[n], world.candidates[n]) for n in (0, 2)]
    assert [tuple(row.values()) for row in noted if row["subject_id"] in world.attempts] == expected


async def test_a_revoked_session_starts_nothing_and_reads_nothing(client: AsyncClient, world: World) -> None:
    device = Device(client, world.cookies[0])
    await device.get("/play/state")
    async with world.engine.begin() as connection:
        await connection.exec_driver_sql(
            f"update exam.session set revoked_at = exam.now() where candidate_id = {world.candidates[0]}"
        )
    for path in ("/play", "/play/state", "/play/paper", "/play/variant"):
        reply = await device.get(path, params={})
        assert reply.status_code == 401, path
    assert (await device.start()).status_code == 401
    assert (await world.attempt())["state"] == "ready"


async def test_one_refused_hand_in_leaves_the_others_of_its_group_alone(client: AsyncClient, world: World) -> None:
    devices = [Device(client, cookie, f"device-number-{n}") for n, cookie in enumerate(world.cookies)]
    for number, device in enumerate(devices):
        await device.start()
        await device.answer(0, f"k{number + 1}")
    devices[1].counter += 1  # used by the device and never sent
    handed = await asyncio.gather(*(device.submit() for device in devices))
    assert [reply.status_code for reply in handed] == [200, 409, 200]
    assert handed[1].json()["missing"] == [devices[1].counter]
    assert [(await world.attempt(n))["state"] for n in range(3)] == ["submitted", "running", "submitted"]
    receipts = await world.fetch("select attempt_id, code, digest from exam.receipt order by attempt_id")
    assert [row["attempt_id"] for row in receipts if row["attempt_id"] in world.attempts] == world.attempts[::2]
    assert len({row["digest"] for row in receipts}) == len(receipts)
    late = await devices[1].submit([devices[1].counter, 0, 1, None, 0])
    assert late.status_code == 200, late.text
    assert (await world.attempt(1))["state"] == "submitted"
