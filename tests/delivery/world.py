"""A small confirmed sitting, made of rows: what delivery needs and nothing more."""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from httpx import AsyncClient, Response
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts.tables import account, person, role_grant, session, unit
from exam_engine.authoring.tables import exam
from exam_engine.delivery.building import build_attempts
from exam_engine.delivery.tables import attempt
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from exam_engine.kit.keys import Keys
from exam_engine.sittings.events import BuiltAttempt, RosterConfirmed
from exam_engine.sittings.tables import candidate, form, sitting, variant

SLOTS: list[dict[str, Any]] = [
    {"type": "single_choice", "body": {"options": {"k1": "", "k2": "", "k3": "", "k4": ""}, "min": 0, "max": 1}},
    {"type": "true_false_cluster", "body": {"statements": {"a": "", "b": "", "c": "", "d": ""}}},
    {"type": "numeric", "body": {"max_chars": 4}},
    {"type": "short_text", "body": {"max_chars": 20}},
]
PAPER = {"v": 1, "id": "form", "language": "vi", "title": "Bài kiểm tra", "items": [], "passages": {}, "assets": {}}
VARIANT = {"v": 1, "form": "101", "sections": []}


@dataclass
class World:
    engine: AsyncEngine
    unit_id: int
    unit_path: str
    sitting_id: int
    sitting: str
    form_id: int
    attempts: list[int]
    candidates: list[int]
    public: list[str]
    cookies: list[str] = field(default_factory=list)

    async def attempt(self, position: int = 0) -> Any:
        async with self.engine.connect() as connection:
            found = select(attempt).where(attempt.c.id == self.attempts[position])
            return (await connection.execute(found)).mappings().one()

    async def change(self, position: int = 0, **values: Any) -> None:
        async with transaction(self.engine) as connection:
            statement = attempt.update().where(attempt.c.id == self.attempts[position]).values(**values)
            await connection.execute(statement)

    async def fetch(self, statement: str, **values: Any) -> list[Any]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(text(statement), values)).mappings())

    async def journal(self, position: int = 0) -> list[tuple[int, int, int, str]]:
        """(resume, counter, standing, value) in order."""
        rows = await self.fetch(
            "select resume, counter, standing, value from exam.journal_entry where attempt_id = :id order by 1, 2",
            id=self.attempts[position],
        )
        return [tuple(row.values()) for row in rows]

    async def now(self) -> datetime:
        return (await self.fetch("select exam.now() as now"))[0]["now"]  # type: ignore[no-any-return]


async def build(engine: AsyncEngine, keys: Keys, *, candidates: int = 3, **options: Any) -> World:
    """`options` are columns of the sitting; `opens`, `starts` and `closes` are seconds from now."""
    async with transaction(engine) as connection:
        return await _rows(connection, engine, keys, candidates, options)


async def _rows(
    connection: AsyncConnection, engine: AsyncEngine, keys: Keys, count: int, options: dict[str, Any]
) -> World:
    now = (await connection.execute(text("select exam.now()"))).scalar_one()
    moments = {
        f"{name}_at": now + timedelta(seconds=options.pop(name, default))
        for name, default in (("opens", -3600), ("starts", -60), ("closes", 3600))
    }
    unit_id = await _add(
        connection, unit, public_id=public_id(), path=f"x{secrets.token_hex(6)}.", kind="school", name="Trường"
    )
    path = f"{unit_id}."
    await connection.execute(unit.update().where(unit.c.id == unit_id).values(path=path))
    exam_id = await _add(connection, exam, public_id=public_id(), unit_id=unit_id, title="Toán", definition={})
    first = (
        await connection.execute(text("select coalesce(max(first_attempt_id + attempt_count), 1) from exam.sitting"))
    ).scalar_one()
    sitting_public = public_id()
    values = {
        "public_id": sitting_public,
        "exam_id": exam_id,
        "unit_id": unit_id,
        "title": "Kiểm tra Toán",
        "duration_s": 2700,
        "state": "confirmed",
        "first_attempt_id": first,
        "attempt_count": count + 8,
        "paper_key": keys.seal("paper", secrets.token_bytes(32)),
        "policy": {},
        **moments,
        **options,
    }
    sitting_id = await _add(connection, sitting, **values)
    paper = json.dumps(PAPER).encode()
    form_id = await _add(
        connection,
        form,
        public_id=public_id(),
        sitting_id=sitting_id,
        number="101",
        key_map=[],
        slots=SLOTS,
        paper=gzip.compress(paper),
        paper_digest=hashlib.sha256(paper).hexdigest(),
        variant_version=1,
    )
    world = World(engine, unit_id, path, sitting_id, sitting_public, form_id, [], [], [])
    built = []
    for position in range(count):
        await _candidate(connection, world, first + position, position)
        built.append(BuiltAttempt(world.attempts[-1], world.candidates[-1], form_id))
    await build_attempts(connection, RosterConfirmed(sitting_id, first, tuple(built)))
    return world


