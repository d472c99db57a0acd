"""The room page over HTTP: what it shows, to whom, and what acts do to the candidate."""

from __future__ import annotations

from tests.delivery.world import Device, World
from tests.proctoring.conftest import Desk


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
