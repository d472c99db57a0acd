"""The room page and its live part: which rows, in which order, with which numbers above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from exam_engine.kit.errors import _
from item_bank.content.folding import fold
from proctoring.candidate_state import ATTENTION, CandidateState, candidate_state, time_left

FILTERS: Mapping[str, str] = {
    "": _("All"),
    "attention": _("Needs attention"),
    "working": _("Working"),
    "not_begun": _("Not begun"),
    "finished": _("Finished"),
}
_GROUPS = {
    "working": {"working", "offline", "paused"},
    "not_begun": {"not_arrived", "waiting"},
    "finished": {"handed_in", "time_over", "ended", "absent"},
}


#: Of a sitting of thousands nobody reads more, and to write it anew each second would hold up everybody's answers.
MOST_SEATS = 100


@dataclass(frozen=True, slots=True)
class View:
    """What one viewer wants to see: addresses say it, so that a page can be reloaded and sent."""

    room: str = ""
    show: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    row: Mapping[str, Any]
    state: CandidateState
    left: timedelta | None

    @property
    def minutes(self) -> int | None:
        return None if self.left is None else -int(-self.left.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Board:
    seats: Sequence[Seat]
    hidden: int  # how many more fit the choice
    counts: Mapping[str, int]  # per filter
    needs: Mapping[str, int]  # per kind of attention


def board(rows: Sequence[Mapping[str, Any]], view: View) -> Board:
    """Those that need attention first; otherwise by room and seat, as the rows come."""
    seats = [_seat(row) for row in rows if not view.room or row["room"] == view.room]
    counts = {name: sum(_belongs(seat, name) for seat in seats) for name in FILTERS}
    needs = Counter(need for seat in seats for need in seat.state.needs)
    words = fold(view.q).split()
    shown = [seat for seat in seats if _belongs(seat, view.show) and _found(seat, words)]
    hidden = max(0, len(shown) - MOST_SEATS)
    return Board(sorted(shown, key=_urgency)[:MOST_SEATS], hidden, counts, needs)


def _seat(row: Mapping[str, Any]) -> Seat:
    state = candidate_state(row)
    return Seat(row, state, time_left(row, state.name))


def _belongs(seat: Seat, name: str) -> bool:
    if name == "attention":
        return seat.state.attention
    return name not in _GROUPS or seat.state.name in _GROUPS[name]


def _found(seat: Seat, words: Sequence[str]) -> bool:
    text = fold(f"{seat.row['full_name']} {seat.row['number']}")
    return all(word in text for word in words)


def _urgency(seat: Seat) -> int:
    order = list(ATTENTION)
    return min((order.index(need) for need in seat.state.needs), default=len(order))
