"""The demo school: built once, through the same use cases and importers that the pages call.

Everything follows from the seed `exam_engine.demo.behaviour.SEED`; only the dates depend on the day it is built.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from litestar.datastructures import State
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import account_queries, founding, pupil_secrets
from exam_engine.accounts.tables import Found
from exam_engine.app import make_state
from exam_engine.assembly import starting
from exam_engine.assembly.asking import Asked
from exam_engine.authoring import importing, matrices
from exam_engine.authoring import queries as authoring
from exam_engine.authoring.definition import Afterwards, ExamDefinition, FixedItem, Matrix, Section, encode
from exam_engine.authoring.editing import used_versions
from exam_engine.demo import classroom, people, queries, reviews
from exam_engine.demo.behaviour import SEED
from exam_engine.demo.playing import play_sitting
from exam_engine.demo.signs import Sign, signs
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM, Principal, public_id
from exam_engine.kit.settings import Settings
from exam_engine.sittings import confirming, creating, enrolling
from exam_engine.sittings.policy import SIGNALS, SittingPolicy
from exam_engine.sittings.roster import read_roster
from item_bank.content.markup import from_text
from item_bank.storage import queries as storage
from item_bank.storage import sharing_queries

PASSWORD = "thi-thu-2026"  # noqa: S105 - printed at every start of the demo
PUPILS = 240
PLAYED = 200
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

Units = Mapping[str, Found]


@dataclass(frozen=True, slots=True)
class Paper:
    """An exam as the demo builds it: its files, its length, and its sections by type of item.

    A section's points are those of each of its items; None: the items carry their own.
    """

    title: str
    subject: str
    language: str
    files: tuple[str, ...]
    sections: tuple[tuple[str, str, str | None], ...]
    minutes: int
    afterwards: Afterwards | None = None


GRADUATION = (
    ("Phần I. Câu trắc nghiệm nhiều phương án lựa chọn", "single_choice", None),
    ("Phần II. Câu trắc nghiệm đúng sai", "true_false_cluster", None),
    ("Phần III. Câu trắc nghiệm trả lời ngắn", "numeric", None),
)
PAPERS: Mapping[str, Paper] = {
    "toan": Paper("Toán 12 – Đề minh họa theo định dạng 2025", "Toán", "vi", ("toan/",), GRADUATION, 90),
    "vat_li": Paper("Vật lí 12 – Kiểm tra cuối học kì I", "Vật lí", "vi", ("vat-li-12.xlsx",), GRADUATION, 50),
    "tieng_anh": Paper(
        "Tiếng Anh 12 – Khảo sát chất lượng",
        "Tiếng Anh",
        "en",
        ("tieng-anh-12.gift", "tieng-anh-12-reading-writing.xlsx"),
        (
            ("Part 1. Choose the best answer", "single_choice", "0.2"),
            ("Part 2. Complete the sentences", "short_text", "0.3"),
            ("Part 3. Writing", "essay", "2.4"),
        ),
        60,
        Afterwards(score="after_release", responses="after_release", key="after_release"),
    ),
}


def build(settings: Settings, tell: Callable[[str], None] = lambda _step: None) -> Sequence[Sign]:
    """Builds the school where it does not stand yet; returns what the start prints: one sign-in per role, a ticket.
    `tell` hears each step as it begins: together they take a minute."""
    return asyncio.run(_build(settings, tell))


async def _build(settings: Settings, tell: Callable[[str], None]) -> Sequence[Sign]:
    state = make_state(settings)
    try:
        async with transaction(state.engine) as connection:
            standing = await account_queries.account_by_username(connection, people.STAFF[0].login)
        if standing is None:
            tell("building the school: people, question banks, exams, sittings")
            await _found(state)
        await _play_what_is_over(state, tell)
        async with transaction(state.engine) as connection:
            return await signs(connection, state.keyring, settings.public_url, PASSWORD)
    finally:
        await state.engine.dispose()


async def _found(state: State) -> None:
    """One transaction: an interrupted start leaves nothing half-built."""
    async with transaction(state.engine) as connection:
        now = await clock.read(connection)
        units = await _units(connection)
        staff = await _staff(connection, units)
        await _pupils(connection, state, units)
        banks = {name: await _bank(connection, units, paper) for name, paper in PAPERS.items()}
        exams = {name: await _exam(connection, units, banks[name], paper) for name, paper in PAPERS.items()}
        exam = await authoring.exam_by_id(connection, exams["toan"])
        reading = Principal("system", 0, permissions={authoring.READ: (units["school"].path,)})
        await starting.ask(connection, reading, exam, Asked("one", str(SEED)))
        roster = people.pupils(SEED, PUPILS)
        await _sitting(connection, state, units, exams["toan"], _open_now(now), roster[PLAYED:])
        await _sitting(connection, state, units, exams["vat_li"], _tomorrow(now), roster[:120])
        await _sitting(connection, state, units, exams["tieng_anh"], _finished(now), roster[:PLAYED])
        await classroom.build(connection, state, staff["teacher"], units["12A1"], banks["toan"], now)
        await reviews.build(connection, staff, banks["vat_li"], units["school"].path)
        await _shared_bank(connection, units)
        shown = await _imported(connection, await _gallery_bank(connection, units), ("gallery/",), "vi", "")
        await classroom.show_gallery(connection, state, staff["teacher"], units["12A1"], shown)


async def _play_what_is_over(state: State, tell: Callable[[str], None]) -> None:
    """The sitting of two days ago and the teacher's quizzes. A play that was interrupted goes on: its players send
    the same again."""
    async with transaction(state.engine) as connection:
        await clock.restore(connection)
        over = await queries.sittings_not_played(connection)
    for number, sitting_id in enumerate(over, 1):
        tell(f"candidates play a past sitting over HTTP: {number} of {len(over)}")
        await play_sitting(state, sitting_id, SEED)
    await classroom.confirm_older(state, over)


async def _units(connection: AsyncConnection) -> Units:
    province = await founding.create_unit(connection, "province", "Tỉnh Bình Minh", code="79")
    commune = await founding.create_unit(connection, "commune", "Phường Hòa Bình", province, code="79015")
    school = await founding.create_unit(connection, "school", "Trường THPT Ánh Dương", commune, code="79015701")
    classes = {
        name: await founding.create_unit(connection, "class", name, school, code=name) for name in people.CLASSES
    }
    other = await founding.create_unit(connection, "school", "Trường THPT Sông Xanh", commune, code="79015702")
    return {"province": province, "school": school, "other school": other, **classes}


async def _staff(connection: AsyncConnection, units: Units) -> Mapping[str, int]:
    """Role → person."""
    made: dict[str, int] = {}
    for member in people.STAFF:
        person = await founding.create_person(connection, units["school"].id, member.name, gender=member.gender)
        await founding.create_account(connection, person.id, member.login, PASSWORD)
        place = units["12A1"] if member.role == "teacher" else units["school"]
        await founding.grant_role(connection, person.id, place.id, member.role)
        made[member.role] = person.id
    return made


async def _pupils(connection: AsyncConnection, state: State, units: Units) -> None:
    made = [
        await founding.add_pupil(
            connection, units[pupil.class_name], pupil.name, code=pupil.code, birth_date=pupil.born
        )
        for pupil in people.pupils(SEED, PUPILS)
    ]
    await pupil_secrets.ensure(connection, state.keyring, [pupil.id for pupil in made])


async def _bank(connection: AsyncConnection, units: Units, paper: Paper) -> int:
    return await storage.create_bank(
        connection, public_id=public_id(), unit_id=units["school"].id, name=f"{paper.subject} 12"
    )


async def _gallery_bank(connection: AsyncConnection, units: Units) -> int:
    return await storage.create_bank(
        connection, public_id=public_id(), unit_id=units["school"].id, name="Các dạng câu hỏi"
    )


async def _shared_bank(connection: AsyncConnection, units: Units) -> None:
    """What another school of the province lets everybody use."""
    place = {"public_id": public_id(), "unit_id": units["other school"].id}
    bank = await storage.create_bank(connection, **place, name="Sinh học 12")
    await _imported(connection, bank, ("sinh-hoc-12-chia-se.gift",), "vi", "Sinh học")
    said = {"credit": "Tổ Sinh học, Trường THPT Sông Xanh", "source": "", "licence": "CC BY-SA 4.0"}
    await sharing_queries.set_sharing(connection, bank, reach="province", owner_id=None, **said)


async def _exam(connection: AsyncConnection, units: Units, bank: int, paper: Paper) -> int:
    versions = await _imported(connection, bank, paper.files, paper.language, paper.subject)
    definition = await _with_blueprint(connection, await _definition(connection, paper, versions), bank)
    return await authoring.add_exam(
        connection,
        {
            "public_id": public_id(),
            "unit_id": units["school"].id,
            "title": paper.title,
            "subject": paper.subject,
            "language": paper.language,
            "definition": encode(definition),
            "status": "ready",
        },
    )


async def _imported(
    connection: AsyncConnection, bank: int, names: Sequence[str], language: str, subject: str
) -> list[int]:
    """The versions that the files' items became, in order."""
    versions: list[int] = []
    for name in _content_files(names):
        data = files("exam_engine.demo.content").joinpath(name).read_bytes()
        hints: dict[str, Any] = {"language": language, "subject": subject, "grade": "12"}
        run = await importing.dry_run(connection, SYSTEM, bank, name, data, **hints)
        row = await storage.import_by_public_id(connection, run.public_id)
        assert row is not None
        versions += (await importing.confirm(connection, SYSTEM, row, status="approved")).versions
    return versions


