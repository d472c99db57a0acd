"""Every route × every role × own and other unit, from the live route table: a new route is covered by existing."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from httpx import Response
from litestar.routes import ASGIRoute, HTTPRoute
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.roles import CANDIDATE, PERMISSIONS, PUPIL, STAFF_ROLES
from exam_engine.accounts.signing_in import open_session
from exam_engine.app import MEDIA_POLICY, PLAYS_MEDIA, SECURITY_HEADERS, create_app
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import OPEN
from exam_engine.kit.settings import Settings
from tests.asking import Client
from tests.house.permission_world import World, build, keep

#: Declared by routes that check a bearer token themselves: a session alone opens none of them.
BEARER = "attempt.token"


@dataclass(frozen=True)
class Door:
    method: str
    template: str
    names: tuple[str, ...]
    permission: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def _doors() -> list[Door]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(_settings("postgresql+asyncpg://nobody@/nowhere", Path(folder)))
    found = []
    for route in app.routes:
        names = tuple(route.path_parameters)
        template = route.path_format
        if isinstance(route, ASGIRoute):
            found += [Door(m, template, names, route.route_handler.opt.get("permission")) for m in ("GET", "POST")]
        elif isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                methods = sorted(handler.http_methods - {"OPTIONS", "HEAD"})
                found += [Door(method, template, names, handler.opt.get("permission")) for method in methods]
    # Litestar gathers the handlers of a path in a set: without an order of ours two workers collect different tests.
    return sorted(found, key=str)


def _settings(url: str, folder: Path) -> Settings:
    return Settings.from_environment({}, database_url=url, data_dir=folder, pool_size=4, log_level="warning")


DOORS = _doors()
#: Who is no staff, and what such a session holds.
TAKERS = {"candidate": CANDIDATE, "pupil": PUPIL}
ROLES = (*STAFF_ROLES, *TAKERS)
#: Streams without an end: the walk only asks those who are refused. tests/proctoring/test_live.py goes inside.
ENDLESS = {"/rooms/{sitting}/live"}
GUARDED = [door for door in DOORS if door.permission not in {OPEN, None, BEARER}]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    app = create_app(_settings(database_url, tmp_path_factory.mktemp("keys")))
    async with Client(app, base_url="http://127.0.0.1:8000", errors_are_answers=True) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(engine: AsyncEngine) -> World:
    return await build(engine)


async def ask(client: Client, door: Door, path: str, token: str = "") -> Response:
    """With a valid form token, so that it is the permission which refuses."""
    csrf = await _form_token(client)
    headers = {"accept": "application/json", "x-csrftoken": csrf, "cookie": f"csrf={csrf}; {COOKIE}={token}"}
    client.cookies.clear()
    return await client.request(door.method, path, headers=headers, follow_redirects=False)


_FORM_TOKENS: dict[int, str] = {}


async def _form_token(client: Client) -> str:
    """Signed by the application's key and good for every session: asked for once for each application."""
    if id(client) not in _FORM_TOKENS:
        client.cookies.clear()
        _FORM_TOKENS[id(client)] = (await client.get("/sign-in")).cookies["csrf"]
    return _FORM_TOKENS[id(client)]


class Sessions:
    """One of each role, until something may have ended it."""

    def __init__(self, engine: AsyncEngine, world: World) -> None:
        self.engine, self.world = engine, world
        self.tokens: dict[str, str] = {}

    async def of(self, role: str) -> str:
        if role not in self.tokens:
            async with transaction(self.engine) as connection:
                self.tokens[role] = await open_session(connection, **self._whose(role))
        return self.tokens[role]

    def _whose(self, role: str) -> dict[str, Any]:
        if role == "candidate":
            return {"candidate_id": self.world.candidate}
        if role == "pupil":
            return {"person_id": self.world.pupil, "pupil": True}
        return {"person_id": self.world.people[role]}

    async def renew(self) -> None:
        """After an act, which may have deleted whoever asked or what is asked for next."""
        await keep(self.engine, self.world)
        self.tokens.clear()


