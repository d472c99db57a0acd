"""The start, the way back after a reload, the second device, and what leaves the server before the start."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.delivery.entry_number import MOST_COUNTER
from exam_engine.kit.keys import Keys
from tests.delivery.world import PAPER, VARIANT, Device, World, build


async def test_starting_twice_changes_nothing(device: Device, world: World) -> None:
    first = (await device.start()).json()
    row = await world.attempt()
    again = (await device.start()).json()
    assert {k: first[k] for k in ("resume", "deadline", "key")} == {k: again[k] for k in ("resume", "deadline", "key")}
    assert dict(await world.attempt()) == dict(row)
    assert (row["state"], row["resume"], row["device"]) == ("running", 1, device.name)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"starts": 60}, "not_open_yet"),
        ({"starts": -7200, "closes": -60}, "window_closed"),
        ({"state": "closed"}, "not_open"),
        ({"policy": {"admission": "invigilator"}}, "not_admitted"),
    ],
)
async def test_the_start_waits_for_its_time(
    client: AsyncClient, real_engine: AsyncEngine, keys: Keys, options: dict[str, Any], code: str
) -> None:
    world = await build(real_engine, keys, **options)
    refused = await Device(client, world.cookies[0]).start()
    assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert (await world.attempt())["state"] == "ready"


async def test_nothing_of_the_paper_leaves_before_the_start_but_sealed(device: Device) -> None:
    for path in ("/play/paper", "/play/variant"):
        early = await device.get(path)
        assert (early.status_code, early.json()["code"]) == (409, "not_started")
    sealed = (await device.get("/play/sealed")).content
    assert len(sealed) > 12 + 16

    begun = (await device.start()).json()
    opened = opened_bundle(sealed, begun["key"])
    assert opened == {"paper": PAPER, "variant": VARIANT}
    assert (await device.get("/play/paper")).json() == PAPER
    assert (await device.get("/play/variant")).json() == VARIANT


def opened_bundle(sealed: bytes, key: str) -> Any:
    plain = AESGCM(base64.urlsafe_b64decode(key)).decrypt(sealed[:12], sealed[12:], None)
    return json.loads(gzip.decompress(plain))


async def test_a_key_opens_its_owners_bundle_only(client: AsyncClient, world: World) -> None:
    one, other = (Device(client, cookie) for cookie in world.cookies[:2])
    sealed = (await other.get("/play/sealed")).content
    key = (await one.start()).json()["key"]
    with pytest.raises(InvalidTag):
        opened_bundle(sealed, key)


async def test_no_sealed_bundle_where_the_policy_or_the_hour_forbids_it(
    client: AsyncClient, real_engine: AsyncEngine, keys: Keys
) -> None:
    for options in ({"policy": {"sealed_download": False}}, {"opens": 60, "starts": 120}):
        world = await build(real_engine, keys, **options)
        assert (await Device(client, world.cookies[0]).get("/play/sealed")).status_code == 409


@pytest.mark.pitfall("D1")
async def test_a_second_device_waits_for_permission_and_both_screens_say_so(
    client: AsyncClient, device: Device, world: World
) -> None:
    await device.start()
    await device.answer(0, "k1")
    second = Device(client, world.cookies[0], "device-two-2")
    for _again in range(2):
        refused = await second.start()
        assert (refused.status_code, refused.json()["code"]) == (409, "other_device")
    assert (await device.answer(0, "k2")).json()["notices"] == 1
    here = (await device.get(f"/play/state?device={device.name}")).json()["device"]
    there = (await second.get(f"/play/state?device={second.name}")).json()["device"]
    assert (here["here"], here["other_waits"]) == (True, True)
    assert (there["here"], there["asked"]) == (False, True)


@pytest.mark.pitfall("L5", "D1")
async def test_the_new_device_supersedes_the_old_one(client: AsyncClient, device: Device, world: World) -> None:
    await device.start()
    await device.answer(0, "k1")
    await world.change(device_allowed=True)
    second = Device(client, world.cookies[0], "device-two-2")
    begun = (await second.start()).json()
    assert (begun["resume"], begun["answers"]) == (2, [[0, "k1"]])
    assert (await device.answer(0, "k4")).json()["a"] == [[2, 2]]
    assert (await second.answer(2, "5")).json()["a"] == [[1, 0]]
    assert (await second.start()).json()["answers"] == [[0, "k1"], [2, "5"]]
    old = await device.submit()
    assert (old.status_code, old.json()["code"]) == (409, "other_device")
    assert (await world.attempt())["device_allowed"] is False, "the permission was for one move"
    assert (await device.start()).status_code == 409
    state = (await device.get(f"/play/state?device={device.name}")).json()
    assert [note["action"] for note in state["interventions"]] == ["device_changed"]


async def test_a_free_policy_lets_a_candidate_move(client: AsyncClient, real_engine: AsyncEngine, keys: Keys) -> None:
    world = await build(real_engine, keys, policy={"device_change": "free"})
    devices = [Device(client, world.cookies[0], f"device-{n}-{n}") for n in range(3)]
    assert [(await one.start()).json()["resume"] for one in devices] == [1, 2, 3]
    assert (await devices[0].start()).json()["resume"] == 4


@pytest.mark.parametrize("device_name", ["", "short", "x" * 65, "điện thoại", "a\nb\nc\nd\ne"])
async def test_a_device_needs_a_usable_name(device: Device, device_name: str) -> None:
    device.name = device_name
    refused = await device.start()
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"device": 7}', b"\xff", b'{"device": "\\ud800aaaaaaaa"}'])
async def test_a_start_that_cannot_be_read(device: Device, body: bytes) -> None:
    await device.get("/play/state")
    sent = device.headers() | {"content-type": "application/json"}
    assert 400 <= (await device.client.post("/play/start", content=body, headers=sent)).status_code < 500


async def test_a_start_needs_session_and_form_token(device: Device, client: AsyncClient) -> None:
    await device.get("/play/state")
    without = await client.post(
        "/play/start", json={"device": device.name}, headers={"cookie": f"session={device.cookie}"}
    )
    assert (without.status_code, without.json()["code"]) == (403, "form_expired")
    csrf = {"cookie": f"csrf={device.csrf}", "x-csrftoken": device.csrf}
    assert (await client.post("/play/start", json={"device": device.name}, headers=csrf)).status_code == 401


@pytest.mark.pitfall("D3")
async def test_nobody_sees_anothers_attempt(client: AsyncClient, world: World) -> None:
    one, other = (Device(client, cookie) for cookie in world.cookies[:2])
    await one.start()
    await one.answer(0, "k1")
    assert (await other.get("/play/state")).json()["candidate"]["number"] == "0002"
    assert (await other.start()).json()["answers"] == []
    assert (await client.get("/play/state")).status_code == 401


async def test_too_early_and_gaps_are_said_before_the_hand_in(
    client: AsyncClient, real_engine: AsyncEngine, keys: Keys
) -> None:
    world = await build(real_engine, keys, policy={"earliest_submit_s": 900})
    device = Device(client, world.cookies[0])
    await device.start()
    early = await device.submit()
    assert (early.status_code, early.json()["code"]) == (409, "too_early")
    assert "15" in early.json()["detail"]
    for hours in (2, -2):  # the database's clock fell back since the start, or it is late
        started = await world.now() + timedelta(hours=hours)
        await world.change(started_at=started, deadline=started + timedelta(hours=3))
        told = await device.submit()
        assert told.status_code == (409 if hours > 0 else 200), told.text
        assert hours < 0 or "15" in told.json()["detail"]


@pytest.mark.pitfall("T1")
async def test_a_clock_that_fell_back_keeps_nobody_from_handing_in(device: Device, world: World) -> None:
    await device.start()
    started = await world.now() + timedelta(minutes=90)
    await world.change(started_at=started, deadline=started + timedelta(minutes=45))
    assert (await device.submit()).status_code == 200


@pytest.mark.pitfall("L6")
async def test_a_gap_is_named_and_can_be_passed_over(device: Device, world: World) -> None:
    await device.start()
    lost = [device.entry(0, "k1"), device.entry(0, "k2")]
    refused = await device.submit(device.entry(2, "5"))
    assert (refused.status_code, refused.json()["code"], refused.json()["missing"]) == (409, "entries_missing", [1, 2])
    assert (await world.attempt())["state"] == "running"
    assert (await device.submit(lost[0], counter=None)).json()["answers"] == 2


async def test_a_counter_below_the_first_is_refused(device: Device) -> None:
    await device.start()
    assert (await device.submit(counter=-2)).status_code == 422


@pytest.mark.parametrize("counter", [MOST_COUNTER + 1, 2**40])
async def test_who_has_used_up_the_numbers_hands_in_what_there_is(device: Device, counter: int) -> None:
    """The entry is refused by its name, as no repeat would help; the hand-in names what is missing, and then goes."""
    await device.start()
    await device.answer(0, "k1")
    refused = (await device.save([counter, 0, 0, "k2", 0])).json()
    assert (refused["code"], refused["counter"]) == ("entry_invalid", counter)
    missing = (await device.submit(counter=counter)).json()
    assert (missing["code"], missing["missing"]) == ("entries_missing", list(range(2, 102)))
    assert (await device.submit(counter=None)).json()["answers"] == 1
