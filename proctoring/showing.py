"""The room page and its live part: which rows, in which order, with which numbers above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from exam_engine.kit.errors import _
from item_bank.content.folding import fold
from proctoring.candidate_state import ATTENTION, LOOKS, CandidateState, candidate_state, time_left

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
_FILTERS_OF = {name: ("", *(group for group, names in _GROUPS.items() if name in names)) for name in LOOKS}
_ORDER = {need: order for order, need in enumerate(ATTENTION)}


#: Of a sitting of thousands nobody reads more, and to write it anew each second would hold up everybody's answers.
MOST_SEATS = 100


_TOLD = (
    "public_id", "seat", "full_name", "number", "room", "room_name", "answered", "items", "started_at", "saved_at",
)  # fmt: skip


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

    @property
    def told(self) -> tuple[Any, ...]:
        """Everything that its row shows: the same, and the row is the same."""
        return (*(self.row[name] for name in _TOLD), self.state, self.minutes)


@dataclass(frozen=True, slots=True)
class Board:
    seats: Sequence[Seat]
    hidden: int  # how many more fit the choice
    counts: Mapping[str, int]  # per filter
    needs: Mapping[str, int]  # per kind of attention


def board(rows: Sequence[Mapping[str, Any]], view: View) -> Board:
    """`rows` are of the sitting or the room in view. Those that need attention first; otherwise by room and seat, as
    they come. Once for each viewer and second: of a sitting of thousands, what is not shown is counted, not sorted."""
    words = fold(view.q).split()
    counts, needs = Counter(dict.fromkeys(FILTERS, 0)), Counter[str]()
    urgent: list[tuple[Mapping[str, Any], CandidateState]] = []
    others: list[tuple[Mapping[str, Any], CandidateState]] = []
    for row in rows:
        state = candidate_state(row)
        belongs = _FILTERS_OF[state.name]
        if state.needs:
            belongs = (*belongs, "attention")
            needs.update(state.needs)
        for name in belongs:
            counts[name] += 1
        if view.show in belongs and (not words or _found(row, words)):
            (urgent if state.needs else others).append((row, state))
    shown = sorted(urgent, key=lambda one: _urgency(one[1])) + others
    return Board([_seat(*one) for one in shown[:MOST_SEATS]], max(0, len(shown) - MOST_SEATS), counts, needs)


def _seat(row: Mapping[str, Any], state: CandidateState) -> Seat:
    return Seat(row, state, time_left(row, state.name))


def _found(row: Mapping[str, Any], words: Sequence[str]) -> bool:
    text = fold(f"{row['full_name']} {row['number']}")
    return all(word in text for word in words)


def _urgency(state: CandidateState) -> int:
    return min(_ORDER[need] for need in state.needs)
