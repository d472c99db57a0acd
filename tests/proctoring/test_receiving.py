"""Signals ride on saves: kept once, only where the exam wants them, and never in the way of an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.app import create_app
from exam_engine.delivery.entries import Entry
from exam_engine.delivery.saving import Saved, Writer
from exam_engine.features import FEATURES
from exam_engine.kit.database import FlushConnection
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings
from proctoring import noticing, receiving, rules
from proctoring.noticing import Noticed
from proctoring.presence import MOST, Presence
from tests.delivery.conftest import served
from tests.delivery.world import Device, World, build


async def kept(world: World, position: int = 0) -> list[tuple[str, dict[str, Any]]]:
    rows = await world.fetch(
        "select type, data from proctoring.signal where attempt_id = :id order by resume desc, counter, position",
        id=world.attempts[position],
    )
    return [(row["type"], row["data"]) for row in rows]


@pytest.fixture
def statements(real_engine: AsyncEngine) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    event.listen(real_engine.sync_engine, "before_cursor_execute", note)
    yield found
    event.remove(real_engine.sync_engine, "before_cursor_execute", note)


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


async def test_nonsense_is_counted_and_the_answer_is_saved(device: Device, world: World) -> None:
    await device.start()
    nonsense: list[Any] = [{}, [], "paste", None, 7, {"signal": "camera"}, {"signal": ["paste"]}, [[{}]]]
    for number, blob in enumerate(nonsense):
        saved = await device.save(device.entry(-1, blob, kind=2), device.entry(0, "k1"))
        assert saved.json()["a"] == [[2 * number + 1, 0], [2 * number + 2, 0]], blob
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
    app: Litestar, settings: Settings, device: Device, world: World, real_engine: AsyncEngine
) -> None:
    await device.start()
    await device.answer(0, "k1")
    moved = AsyncClient(transport=ASGITransport(app, client=("10.0.0.9", 5)), base_url=settings.public_url)  # type: ignore[arg-type]
    async with moved:
        device.client = moved
        saved = (await device.answer(0, "k2")).json()
    assert (saved["state"], saved["a"]) == ("running", [[2, 0]])
    await app.state.presence.write(real_engine)
    [(name, data)] = await kept(world)
    assert name == "address_changed"
    assert list(data) == ["code"]
    assert "10.0.0.9" not in str(data)


async def test_what_the_service_noticed_of_many_is_written_and_flagged_together(
    world: World, real_engine: AsyncEngine, statements: list[str]
) -> None:
    presence, many = Presence(), world.attempts
    for code in ("abc", "abc", "def", "abc", "def"):
        for attempt_id in many:
            presence.moved(Noticed(attempt_id, "address_changed", {"code": code}))
    statements.clear()
    await presence.write(real_engine)
    assert len(statements) <= 7, statements
    for position in range(len(many)):
        assert [data["code"] for _name, data in await kept(world, position)] == ["abc", "def", "abc", "def"]
    assert (await flagged(world))["addresses"]["params"] == {"n": 4}
    counters = await world.fetch("select counter from proctoring.signal where attempt_id = :id", id=many[0])
    assert sorted(row["counter"] for row in counters) == [1, 2, 3, 4]


async def test_one_change_that_several_workers_notice_is_told_once(world: World, real_engine: AsyncEngine) -> None:
    for _worker in range(3):
        presence = Presence()
        presence.moved(Noticed(world.attempts[0], "address_changed", {"code": "abc"}))
        await presence.write(real_engine)
    assert await kept(world) == [("address_changed", {"code": "abc"})]


async def test_of_one_attempt_no_more_signals_are_kept_than_can_be_read_soon(
    device: Device, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "MOST_OF_ATTEMPT", 5)
    await device.start()
    before = receiving.dropped["too many"]
    for _save in range(2):
        burst = [device.entry(-1, [{"signal": "paste"}] * 4, kind=2), device.entry(0, "k1")]
        assert [standing for _counter, standing in (await device.save(*burst)).json()["a"]] == [0, 0]
    assert len(await kept(world)) == 5
    assert receiving.dropped["too many"] == before + 3


async def test_a_device_that_moves_with_each_save_fills_no_memory(world: World, real_engine: AsyncEngine) -> None:
    presence = Presence()
    for _save in range(MOST + 5):
        presence.moved(Noticed(world.attempts[0], "camera", {}))
    assert len(presence._moves) == MOST
    await presence.write(real_engine)
    assert presence._moves == []
    assert await kept(world) == []


async def test_a_signal_does_not_keep_its_neighbours_from_the_short_way(
    device: Device, app: Litestar, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One flush, one candidate's answer and another's signal: only the signal needs the features' transaction."""
    await device.start()
    long_way: list[int] = []
    real = Writer.write

    async def seen(self: Writer, connection: FlushConnection, entries: Sequence[Entry], repeat: bool) -> list[Saved]:
        long_way.extend(entry.counter for entry in entries)
        return await real(self, connection, entries, repeat)

    monkeypatch.setattr(app.state.saver._flush, "_write", seen.__get__(app.state.saver._flush._write.__self__))
    saved = await device.save(device.entry(0, "k1"), device.entry(-1, {"signal": "paste"}, kind=2), t=1_000)
    assert saved.json()["a"] == [[1, 0], [2, 0]]
    assert long_way == [2]
    assert await kept(world) == [("paste", {})]


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
