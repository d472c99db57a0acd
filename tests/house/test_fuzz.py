"""Whatever is sent to a door: a reply that means something, never a 500. From the live route table."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import pytest_asyncio
from httpx import Response
from litestar import Litestar
from litestar.routes import HTTPRoute
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.roles import CANDIDATE, STAFF_ROLES
from exam_engine.accounts.signing_in import open_session
from exam_engine.app import create_app
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import OPEN
from exam_engine.kit.settings import Settings
from tests.asking import Client
from tests.house import permission_world
from tests.house.permission_world import World

TRIES_OF_A_FORM, TRIES_OF_AN_ADDRESS = 10, 6
SETTINGS = {"pool_size": 4, "log_level": "error"}

#: As they come over the wire: already escaped for an address or a form.
HOSTILE = (
    "%00", "%ED%A0%80", "%ff%fe", "9" * 40, "-" + "9" * 40, "-1", "0", "1e999", "NaN", "%2e%2e%2fetc%2fpasswd", "null",
    "%27%22%3E%3Cscript%3E", "%F0%9F%98%80", "a" * 3000, "", "%20", "true", "[]", "{}", "2026-13-45", "%D9%A3",
    "31%2F02%2F2026", "24%3A61", "1%2F0", "%E2%80%AE",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, -1, 10**40, 1.5, float("inf"), "", "\0", "\ud800", "x" * 5000, [], {}, [[[]]], {"a": {"b": [None]}},
    ["\0"], "31/02/2026", "1/0",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    settings = Settings.from_environment(
        {}, database_url=database_url, data_dir=tmp_path_factory.mktemp("keys"), **SETTINGS
    )
    async with Client(create_app(settings), base_url="http://127.0.0.1:8000", errors_are_answers=True) as client:
        yield client


class Fuzz:
    """Somebody of each role who sends nonsense, every time the same."""

    def __init__(self, client: Client, engine: AsyncEngine, world: World) -> None:
        self.client, self.engine, self.world = client, engine, world
        self.random = Random("fuzz")
        self.names: list[str] = []
        self.csrf = ""
        self.failures: list[str] = []
        self.tokens: dict[str, str] = {}

    async def token(self, role: str) -> str:
        if role not in self.tokens:
            whose = {"candidate_id": self.world.candidate} if role == "candidate" else {}
            async with transaction(self.engine) as connection:
                opened = await open_session(connection, **(whose or {"person_id": self.world.people[role]}))
            self.tokens[role] = opened
        return self.tokens[role]

    async def send(self, method: str, path: str, role: str, content: bytes = b"", kind: str = "") -> Response:
        self.client.cookies.clear()
        if not self.csrf:
            self.csrf = (await self.client.get("/sign-in")).cookies["csrf"]
            self.client.cookies.clear()
        cookie = f"csrf={self.csrf}; {COOKIE}={await self.token(role)}"
        accept = self.random.choice(("text/html", "application/json"))
        headers = {"accept": accept, "x-csrftoken": self.csrf, "cookie": cookie}
        if kind:
            headers["content-type"] = kind
        found = await self.client.request(method, path, headers=headers, content=content, follow_redirects=False)
        if found.status_code >= 500:
            self.failures.append(f"{role}: {method} {path[:200]} {kind} {content[:200]!r} → {found.status_code}")
        if method != "GET" and found.status_code < 400:
            await permission_world.keep(self.engine, self.world)
            self.tokens.clear()  # the act may have ended them
        return found

    def address(self, template: str, names: list[str], own: bool, keys: list[str]) -> str:
        path = self.world.filled(template, names, own=True) if own else template
        for name in names:
            path = path.replace("{" + name + "}", self.random.choice(HOSTILE) or "x")
        chosen = self.random.sample(keys, min(len(keys), self.random.randint(0, 3)))
        query = "&".join(f"{quote(key)}={self.random.choice(HOSTILE)}" for key in chosen)
        return f"{path}?{query}" if query else path

    def body(self) -> tuple[bytes, str]:
        names = self.random.sample(self.names, min(len(self.names), self.random.randint(0, 25)))
        match self.random.randrange(6):
            case 0 | 1 | 2:
                pairs = [f"{quote(name)}={self.random.choice(HOSTILE)}" for name in names]
                return "&".join(pairs).encode(), "application/x-www-form-urlencoded"
            case 3:
                value = {name: self.random.choice(VALUES) for name in names}
                return json.dumps(value).encode(), "application/json"
            case 4:
                return self._multipart(names), "multipart/form-data; boundary=limit"
            case _:
                return self.random.randbytes(200), self.random.choice(("application/json", "text/plain", "x", "a/b;c"))

    def _multipart(self, names: list[str]) -> bytes:
        head = "--limit\r\nContent-Disposition: form-data; name="
        parts = [f'{head}"{name}"\r\n\r\n{self.random.choice(HOSTILE)}\r\n'.encode() for name in names]
        file = b'--limit\r\nContent-Disposition: form-data; name="file"; filename="../a\0.xlsx"\r\n\r\n'
        return b"".join(parts) + file + self.random.randbytes(300) + b"\r\n--limit--\r\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fuzz(client: Client, engine: AsyncEngine) -> Fuzz:
    """Knows the names of all fields that the pages have."""
    made = Fuzz(client, engine, await permission_world.build(engine))
    names: set[str] = set()
    for method, template, places, permission, _keys in doors(client.app):
        if method == "GET" and (role := role_for(permission)):
            page = await made.send("GET", made.world.filled(template, places, own=True), role)
            names |= set(re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', page.text))
    made.names = sorted(names)
    return made


def doors(app: Litestar) -> list[tuple[str, str, list[str], str, list[str]]]:
    """(method, template, path parameters, permission, query parameters)"""
    found = []
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        places = list(route.path_parameters)
        for handler in route.route_handlers:
            known = {*places, "request", "connection", "principal", "state", "data", "headers", "body"}
            keys = sorted(set(handler.parsed_fn_signature.parameters) - known)
            permission, methods = str(handler.opt.get("permission")), sorted(handler.http_methods - {"OPTIONS", "HEAD"})
            if not route.path_format.endswith("/live"):  # a stream that never ends
                found += [(str(method), route.path_format, places, permission, keys) for method in methods]
    return found


def role_for(permission: str) -> str | None:
    if permission == OPEN:
        return "author"
    holders = [
        role for role in STAFF_ROLES if permission in {*STAFF_ROLES[role].permissions, "home.see", "account.own"}
    ]
    return next(iter(holders), "candidate" if permission in CANDIDATE else None)


async def test_no_form_breaks_a_handler(fuzz: Fuzz) -> None:
    for method, template, places, permission, keys in doors(fuzz.client.app):
        role = role_for(permission)
        if method == "GET" or role is None or template == "/sign-out":
            continue
        for _ in range(TRIES_OF_A_FORM):
            content, kind = fuzz.body()
            await fuzz.send(
                method, fuzz.address(template, places, fuzz.random.random() < 0.8, keys), role, content, kind
            )
    assert not fuzz.failures, "\n".join(fuzz.failures)


async def test_no_address_breaks_a_page(fuzz: Fuzz) -> None:
    fuzz.failures.clear()
    for method, template, places, permission, keys in doors(fuzz.client.app):
        role = role_for(permission)
        if method != "GET" or role is None:
            continue
        for _ in range(TRIES_OF_AN_ADDRESS if places or keys else 1):
            await fuzz.send(method, fuzz.address(template, places, fuzz.random.random() < 0.5, keys), role)
    assert not fuzz.failures, "\n".join(fuzz.failures)


@pytest.mark.parametrize("name", ["exam", "unit", "title", "q", "code", "next"])
async def test_texts_of_every_kind_in_one_query(fuzz: Fuzz, name: str) -> None:
    fuzz.failures.clear()
    for path in (
        "/people",
        "/bank",
        "/exams",
        "/sittings",
        "/verify",
        "/audit",
        "/sign-in",
        "/candidate",
        "/sittings/new",
    ):
        for value in ("\0", "đ" * 500, "%", "_%_", "\\", "'", "\u202e", "1" * 60):
            await fuzz.send("GET", f"{path}?{urlencode({name: value})}", "administrator")
    assert not fuzz.failures, "\n".join(fuzz.failures)
