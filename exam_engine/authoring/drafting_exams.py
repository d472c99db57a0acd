"""Draft exams of the tests that an import brought: made once for each test, and taken back with the import."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.authoring.assembling import all_versions
from exam_engine.authoring.definition import Origin, decode, encode
from exam_engine.authoring.imported_exams import Outline, Planned, planned, with_versions
from exam_engine.kit import audit
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal, public_id
from item_bank.formats.model import Imported, ImportReport, TestReport

#: Why an exam stays when its import is undone.
CHANGED = _("It was changed since.")
IN_USE = _("There is a sitting of it.")


@dataclass(frozen=True, slots=True)
class Drafted:
    """`number` counts the tests of the file from 0. `created`: not there before."""

    number: int
    public_id: str
    title: str
    created: bool


@dataclass(frozen=True, slots=True)
class TestOnPage:
    """A test of an import as its page shows it. `exam`: the public id of what was made of it, `stays`: why it stays
    when the import is undone."""

    __test__ = False  # pytest takes the name for a test

    number: int
    told: TestReport
    outline: Outline | None
    exam: str = ""
    stays: str = ""


async def tests_on_page(connection: AsyncConnection, run: RowMapping, report: ImportReport) -> list[TestOnPage]:
    if not report.tests:
        return []
    unit = await queries.unit_of_bank(connection, run["bank_id"])
    stored = run["report"].get("exams") or [None] * len(report.tests)
    plans = [msgspec.convert(one, Outline | None) for one in stored]
    made = await queries.exams_of_tests(connection, unit["id"], [plan.key for plan in plans if plan])
    own = {
        row["public_id"]: reason_to_keep(row)
        for row in await queries.exams_of_import(connection, unit["id"], run["public_id"])
    }
    found = []
    for number, (told, plan) in enumerate(zip(report.tests, plans, strict=True)):
        exam = str(made[plan.key]["public_id"]) if plan and plan.key in made else ""
        found.append(TestOnPage(number, told, plan, exam, own.get(exam, "")))
    return found


async def may_draft(connection: AsyncConnection, principal: Principal, bank_id: int) -> bool:
    if principal.kind == "system":
        return True
    unit = await queries.unit_of_bank(connection, bank_id)
    return principal.reaches("exams.write", unit["path"])


async def draft_exams(
    connection: AsyncConnection,
    principal: Principal,
    run: RowMapping,
    imported: Imported,
    versions: Sequence[int],
    numbers: Collection[int] | None = None,
) -> list[Drafted]:
    """The exams of those tests (None: of all) in the unit of the bank; one that is there already is not made again.
    `versions`: of `imported.items`, in their order."""
    unit = await queries.unit_of_bank(connection, run["bank_id"])
    plans = [
        (number, plan)
        for number, plan in enumerate(planned(imported))
        if plan.definition is not None and (numbers is None or number in numbers)
    ]
    if not plans:
        return []
    await queries.one_after_the_other(connection, unit["id"])
    of_tests = await queries.exams_of_tests(connection, unit["id"], [plan.key for _number, plan in plans])
    known: dict[str, Any] = dict(of_tests)
    found = []
    for number, plan in plans:
        row = known.get(plan.key)
        created = row is None
        if row is None:
            row = known[plan.key] = await _make(connection, principal, run, unit["id"], plan, versions)
        found.append(Drafted(number, row["public_id"], row["title"], created))
    return found


async def _make(
    connection: AsyncConnection,
    principal: Principal,
    run: RowMapping,
    unit_id: int,
    plan: Planned,
    versions: Sequence[int],
) -> Mapping[str, Any]:
    assert plan.definition is not None
    definition = with_versions(plan.definition, versions)
    definition = msgspec.structs.replace(definition, origin=Origin(run["public_id"], plan.key))
    values = {
        "public_id": public_id(),
        "unit_id": unit_id,
        "title": definition.title,
        "subject": definition.subject,
        "language": definition.language,
        "definition": encode(definition),
        "created_by": principal.id or None,
    }
    exam_id = await queries.add_exam(connection, values)
    await audit.record(connection, principal, "created", "exam", exam_id, unit_id=unit_id, of_import=run["id"])
    return values


async def take_back(connection: AsyncConnection, principal: Principal, run: RowMapping) -> frozenset[int]:
    """Removes the exams of an import that nobody changed or used; the item versions of those that stay."""
    unit = await queries.unit_of_bank(connection, run["bank_id"])
    versions = set[int]()
    for row in await queries.exams_of_import(connection, unit["id"], run["public_id"]):
        if not reason_to_keep(row) and await queries.delete_unused_exam(connection, row["id"]):
            await audit.record(connection, principal, "removed", "exam", row["id"], unit_id=unit["id"])
        else:
            versions |= all_versions(decode(row["definition"]))
    return frozenset(versions)


def reason_to_keep(row: RowMapping) -> str:
    if row["used"]:
        return IN_USE
    return CHANGED if row["revision"] != 1 or row["status"] != "draft" else ""
