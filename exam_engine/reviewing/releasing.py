"""A formal paper is released by two persons, where a bank that it draws on asks for that; and what keeps a formal exam
from its candidates. Quick quizzes, homework, practice and class tests ask nothing of this."""

from __future__ import annotations

import hashlib

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring.assembling import all_versions, name_of
from exam_engine.authoring.definition import ExamDefinition
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, conflict
from exam_engine.kit.identity import Principal
from exam_engine.reviewing import queries
from item_bank.assembly.blueprint import Problem
from item_bank.content.model import Item
from item_bank.storage import review_queries

#: So many items are named; of the others the number is told.
NAMED = 10


def digest_of(definition: ExamDefinition) -> str:
    """Changes with everything that a paper is made of."""
    return hashlib.sha256(msgspec.json.encode(definition)).hexdigest()


async def hindrances(connection: AsyncConnection, exam_id: int, definition: ExamDefinition) -> list[Problem]:
    """Why a formal sitting of the exam can't be confirmed; empty when nothing stands in the way."""
    found = await not_vouched_for(connection, definition)
    if await asks_for_release(connection, definition):
        release = await queries.release_of(connection, exam_id, digest_of(definition))
        if release is None:
            found.append(Problem(_("This exam is not released for formal use. Ask for it on the page of the exam.")))
        elif release["released_by"] is None:
            found.append(Problem(_("A second person has to release this exam: on its page, signed in as themselves.")))
    return found


async def not_vouched_for(connection: AsyncConnection, definition: ExamDefinition) -> list[Problem]:
    """The items that are not approved, by their names, and how they get there."""
    rows = await review_queries.not_vouched_for(connection, all_versions(definition))
    found = [_unapproved(row) for row in rows[:NAMED]]
    if len(rows) > NAMED:
        found.append(Problem(_("%(n)s more items are not approved."), n=len(rows) - NAMED))
    if rows:
        found.append(
            Problem(
                _(
                    "Only approved items enter a formal exam. Their authors send them to review from the bank's list; "
                    "when they are approved, take their newest versions into the exam."
                )
            )
        )
    return found


def _unapproved(row: RowMapping) -> Problem:
    item = msgspec.convert(row["content"], Item)
    if row["status"] == "retired":
        return Problem(_("“%(item)s” is retired: take it out."), item=name_of(item))
    return Problem(_("“%(item)s” is not approved in its version %(number)s."), item=name_of(item), number=row["number"])


async def asks_for_release(connection: AsyncConnection, definition: ExamDefinition) -> bool:
    return await review_queries.released_by_two(connection, all_versions(definition))


async def ask(connection: AsyncConnection, principal: Principal, exam: RowMapping) -> None:
    """The first person stands by the exam as it is now."""
    definition = definitions.decode(exam["definition"])
    if not all_versions(definition):
        raise conflict(_("There are no items yet."))
    if await queries.ask_release(connection, exam["id"], digest_of(definition), principal.id):
        await audit.record(connection, principal, "asked_release", "exam", exam["id"], unit_id=exam["unit_id"])


async def confirm(connection: AsyncConnection, principal: Principal, exam: RowMapping, seen: str) -> None:
    """The second person. `seen`: the digest of the exam that was on the screen."""
    if seen != digest_of(definitions.decode(exam["definition"])):
        raise conflict(_("The exam was changed meanwhile. Look at it again; its release is asked for anew."))
    if not await queries.release(connection, exam["id"], seen, principal.id):
        message = _("This release waits for somebody else than who asked for it, or it is given already.")
        raise Refused("second_person_needed", 409, message)
    await audit.record(connection, principal, "released_paper", "exam", exam["id"], unit_id=exam["unit_id"])
