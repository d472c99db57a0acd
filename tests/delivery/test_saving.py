"""Saves as a program sends them: acknowledged, repeated, in conflict, and whatever is refused before the queue."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from httpx import AsyncClient

from exam_engine.kit import flush as flushing
from tests.delivery.world import Device, World


@pytest.fixture
async def begun(device: Device) -> Device:
    assert (await device.start()).status_code == 200
    return device


@pytest.mark.pitfall("L3", "L4")
async def test_a_repeat_is_acknowledged_again_and_written_once(begun: Device, world: World) -> None:
    entries = [begun.entry(0, "k1"), begun.entry(0, "k2")]
    first = await begun.save(*entries)
    again = await begun.save(*entries, begun.entry(2, "7"))
    assert first.json()["a"] == [[1, 0], [2, 0]]
    assert again.json()["a"] == [[1, 0], [2, 0], [3, 0]]
    assert [row[1:] for row in await world.journal()] == [(1, 0, '"k1"'), (2, 0, '"k2"'), (3, 0, '"7"')]


async def test_a_repeat_keeps_its_first_standing(begun: Device, world: World) -> None:
    entry = begun.entry(0, "k1")
    await begun.save(entry)
    await begun.submit()
    late = begun.entry(0, "k2")
    saved = (await begun.save(entry, late)).json()
    assert saved["a"] == [[1, 0], [2, 3]]
    assert saved["state"] == "submitted"


async def test_a_repeat_with_another_value_is_refused_and_audited(begun: Device, world: World) -> None:
    await begun.save([1, 0, 0, "k1", 0])
    for clash in ([1, 0, 0, "k2", 0], [1, 0, 2, "7", 0], [1, 3, 0, {"flag": True}, 0]):
        assert (await begun.save(clash, [2, 0, 2, "5", 0])).json()["a"] == [[1, 4], [2, 0]]
    assert [row[3] for row in await world.journal()] == ['"k1"', '"5"']
    audited = await world.fetch("select * from exam.audit where action = 'conflicting_repeat' order by id")
    # Once, however often it is sent: nobody fills the audit log with it.
    assert [row["data"] for row in audited] == [{"resume": 1, "counter": 1}]
    assert {row["subject_id"] for row in audited} == {world.attempts[0]}


async def test_equal_and_clashing_keys_in_one_request(begun: Device, world: World) -> None:
    saved = await begun.save([1, 0, 0, "k1", 0], [1, 0, 0, "k1", 0], [1, 0, 0, "k3", 0], [2, 0, 0, "k4", 0])
    assert saved.json()["a"] == [[1, 0], [1, 0], [1, 4], [2, 0]]
    assert [row[3] for row in await world.journal()] == ['"k1"', '"k4"']


async def test_the_order_of_arrival_does_not_matter(begun: Device) -> None:
    await begun.save([2, 0, 0, "k2", 0])
    await begun.save([1, 0, 0, "k1", 0])
    assert (await begun.start()).json()["answers"] == [[0, "k2"]]


@pytest.mark.pitfall("T4")
async def test_a_devices_clock_never_refuses_an_answer(begun: Device) -> None:
    for number, clock in enumerate((0, -1, 1.5, -9e15, 9e18, 1e300), 1):
        assert (await begun.answer(0, "k1", ms=clock)).json()["a"] == [[number, 0]], clock


VALUES: list[tuple[int, Any]] = [
    (0, "k2"),
    (0, None),
    (1, {"a": True, "d": False}),
    (2, "-1,5"),
    (3, "Điện Biên"),
    (3, "Đi\u1ec7n"),
    (3, "a\\u0000b"),  # a backslash and letters, not a NUL
    (3, "👩‍🎓"),
]


async def test_values_come_back_as_they_were_sent(begun: Device) -> None:
    held: dict[int, Any] = {}
    for number, (slot, value) in enumerate(VALUES, 1):
        assert (await begun.answer(slot, value)).json()["a"] == [[number, 0]], value
        held[slot] = value
        assert (await begun.start()).json()["answers"] == [[slot, held[slot]] for slot in sorted(held)]


UNFIT: list[list[Any]] = [
    [5, 0, 0, "k9", 0],
    [5, 0, 0, ["k1"], 0],
    [5, 0, 1, {"z": True}, 0],
    [5, 0, 2, "12345", 0],
    [5, 0, 2, "x", 0],
    [5, 0, 3, "x" * 21, 0],
    [5, 0, 3, "a\0b", 0],
    [5, 0, 3, 7, 0],
    [5, 0, 4, "k1", 0],
    [5, 0, -1, "k1", 0],
    [5, 0, 99999, "k1", 0],
    [5, 1, 0, [[0, 1, 2]], 0],
    [5, 1, -1, [[9, 1, 2]], 0],
    [5, 1, -1, "views", 0],
    [5, 2, 0, {"t": "paste"}, 0],
    [5, 2, -1, {"t": "a\0b"}, 0],
    [5, 2, -1, {"a\0": 1}, 0],
    [5, 2, -1, "x" * 4_096, 0],
    [5, 3, 0, {"note": "x" * 4_096}, 0],
    [5, 3, 0, "flag", 0],
    [5, 9, -1, {}, 0],
]


@pytest.mark.pitfall("O3")
async def test_an_entry_that_does_not_fit_is_named(begun: Device, world: World) -> None:
    for entry in UNFIT:
        refused = await begun.save([4, 0, 0, "k1", 0], entry)
        assert refused.status_code == 422, (entry, refused.text)
        assert refused.headers["content-type"] == "application/problem+json"
        assert (refused.json()["code"], refused.json()["counter"]) == ("entry_invalid", 5), entry
    assert await world.journal() == []


async def test_mark_up_of_a_hundred_options_fits(begun: Device) -> None:
    out = [f"option-{number:04}" for number in range(100)]
    saved = await begun.save(begun.entry(0, {"flag": True, "out": out}, kind=3))
    assert saved.json()["a"] == [[1, 0]]


@pytest.mark.pitfall("O3")
async def test_what_json_can_say_and_postgresql_cannot_store(begun: Device) -> None:
    for text in (r'"\ud800"', r'"a\udc00b"', '"\\u0000"'):
        for kind, slot in ((0, 3), (2, -1)):
            body = f'{{"p": 1, "e": [[1, {kind}, {slot}, {text}, 0]]}}'
            refused = await begun.client.post("/play/save", content=body, headers=headers(begun))
            named = (refused.status_code, refused.json()["code"], refused.json()["counter"])
            assert named == (422, "entry_invalid", 1), body


UNREADABLE = [
    (b"", 400, "malformed"),
    (b"{", 400, "malformed"),
    (b"[]", 400, "malformed"),
    (b"\xff\xfe", 400, "malformed"),
    (b'{"p": 1, "e": [[1, 0]]}', 400, "malformed"),
    (b'{"p": 1, "e": [["1", 0, 0, "k1", 0]]}', 400, "malformed"),
    (b'{"p": 1, "e": [[1e99, 0, 0, "k1", 0]]}', 400, "malformed"),
    (b'{"p": 1, "e": [[1, 0, 0, "\xff", 0]]}', 422, "entry_invalid"),
    (b'{"p": 1, "e": [[0, 0, 0, "k1", 0]]}', 422, "entry_invalid"),
    (b'{"p": 1, "e": [[2147483648, 0, 0, "k1", 0]]}', 422, "entry_invalid"),
    (b'{"p": 0, "e": [[1, 0, 0, "k1", 0]]}', 422, "protocol_unknown"),
    (b'{"p": 2, "e": [[1, 0, 0, "k1", 0]]}', 422, "protocol_unknown"),
    (b'{"p": 1, "e": [[1, 0, 0, ' + b"[" * 50_000 + b"]" * 50_000 + b", 0]]}", 400, "malformed"),
    (b'{"p": 1, "e": [' + b",".join(b'[%d, 0, 0, "k1", 0]' % n for n in range(1, 502)) + b"]}", 413, "too_large"),
    (b" " * (256 * 1024 + 1), 413, "too_large"),
]


async def test_a_body_that_cannot_be_read(begun: Device, world: World) -> None:
    for body, status, code in UNREADABLE:
        for path in ("/play/save", "/play/submit"):
            refused = await begun.client.post(path, content=body, headers=headers(begun))
            assert (refused.status_code, refused.json()["code"]) == (status, code), (path, body[:60])
    assert await world.journal() == []


async def test_a_save_that_carries_nothing_asks_how_things_stand(begun: Device, world: World) -> None:
    """The heartbeat: what a save replies, for the price of a save, and nothing in the journal."""
    saved = (await begun.answer(0, "k1")).json()
    quiet = await begun.save()
    assert quiet.status_code == 200
    assert {**quiet.json(), "now": 0} == {**saved, "now": 0, "a": []}
    assert len(await world.journal()) == 1
    await begun.submit()
    assert (await begun.save()).json()["state"] == "submitted"


def headers(device: Device, **changes: str) -> dict[str, str]:
    return {"authorization": f"Bearer {device.token}", "content-type": "application/json"} | changes


@pytest.mark.parametrize("path", ["/play/save", "/play/submit"])
async def test_without_its_token_nothing_is_taken(begun: Device, world: World, path: str) -> None:
    token = begun.token
    forged = token[:10] + ("A" if token[10] != "A" else "B") + token[11:]
    for header in ("", "Bearer", "Bearer ", f"Basic {token}", f"Bearer {forged}", f"Bearer {token}x", "Bearer \xe9"):
        await refused_with(begun, path, header)
    assert await world.journal() == []


@pytest.mark.parametrize("path", ["/play/save", "/play/submit"])
async def test_a_token_has_one_spelling(begun: Device, path: str) -> None:
    """What was read is kept by its text: nobody may fill the memory with spellings of one token."""
    token = begun.token
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    spare_bit = token[:-1] + letters[letters.index(token[-1]) + 1]
    for other in (spare_bit, f"!{token}", f"{token[:9]}!{token[9:]}", f"{token}=", "!" * 60_000 + token, f" {token}"):
        await refused_with(begun, path, f"Bearer {other}")
    assert (await begun.answer(0, "k1")).status_code == 200


async def refused_with(begun: Device, path: str, header: str) -> None:
    body = json.dumps({"p": 1, "e": [[1, 0, 0, "k1", 0]]})
    sent = headers(begun) | {"authorization": header}
    refused = await begun.client.post(
        path, content=body, headers={k.encode(): v.encode("latin-1") for k, v in sent.items()}
    )
    assert (refused.status_code, refused.json()["code"]) == (401, "token_unknown"), header[:99]


async def test_what_waits_is_bounded_by_its_size_too(begun: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as small:
        small.setattr(flushing, "MOST_WEIGHT", 0)
        refused = await begun.answer(3, "mười một ký")
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        assert refused.headers["retry-after"]
    assert (await begun.answer(3, "mười một ký")).status_code == 200


async def test_method_and_content_type_are_checked(begun: Device) -> None:
    for method in ("GET", "PUT", "DELETE"):
        refused = await begun.client.request(method, "/play/save", headers=headers(begun))
        assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    refused = await begun.client.post(
        "/play/save", content=b"p=1", headers=headers(begun, **{"content-type": "text/plain"})
    )
    assert (refused.status_code, refused.json()["code"]) == (415, "wrong_type")


async def test_replies_are_never_stored(begun: Device) -> None:
    assert (await begun.answer(0, "k1")).headers["cache-control"] == "private, no-store"
    for path in ("/play/state", "/play/paper", "/play/variant"):
        assert (await begun.get(path)).headers["cache-control"] == "private, no-store", path


async def test_saves_of_many_at_once(client: AsyncClient, world: World) -> None:
    import asyncio

    devices = [Device(client, cookie) for cookie in world.cookies]
    for one in devices:
        await one.start()
    replies = await asyncio.gather(*(one.answer(0, f"k{1 + n % 4}") for n in range(40) for one in devices))
    assert {reply.status_code for reply in replies} == {200}
    for position in range(3):
        assert [row[1] for row in await world.journal(position)] == list(range(1, 41))
