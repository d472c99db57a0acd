"""A school with a sitting of real items, built by the real use cases, whose candidates answer over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from httpx import AsyncClient, Response
from litestar import Litestar
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts.signing_in import open_session
from exam_engine.authoring import queries as authoring
from exam_engine.authoring.definition import Afterwards, ExamDefinition, FixedItem, Section, encode
from exam_engine.delivery.tables import attempt
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM, public_id
from exam_engine.kit.packed import unpacked
from exam_engine.sittings import confirming, creating, enrolling
from exam_engine.sittings.creating import Kind
from exam_engine.sittings.policy import SittingPolicy
from exam_engine.sittings.roster import read_roster
from exam_engine.sittings.tables import candidate, form
from item_bank.content.model import Essay, Item, Markup, Option, RubricPoint, SingleChoice
from item_bank.storage import queries as storage
from tests.accounts.school import School, add_staff, found_school
from tests.delivery.world import Device

ROSTER = "Số báo danh,Họ và tên,Ngày sinh,Lớp\n"


def choice(key: int = 0, points: str = "1", *, text: str = "?") -> Item:
    options = (Option(f"o{n}", Markup(f"<p>{n}</p>"), weight="1" if n == key else "0") for n in range(4))
    return Item(Markup(f"<p>{text}</p>"), SingleChoice(tuple(options)), points=points)


def essay(points: str = "2") -> Item:
    rubric = (RubricPoint("r1", "Nội dung", "1"), RubricPoint("r2", "Diễn đạt", "1"))
    return Item(Markup("<p>Viết.</p>"), Essay(rubric), points=points)


@dataclass
class ExamWorld:
    app: Litestar
    engine: AsyncEngine
    client: AsyncClient
    school: School
    sitting_id: int = 0
    sitting: str = ""
    versions: list[int] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)
    forms: list[int] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    devices: list[Device] = field(default_factory=list)
    key_maps: dict[int, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def slot(self, position: int, item: int) -> int:
        key_map = self.key_maps[self.forms[position]]
        return next(n for n, entry in enumerate(key_map) if entry["version"] == self.versions[item])

    def value(self, position: int, item: int, answer: Any) -> Any:
        """The answer as the candidate's browser sends it: an option's number becomes the form's opaque id."""
        if isinstance(answer, int):
            return self.key_maps[self.forms[position]][self.slot(position, item)]["keys"][f"o{answer}"]
        return answer

    async def sit(self, position: int, answers: Mapping[int, Any], *, submit: bool = True) -> None:
        """`answers`: item number from 0 → option number or text."""
        device = self.devices[position]
        if not device.token:
            begun = await device.start()
            assert begun.status_code == 200, begun.text
        for item, answer in answers.items():
            saved = await device.answer(self.slot(position, item), self.value(position, item, answer))
            assert saved.status_code == 200, saved.text
        if submit:
            done = await device.submit()
            assert done.status_code == 200, done.text

    async def session(self, role: str) -> str:
        if role not in self.tokens:
            async with transaction(self.engine) as connection:
                self.tokens[role] = await open_session(connection, person_id=self.school.staff[role].id)
        return self.tokens[role]

    async def see(self, role: str, path: str, **extra: Any) -> Response:
        headers = {"cookie": f"session={await self.session(role)}; lang=en", "accept": "text/html"}
        return await self.client.get(path, headers=headers, **extra)

    async def send(self, role: str, path: str, **data: Any) -> Response:
        token = await self.session(role)
        page = await self.client.get("/sign-in", headers={"cookie": f"session={token}"})
        csrf = page.cookies.get("csrf") or ""
        self.client.cookies.clear()
        headers = {"cookie": f"session={token}; csrf={csrf}; lang=en", "accept": "text/html"}
        found = await self.client.post(path, data={"_csrf_token": csrf, **data}, headers=headers)
        self.client.cookies.clear()
        return found

    async def own_result(self, position: int) -> Response:
        cookie = f"session={self.devices[position].cookie}; lang=en"
        return await self.client.get("/play/result", headers={"cookie": cookie, "accept": "text/html"})

    async def fetch(self, statement: str, **values: Any) -> list[Any]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(text(statement), values)).mappings())

    async def results(self, position: int) -> list[Any]:
        rows = await self.fetch(
            "select * from exam.result where attempt_id = :id order by version", id=self.attempts[position]
        )
        return [{**row, "marks": unpacked(row["marks"])} for row in rows]

    async def current(self, position: int) -> Any:
        return (await self.results(position))[-1]


