"""The room page over HTTP: what it shows, to whom, and what acts do to the candidate."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts.tables import session
from exam_engine.delivery import intervening
from exam_engine.kit import audit
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from exam_engine.kit.keys import Keys
from exam_engine.sittings.tables import room
from proctoring import room_page, room_routes
from tests.delivery.world import Device, World, build, staff
from tests.proctoring.conftest import Desk, seated


async def test_an_invigilator_finds_the_sitting_and_its_candidates(desk: Desk, device: Device, world: World) -> None:
    await device.start()
    await device.answer(0, "k2")
    listed = await desk.get("/rooms")
    assert listed.status_code == 200
    assert f"/rooms/{world.sitting}" in listed.text
    shown = await desk.get(f"/rooms/{world.sitting}")
    assert shown.status_code == 200, shown.text
    assert "Nguyễn Văn 0" in shown.text
    assert "1/4" in shown.text
    assert "Đang làm bài" in shown.text


async def _who(connection: AsyncConnection, desk: Desk) -> int:
    token = hashlib.sha256(desk.cookie.encode()).digest()
    return int(
        (await connection.execute(select(session.c.person_id).where(session.c.token_hash == token))).scalar_one()
    )


async def test_a_long_list_of_sittings_comes_in_pages_ones_own_first(
    desk: Desk, world: World, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_routes, "SITTINGS", 2)
    later = [
        await build(world.engine, keys, unit_id=world.unit_id, starts=3600 * hour, closes=9000) for hour in (3, 1, 2)
    ]
    mine = later[0]
    async with transaction(world.engine) as connection:
        values = {"public_id": public_id(), "sitting_id": mine.sitting_id, "name": "P01"}
        values["invigilator_id"] = await _who(connection, desk)
        await connection.execute(insert(room).values(values))
    first = (await desk.get("/rooms")).text
    more = re.search(r'href="([^"]+)" rel="next"', first)
    assert more is not None
    shown = (await desk.get(f"/rooms{more[1].replace('&amp;', '&')}")).text
    assert 'rel="next"' not in shown
    found = [re.findall(r'panel-title[^>]*><a href="/rooms/([^"]+)"', page) for page in (first, shown)]
    assert found == [[mine.sitting, world.sitting], [later[1].sitting, later[2].sitting]]
    assert 'href="/rooms" rel="prev"' in shown
    assert (await desk.get("/rooms?after=nowhere")).status_code == 422


async def test_of_a_sitting_with_many_rooms_those_are_listed_that_concern_the_reader(
    desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = await seated(world, "P01", 0), await seated(world, "P02", 1)
    async with transaction(world.engine) as connection:
        await connection.execute(
            update(room).where(room.c.public_id == mine).values(invigilator_id=await _who(connection, desk))
        )
    whole = (await desk.get("/rooms")).text
    assert all(f"?room={public}" in whole for public in (mine, other))
    assert "Tất cả các phòng" not in whole
    monkeypatch.setattr(room_page, "MOST_ROOMS", 2)
    short = (await desk.get("/rooms")).text
    assert f"?room={mine}" in short
    assert f"?room={other}" not in short
    sums = short[short.index("Tất cả các phòng") :]
    assert re.search(r"<td[^>]*>\s*(?:<span[^>]*>)?\s*3\s*<", sums), "all three candidates are counted"


async def test_time_added_reaches_the_candidate(desk: Desk, device: Device, world: World) -> None:
    before = (await device.start()).json()["deadline"]
    done = await desk.post(
        f"/rooms/{world.sitting}/{world.public[0]}/act", action="add_time", minutes="5", details="Mất điện"
    )
    assert done.status_code == 303, done.text
    told = (await device.answer(0, "k1")).json()
    assert told["deadline"] - before == 5 * 60_000
    assert told["notices"] == 1
    state = (await device.get("/play/state")).json()
    assert [(one["action"], one["seconds"], one["reason"]) for one in state["interventions"]] == [
        ("add_time", 300, "Mất điện")
    ]


async def test_without_a_reason_nothing_happens(desk: Desk, device: Device, world: World) -> None:
    await device.start()
    here = f"/rooms/{world.sitting}/{world.public[0]}/act"
    for typed in ({}, {"details": "  "}, {"reason": "made up"}, {"minutes": "0", "details": "x"}, {"minutes": "1e3"}):
        refused = await desk.post(here, **({"action": "add_time", "minutes": "5"} | typed))
        assert refused.status_code == 422, typed
    assert (await desk.post(here, action="fly", details="x")).status_code == 422
    assert (await world.attempt())["notices"] == 0


async def test_every_act_on_one_candidate_is_logged_and_told(desk: Desk, device: Device, world: World) -> None:
    here = f"/rooms/{world.sitting}/{world.public[0]}/act"
    await device.start()
    other = Device(device.client, world.cookies[0], "device-two-2")
    assert (await other.start()).status_code == 409
    assert "Máy khác xin làm tiếp" in (await desk.get(f"/rooms/{world.sitting}")).text
    states = []
    for action in ("allow_device", "pause", "unpause", "end", "reopen"):
        done = await desk.post(here, action=action, minutes="10", details="Máy hỏng")
        assert done.status_code == 303, done.text
        states.append((await world.attempt())["state"])
        if action == "allow_device":
            assert (await other.start()).status_code == 200
    assert states == ["running", "paused", "running", "ended", "running"]
    told = (await other.get("/play/state")).json()["interventions"]
    assert {"allow_device", "pause", "unpause", "end", "reopen"} <= {one["action"] for one in told}
    assert all(one["reason"] == "Máy hỏng" for one in told if one["action"] == "pause")
    traced = await world.fetch("select action from exam.audit where actor_kind = 'staff' and subject_kind = 'attempt'")
    assert {f"attempt_{name}" for name in ("allow_device", "pause", "end")} <= {row["action"] for row in traced}


async def test_admission_and_absence(client: AsyncClient, real_engine: AsyncEngine, keys: Keys) -> None:
    world = await build(real_engine, keys, policy={"admission": "invigilator"})
    desk, device = Desk(client, await staff(world)), Device(client, world.cookies[0])
    assert (await device.start()).json()["code"] == "not_admitted"
    await desk.post(f"/rooms/{world.sitting}/{world.public[0]}/act", action="admit", details="Đúng người")
    assert (await device.start()).status_code == 200
    await desk.post(f"/rooms/{world.sitting}/{world.public[1]}/act", action="mark_absent", details="Không đến")
    assert (await world.attempt(1))["state"] == "absent"


async def test_an_act_on_all_tells_its_consequence_first(desk: Desk, device: Device, world: World) -> None:
    await device.start()
    here = f"/rooms/{world.sitting}/act"
    asked = await desk.post(here, action="add_time")
    assert asked.status_code == 200
    assert "3 thí sinh được thêm 5 phút" in asked.text
    for typed in ({}, {"minutes": "x", "details": "Mất điện"}, {"minutes": "5", "details": " "}):
        assert (await desk.post(here, action="add_time", confirmed="yes", **typed)).status_code == 422
    assert (await world.attempt())["credit_s"] == 0
    done = await desk.post(here, action="add_time", minutes="5", details="Mất điện", confirmed="yes")
    assert (done.status_code, done.headers["location"]) == (303, f"/rooms/{world.sitting}?done=add_time&n=3")
    assert [(await world.attempt(n))["credit_s"] for n in range(3)] == [300] * 3


async def test_an_act_on_all_that_broke_off_goes_on_and_gives_nobody_time_twice(
    desk: Desk, device: Device, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each portion commits for itself; the form repeated, as a browser does, is the same act."""
    await device.start()
    here, order = f"/rooms/{world.sitting}/act", {"action": "add_time", "minutes": "5", "details": "Mất điện"}
    asked = await desk.post(here, action="add_time")
    (act,) = re.findall(r'name="act" value="(\w+)"', asked.text)
    monkeypatch.setattr(intervening, "AT_ONCE", 1)
    with monkeypatch.context() as broken:
        broken.setattr(audit, "record_each", _fails_at_the_second(audit.record_each))
        assert (await desk.post(here, confirmed="yes", act=act, **order)).status_code == 503
    assert sorted([(await world.attempt(n))["credit_s"] for n in range(3)]) == [0, 0, 300]
    for _again in range(2):
        done = await desk.post(here, confirmed="yes", act=act, **order)
        assert done.headers["location"].endswith("done=add_time&n=3")
        assert [(await world.attempt(n))["credit_s"] for n in range(3)] == [300] * 3
    traced = await world.fetch(
        "select action, subject_id from exam.audit where data->>'act' = :act and action <> 'attempt_add_time'", act=act
    )
    assert [(row["action"], row["subject_id"]) for row in traced] == [("acted_on_all", world.sitting_id)]


