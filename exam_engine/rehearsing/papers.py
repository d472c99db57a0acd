"""The paper of a rehearsal: that of a planned sitting, a chosen exam, or one that comes with the program."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring import importing
from exam_engine.authoring import queries as authoring
from exam_engine.authoring.definition import ExamDefinition, FixedItem, Section
from exam_engine.kit.identity import SYSTEM, public_id
from exam_engine.preparing import CannotStart
from exam_engine.rehearsing import queries
from item_bank.storage import queries as storage

BUILT_IN = "tieng-anh-12.gift"  # without passages and pictures, which belong to nobody and would stay behind
BUILT_IN_MINUTES = 45
SUMS = 13
SECTIONS = (("Phần I", "single_choice"), ("Phần II", "short_text"))


@dataclass(frozen=True, slots=True)
class Paper:
    """`exam_id`: the sandbox's own copy; the items that it names are the real ones."""

    exam_id: int
    title: str
    minutes: int


async def chosen(connection: AsyncConnection, public: str) -> RowMapping:
    found = await queries.exam_by_public_id(connection, public)
    if found is None:
        raise CannotStart(f"there is no exam {public}")
    return found


async def minutes(connection: AsyncConnection, exam: str | None, model: RowMapping | None) -> float:
    """How long the paper of a planned sitting, of a chosen exam, or that which comes along gives."""
    if model is not None:
        return float(model["duration_s"]) / 60
    if exam is None:
        return BUILT_IN_MINUTES
    return float(definitions.decode((await chosen(connection, exam))["definition"]).minutes)


async def copied(connection: AsyncConnection, unit_id: int, definition: object) -> Paper:
    """A copy of an exam's definition under the sandbox's unit: what runs there is no use of the exam itself."""
    return await _added(connection, unit_id, definitions.decode(definition))


async def built_in(connection: AsyncConnection, unit_id: int) -> Paper:
    """Forty questions to choose and to write, in a bank of the sandbox."""
    bank = await storage.create_bank(connection, public_id=public_id(), unit_id=unit_id, name="Diễn tập / Rehearsal")
    sums = "".join(
        f"\n\n{n}7 + {n} = ? {{={n * 11 + 7} ~{n * 11 + 8} ~{n * 10 + 7} ~{n * 12}}}" for n in range(1, SUMS + 1)
    )
    data = files("exam_engine.demo.content").joinpath(BUILT_IN).read_bytes() + sums.encode()
    run = await importing.dry_run(connection, SYSTEM, bank, BUILT_IN, data)
    row = await storage.import_by_public_id(connection, run.public_id)
    assert row is not None
    versions = (await importing.confirm(connection, SYSTEM, row, status="approved")).versions
    stored = await storage.versions_by_id(connection, versions)
    sections = tuple(
        Section(title, items=tuple(FixedItem(one) for one in versions if stored[one].content.type == kind))
        for title, kind in SECTIONS
    )
    return await _added(
        connection, unit_id, ExamDefinition(title="Đề diễn tập", sections=sections, minutes=BUILT_IN_MINUTES)
    )


async def _added(connection: AsyncConnection, unit_id: int, definition: ExamDefinition) -> Paper:
    values: dict[str, Any] = {
        "public_id": public_id(),
        "unit_id": unit_id,
        "title": definition.title,
        "subject": definition.subject,
        "language": definition.language,
        "definition": definitions.encode(definition),
        "status": "ready",
    }
    return Paper(await authoring.add_exam(connection, values), definition.title, definition.minutes)
