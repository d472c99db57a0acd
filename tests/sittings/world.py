"""A school with a bank, an exam of it, and staff: what planning a sitting needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from httpx import Response
from litestar import Litestar
from litestar.datastructures import State
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring import queries as authoring
from exam_engine.authoring.definition import ExamDefinition, FixedItem, Section, encode
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from exam_engine.kit.jobs import Jobs
from exam_engine.kit.tables import job
from exam_engine.sittings import confirming
from exam_engine.sittings.tables import candidate, sitting
from item_bank.content.markup import from_text
from item_bank.content.model import (
    Item,
    Numeric,
    Option,
    Passage,
    SingleChoice,
    Statement,
    TrueFalseCluster,
    digest,
)
from item_bank.storage import queries as storage
from tests.accounts.school import Client, School, enter, found_school, hidden, see, send

FORM = {
    "title": "Kiểm tra 15 phút",
    "day": "05/09/2099",
    "opens": "07:30",
    "starts": "8h00",
    "closes": "08:15",
    "closes_day": "",
    "minutes": "15",
    "timing": "individual",
    "grace": "2",
    "device_change": "invigilator",
    "admission": "automatic",
    "has_officer": "1",
    "earliest": "0",
    "wording": "formal",
    "signal_days": "30",
    "signal_paste": "1",
}

PASSAGE = Passage(from_text("Đoạn trích về sông Cửu Long."))


def choice(number: int, *, passage: str | None = None) -> Item:
    options = tuple(
        Option(f"own-{number}-{letter}", from_text(f"phương án {letter}"), weight="1" if letter == "b" else "0")
        for letter in "abcd"
    )
    return Item(
        stem=from_text(f"Câu hỏi {number}: chọn b"),
        interaction=SingleChoice(options),
        rationale=from_text(f"Lời giải bí mật {number}"),
        title=f"Tên riêng {number}",
        passage=passage,
    )


def items() -> list[Item]:
    statements = tuple(Statement(s, from_text(f"ý {s}"), s in "ad") for s in "abcd")
    grouped = [choice(n, passage=digest(PASSAGE)) for n in (90, 91, 92)]
    return [
        *(choice(n) for n in range(5)),
        *grouped,
        Item(stem=from_text("Đúng hay sai?"), interaction=TrueFalseCluster(statements)),
        Item(stem=from_text("Tính 3 - 4,5"), interaction=Numeric(("-1.5",))),
    ]


@dataclass
class World:
    client: Client
    engine: AsyncEngine
    app: Litestar
    school: School
    exam: str
    bank: str
    versions: list[int]

    async def enter(self, role: str) -> None:
        await enter(self.client, self.engine, self.school.staff[role])

    async def planned(self, **changes: str) -> str:
        """A draft made with the form; returns its address."""
        found = await send(self.client, "/sittings/new", exam=self.exam, unit=self.unit, **{**FORM, **changes})
        assert found.status_code == 303, found.text
        return str(found.headers["location"]).partition("?")[0]

    async def upload(self, place: str, data: bytes, name: str = "ds.csv") -> Response:
        await see(self.client, "/sign-in")
        return await self.client.post(
            f"{place}/roster",
            files={"file": (name, data)},
            data={"_csrf_token": self.client.cookies.get("csrf") or ""},
            headers={"accept": "text/html"},
            follow_redirects=False,
        )

    async def enrolled(self, place: str, data: bytes, name: str = "ds.csv") -> None:
        uploaded = await self.upload(place, data, name)
        assert uploaded.status_code == 303, uploaded.text
        taken = await send(self.client, f"{uploaded.headers['location']}/take", room_size="2")
        assert taken.status_code == 303, taken.text

    async def with_candidates(self, count: int = 5) -> str:
        place = await self.planned()
        await self.enrolled(place, roster(count))
        return place

    async def mark(self, place: str) -> str:
        return hidden((await see(self.client, place)).text, "mark")

    async def confirmed(self, place: str) -> Response:
        """Asks for the confirmation and does the job as the worker would."""
        asked = await send(self.client, f"{place}/confirm", mark=await self.mark(place))
        assert asked.status_code == 303, asked.text
        await self.work()
        return asked

    async def work(self) -> None:
        # The application runs in a loop of its own; a worker has its own engine anyway.
        state = State({**self.app.state.dict(), "engine": self.engine})
        jobs = Jobs()
        jobs.register(confirming.JOB, confirming.perform)
        async with self.engine.connect() as connection:
            waiting = (await connection.execute(select(job.c.id).where(job.c.state == "waiting"))).scalars().all()
        for number in waiting:
            await jobs.perform(state, number)

    async def rows(self, place: str) -> Sequence[Any]:
        """The sitting's candidates in Vietnamese order."""
        found = select(candidate).join(sitting).where(sitting.c.public_id == place.rpartition("/")[2])
        async with self.engine.connect() as connection:
            return (await connection.execute(found.order_by(candidate.c.sort_key))).all()

    async def sitting(self, place: str) -> Any:
        async with self.engine.connect() as connection:
            found = select(sitting).where(sitting.c.public_id == place.rpartition("/")[2])
            return (await connection.execute(found)).one_or_none()

    @property
    def unit(self) -> str:
        return str(self.school.school.public_id)


def roster(count: int) -> bytes:
    names = ["Nguyễn Văn Đạt", "Trần Thị Ánh", "Lê Hoàng Ân", "Phạm Đức Dũng", "Đỗ Thị Yến", "Vũ Minh An"]
    lines = [f"{n + 1:03d},{names[n % 6]}{' ' + 'ABCDEFGH'[n // 6] if n > 5 else ''},12A1" for n in range(count)]
    return "\n".join(["Số báo danh,Họ và tên,Lớp", *lines]).encode()


async def build(client: Client, app: Litestar, engine: AsyncEngine) -> World:
    school = await found_school(engine)
    async with transaction(engine) as connection:
        bank = public_id()
        bank_id = await storage.create_bank(connection, public_id=bank, unit_id=school.school.id, name="Toán 12")
        await storage.store_passage(connection, PASSAGE)
        versions = [
            (await storage.add_item(connection, bank_id=bank_id, public_id=public_id(), content=one)).version_id
            for one in items()
        ]
        exam = public_id()
        sections = (Section("Phần I", items=tuple(FixedItem(one) for one in versions)),)
        definition = ExamDefinition("Đề Toán", sections, minutes=15, forms=3)
        values = {"public_id": exam, "unit_id": school.school.id, "title": "Đề Toán"}
        await authoring.add_exam(connection, {**values, "definition": encode(definition)})
    return World(client, engine, app, school, exam, bank, versions)
