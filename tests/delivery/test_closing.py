"""The end by the clock, outages, and what staff do. The clock is the database's: tests replace `exam.now()`."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.delivery import crediting, outage_queries, routes, saving, sweep_queries
from exam_engine.delivery.attempt import Action
from exam_engine.delivery.sweeping import sweep
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from tests.delivery.clock import Hands, ms
from tests.delivery.world import Device, World, build


@pytest.mark.pitfall("T3", "T5")
async def test_the_sweep_closes_after_grace_and_the_receipt_holds_what_counted(
    device: Device, world: World, hands: Hands
) -> None:
    await device.start()
    await device.answer(0, "k1")
    await hands.at(46)
    queued = device.entry(1, {"a": True}, ms=ms(hands.begin, 44))
    after = device.entry(2, "5", ms=ms(hands.begin, 45.5))
    saved = (await device.save(queued, after)).json()
    assert saved["a"] == [[2, 0], [3, 1]]
    assert saved["state"] == "expired"
    assert await hands.sweep(47) == []
    assert await hands.sweep(47.4) == [world.attempts[0]]
    receipt = (await device.get("/play/receipt")).json()
    assert (receipt["state"], receipt["by"], receipt["answers"]) == ("expired", "deadline", 2)
    assert (await device.answer(0, "k4", ms=ms(hands.begin, 44))).json()["a"] == [[4, 1]]
    assert (await device.submit()).json()["code"] == receipt["code"]
    assert (await device.start()).json()["code"] == "time_over"


@pytest.mark.pitfall("T4")
@pytest.mark.parametrize("device_ms", [0, -5e12, 4e12])
async def test_a_device_of_another_date_says_how_old_its_answers_are(
    device: Device, world: World, hands: Hands, device_ms: float
) -> None:
    await device.start()
    await hands.at(46)
    entries = [device.entry(0, "k1", ms=device_ms - 100_000), device.entry(2, "5", ms=device_ms - 20_000)]
    assert (await device.save(*entries, t=device_ms)).json()["a"] == [[1, 0], [2, 1]]
    rows = await world.fetch("select client_ms from exam.journal_entry order by counter")
    written = [row["client_ms"] - ms(hands.begin, 46) for row in rows]
    assert written == pytest.approx([-100_000, -20_000], abs=15_000), "less the time in the queue"


async def test_handing_in_after_the_end_closes_as_expired(device: Device, hands: Hands) -> None:
    await device.start()
    await hands.at(46)
    handed_in = (await device.submit(device.entry(0, "k1", ms=ms(hands.begin, 40)))).json()
    assert (handed_in["state"], handed_in["answers"]) == ("expired", 1)


async def test_going_on_after_the_end_is_refused_before_the_sweep_has_been_there(
    device: Device, world: World, hands: Hands
) -> None:
    await device.start()
    await hands.at(45.1)
    refused = await device.start()
    assert (refused.status_code, refused.json()["code"]) == (409, "time_over")
    assert (await device.get("/play/state")).json()["attempt"]["state"] == "expired"
    assert (await device.get("/play/paper")).status_code == 409


async def test_what_comes_with_the_hand_in_is_judged_by_its_arrival(
    device: Device, world: World, hands: Hands, app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the socket, as of a save: what the service reads before it writes makes nobody late."""
    await device.start()
    await hands.at(44.9)
    clock, checks_of = _SlowClock(), app.state.forms.checks_of_form

    async def read_slowly(form_id: int) -> Any:
        clock.late_s += 30
        await hands.at(45.4)
        return await checks_of(form_id)

    for module in (routes, saving):
        monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(app.state.forms, "checks_of_form", read_slowly)
    await device.submit(device.entry(0, "k1", ms=ms(hands.begin, 45.3)))
    assert await world.journal() == [(1, 1, 0, '"k1"')]


class _SlowClock:
    """The worker's clock; `late_s` has gone by."""

    late_s = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.late_s