@pytest.fixture(scope="module")
def sessions(engine: AsyncEngine, world: World) -> Sessions:
    return Sessions(engine, world)


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_every_route_declares_a_known_permission(door: Door) -> None:
    assert door.permission in {OPEN, BEARER, *PERMISSIONS}, f"{door} declares {door.permission!r}"


@pytest.mark.parametrize("door", [d for d in DOORS if d.permission == OPEN], ids=str)
async def test_open_doors_answer_everybody(client: Client, world: World, door: Door) -> None:
    found = await ask(client, door, world.filled(door.template, list(door.names), own=True))
    assert found.status_code < 500, found.text
    _assert_headers(found)


@pytest.mark.parametrize("door", [d for d in DOORS if d.permission != OPEN], ids=str)
async def test_nobody_enters_without_signing_in(client: Client, world: World, door: Door) -> None:
    for token in ("", "A" * 43):
        found = await ask(client, door, world.filled(door.template, list(door.names), own=True), token)
        assert found.status_code in ({401} if door.permission != BEARER else {400, 401, 405}), found.text
        _assert_headers(found)


@pytest.mark.parametrize("door", [d for d in DOORS if d.permission == BEARER], ids=str)
async def test_a_session_is_no_bearer_token(client: Client, world: World, sessions: Sessions, door: Door) -> None:
    for role in ROLES:
        own = world.filled(door.template, list(door.names), own=True)
        found = await ask(client, door, own, await sessions.of(role))
        assert found.status_code in {400, 401, 405}, f"{role}: {found.status_code}"


@pytest.mark.parametrize("door", GUARDED, ids=str)
async def test_roles_open_their_doors_and_no_others(
    client: Client, world: World, sessions: Sessions, door: Door
) -> None:
    # All roles in one test: thousands of tests take longer to begin and end than what they ask.
    wrong = []
    for role in ROLES:
        if door.permission in _held(role):
            wrong += [f"{role}, {told}" for told in await _wrong_inside(client, world, sessions, door, role)]
            continue
        for own in (True, False):
            path = world.filled(door.template, list(door.names), own=own)
            refused = await ask(client, door, path, await sessions.of(role))
            if refused.status_code != 403:
                wrong.append(f"{role}, own {own}: {refused.status_code} and not refused")
    assert not wrong, "\n".join(wrong)


async def _wrong_inside(client: Client, world: World, sessions: Sessions, door: Door, role: str) -> list[str]:
    """What somebody who holds the permission should not be told."""
    wrong = []
    own, other = (world.filled(door.template, list(door.names), own=own) for own in (True, False))
    if other != own:
        elsewhere = await ask(client, door, other, await sessions.of(role))
        if not 400 <= elsewhere.status_code < 500:
            wrong.append(f"reached another unit: {elsewhere.status_code}")
    if door.template in ENDLESS:
        return wrong
    inside = await ask(client, door, own, await sessions.of(role))
    if door.method != "GET" and inside.status_code < 400:
        await sessions.renew()
    if inside.status_code >= 500 or inside.status_code == 401:
        wrong.append(f"own unit: {inside.status_code} {inside.text[:300]}")
    if _refused_by_guard(inside):
        wrong.append(f"holds {door.permission} and is refused")
    return wrong


def _held(role: str) -> set[str]:
    if role in TAKERS:
        return set(TAKERS[role])
    return {*STAFF_ROLES[role].permissions, "home.see", "account.own"}


def _refused_by_guard(found: Response) -> bool:
    return found.status_code == 403 and bool(found.json().get("code") == "not_allowed")


def _assert_headers(found: Response) -> None:
    for name, value in SECURITY_HEADERS:
        own = MEDIA_POLICY if name == b"content-security-policy" and found.url.path == PLAYS_MEDIA else ""
        assert found.headers.get_list(name.decode()) == [value.decode() + own], name
    policy = dict(SECURITY_HEADERS)[b"content-security-policy"].decode()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_pages_that_do_not_exist_carry_the_headers_too(client: Client, world: World) -> None:
    for path in ("/nowhere", "/static/nothing.js", "/people/x/y/z"):
        found: Any = await client.get(path)
        assert found.status_code in {401, 404}
        _assert_headers(found)
