"""A test of a class while it is being put together: everything typed is kept at once, in the class's own draft."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring import queries as authoring
from exam_engine.authoring.definition import ExamDefinition, FixedItem
from exam_engine.classroom import quiz, quiz_queries
from exam_engine.classroom.quiz import Settings
from exam_engine.kit import audit, clock
from exam_engine.kit.errors import _, invalid
from exam_engine.kit.identity import Principal, public_id
from exam_engine.kit.languages import translator
from exam_engine.sittings import changing, creating, sitting_queries
from exam_engine.sittings import policy as policies
from item_bank.storage import queries as storage

MOST_ITEMS = 200
LONGEST_TITLE = 200
_NUMBERED = re.compile(r" \((\d{1,3})\)$")


async def new_draft(connection: AsyncConnection, principal: Principal, class_: Any, locale: str) -> str:
    """The teacher's own draft for the class that nobody has touched, under today's name; else a new one."""
    found = await quiz_queries.untouched_draft(connection, class_.id, principal.id)
    if found is None:
        return await new(connection, principal, class_, locale)
    today = await _todays_title(connection, class_, locale)
    if _NUMBERED.sub("", found["title"]) != today:
        title = await _new_title(connection, class_.id, today)
        definition = definitions.encode(msgspec.structs.replace(definitions.decode(found["definition"]), title=title))
        await sitting_queries.set_sitting(connection, found["id"], title=title, definition=definition)
        kept = {"title": title, "definition": definition, "revision": quiz_queries.UNTOUCHED}
        await quiz_queries.store_exam(connection, found["exam_id"], **kept)
    return str(found["public_id"])


async def new(
    connection: AsyncConnection,
    principal: Principal,
    class_: Any,
    locale: str,
    *,
    definition: ExamDefinition | None = None,
    kind: quiz.Kind = "quiz",
) -> str:
    """A draft for the class (a row of `exam.unit`). Returns its public id."""
    now = await clock.read(connection)
    title = await _todays_title(connection, class_, locale)
    made = definition or quiz.blank(await _new_title(connection, class_.id, title), locale)
    exam = await authoring.add_exam(
        connection,
        {
            "public_id": public_id(),
            "unit_id": class_.id,
            "title": made.title,
            "language": made.language,
            "definition": definitions.encode(made),
            "created_by": principal.id,
        },
    )
    _number, public = await creating.create_sitting(
        connection, principal, await authoring.exam_by_id(connection, exam),
        unit_id=class_.id, title=made.title, opens_at=now, starts_at=now, closes_at=now + timedelta(hours=1),
        policy=quiz.policy_for(kind), kind=kind,
    )  # fmt: skip
    return public


async def copy(connection: AsyncConnection, principal: Principal, old: RowMapping, class_: Any, locale: str) -> str:
    """The same questions in their newest wording, for today."""
    definition = await _renewed(connection, definitions.decode(old["definition"]))
    title = await _new_title(connection, class_.id, old["title"])
    public = await new(connection, principal, class_, locale, definition=definition, kind=old["kind"])
    made = await quiz_queries.quiz_in_scope(connection, public, [class_.path])
    assert made is not None
    await set_up(connection, made, replace(quiz.again(old, definition), title=title), class_)
    return public


async def _todays_title(connection: AsyncConnection, class_: Any, locale: str) -> str:
    day = (await clock.read(connection)).astimezone(ZoneInfo(class_.zone))
    return translator(locale)(_("Quick quiz %(day)s"), day=f"{day:%d/%m}")


async def _new_title(connection: AsyncConnection, unit_id: int, wanted: str) -> str:
    """As wanted, or with the next free number behind it: a class's list names each of its tests once."""
    stem, number = _NUMBERED.sub("", wanted), _NUMBERED.search(wanted)
    taken = await quiz_queries.titles_beside(connection, unit_id, stem)
    numbered = (f"{stem[: LONGEST_TITLE - 6]} ({n})" for n in count(int(number[1]) + 1 if number else 2))
    return wanted if wanted not in taken else next(one for one in numbered if one not in taken)


async def set_up(connection: AsyncConnection, sitting: RowMapping, chosen: Settings, class_: Any) -> None:
    """Keeps what the form says, whether or not it can be started like this."""
    found = await changing.locked_draft(connection, sitting["id"])
    now = await clock.read(connection)
    where = quiz.window(chosen, now, sitting["zone"])
    values = {
        "title": chosen.title,
        "kind": chosen.kind,
        "unit_id": class_.id,
        "guests": chosen.guests,
        "policy": policies.encode(quiz.policy_for(chosen.kind)),
        "opens_at": where.opens_at,
        "starts_at": where.opens_at,
        "closes_at": where.closes_at,
        "duration_s": max(60, where.duration_s),
        "timing": where.timing,
    }
    await sitting_queries.set_sitting(connection, found["id"], **values)
    await _keep(connection, found, quiz.applied(definitions.decode(found["definition"]), chosen), class_.id)


