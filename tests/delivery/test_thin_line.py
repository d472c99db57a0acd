"""Start, save, hand in, receipt: the walk of every attempt, over HTTP, with real commits."""

from __future__ import annotations

import pytest

from tests.delivery.world import Device, World


@pytest.mark.pitfall("L1", "L7")
async def test_from_start_to_receipt(device: Device, world: World) -> None:
    begun = await device.start()
    assert begun.status_code == 200, begun.text
    assert begun.json()["answers"] == []

    saved = await device.answer(0, "k2")
    assert saved.status_code == 200, saved.text
    assert saved.json()["a"] == [[1, 0]]
    assert saved.json()["state"] == "running"
    assert saved.json()["deadline"] == begun.json()["deadline"]
    assert await world.journal() == [(1, 1, 0, '"k2"')]

    handed_in = await device.submit(device.entry(2, "-1,5"))
    assert handed_in.status_code == 200, handed_in.text
    receipt = handed_in.json()
    assert (receipt["answers"], receipt["entries"], receipt["state"]) == (2, 2, "submitted")

    again = (await device.submit()).json()
    assert {name: again[name] for name in ("code", "digest", "signature", "at")} == {
        name: receipt[name] for name in ("code", "digest", "signature", "at")
    }
    shown = (await device.get("/play/receipt")).json()
    assert shown["code"] == receipt["code"]


async def test_what_counts_comes_back_after_a_reload(device: Device) -> None:
    await device.start()
    await device.save(device.entry(0, "k1"), device.entry(1, {"a": True}), device.entry(0, "k3"))
    await device.save(device.entry(0, {"flag": True}, kind=3))
    again = (await device.start()).json()
    assert again["answers"] == [[0, "k3"], [1, {"a": True}]]
    assert again["marks"] == [[0, {"flag": True}]]
    assert (again["resume"], again["counter"]) == (1, 4)
