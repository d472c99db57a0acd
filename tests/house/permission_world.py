"""Two schools with one of everything each, so that any route can be asked for what is one's own and for another's.

A feature whose routes have a new path parameter adds a line to `_of_school` (public ids) or `UNBOUND`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts import founding
from exam_engine.accounts.names import arranged
from exam_engine.accounts.roles import STAFF_ROLES
from exam_engine.accounts.signing_in import open_session
from exam_engine.authoring.definition import ExamDefinition, encode
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from exam_engine.tables import metadata

#: Path parameters that name no row of a unit: places within something named before, and files everybody may know.
UNBOUND = {
    "number": "0",
    "part": "summary",
    "position": "0",
    "name": "nothing",
    "digest": "0" * 64,
    "ticket": "2" * 24,
    "code": "000000",
    "slip": "2" * 20,
    "path": "nothing",
    "script": "nothing",
}


@dataclass
class World:
    people: dict[str, int] = field(default_factory=dict)
    candidate: int = 0
    pupil: int = 0
    own: dict[str, str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)
    made_by: str = ""
    rows: list[int] = field(default_factory=list)

    def filled(self, template: str, names: list[str], *, own: bool) -> str:
        values = UNBOUND | (self.own if own else self.other)
        for name in names:
            known = values.get(name.removesuffix("_id"))
            assert known is not None, f"no example for the path parameter {name!r} of {template}: add it to {__name__}"
            template = template.replace("{" + name + "}", known)
        return template


async def build(engine: AsyncEngine) -> World:
    world = World()
    async with transaction(engine) as connection:
        await founding.create_unit(connection, "ministry", "Bộ")
        province = await founding.create_unit(connection, "province", "Tỉnh")
        schools = [await founding.create_unit(connection, "school", name, province) for name in ("Một", "Hai")]
        classes = [await founding.create_unit(connection, "class", "12A1", school) for school in schools]
        world.own, world.candidate, world.pupil = await _of_school(connection, schools[0], classes[0])
        world.other, *_others = await _of_school(connection, schools[1], classes[1])
        for role in STAFF_ROLES:
            person = await founding.create_person(connection, schools[0].id, f"Người {role}")
            await _insert(
                connection,
                "exam.account",
                person_id=person.id,
                username=f"{role}-{person.public_id}",
                password_hash="none",
            )
            unit = classes[0] if role == "teacher" else schools[0]
            await founding.grant_role(connection, person.id, unit.id, role)
            world.people[role] = person.id
        world.made_by = (await connection.execute(text("select pg_current_xact_id()::xid::text"))).scalar_one()
        world.rows = await _rows(connection, world.made_by)
    return world


async def keep(engine: AsyncEngine, world: World) -> bool:
    """After an act: whether the world is as it was made. If not, it is made anew, as the act may have deleted whoever
    asks or what is asked for next."""
    async with engine.connect() as connection:
        if await _rows(connection, world.made_by) == world.rows:
            return True
    vars(world).update(vars(await build(engine)))
    return False


async def _rows(connection: AsyncConnection, made_by: str) -> list[int]:
    """How many each table has of a transaction; a row that is changed is no longer of it."""
    counts = [f"(select count(*) from {table.fullname} where xmin = '{made_by}'::xid)" for table in _tables()]
    return list((await connection.execute(text(f"select {', '.join(counts)}"))).one())


@cache
def _tables() -> list[Table]:
    return sorted((table for table in metadata.tables.values() if table.schema), key=lambda table: table.fullname)


async def _of_school(connection: AsyncConnection, school: Any, class_: Any) -> tuple[dict[str, str], int, int]:
    """Everything stands in the class, where a teacher's and a school's roles both reach it."""
    pupil = await founding.add_pupil(connection, class_, "Nguyễn Văn An", code="0001")
    grant = await founding.create_person(connection, class_.id, "Lê Thị Ba")
    await founding.grant_role(connection, grant.id, class_.id, "marker")
    session = await open_session(connection, person_id=grant.id)
    assert session
    unit = {"unit_id": class_.id}
    bank = await _insert(connection, "item_bank.bank", name="Kho", **unit)
    item = await _insert(connection, "item_bank.item", bank_id=bank["id"])
    report = {"hints": {}, "report": {"file_name": "a.gift", "format": "gift"}}
    run_values = {"bank_id": bank["id"], "file_name": "a.gift", "format": "gift", "file": b"", "report": report}
    run = await _insert(connection, "item_bank.import_run", **run_values)
    # Somebody's: whoever else asks for it is told that there is none.
    draft = await _insert(connection, "item_bank.item_draft", bank_id=bank["id"], person_id=0, body={})
    saved = await _insert(connection, "item_bank.saved_filter", bank_id=bank["id"], person_id=0, name="A", query="q=a")
    edit = await _insert(connection, "item_bank.bulk_edit", bank_id=bank["id"], person_id=0, change={})
    definition = encode(ExamDefinition(title="Đề"))
    exam = await _insert(connection, "exam.exam", title="Đề", definition=definition, **unit)
    about = {"exam_id": exam["id"], "asked": {"mode": "one", "seed": ""}, "definition": definition}
    assembly = await _insert(connection, "exam.assembly", **about, found={"pool": 0})
    sitting, candidate, room, upload = await _sitting(connection, class_.id, exam["id"], definition, "draft")
    # Who sits an exam belongs to a confirmed sitting: a draft and its candidates may be deleted.
    _confirmed, sits, _room, _upload = await _sitting(connection, class_.id, exam["id"], definition, "confirmed")
    quiz, *_ignored = await _sitting(connection, class_.id, exam["id"], definition, "draft", kind="quiz")
    job = await _insert(connection, "exam.job", kind="none", **unit)
    found = {"unit": class_, "person": pupil, "bank": bank, "item": item, "run": run, "exam": exam, "job": job}
    found |= {
        "saved": saved,
        "edit": edit,
        "draft": draft,
        "quiz": quiz,
        "sitting": sitting,
        "candidate": candidate,
        "room": room,
        "upload": upload,
    }
    found["assembly"] = assembly
    ids = {name: str(row.public_id if hasattr(row, "public_id") else row["public_id"]) for name, row in found.items()}
    # Numbers of rows that belong to nobody who asks: only a check of the owner keeps them apart.
    return (
        ids | {"session": "1", "grant": "1", "thread": "1", "attempt": candidate["public_id"]},
        int(sits["id"]),
        int(pupil.id),
    )


async def _sitting(
    connection: AsyncConnection, unit_id: int, exam_id: int, definition: Any, state: str, kind: str = "exam"
) -> tuple[Any, ...]:
    now = datetime.now(UTC)
    sitting = await _insert(
        connection,
        "exam.sitting",
        exam_id=exam_id,
        unit_id=unit_id,
        title="Buổi thi",
        opens_at=now - timedelta(hours=2),
        starts_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=1),
        duration_s=2700,
        kind=kind,
        state=state,
        definition=definition,
    )
    room = await _insert(connection, "exam.room", sitting_id=sitting["id"], name="P1")
    person = arranged("Nguyễn Văn An")
    texts = {"full_name": person.full_name, "sort_key": person.sort_key, "number": "0001"}
    candidate = await _insert(connection, "exam.candidate", sitting_id=sitting["id"], room_id=room["id"], **texts)
    upload_values = {"sitting_id": sitting["id"], "file_name": "a.csv", "rows": [], "problems": []}
    return sitting, candidate, room, await _insert(connection, "exam.roster_upload", **upload_values)


async def _insert(connection: AsyncConnection, into: str, /, **values: Any) -> Any:
    table: Table = metadata.tables[into]
    if "public_id" in table.c:
        values["public_id"] = public_id()
    return (await connection.execute(insert(table).values(values).returning(*table.c))).mappings().one()
