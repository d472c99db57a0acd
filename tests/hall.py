"""A confirmed sitting with an item of every interaction, made by the use cases that the pages call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from litestar.datastructures import State
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts import secrets
from exam_engine.app import make_state
from exam_engine.authoring import queries as authoring
from exam_engine.authoring.definition import ExamDefinition, FixedItem, Section, encode
from exam_engine.demo import people
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM, public_id
from exam_engine.kit.settings import Settings
from exam_engine.sittings import confirming, creating, enrolling
from exam_engine.sittings.policy import SittingPolicy
from exam_engine.sittings.roster import read_roster
from exam_engine.sittings.tables import candidate, sitting, variant
from item_bank.content.markup import from_text
from item_bank.content.model import (
    AcceptedText,
    Essay,
    Interaction,
    Item,
    MultipleChoice,
    Numeric,
    Option,
    ShortText,
    SingleChoice,
    Statement,
    TrueFalseCluster,
)
from item_bank.storage import queries as storage
from tests.accounts.school import School, found_school


@dataclass(frozen=True)
class Seat:
    """One candidate: what is printed on the slip, and where the attempt lies. `order`: slots as they are shown."""

    name: str
    number: str
    ticket: str
    pin: str
    attempt: int
    order: tuple[int, ...]


@dataclass
class Hall:
    state: State
    school: School
    bank: int
    exam: Any
    seed: str = "hall"

    @property
    def engine(self) -> AsyncEngine:
        engine: AsyncEngine = self.state.engine
        return engine

    async def sitting(
        self, candidates: int, policy: SittingPolicy | None = None, *, seconds: int | None = None
    ) -> Room:
        """A sitting that began a minute ago; `seconds`: what each candidate has, where minutes are too long."""
        async with transaction(self.engine) as connection:
            now = await clock.read(connection)
            number, public = await self._create(connection, now, policy or SittingPolicy(), candidates)
            if seconds is not None:
                await connection.execute(update(sitting).where(sitting.c.id == number).values(duration_s=seconds))
            return Room(self.engine, number, public, await self._seats(connection, number))

    async def _create(
        self, connection: AsyncConnection, now: datetime, policy: SittingPolicy, candidates: int
    ) -> tuple[int, str]:
        times = {"opens_at": now - timedelta(hours=1), "starts_at": now - timedelta(minutes=1)}
        number, public = await creating.create_sitting(
            connection, SYSTEM, self.exam, unit_id=self.school.school.id, title="Kiểm tra thử", policy=policy,
            closes_at=now + timedelta(hours=6), seed=f"{self.seed}", **times,
        )  # fmt: skip
        roster = read_roster(people.roster_csv(people.pupils(self.seed, candidates)).encode())
        await enrolling.enrol(connection, SYSTEM, number, roster.rows)
        await confirming.confirm(connection, self.state.keyring, self.state.events, number)
        return number, public

    async def _seats(self, connection: AsyncConnection, number: int) -> list[Seat]:
        from exam_engine.delivery.tables import attempt

        rows = await connection.execute(
            select(candidate, attempt.c.id.label("attempt"), variant.c.body)
            .join(attempt, attempt.c.candidate_id == candidate.c.id)
            .join(variant, variant.c.attempt_id == attempt.c.id)
            .where(candidate.c.sitting_id == number)
            .order_by(attempt.c.id)
        )
        return [self._seat(row) for row in rows.mappings()]

    def _seat(self, row: Any) -> Seat:
        opened = secrets.opened(self.state.keyring, row["pin_sealed"], row["ticket_sealed"])
        order = tuple(slot for section in row["body"]["sections"] for slot, *_rest in section["items"])
        return Seat(row["full_name"], row["number"], opened.ticket, opened.pin, row["attempt"], order)

    async def close(self) -> None:
        await self.engine.dispose()


@dataclass
class Room:
    """A sitting and the slips of its candidates."""

    engine: AsyncEngine
    id: int
    public: str
    seats: list[Seat]

    async def journal(self) -> dict[int, list[tuple[int, int, int, int, int, str]]]:
        """attempt → (resume, counter, kind, slot, standing, value) in order, for everybody."""
        from exam_engine.delivery.entry_number import unpacked
        from exam_engine.delivery.tables import journal

        columns = (journal.c.entry, journal.c.kind, journal.c.slot, journal.c.standing, journal.c.value)
        ids = [seat.attempt for seat in self.seats]
        found: dict[int, list[tuple[int, int, int, int, int, str]]] = {one: [] for one in ids}
        async with transaction(self.engine) as connection:
            rows = await connection.execute(
                select(journal.c.attempt_id, *columns)
                .where(journal.c.attempt_id.between(min(ids), max(ids)))
                .order_by(journal.c.attempt_id, journal.c.entry)
            )
            for number, entry, *rest in rows:
                found[number].append((*unpacked(entry), *rest))
        return found

    async def attempt(self, seat: Seat) -> Any:
        from exam_engine.delivery.tables import attempt

        async with transaction(self.engine) as connection:
            return (await connection.execute(select(attempt).where(attempt.c.id == seat.attempt))).mappings().one()


async def found(settings: Settings, url: str, *, seed: str = "hall") -> Hall:
    """A school with a bank and an exam in the migrated database at `url`; sealed with the keys of `settings`."""
    state = make_state(replace(settings, database_url=url))
    school = await found_school(state.engine)
    async with transaction(state.engine) as connection:
        unit_id = school.school.id
        bank = await storage.create_bank(connection, public_id=public_id(), unit_id=unit_id, name="Toán 12")
        versions = [
            (await storage.add_item(connection, bank_id=bank, public_id=public_id(), content=one)).version_id
            for one in items()
        ]
        fixed = tuple(FixedItem(version) for version in versions)
        sections = (
            Section("Phần I. Trắc nghiệm", items=fixed[:4]),
            Section("Phần II. Trả lời", items=fixed[4:], shuffle_items=False),
        )
        definition = ExamDefinition("Kiểm tra thử", sections, minutes=45, forms=2)
        values = {"public_id": public_id(), "unit_id": unit_id, "title": "Kiểm tra thử", "status": "ready"}
        exam = await authoring.add_exam(connection, values | {"definition": encode(definition)})
        row = await authoring.exam_by_id(connection, exam)
    return Hall(state, school, bank, row, seed)


def items() -> Sequence[Item]:
    key_b = tuple(_option(letter, letter == "b") for letter in "abcd")
    several = tuple(_option(letter, letter in "ac") for letter in "abcd")
    statements = tuple(Statement(letter, from_text(f"Ý {letter}"), letter in "ad") for letter in "abcd")
    return (
        *(_item(f"Câu hỏi {n}: chọn b", SingleChoice(key_b)) for n in range(4)),
        _item("Chọn các phương án a và c", MultipleChoice(several)),
        _item("Mỗi ý sau đúng hay sai?", TrueFalseCluster(statements)),
        _item("Tính 3 − 4,5", Numeric(("-1.5",))),
        _item("Thủ đô của Việt Nam?", ShortText((AcceptedText("Hà Nội"),))),
        _item("Viết một đoạn văn về quê em.", Essay()),
    )


def _item(stem: str, interaction: Interaction) -> Item:
    return Item(stem=from_text(stem), interaction=interaction, title=stem)


def _option(letter: str, right: bool) -> Option:
    return Option(f"o{letter}", from_text(f"phương án {letter}"), weight="1" if right else "0")
