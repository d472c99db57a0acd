"""Who sat beside whom: at most a row and a place apart, in the same room."""

from __future__ import annotations

import re
from collections.abc import Sequence

from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.rows import FileUnusable

_SEAT = re.compile(r"(\d{1,4})\D{1,3}(\d{1,4})", re.ASCII)
#: One of each two opposite directions, so that each two neighbours meet once.
_BESIDE = ((0, 1), (1, -1), (1, 0), (1, 1))
Seat = tuple[str | None, int, int]


def neighbours(
    marked: Marked, seats: Sequence[str | None], rooms: Sequence[str | None] | None
) -> list[tuple[int, int]]:
    """Places in `marked`, each two once. seats, rooms: of the rows of the table; who has no seat sat beside nobody, nor
    has who has no room where there are rooms. Raises FileUnusable."""
    taken: dict[Seat, int] = {}
    for place, row in enumerate(marked.rows):
        seat, room = seats[row], rooms[row] if rooms else ""
        if seat is None or room is None:
            continue
        where = (room, *_seat(seat, int(row)))
        if where in taken:
            others = f"rows {int(marked.rows[taken[where]]) + 1} and {int(row) + 1}"
            raise FileUnusable(f"two candidates at seat “{seat}” ({others}): give their rooms with --rooms")
        taken[where] = place
    found = [
        (place, taken[(room, line + down, number + across)])
        for (room, line, number), place in taken.items()
        for down, across in _BESIDE
        if (room, line + down, number + across) in taken
    ]
    if not found:
        raise FileUnusable("no two candidates sat beside each other: seats are a row and a place in it, as 3-5")
    return found


def _seat(seat: str, row: int) -> tuple[int, int]:
    parts = _SEAT.fullmatch(seat)
    if not parts:
        raise FileUnusable(f"seat “{seat}” (row {row + 1}): write the row and the place in it, as 3-5")
    return int(parts[1]), int(parts[2])
