"""The short way to the handlers that thousands ask at once answers as the framework's own way does, to the byte."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from httpx import AsyncClient, Response
from litestar import Litestar

from exam_engine.shortcut import Shortcut
from tests.delivery.world import Device, World

READS = ("/play", "/play/state?device=device-one-1", "/play/paper", "/play/variant", "/t/" + "a" * 26)
DETOURS = ("/play/", "/play/state/", "/t/", "/t/a/b", "/play/nothing", "/t/%2F", "/play/state%00")
HTML = {"accept": "text/html"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Both:
    """Asks the same on both ways."""

    def __init__(self, app: Litestar, client: AsyncClient) -> None:
        short: Any = app.asgi_handler
        assert isinstance(short, Shortcut)
        self.app, self.client, self.ways = app, client, (short, short._behind)

    async def ask(self, method: str, path: str, **given: Any) -> Response:
        replies = []
        for way in self.ways:
            self.app.asgi_handler = way
            replies.append(await self.client.request(method, path, **given))
            self.client.cookies.clear()
        self.app.asgi_handler = self.ways[0]
        first, second = map(_told, replies)
        assert first == second, (method, path)
        return replies[0]


def _told(reply: Response) -> tuple[int, list[tuple[str, str]], Any]:
    """Less what differs each time: the clock's reading and a token that is new."""
    drawn = reply.cookies.get("csrf") or "nothing drawn"
    headers = sorted((name, value.replace(drawn, "…")) for name, value in reply.headers.multi_items())
    if "json" in reply.headers.get("content-type", "") and reply.content:
        found = json.loads(reply.content)
        return reply.status_code, headers, {**found, "now": 0} if isinstance(found, dict) else found
    return reply.status_code, headers, re.sub(re.escape(drawn), "…", reply.text)


@pytest.fixture
def both(app: Litestar, client: AsyncClient) -> Both:
    return Both(app, client)


async def test_reads_are_the_same_before_and_after_the_start(both: Both, device: Device) -> None:
    seen = set()
    for _moment in ("before", "after"):
        for path in READS:
            for more in ({}, HTML, {"accept-language": "vi"}, {"accept-encoding": "identity"}):
                for known in (device.headers(), {}):
                    reply = await both.ask("GET", path, headers={**known, **more})
                    seen.add((path, reply.status_code))
        assert (await device.start()).status_code == 200
    assert {("/play", 200), ("/play", 303), ("/play/paper", 409), ("/play/paper", 200), ("/play/variant", 200)} <= seen
    assert {("/play/state?device=device-one-1", 401), ("/t/" + "a" * 26, 404)} <= seen


async def test_what_is_not_in_the_table_goes_the_frameworks_way(both: Both, device: Device) -> None:
    for path in DETOURS:
        await both.ask("GET", path, headers=device.headers())
    for method in ("HEAD", "PUT", "DELETE", "OPTIONS"):
        await both.ask(method, "/play/state", headers=device.headers())


async def test_writes_without_a_form_token_are_refused(both: Both, device: Device, world: World) -> None:
    await device.get("/play/state")
    right, body = device.headers(), {"device": device.name}
    wrong = {**right, "x-csrftoken": right["x-csrftoken"][:-1] + "~"}
    for headers in (wrong, {"cookie": right["cookie"]}, dict[str, str]()):
        assert (await both.ask("POST", "/play/start", headers=headers, json=body)).status_code == 403
        assert (await both.ask("POST", "/t/unknown", headers={**headers, **HTML, **FORM})).status_code == 403
    assert (await world.attempt())["state"] == "ready"


async def test_what_a_handler_refuses_reads_the_same(both: Both, device: Device) -> None:
    await device.get("/play/state")
    headers = device.headers()
    for body in (b"", b"[]", b'{"device": "x"}', b"\xff"):
        assert (await both.ask("POST", "/play/start", headers=headers, content=body)).status_code == 422
    large = {"headers": headers, "content": b"x" * (both.app.state.settings.body_limit + 1)}
    assert (await both.ask("POST", "/play/start", **large)).status_code == 413
    token = {"_csrf_token": device.csrf}
    unknown = await both.ask("POST", "/t/" + "a" * 26, headers={"cookie": headers["cookie"], **HTML}, data=token)
    assert unknown.status_code == 404
    assert (await both.ask("POST", "/play/submit", json={"p": 1, "e": [], "counter": 0})).status_code == 401


async def test_handing_in_twice_gives_the_same_receipt(both: Both, device: Device) -> None:
    await device.start()
    await device.answer(0, "k1")
    headers = {"authorization": f"Bearer {device.token}"}
    handed = await both.ask("POST", "/play/submit", headers=headers, json={"p": 1, "e": [], "counter": device.counter})
    assert handed.status_code == 200, handed.text
