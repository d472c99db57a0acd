"""States of an attempt and what may happen in each. Pure: facts in, an answer out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    READY = "ready"  # in the waiting room, or expected there
    RUNNING = "running"
    PAUSED = "paused"  # staff stopped the clock
    SUBMITTED = "submitted"  # handed in by the candidate
    EXPIRED = "expired"  # closed at its deadline
    ENDED = "ended"  # ended by staff
    ABSENT = "absent"


class Action(StrEnum):
    ADMIT = "admit"
    START = "start"
    SAVE = "save"
    RESUME = "resume"
    SUBMIT = "submit"
    EXPIRE = "expire"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    END = "end"
    REOPEN = "reopen"
    MARK_ABSENT = "mark_absent"
    ALLOW_DEVICE = "allow_device"
    ADD_TIME = "add_time"


CLOSED = frozenset({State.SUBMITTED, State.EXPIRED, State.ENDED, State.ABSENT})

TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.READY, Action.ADMIT): State.READY,
    (State.READY, Action.START): State.RUNNING,
    (State.READY, Action.ADD_TIME): State.READY,
    (State.READY, Action.MARK_ABSENT): State.ABSENT,
    (State.RUNNING, Action.SAVE): State.RUNNING,
    (State.RUNNING, Action.RESUME): State.RUNNING,
    (State.RUNNING, Action.SUBMIT): State.SUBMITTED,
    (State.RUNNING, Action.EXPIRE): State.EXPIRED,
    (State.RUNNING, Action.PAUSE): State.PAUSED,
    (State.RUNNING, Action.END): State.ENDED,
    (State.RUNNING, Action.ALLOW_DEVICE): State.RUNNING,
    (State.RUNNING, Action.ADD_TIME): State.RUNNING,
    # What was written before the news of a pause arrived must find its way in.
    (State.PAUSED, Action.SAVE): State.PAUSED,
    (State.PAUSED, Action.RESUME): State.PAUSED,
    (State.PAUSED, Action.UNPAUSE): State.RUNNING,
    (State.PAUSED, Action.END): State.ENDED,
    (State.PAUSED, Action.ALLOW_DEVICE): State.PAUSED,
    (State.PAUSED, Action.ADD_TIME): State.PAUSED,
    (State.SUBMITTED, Action.REOPEN): State.RUNNING,
    (State.EXPIRED, Action.REOPEN): State.RUNNING,
    (State.ENDED, Action.REOPEN): State.RUNNING,
    (State.ABSENT, Action.REOPEN): State.READY,
}


@dataclass(frozen=True, slots=True)
class Allowed:
    state: State


@dataclass(frozen=True, slots=True)
class Denied:
    """`reason` is a stable code: the reply, the log and the candidate's message are made from it."""

    reason: str


_REASONS = {
    State.READY: "not_started",
    State.RUNNING: "already_running",
    State.PAUSED: "paused",
    State.SUBMITTED: "already_submitted",
    State.EXPIRED: "time_over",
    State.ENDED: "ended_by_staff",
    State.ABSENT: "marked_absent",
}


def _answer(state: State, action: Action) -> Allowed | Denied:
    following = TRANSITIONS.get((state, action))
    return Denied(_REASONS[state]) if following is None else Allowed(following)


# Made once: the save path asks for every entry.
_ANSWERS = {(state, action): _answer(state, action) for state in State for action in Action}


def permits(state: State, action: Action) -> Allowed | Denied:
    return _ANSWERS[state, action]
