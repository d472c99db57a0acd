"""What a start of the demo prints: one sign-in per role, and a candidate's ticket link that still waits to be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import pupil_secrets, secrets
from exam_engine.accounts.tables import class_member, person, unit
from exam_engine.delivery.tables import attempt
from exam_engine.demo import people
from exam_engine.kit import clock
from exam_engine.kit.keys import Keys
from exam_engine.sittings.printing import ticket_url
from exam_engine.sittings.tables import candidate, sitting


@dataclass(frozen=True, slots=True)
class Sign:
    """One row: who, how to sign in, where."""

    role: str
    name: str
    sign_in: str
    where: str


async def signs(connection: AsyncConnection, keys: Keys, public_url: str, password: str) -> Sequence[Sign]:
    rows = [
        Sign(member.role.replace("_", " "), member.name, f"{member.login} / {password}", f"{public_url}/sign-in")
        for member in people.STAFF
    ]
    waiting = (
        await connection.execute(
            select(candidate)
            .join(sitting, sitting.c.id == candidate.c.sitting_id)
            .join(attempt, attempt.c.candidate_id == candidate.c.id)
            .where(sitting.c.starts_at <= clock.now(), sitting.c.closes_at > clock.now(), attempt.c.state == "ready")
            .order_by(candidate.c.id)
            .limit(1)
        )
    ).one_or_none()
    if (pupil := await _pupil(connection, keys, public_url)) is not None:
        rows.append(pupil)
    if waiting is None:
        return rows
    opened = secrets.opened(keys, waiting.pin_sealed, waiting.ticket_sealed)
    return [
        *rows,
        Sign("candidate", waiting.full_name, f"{waiting.number} / {opened.pin}", f"{public_url}/candidate"),
        Sign("candidate's ticket", waiting.full_name, "–", ticket_url(public_url, opened.ticket)),
    ]


async def _pupil(connection: AsyncConnection, keys: Keys, public_url: str) -> Sign | None:
    """The last pupil of the teacher's class: the one whose ticket is printed belongs to another."""
    last = (
        select(person)
        .join(class_member, class_member.c.person_id == person.c.id)
        .join(unit, unit.c.id == class_member.c.unit_id)
        .where(unit.c.code == people.CLASSES[0], person.c.code != "")
        .order_by(person.c.sort_key.desc())
        .limit(1)
    )
    found = (await connection.execute(last)).one_or_none()
    if found is None:
        return None
    opened = (await pupil_secrets.secrets_of(connection, keys, [found.id]))[found.id]
    return Sign("pupil", found.full_name, f"{found.code} / {opened.pin}", f"{public_url}/pupil")