def _content_files(names: Sequence[str]) -> list[str]:
    """A folder stands for all files in it, in order."""
    found: list[str] = []
    for name in names:
        entry = files("exam_engine.demo.content").joinpath(name)
        found += sorted(f"{name}{child.name}" for child in entry.iterdir()) if name.endswith("/") else [name]
    return found


async def _definition(connection: AsyncConnection, paper: Paper, versions: Sequence[int]) -> ExamDefinition:
    stored = await storage.versions_by_id(connection, versions)
    sections = tuple(
        Section(title, items=tuple(FixedItem(one, points) for one in versions if stored[one].content.type == kind))
        for title, kind, points in paper.sections
    )
    instructions = (
        "Em đọc kĩ từng câu hỏi. Bài làm được lưu ngay khi em trả lời."
        if paper.language == "vi"
        else "Read each question carefully. Your work is saved as you answer."
    )
    return ExamDefinition(
        title=paper.title,
        sections=sections,
        instructions=from_text(instructions),
        language="vi" if paper.language == "vi" else "en",
        subject=paper.subject,
        minutes=paper.minutes,
        forms=4,
        first_form={"Toán": 101, "Vật lí": 201}.get(paper.subject, 301),
        afterwards=paper.afterwards or Afterwards(),
    )


async def _with_blueprint(connection: AsyncConnection, definition: ExamDefinition, bank_id: int) -> ExamDefinition:
    """As its own items fill it: from there an officer goes on to further forms."""
    versions = await storage.versions_by_id(connection, used_versions(definition))
    counted = matrices.of_items(definition, {number: one.content for number, one in versions.items()})
    bank = await authoring.bank_by_id(connection, bank_id)
    return replace(counted, matrix=replace(counted.matrix or Matrix(), bank=bank["public_id"]))


