"""A class whose pupils are signed in on their own pages, and tests of every kind for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from httpx import AsyncClient, Response
from litestar import Litestar
from litestar.datastructures import State
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts import founding
from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.signing_in import open_session
from exam_engine.authoring import queries as authoring
from exam_engine.authoring.definition import ExamDefinition, FixedItem, Section, encode
from exam_engine.classroom import quiz, quiz_queries, starting
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM, public_id
from exam_engine.sittings import confirming, creating, joining
from exam_engine.sittings.tables import sitting
from item_bank.content.model import Item
from item_bank.storage import queries as storage
from tests.accounts.school import School, found_school
from tests.delivery.world import Device
from tests.scoring.exam_world import choice


@dataclass
class Browser:
    """A pupil's browser: its cookies change as the service says."""

    client: AsyncClient
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> Response:
        return self._keep(await self.client.get(path, headers=self._headers()))

    async def post(self, path: str, **data: Any) -> Response:
        if "csrf" not in self.cookies:
            await self.get("/sign-in")
        data = {"_csrf_token": self.cookies.get("csrf", ""), **data}
        return self._keep(await self.client.post(path, data=data, headers=self._headers()))

    def device(self) -> Device:
        return Device(self.client, self.cookies[COOKIE], "device-of-the-pupil")

    def _headers(self) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in {**self.cookies, "lang": "en"}.items())
        return {"cookie": cookie, "accept": "text/html"}

    def _keep(self, found: Response) -> Response:
        self.cookies |= {name: value for name, value in found.cookies.items() if value}
        self.client.cookies.clear()
        return found


@dataclass
class ClassWorld:
    state: State
    engine: AsyncEngine
    client: AsyncClient
    school: School
    versions: list[int]

    async def add_items(self, items: Sequence[Item]) -> None:
        """From now on tests consist of these, too."""
        async with transaction(self.engine) as connection:
            unit_id = self.school.class_.id
            bank = await storage.create_bank(connection, public_id=public_id(), unit_id=unit_id, name="Kho")
            for item in items:
                added = await storage.add_item(connection, bank_id=bank, public_id=public_id(), content=item)
                self.versions.append(added.version_id)

    async def test(self, kind: Any, title: str, *, opens: float = -60, closes: float = 3600, **afterwards: Any) -> str:
        """A confirmed test of the class 12A1; `opens` and `closes` in seconds from now. Returns its public id."""
        async with transaction(self.engine) as connection:
            unit = self.school.class_
            definition = ExamDefinition(
                title, (Section(title, items=tuple(map(FixedItem, self.versions))),), forms=1, first_form=1,
                individual=True, **({"afterwards": quiz.afterwards_for(kind, at_once=False)} | afterwards),
            )  # fmt: skip
            values = {"public_id": public_id(), "unit_id": unit.id, "title": title, "definition": encode(definition)}
            exam = await authoring.exam_by_id(connection, await authoring.add_exam(connection, values))
            now = await clock.read(connection)
            moments: dict[str, Any] = {
                "opens_at": now + timedelta(seconds=opens),
                "starts_at": now + timedelta(seconds=opens),
                "closes_at": now + timedelta(seconds=max(closes, opens + 1)),
            }
            number, public = await creating.create_sitting(
                connection, SYSTEM, exam, unit_id=unit.id, title=title, kind=kind, policy=quiz.policy_for(kind),
                **moments,
            )  # fmt: skip
            pupils = await quiz_queries.pupils_of_class(connection, unit.id)
            await joining.register(connection, number, [starting.newcomer(one) for one in pupils])
            await confirming.confirm(connection, self.state.keyring, self.state.events, number)
        return public

    async def pupil(self, person: Any = None) -> Browser:
        async with transaction(self.engine) as connection:
            who = person or self.school.pupil
            return Browser(self.client, {COOKIE: await open_session(connection, person_id=who.id, pupil=True)})

    async def newcomer(self, name: str) -> Any:
        async with transaction(self.engine) as connection:
            return await founding.add_pupil(connection, self.school.class_, name, code="0777")

    async def staff(self, role: str) -> Browser:
        async with transaction(self.engine) as connection:
            return Browser(self.client, {COOKIE: await open_session(connection, person_id=self.school.staff[role].id)})

    async def fetch(self, statement: str, **values: Any) -> list[Any]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(text(statement), values)).mappings())

    async def set(self, public: str, **values: Any) -> None:
        async with transaction(self.engine) as connection:
            await connection.execute(update(sitting).where(sitting.c.public_id == public).values(values))


async def build(app: Litestar, engine: AsyncEngine, client: AsyncClient) -> ClassWorld:
    world = ClassWorld(app.state, engine, client, await found_school(engine), [])
    await world.add_items([choice(n, text=f"Câu {n}") for n in range(3)])
    return world
