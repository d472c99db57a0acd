"""Signals ride on saves: kept once, only where the exam wants them, and never in the way of an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.app import create_app
from exam_engine.features import FEATURES
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from proctoring import receiving, rules
from tests.delivery.conftest import served
from tests.delivery.world import Device, World, build


async def kept(world: World, position: int = 0) -> list[tuple[str, dict[str, Any]]]:
    rows = await world.fetch(
        "select type, data from proctoring.signal where attempt_id = :id order by resume desc, counter, position",
        id=world.attempts[position],
    )
    return [(row["type"], row["data"]) for row in rows]


async def flagged(world: World) -> dict[str, Any]:
    rows = await world.fetch("select rule, evidence from proctoring.flag where attempt_id = :id", id=world.attempts[0])
    return {row["rule"]: row["evidence"] for row in rows}


async def test_signals_arrive_with_the_save_and_once(device: Device, world: World) -> None:
    await device.start()
    answer, hidden = device.entry(0, "k1"), device.entry(-1, {"signal": "hidden", "ms": 61_000}, kind=2)
    for _repeat in range(2):
        saved = (await device.save(answer, hidden)).json()
        assert saved["a"] == [[1, 0], [2, 0]]
    assert await kept(world) == [("hidden", {"ms": 61_000})]
    # The journal is kept for years; what a signal told is not.
    assert await world.journal() == [(1, 1, 0, '"k1"'), (1, 2, 0, "null")]
    evidence = (await flagged(world))["away"]
    assert evidence["params"] == {"n": 1, "seconds": 61}
    assert evidence["signals"][0][:4] == [1, 2, 0, "hidden"]


async def test_what_nobody_asked_for_is_not_kept(client: AsyncClient, real_engine: AsyncEngine, keys: Keys) -> None:
    world = await build(real_engine, keys, policy={"signals": ["paste"]})
    device = Device(client, world.cookies[0])
    await device.start()
    before = receiving.dropped["not asked for"]
    entries = [device.entry(-1, {"signal": name, "ms": 5}, kind=2) for name in ("hidden", "paste")]
    assert (await device.save(*entries)).status_code == 200
    assert await kept(world) == [("paste", {})]
    assert receiving.dropped["not asked for"] == before + 1


@pytest.mark.parametrize("blob", [{}, [], "paste", None, 7, {"signal": "camera"}, {"signal": ["paste"]}, [[{}]]])
async def test_nonsense_is_counted_and_the_answer_is_saved(device: Device, world: World, blob: Any) -> None:
    await device.start()
    saved = await device.save(device.entry(-1, blob, kind=2), device.entry(0, "k1"))
    assert saved.json()["a"] == [[1, 0], [2, 0]]
    assert await kept(world) == []


async def test_an_error_in_here_never_costs_an_answer(
    device: Device, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await device.start()

    def broken(*_: object) -> None:
        raise RuntimeError("a rule that fails")

    monkeypatch.setattr(rules, "flags", broken)
    saved = await device.save(device.entry(0, "k1"), device.entry(-1, {"signal": "paste"}, kind=2))
    assert saved.json()["a"] == [[1, 0], [2, 0]]
    assert [entry[2] for entry in await world.journal()] == [0, 0]
    assert await kept(world) == []


@pytest.mark.pitfall("D1")
async def test_a_second_device_that_asks_is_a_signal(client: AsyncClient, device: Device, world: World) -> None:
    await device.start()
    other = Device(client, world.cookies[0], "device-two-2")
    for _try in range(2):
        assert (await other.start()).status_code == 409
    assert [name for name, _data in await kept(world)] == ["second_device"]
    assert await flagged(world) == {}


@pytest.mark.pitfall("L9")
async def test_a_changed_address_is_a_signal_and_nothing_else(
    app: Litestar, settings: Settings, device: Device, world: World
) -> None:
    await device.start()
    await device.answer(0, "k1")
    moved = AsyncClient(transport=ASGITransport(app, client=("10.0.0.9", 5)), base_url=settings.public_url)  # type: ignore[arg-type]
    async with moved:
        device.client = moved
        saved = (await device.answer(0, "k2")).json()
    assert (saved["state"], saved["a"]) == ("running", [[2, 0]])
    [(name, data)] = await kept(world)
    assert name == "address_changed"
    assert list(data) == ["code"]
    assert "10.0.0.9" not in str(data)


async def test_delivery_runs_without_proctoring(settings: Settings, real_engine: AsyncEngine, keys: Keys) -> None:
    features = tuple(feature for feature in FEATURES if feature.name != "proctoring")
    assert len(features) == len(FEATURES) - 1
    world = await build(real_engine, keys, policy={"signals": ["paste", "hidden"]})
    async with served(create_app(settings, features), settings) as client:
        device = Device(client, world.cookies[0])
        page = await device.get("/play", follow_redirects=False)
        assert page.status_code == 200
        assert "/static/proctoring" not in page.text
        await device.start()
        saved = await device.save(device.entry(0, "k1"), device.entry(-1, {"signal": "paste"}, kind=2))
        assert saved.json()["a"] == [[1, 0], [2, 0]]
        assert (await client.get("/rooms")).status_code == 404
    assert await kept(world) == []


async def test_the_module_is_loaded_only_where_something_is_recorded(
    client: AsyncClient, real_engine: AsyncEngine, keys: Keys
) -> None:
    for signals, loaded in (([], False), (["second_device"], False), (["paste"], True)):
        world = await build(real_engine, keys, policy={"signals": signals})
        page = (await Device(client, world.cookies[0]).get("/play")).text
        assert ("/static/proctoring" in page) is loaded, signals
        block = page.split('id="settings">')[1].split("</script>")[0]
        told = json.loads(block).get("signals", [])
        assert [one["name"] for one in told] == signals
        assert all(one["recorded"] and one["why"] for one in told)