async def _candidate(connection: AsyncConnection, world: World, attempt_id: int, position: int) -> None:
    public = public_id()
    candidate_id = await _add(
        connection,
        candidate,
        public_id=public,
        sitting_id=world.sitting_id,
        number=f"{position + 1:04d}",
        full_name=f"Nguyễn Văn {position}",
        sort_key=str(position),
    )
    await connection.execute(insert(variant).values(attempt_id=attempt_id, form_id=world.form_id, body=VARIANT))
    world.attempts.append(attempt_id)
    world.candidates.append(candidate_id)
    world.public.append(public)
    world.cookies.append(await _session(connection, candidate_id=candidate_id))


async def staff(world: World, role: str = "invigilator", name: str = "Cô Hoa") -> str:
    """A member of staff with one role in the world's unit; returns the session cookie."""
    async with transaction(world.engine) as connection:
        person_id = await _add(
            connection, person, public_id=public_id(), unit_id=world.unit_id, full_name=name, sort_key="", search=""
        )
        login = {"username": f"staff{person_id}", "password_hash": "unused"}
        await connection.execute(insert(account).values(person_id=person_id, **login))
        await _add(connection, role_grant, person_id=person_id, unit_id=world.unit_id, role=role)
        return await _session(connection, person_id=person_id)


async def _session(connection: AsyncConnection, **owner: int) -> str:
    token = secrets.token_urlsafe(32)
    expires = (await connection.execute(text("select clock_timestamp() + interval '10 years'"))).scalar_one()
    values = {"token_hash": hashlib.sha256(token.encode()).digest(), "expires_at": expires, **owner}
    await connection.execute(insert(session).values(**values))
    return token


async def _add(connection: AsyncConnection, table: Any, **values: Any) -> int:
    return int((await connection.execute(insert(table).values(**values).returning(table.c.id))).scalar_one())


class Device:
    """One browser of one candidate: session cookie, device name, token, counter."""

    def __init__(self, client: AsyncClient, cookie: str, name: str = "device-one-1") -> None:
        self.client, self.cookie, self.name = client, cookie, name
        self.token, self.resume, self.counter = "", 0, 0
        self.csrf = ""

    def headers(self) -> dict[str, str]:
        if not self.csrf:
            return {"cookie": f"session={self.cookie}"}
        return {"cookie": f"session={self.cookie}; csrf={self.csrf}", "x-csrftoken": self.csrf}

    async def get(self, path: str, **extra: Any) -> Response:
        found = await self.client.get(path, headers=self.headers(), **extra)
        self.csrf = found.cookies.get("csrf") or self.csrf
        self.client.cookies.clear()
        return found

    async def start(self) -> Response:
        if not self.csrf:
            await self.get("/play/state")
        found = await self.client.post("/play/start", json={"device": self.name}, headers=self.headers())
        self.client.cookies.clear()
        if found.status_code == 200:
            body = found.json()
            self.token, self.resume, self.counter = body["token"], body["resume"], body["counter"]
        return found

    def entry(self, slot: int, value: Any, *, ms: float = 0, kind: int = 0) -> list[Any]:
        self.counter += 1
        return [self.counter, kind, slot, value, ms]

    async def post(self, path: str, body: Any, **extra: Any) -> Response:
        headers = {"authorization": f"Bearer {self.token}"} | extra.pop("headers", {})
        return await self.client.post(path, json=body, headers=headers, **extra)

    async def save(self, *entries: list[Any], **more: Any) -> Response:
        return await self.post("/play/save", {"p": 1, "e": list(entries)} | more)

    async def answer(self, slot: int, value: Any, *, ms: float = 0) -> Response:
        return await self.save(self.entry(slot, value, ms=ms))

    async def submit(self, *entries: list[Any], counter: int | None = -1) -> Response:
        last = self.counter if counter == -1 else counter
        return await self.post("/play/submit", {"p": 1, "e": list(entries), "counter": last})