async def test_an_act_on_all_that_broke_off_does_not_go_on_with_another_time(
    desk: Desk, device: Device, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Back on the page that the browser kept, another time is typed: some have the first one."""
    await device.start()
    here, order = f"/rooms/{world.sitting}/act", {"action": "add_time", "details": "Mất điện", "confirmed": "yes"}
    (act,) = re.findall(r'name="act" value="(\w+)"', (await desk.post(here, action="add_time")).text)
    monkeypatch.setattr(intervening, "AT_ONCE", 1)
    with monkeypatch.context() as broken:
        broken.setattr(audit, "record_each", _fails_at_the_second(audit.record_each))
        assert (await desk.post(here, act=act, minutes="5", **order)).status_code == 503
    refused = await desk.post(here, act=act, minutes="10", **order)
    assert refused.status_code == 409
    assert "order_changed" in refused.text
    assert sorted([(await world.attempt(n))["credit_s"] for n in range(3)]) == [0, 0, 300]
    assert (await desk.post(here, act=act, minutes="5", **order)).status_code == 303
    assert [(await world.attempt(n))["credit_s"] for n in range(3)] == [300] * 3


def _fails_at_the_second(record: Any) -> Any:
    calls = iter(range(3))

    async def failing(*arguments: Any, **more: Any) -> None:
        if next(calls) == 1:
            raise ConnectionResetError
        await record(*arguments, **more)

    return failing


@pytest.mark.pitfall("T1")
async def test_one_room_is_stopped_and_the_others_go_on(desk: Desk, device: Device, world: World) -> None:
    await device.start()
    other = Device(device.client, world.cookies[1])
    await other.start()
    await seated(world, "P1", 0)
    room = await seated(world, "P2", 1)
    stopped = await desk.post(
        f"/rooms/{world.sitting}/act", action="pause", room=room, details="Báo cháy", confirmed="yes"
    )
    assert stopped.status_code == 303
    assert [(await world.attempt(n))["state"] for n in range(2)] == ["running", "paused"]
    assert (await desk.post(f"/rooms/{world.sitting}/act", action="pause", room="nowhere")).status_code == 404
    shown = await desk.get(f"/rooms/{world.sitting}?room={room}")
    assert "Nguyễn Văn 1" in shown.text
    assert "Nguyễn Văn 0" not in shown.text


async def test_who_may_see_and_who_may_act(
    client: AsyncClient, desk: Desk, world: World, real_engine: AsyncEngine, keys: Keys
) -> None:
    pages = (f"/rooms/{world.sitting}", f"/rooms/{world.sitting}/{world.public[0]}")
    manager, author = Desk(client, await staff(world, "manager")), Desk(client, await staff(world, "author"))
    elsewhere = await build(real_engine, keys)
    stranger = Desk(client, await staff(elsewhere))
    for path in pages:
        assert (await manager.get(path)).status_code == 200
        assert (await author.get(path)).status_code == 403
        assert (await stranger.get(path)).status_code == 404
    assert (await stranger.get(f"{pages[0]}/live")).status_code == 404
    order = {"action": "end", "details": "x", "confirmed": "yes"}
    for path in (f"{pages[0]}/act", f"{pages[1]}/act"):
        assert (await manager.post(path, **order)).status_code == 403
        assert (await stranger.post(path, **order)).status_code == 404
    assert (await world.attempt())["state"] == "ready"


async def test_signals_are_shown_with_their_evidence_and_reading_them_leaves_a_trace(
    desk: Desk, device: Device, world: World
) -> None:
    await device.start()
    await device.save(device.entry(-1, {"signal": "hidden", "ms": 61_000}, kind=2))
    here = f"/rooms/{world.sitting}/{world.public[0]}"
    shown = (await desk.get(here)).text
    assert "61 giây" in shown
    assert "Rời khỏi trang làm bài" in shown
    assert "Có mục cần xem xét" in (await desk.get(f"/rooms/{world.sitting}")).text
    assert "mục cần xem xét" in (await desk.get("/")).text
    traced = await world.fetch("select action, subject_id from exam.audit where action = 'signals_read'")
    assert [row["subject_id"] for row in traced] == [world.attempts[0]]
    assert (await desk.post(f"{here}/looked", rule="away", note="Cửa sổ cập nhật")).status_code == 303
    assert "Có mục cần xem xét" not in (await desk.get(f"/rooms/{world.sitting}")).text
    await device.save(device.entry(-1, {"signal": "hidden", "ms": 9_000}, kind=2))
    assert "Có mục cần xem xét" in (await desk.get(f"/rooms/{world.sitting}")).text
    assert (await desk.post(f"{here}/looked", rule="tabs")).status_code == 404
