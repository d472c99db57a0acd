"""How an invigilator sees a candidate: one state, since when, and what asks for attention. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from exam_engine.delivery.attempt import State
from exam_engine.kit.errors import _

#: A page asks for its state every 15 s or so; twice that missed, and written a few seconds later, is silence.
OFFLINE_AFTER = timedelta(seconds=50)


@dataclass(frozen=True, slots=True)
class Look:
    label: str
    icon: str
    tone: str = ""


LOOKS: Mapping[str, Look] = {
    "not_arrived": Look(_("Not arrived"), icon="circle-dashed"),
    "waiting": Look(_("In the waiting room"), icon="clock", tone="info"),
    "working": Look(_("Working"), icon="circle-check", tone="success"),
    "offline": Look(_("No connection"), icon="wifi-off", tone="warning"),
    "paused": Look(_("Paused"), icon="pause", tone="warning"),
    "handed_in": Look(_("Handed in"), icon="circle-check-big"),
    "time_over": Look(_("Time is over"), icon="timer"),
    "ended": Look(_("Ended by staff"), icon="ban", tone="danger"),
    "absent": Look(_("Absent"), icon="user-x"),
}

#: What asks for attention → its words, most urgent first.
ATTENTION: Mapping[str, str] = {
    "device": _("Another device asks to go on"),
    "admission": _("Waits to be admitted"),
    "offline": _("No connection"),
    "flags": _("Something to look at"),
}


@dataclass(frozen=True, slots=True)
class CandidateState:
    name: str
    since: datetime | None
    needs: tuple[str, ...]

    @property
    def attention(self) -> bool:
        return bool(self.needs)


_CLOSED = {
    State.SUBMITTED: "handed_in",
    State.EXPIRED: "time_over",
    State.ENDED: "ended",
    State.ABSENT: "absent",
}


def candidate_state(row: Mapping[str, Any]) -> CandidateState:
    """`row` as `queries.watched` finds it, moments from the database's clock."""
    name, since = _name(row)
    return CandidateState(name, since, tuple(need for need in ATTENTION if _needs(row, name, need)))


def _name(row: Mapping[str, Any]) -> tuple[str, datetime | None]:
    state, now, seen = State(row["state"]), row["now"], row["seen_at"]
    if state in _CLOSED:
        return _CLOSED[state], row["ended_at"]
    if state is State.PAUSED:
        return "paused", row["paused_at"]
    if state is State.READY:
        here = row["signed_in"] and seen is not None and now - seen <= OFFLINE_AFTER
        return ("waiting", None) if here else ("not_arrived", None)
    if row["deadline"] is not None and now > row["deadline"]:
        return "time_over", row["deadline"]
    if seen is None or now - seen > OFFLINE_AFTER:
        return "offline", seen
    return "working", row["started_at"]


def _needs(row: Mapping[str, Any], name: str, need: str) -> bool:
    match need:
        case "device":
            return bool(row["device_waits"]) and name in {"working", "offline", "paused"}
        case "admission":
            return name == "waiting" and not row["admitted"]
        case "offline":
            return name == "offline"
        case _:
            return bool(row["flags"])


def time_left(row: Mapping[str, Any], name: str) -> timedelta | None:
    """None where no clock runs; a pause stops it."""
    if row["deadline"] is None or name not in {"working", "offline", "paused"}:
        return None
    stands = row["paused_at"] if name == "paused" else row["now"]
    left: timedelta = row["deadline"] - stands
    return max(timedelta(0), left)
