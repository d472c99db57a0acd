"""The stream: one question a second whatever is watched, only changes are sent, and it ends when it should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.kit.database import transaction
from proctoring import queries
from proctoring.watching import Watch
from tests.delivery.world import Device, World
from tests.proctoring.conftest import Desk, seated


async def session_of(world: World, desk: Desk) -> int:
    found = await world.fetch(
        "select id from exam.session where token_hash = sha256(convert_to(:token, 'UTF8'))", token=desk.cookie
    )
    return int(found[0]["id"])


async def turn(watch: Watch, engine: AsyncEngine) -> None:
    """One round of the watch, by hand."""
    async with transaction(engine) as connection:
        await watch.look(connection)
    async with watch._tick:
        watch._tick.notify_all()


async def following(rows: AsyncIterator[Any]) -> asyncio.Task[Any]:
    task = asyncio.ensure_future(anext(rows))
    await asyncio.sleep(0.05)
    return task


async def test_many_viewers_are_one_question(
    desk: Desk, device: Device, world: World, real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    real = queries.watched

    async def counted(connection: AsyncConnection, *given: Any, **more: Any) -> Any:
        nonlocal asked
        asked += 1
        return await real(connection, *given, **more)

    monkeypatch.setattr(queries, "watched", counted)
    await device.start()
    await device.answer(0, "k1")
    watch, session = Watch(), await session_of(world, desk)
    streams = [watch.follow(world.sitting_id, session) for _viewer in range(20)]
    waiting = [await following(stream) for stream in streams]
    assert watch.viewers == 20
    await turn(watch, real_engine)
    seen = await asyncio.gather(*waiting)
    assert asked == 1
    assert {rows[0]["answered"] for rows in seen} == {1}
    for stream in streams:
        await stream.aclose()
    assert watch.viewers == 0


async def test_answers_are_counted_anew_only_where_something_arrived(
    device: Device, world: World, real_engine: AsyncEngine
) -> None:
    await device.start()
    await device.save(device.entry(0, "k1"), device.entry(2, "1,5"))
    async with real_engine.connect() as connection:
        first = (await queries.watched(connection, [world.sitting_id]))[0]
        known = [(first["attempt_id"], first["last_entry"])]
        again = (await queries.watched(connection, [world.sitting_id], known=known))[0]
        await device.answer(2, None)
        after = (await queries.watched(connection, [world.sitting_id], known=known))[0]
    assert (first["answered"], again["answered"], after["answered"]) == (2, None, 1)


async def test_who_follows_a_room_is_told_of_that_room_and_nothing_else_is_read(
    desk: Desk, world: World, real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    real = queries.watched

    async def counted(connection: AsyncConnection, *given: Any, **more: Any) -> Any:
        found = await real(connection, *given, **more)
        read.append(len(found))
        return found

    monkeypatch.setattr(queries, "watched", counted)
    room = await seated(world, "P.101", 1)
    watch, session = Watch(), await session_of(world, desk)
    async with aclosing(watch.follow(world.sitting_id, session, room)) as one:
        waiting = await following(one)
        await turn(watch, real_engine)
        assert [row["attempt_id"] for row in await waiting] == [world.attempts[1]]
        async with aclosing(watch.follow(world.sitting_id, session)) as whole:
            both = await following(one), await following(whole)
            await turn(watch, real_engine)
            assert [len(await rows) for rows in both] == [1, 3]
    assert read == [1, 3]


async def test_a_stream_ends_after_signing_out(desk: Desk, world: World, real_engine: AsyncEngine) -> None:
    watch, session = Watch(), await session_of(world, desk)
    async with aclosing(watch.follow(world.sitting_id, session)) as stream:
        waiting = await following(stream)
        await turn(watch, real_engine)
        assert len(await waiting) == 3
        waiting = await following(stream)
        async with transaction(real_engine) as connection:
            await connection.execute(
                text("update exam.session set revoked_at = exam.now() where id = :id"), {"id": session}
            )
        await turn(watch, real_engine)
        with pytest.raises(StopAsyncIteration):
            await waiting
    assert watch.viewers == 0


async def test_the_stream_over_http_sends_changes_and_ends_when_the_viewer_leaves(
    app: Litestar, desk: Desk, device: Device, world: World
) -> None:
    await device.start()
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    path = f"/rooms/{world.sitting}/live"
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80), "extensions": {},
        "headers": [(b"host", b"127.0.0.1"), (b"cookie", f"session={desk.cookie}".encode())],
    }  # fmt: skip

    async def part() -> str:
        found = ""
        async with asyncio.timeout(15):
            while "event: room" not in found:
                message = await sent.get()
                assert message.get("status", 200) == 200
                found = message.get("body", b"").decode()
        return found

    serving = asyncio.create_task(app(scope, receive, sent.put))  # type: ignore[arg-type]
    assert "0/4" in await part()
    assert app.state.watch.viewers == 1
    await device.answer(0, "k3")
    assert "1/4" in await part()
    gone.set()
    async with asyncio.timeout(15):
        await serving
    assert app.state.watch.viewers == 0