async def choose(
    connection: AsyncConnection,
    principal: Principal,
    sitting: RowMapping,
    shown: Collection[int],
    ticked: Sequence[int],
) -> None:
    """Of the versions `shown` on a page exactly the `ticked` ones belong to the test; others stay as they are. Only
    items that the teacher may read come in."""
    found = await changing.locked_draft(connection, sitting["id"])
    definition = definitions.decode(found["definition"])
    before = chosen_versions(definition)
    kept = [version for version in before if version not in shown or version in ticked]
    fresh = [version for version in dict.fromkeys(ticked) if version not in before]
    if len(kept) + len(fresh) > MOST_ITEMS:
        raise invalid(_("A test of a class has at most 200 questions."))
    allowed = await _readable(connection, principal, fresh)
    await _keep(connection, found, _with(definition, [*kept, *(one for one in fresh if one in allowed)]))


async def add_all(connection: AsyncConnection, sitting_id: int, versions: Sequence[int]) -> int:
    """Versions that the caller may use come in at the end. Returns how many were new."""
    found = await changing.locked_draft(connection, sitting_id)
    definition = definitions.decode(found["definition"])
    before = chosen_versions(definition)
    fresh = [version for version in dict.fromkeys(versions) if version not in before]
    if len(before) + len(fresh) > MOST_ITEMS:
        raise invalid(_("A test of a class has at most 200 questions."))
    await _keep(connection, found, _with(definition, [*before, *fresh]))
    return len(fresh)


async def take_from(connection: AsyncConnection, sitting: RowMapping, earlier: RowMapping) -> int:
    """The questions of an earlier test as they are now, without those that were given up since."""
    definition = await _renewed(connection, definitions.decode(earlier["definition"]))
    return await add_all(connection, sitting["id"], chosen_versions(definition))


def chosen_versions(definition: ExamDefinition) -> list[int]:
    return [one.version for section in definition.sections for one in section.items]


def _with(definition: ExamDefinition, versions: Sequence[int]) -> ExamDefinition:
    """Points that an item has in this test stay with it."""
    known = {one.version: one for section in definition.sections for one in section.items}
    items = tuple(known.get(version) or FixedItem(version) for version in versions)
    section = msgspec.structs.replace(quiz.only_section(definition), items=items)
    return msgspec.structs.replace(definition, sections=(section,))


async def _readable(connection: AsyncConnection, principal: Principal, versions: Sequence[int]) -> set[int]:
    return set(await storage.versions_by_id(connection, versions, authoring.banks_open_to(principal, authoring.READ)))


async def _renewed(connection: AsyncConnection, definition: ExamDefinition) -> ExamDefinition:
    """Items corrected since then come in as they are now."""
    newest = await quiz_queries.newest_of(connection, chosen_versions(definition))
    items = tuple(
        msgspec.structs.replace(one, version=newest.get(one.version, one.version))
        for section in definition.sections
        for one in section.items
    )
    section = msgspec.structs.replace(quiz.only_section(definition), items=items)
    return msgspec.structs.replace(definition, sections=(section,))


async def _keep(
    connection: AsyncConnection, found: RowMapping, definition: ExamDefinition, unit_id: int | None = None
) -> None:
    stored = definitions.encode(definition)
    await sitting_queries.set_sitting(connection, found["id"], definition=stored)
    values = {"definition": stored, "title": definition.title, "unit_id": unit_id or found["unit_id"]}
    await quiz_queries.store_exam(connection, found["exam_id"], **values)


async def remove(connection: AsyncConnection, principal: Principal, sitting: RowMapping) -> None:
    await changing.remove(connection, principal, sitting["id"])
    await authoring.delete_unused_exam(connection, sitting["exam_id"])
    await audit.record(connection, principal, "removed", "exam", sitting["exam_id"], unit_id=sitting["unit_id"])


async def parts_apart(connection: AsyncConnection, found: RowMapping) -> RowMapping:
    """Before a draft (a locked row) begins: an own order for every pupil stays within questions of one kind."""
    definition = definitions.decode(found["definition"])
    versions = await storage.versions_by_id(connection, chosen_versions(definition))
    await _keep(connection, found, quiz.in_parts(definition, {n: one.content for n, one in versions.items()}))
    return await changing.locked_draft(connection, found["id"])


def definition_of(sitting: RowMapping) -> ExamDefinition:
    return definitions.decode(sitting["definition"])
