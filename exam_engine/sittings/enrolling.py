"""From the rows of a roster to candidates: numbers, rooms and seats given where the file leaves them open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import secrets
from exam_engine.accounts.names import arranged
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.identity import Principal, public_id
from exam_engine.kit.keys import Keys
from exam_engine.sittings import candidate_queries, room_queries, roster_queries, sitting_queries
from exam_engine.sittings.roster import RosterRow

ROOM_SIZE = 24


async def enrol(
    connection: AsyncConnection,
    principal: Principal,
    sitting_id: int,
    rows: Sequence[RosterRow],
    *,
    keys: Keys | None = None,
    room_size: int = ROOM_SIZE,
) -> int:
    """Replaces the sitting's candidates by those of the roster. Refused once the roster is confirmed.

    With `keys` an exam's PINs and tickets are drawn at once, and used from the confirmation on, which draws those that
    are missing: a row written twice takes twice its room, in every index, too."""
    sitting = await sitting_queries.locked_sitting(connection, sitting_id)
    if sitting["state"] != "draft":
        raise Refused("sitting_confirmed", 409, _("This sitting is confirmed already."))
    placed = seated(numbered(rows), room_size)
    rooms = await room_queries.room_ids(connection, sitting_id, [row.room for row in placed if row.room])
    people = await roster_queries.people_by_code(
        connection, sitting["unit_id"], [row.code for row in placed if row.code]
    )
    await candidate_queries.remove_candidates(connection, sitting_id)
    values = [_values(sitting_id, row, rooms, people, principal.id) for row in placed]
    if keys is not None and sitting["kind"] == "exam":  # pupils come into a quiz with their own PIN
        ids = await candidate_queries.next_ids(connection, len(values))
        values = [
            {**one, **secrets.sealed_row(keys, own, secrets.make())} for own, one in zip(ids, values, strict=True)
        ]
    await candidate_queries.add_candidates(connection, values)
    return len(placed)


def numbered(rows: Sequence[RosterRow]) -> list[RosterRow]:
    """In Vietnamese order of names; candidates without a number get the next free one: 001, 002, …"""
    ordered = sorted(rows, key=lambda row: (arranged(row.full_name).sort_key, row.row))
    taken = {row.number for row in ordered if row.number}
    width = max(3, len(str(len(ordered))))
    free = (number for n in range(1, 2 * len(ordered) + 1) if (number := str(n).zfill(width)) not in taken)
    return [row if row.number else msgspec.structs.replace(row, number=next(free)) for row in ordered]


def seated(rows: Sequence[RosterRow], room_size: int) -> list[RosterRow]:
    """Rooms of `room_size` in order for candidates without a room; seats in order where a room has none given."""
    taken: dict[str, set[int]] = {}
    for row in rows:
        if row.seat is not None:
            taken.setdefault(row.room, set()).add(row.seat)
    placed, without_room = [], 0
    for row in rows:
        room = row.room
        if not room:
            room = f"P{without_room // room_size + 1:02d}"
            without_room += 1
        seat = row.seat if row.seat is not None else _next_free(taken.setdefault(room, set()))
        placed.append(msgspec.structs.replace(row, room=room, seat=seat))
    return placed


def _next_free(taken: set[int]) -> int:
    seat = 1
    while seat in taken:
        seat += 1
    taken.add(seat)
    return seat


def _values(
    sitting_id: int, row: RosterRow, rooms: Mapping[str, int], people: Mapping[str, int], by: int
) -> dict[str, Any]:
    name = arranged(row.full_name, f"{row.code} {row.number}")
    return {
        "public_id": public_id(),
        "sitting_id": sitting_id,
        "person_id": people.get(row.code),
        "number": row.number,
        "code": row.code,
        "full_name": name.full_name,
        "sort_key": name.sort_key,
        "search": name.search,
        "birth_date": row.birth_date,
        "class_name": row.class_name,
        "room_id": rooms[row.room],
        "seat": row.seat,
        "extra_percent": row.extra_percent,
        "extra_minutes": row.extra_minutes,
        "accommodation_reason": row.reason,
        "accommodation_by": by if row.extra_percent or row.extra_minutes else None,
    }