async def found_world(engine: AsyncEngine) -> School:
    school = await found_school(engine)
    async with transaction(engine) as connection:
        other = await add_staff(connection, school.other_school, school.other_school, "exam_officer", "other_officer")
        second = await add_staff(connection, school.school, school.school, "marker", "second_marker")
        school.staff |= {"other_officer": other, "second_marker": second}
    return school


async def build(
    app: Litestar,
    engine: AsyncEngine,
    client: AsyncClient,
    items: Sequence[Item],
    *,
    candidates: int = 3,
    formal: bool = True,
    afterwards: Afterwards | None = None,
    grace_s: int = 0,
    title: str = "Kiểm tra",
    kind: Kind = "exam",
    school: School | None = None,
    **options: Any,
) -> ExamWorld:
    """`options` are fields of the exam's definition; `school`: of an earlier world in the same database."""
    world = ExamWorld(app, engine, client, school or await found_world(engine))
    school = world.school
    async with transaction(engine) as connection:
        bank = await storage.create_bank(connection, public_id=public_id(), unit_id=school.school.id, name="Kho")
        for item in items:
            added = await storage.add_item(connection, bank_id=bank, public_id=public_id(), content=item)
            world.versions.append(added.version_id)
        pinned = tuple(FixedItem(version) for version in world.versions)
        definition = ExamDefinition(
            title="Đề", sections=(Section("Phần I", items=pinned),), afterwards=afterwards or Afterwards(),
            **{"forms": 2, **options},
        )  # fmt: skip
        exam_values = {"public_id": public_id(), "unit_id": school.school.id, "title": "Đề"}
        exam_id = await authoring.add_exam(connection, {**exam_values, "definition": encode(definition)})
        now = await clock.read(connection)
        world.sitting_id, world.sitting = await creating.create_sitting(
            connection,
            SYSTEM,
            await authoring.exam_by_id(connection, exam_id),
            unit_id=school.school.id,
            title=title,
            opens_at=now - timedelta(hours=1),
            starts_at=now - timedelta(minutes=1),
            closes_at=now + timedelta(hours=1),
            policy=SittingPolicy(grace_s=grace_s, formal=formal),
            kind=kind,
        )
        lines = "".join(f"{n:04d},Nguyễn Văn {chr(65 + n % 26)},01/02/2009,12A{n % 2 + 1}\n" for n in range(candidates))
        roster = read_roster((ROSTER + lines).encode())
        assert not roster.problems, roster.problems
        await enrolling.enrol(connection, SYSTEM, world.sitting_id, roster.rows)
        await confirming.confirm(connection, app.state.keyring, app.state.events, world.sitting_id)
        await _remember(connection, world)
    return world


async def _remember(connection: Any, world: ExamWorld) -> None:
    rows = await connection.execute(
        select(attempt.c.id, attempt.c.form_id, candidate.c.public_id, candidate.c.id.label("candidate_id"))
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .where(attempt.c.sitting_id == world.sitting_id)
        .order_by(candidate.c.number)
    )
    for n, row in enumerate(rows.mappings().all()):
        world.attempts.append(row["id"])
        world.forms.append(row["form_id"])
        world.candidates.append(row["public_id"])
        token = await open_session(connection, candidate_id=row["candidate_id"])
        world.devices.append(Device(world.client, token, f"device-{n:04d}"))
    maps = await connection.execute(select(form.c.id, form.c.key_map).where(form.c.sitting_id == world.sitting_id))
    world.key_maps = {row.id: row.key_map for row in maps}