@pytest.mark.pitfall("T1", "T4")
async def test_pause_time_and_end_are_acts_with_a_reason_that_the_candidate_sees(
    device: Device, world: World, hands: Hands
) -> None:
    deadline = (await device.start()).json()["deadline"]
    await hands.at(5)
    await hands.act(world, Action.PAUSE)
    paused = (await device.answer(0, "k1")).json()
    assert (paused["state"], paused["a"], paused["notices"]) == ("paused", [[1, 0]], 1)
    assert await hands.beats(6, 60, 10) == []
    assert (await device.submit()).json()["code"] == "paused"
    await hands.act(world, Action.UNPAUSE)
    assert (await device.answer(0, "k2")).json()["deadline"] == deadline + (56 - 5) * 60_000
    await hands.act(world, Action.ADD_TIME, seconds=300)
    assert (await device.answer(0, "k2")).json()["deadline"] == deadline + (56 - 5 + 5) * 60_000
    await hands.act(world, Action.END)
    assert (await device.answer(0, "k3")).json()["a"] == [[4, 5]]
    shown = (await device.get("/play/state")).json()
    acts = [(note["action"], note["reason"]) for note in shown["interventions"]]
    assert acts == [(name, "Lí do") for name in ("pause", "unpause", "add_time", "end")]
    assert (shown["attempt"]["ended_by"], shown["attempt"]["receipt"]) == ("staff", True)
    audited = await world.fetch("select action from exam.audit where subject_kind = 'attempt' order by id")
    assert [row["action"] for row in audited][1:] == [f"attempt_{name}" for name, _reason in acts]


async def test_reopening_withdraws_the_receipt(device: Device, world: World, hands: Hands) -> None:
    await device.start()
    await device.answer(0, "k1")
    first = (await device.submit()).json()
    await device.answer(0, "k2")
    await hands.act(world, Action.REOPEN, seconds=600)
    assert (await device.answer(2, "5")).json()["a"] == [[3, 0]]
    second = (await device.submit()).json()
    assert second["code"] != first["code"]
    assert (second["answers"], second["entries"]) == (2, 2)


async def test_admitting_absence_and_the_next_device(
    client: AsyncClient, real_engine: AsyncEngine, keys: Keys, hands: Hands
) -> None:
    world = await build(real_engine, keys, policy={"admission": "invigilator"})
    device, other = Device(client, world.cookies[0]), Device(client, world.cookies[0], "device-two-2")
    assert (await device.start()).json()["code"] == "not_admitted"
    await hands.act(world, Action.ADMIT)
    assert (await device.start()).status_code == 200
    await other.start()
    await hands.act(world, Action.ALLOW_DEVICE)
    assert (await other.start()).json()["resume"] == 2
    done = await hands.act(world, Action.MARK_ABSENT, candidate=None)
    assert (done.acted, done.passed_over) == (2, 1)
    assert (await Device(client, world.cookies[1]).start()).json()["code"] == "marked_absent"
    await hands.act(world, Action.REOPEN, candidate=1, seconds=60)
    assert (await world.attempt(1))["state"] == "ready"


@pytest.mark.pitfall("T1")
async def test_time_for_all_reaches_those_who_have_not_begun(client: AsyncClient, world: World, hands: Hands) -> None:
    one, other = (Device(client, cookie) for cookie in world.cookies[:2])
    deadline = (await one.start()).json()["deadline"]
    await hands.act(world, Action.ADD_TIME, candidate=None, seconds=600)
    assert (await one.start()).json()["deadline"] == deadline + 600_000
    assert (await other.start()).json()["deadline"] == deadline + 600_000


async def test_acts_need_a_reason_a_permission_and_a_possible_state(
    device: Device, world: World, hands: Hands, real_engine: AsyncEngine, keys: Keys
) -> None:
    with pytest.raises(Refused, match="not_started"):
        await hands.act(world, Action.PAUSE)
    with pytest.raises(Refused, match="invalid"):
        await hands.act(world, Action.ADD_TIME, seconds=0)
    with pytest.raises(Refused, match="invalid"):
        await hands.act(world, Action.SUBMIT)
    elsewhere = await build(real_engine, keys)
    world.unit_path = elsewhere.unit_path
    with pytest.raises(Refused, match="not_found"):
        await hands.act(world, Action.ADMIT)
    assert await world.fetch("select * from exam.intervention") == []


# --- outages: ten minutes without the service, across the deadline ---