@dataclass(frozen=True, slots=True)
class Times:
    title: str
    opens: datetime
    starts: datetime
    closes: datetime
    policy: SittingPolicy


def _open_now(now: datetime) -> Times:
    """Open for a month: a second start of the demo next week still has something to sit."""
    policy = SittingPolicy(signals=SIGNALS)
    return Times("Thi thử Toán – lớp 12 (đang mở)", now - timedelta(hours=1), now, now + timedelta(days=30), policy)


def _tomorrow(now: datetime) -> Times:
    start = (now.astimezone(ZONE) + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    opens, closes = start - timedelta(minutes=30), start + timedelta(minutes=15)
    return Times("Kiểm tra cuối kì I Vật lí – ngày mai", opens, start, closes, SittingPolicy())


def _finished(now: datetime) -> Times:
    start = (now.astimezone(ZONE) - timedelta(days=2)).replace(hour=8, minute=0, second=0, microsecond=0)
    opens, closes = start - timedelta(minutes=30), start + timedelta(minutes=15)
    return Times("Khảo sát Tiếng Anh – đã thi xong", opens, start, closes, SittingPolicy(signals=SIGNALS))


async def _sitting(
    connection: AsyncConnection,
    state: State,
    units: Units,
    exam_id: int,
    times: Times,
    pupils: Sequence[people.Pupil],
) -> int:
    exam = await authoring.exam_by_id(connection, exam_id)
    sitting_id, _public = await creating.create_sitting(
        connection,
        SYSTEM,
        exam,
        unit_id=units["school"].id,
        title=times.title,
        opens_at=times.opens,
        starts_at=times.starts,
        closes_at=times.closes,
        policy=times.policy,
        seed=f"{SEED}/{exam['title']}",
    )
    roster = read_roster(people.roster_csv(pupils).encode())
    assert not roster.problems, roster.problems[:3]
    await enrolling.enrol(connection, SYSTEM, sitting_id, roster.rows, keys=state.keyring, room_size=40)
    await confirming.confirm(connection, state.keyring, state.events, sitting_id)
    return sitting_id
