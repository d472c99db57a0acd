"""The service under measurement: a database of its own, a sitting of a 40-item paper, a journal of a million rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import founding, secrets
from exam_engine.app import make_state
from exam_engine.authoring import importing
from exam_engine.authoring import queries as authoring
from exam_engine.authoring.definition import Afterwards, ExamDefinition, FixedItem, Section, encode
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM, public_id
from exam_engine.kit.settings import Settings
from exam_engine.sittings import candidate_queries, confirming, creating, enrolling
from exam_engine.sittings.policy import SittingPolicy
from exam_engine.sittings.roster import RosterRow
from item_bank.storage import queries as storage

ITEMS = 40
FILES = ("tieng-anh-12.gift", "vat-li-12.xlsx")
JOURNAL_ROWS = 1_000_000
FILLER = 4_000


@dataclass(frozen=True, slots=True)
class World:
    tickets: Sequence[str]
    kib_before: float


async def build(settings: Settings, candidates: int) -> World:
    """A confirmed sitting that may be started now, and tickets of its candidates."""
    state = make_state(settings)
    try:
        async with transaction(state.engine) as connection:
            exam_id, unit_id = await exam(connection)
            await _filled_journal(connection, state, exam_id, unit_id)
        async with transaction(state.engine) as connection:
            before = await table_kib(connection)
            sitting_id = await _sitting(connection, state, exam_id, unit_id, candidates)
            rows = await candidate_queries.candidates_of(connection, sitting_id)
            opened = [secrets.opened(state.keyring, row["pin_sealed"], row["ticket_sealed"]) for row in rows]
        return World([one.ticket for one in opened], before)
    finally:
        await state.engine.dispose()


async def table_kib(connection: AsyncConnection) -> float:
    """All tables with indexes and TOAST, of every schema of the service."""
    statement = text(
        "select sum(pg_total_relation_size(c.oid)) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'm') and n.nspname in ('exam', 'item_bank', 'proctoring', 'jobs')"
    )
    return float((await connection.execute(statement)).scalar_one()) / 1024


async def exam(connection: AsyncConnection) -> tuple[int, int]:
    school = await founding.create_unit(connection, "school", "Bench")
    bank = await storage.create_bank(connection, public_id=public_id(), unit_id=school.id, name="Bench")
    versions: list[int] = []
    for name in FILES:
        data = files("exam_engine.demo.content").joinpath(name).read_bytes()
        run = await importing.dry_run(connection, SYSTEM, bank, name, data)
        row = await storage.import_by_public_id(connection, run.public_id)
        assert row is not None
        versions += (await importing.confirm(connection, SYSTEM, row)).versions
    stored = await storage.versions_by_id(connection, versions)
    chosen = [number for number in versions if "data-asset" not in json.dumps(stored[number].content.stem.html)][:ITEMS]
    assert len(chosen) == ITEMS
    definition = ExamDefinition(
        title="Bench",
        sections=(Section("Bench", items=tuple(FixedItem(number) for number in chosen)),),
        minutes=600,
        afterwards=Afterwards(score="at_submission"),
    )
    values = {
        "public_id": public_id(),
        "unit_id": school.id,
        "title": "Bench",
        "definition": encode(definition),
        "status": "ready",
    }
    return await authoring.add_exam(connection, values), school.id


async def _sitting(connection: AsyncConnection, state: Any, exam_id: int, unit_id: int, candidates: int) -> int:
    now = await clock.read(connection)
    sitting_id, _public = await creating.create_sitting(
        connection,
        SYSTEM,
        await authoring.exam_by_id(connection, exam_id),
        unit_id=unit_id,
        title="Bench",
        opens_at=now - timedelta(minutes=1),
        starts_at=now,
        closes_at=now + timedelta(days=1),
        policy=SittingPolicy(device_change="free"),
    )
    rows = [RosterRow(row=n, full_name=f"Nguyễn Văn {n}", number=f"{sitting_id}-{n:06d}") for n in range(candidates)]
    await enrolling.enrol(connection, SYSTEM, sitting_id, rows, keys=state.keyring)
    await confirming.confirm(connection, state.keyring, state.events, sitting_id)
    return sitting_id


async def _filled_journal(connection: AsyncConnection, state: Any, exam_id: int, unit_id: int) -> None:
    """A million entries of another sitting of the same day, so that indexes have the depth of an exam day."""
    sitting_id = await _sitting(connection, state, exam_id, unit_id, FILLER)
    first = (
        await connection.execute(text("select first_attempt_id from exam.sitting where id = :id"), {"id": sitting_id})
    ).scalar_one()
    await connection.execute(
        text(
            "insert into exam.journal (attempt_id, entry, arrived_at, age, slot, kind, standing, value)"
            " select :first + n % :filler, (1 << 20) + 1 + n / :filler, exam.now(), 0.1, n % 40, 0, 0,"
            " '\"kabcdef\"'"
            " from generate_series(0, :rows - 1) as made(n)"
        ),
        {"first": first, "filler": FILLER, "rows": JOURNAL_ROWS},
    )