@pytest.mark.pitfall("O6", "T1")
async def test_an_outage_across_the_deadline_ends_nobodys_attempt(device: Device, world: World, hands: Hands) -> None:
    begun = (await device.start()).json()
    await hands.sweep(39.9)
    assert await hands.sweep(50) == [], "ten minutes of silence; the deadline was at 45"
    state = (await device.get("/play/state")).json()["attempt"]
    assert (state["state"], state["held"]) == ("running", True)
    queued = device.entry(0, "k2", ms=ms(hands.begin, 44))
    working = device.entry(2, "5", ms=ms(hands.begin, 51))
    assert (await device.save(queued, working)).json()["a"] == [[1, 0], [2, 0]]

    officer = Principal("staff", 9)
    async with transaction(hands.engine) as connection:
        proposals = await outage_queries.open_proposals(connection, world.sitting, (world.unit_path,))
        assert [(row["seconds"], row["attempts"]) for row in proposals] == [(606, [world.attempts[0]])]
        await crediting.decide(connection, officer, (world.unit_path,), proposals[0]["id"], grant=True)
    after = (await device.answer(0, "k1")).json()
    assert (after["state"], after["deadline"]) == ("running", begun["deadline"] + 606_000)
    assert (await world.attempt())["held_until"] is None
    notes = (await device.get("/play/state")).json()["interventions"]
    assert [(note["action"], note["seconds"]) for note in notes] == [("outage_credit", 606)]
    with pytest.raises(Refused, match="conflict"):
        async with transaction(hands.engine) as connection:
            await crediting.decide(connection, officer, (world.unit_path,), proposals[0]["id"], grant=False)


async def test_a_declined_credit_lets_the_attempt_end(device: Device, world: World, hands: Hands) -> None:
    await device.start()
    await hands.sweep(39.9)
    await hands.sweep(50)
    async with transaction(hands.engine) as connection:
        proposal = (await outage_queries.open_proposals(connection, world.sitting, (world.unit_path,)))[0]
        with pytest.raises(Refused, match="not_found"):
            await crediting.decide(connection, Principal("staff", 9), ("elsewhere.",), proposal["id"], grant=True)
        await crediting.decide(connection, Principal("staff", 9), (world.unit_path,), proposal["id"], grant=False)
    assert await hands.sweep(50.1) == [world.attempts[0]]


async def test_nobody_decides_and_the_hold_runs_out(device: Device, world: World, hands: Hands) -> None:
    await device.start()
    await hands.sweep(39.9)
    await hands.sweep(50)
    held = (await world.attempt())["held_until"]
    assert held == hands.begin + timedelta(minutes=50 + 10.1 + 15)
    assert await hands.beats(50.4, 77) == []
    assert await hands.beats(77.2, 78) == [world.attempts[0]]


@pytest.mark.parametrize(("ends", "held"), [(60 * 60 - 5, True), (65 * 60, True), (66 * 60, False), (90 * 60, False)])
async def test_held_is_who_would_have_ended_in_it_or_soon_after(
    device: Device, world: World, hands: Hands, ends: int, held: bool
) -> None:
    await device.start()
    await world.change(deadline=hands.begin + timedelta(seconds=ends))
    await hands.sweep(40)
    await hands.sweep(50)
    assert ((await world.attempt())["held_until"] is not None) is held
    assert len(await world.fetch("select * from exam.credit_proposal")) == 1


async def test_a_sitting_without_an_officer_gets_its_time_by_itself(
    client: AsyncClient, real_engine: AsyncEngine, keys: Keys, hands: Hands
) -> None:
    world = await build(real_engine, keys, policy={"has_officer": False})
    device = Device(client, world.cookies[0])
    begun = (await device.start()).json()
    await hands.sweep(39.9)
    assert await hands.sweep(50) == []
    assert (await device.answer(0, "k1")).json()["deadline"] == begun["deadline"] + 606_000
    decided = await world.fetch("select state, decided_by from exam.credit_proposal")
    assert [tuple(row.values()) for row in decided] == [("granted", None)]


async def test_a_silence_that_cost_nobody_anything_is_no_outage(device: Device, world: World, hands: Hands) -> None:
    for position in range(3):
        await world.change(position, state="absent")
    await hands.sweep(1)
    await hands.sweep(30)
    await world.change(state="ready")
    await device.start()
    await hands.beats(30.1, 33)
    assert await world.fetch("select * from exam.outage") == []


async def test_only_one_worker_sweeps(hands: Hands, device: Device, world: World) -> None:
    await device.start()
    await hands.at(50)
    async with transaction(hands.engine) as connection:
        assert await sweep_queries.take_the_sweep(connection)
        assert await sweep(hands.engine, hands.keys, hands.events) == []
        assert (await world.attempt())["state"] == "running"
