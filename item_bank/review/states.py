"""The states of an item as a table: from which state which act leads where, and whose act it is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """`IN_USE` is approved, and a confirmed sitting has it: it is told from the sittings, not stored."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    IN_USE = "in_use"
    RETURNED = "returned"
    RETIRED = "retired"


class Act(StrEnum):
    SEND = "send"  # to review
    WITHDRAW = "withdraw"  # from review, before its verdict
    CHANGE = "change"  # a new version of what a reviewer vouches for
    FILE = "file"  # a new version that is filed elsewhere: another subject, grade or tag (`vouching`)
    APPROVE = "approve"
    RETURN = "return"
    USE = "use"  # a sitting with the item is confirmed
    RETIRE = "retire"
    RESTORE = "restore"


class Part(StrEnum):
    """In which part somebody acts: an author writes in the bank, a reviewer has written nothing of the item since it
    was last approved (`verdicts.judged`), the service acts by itself."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    SERVICE = "service"


_IN_FORCE = (State.APPROVED, State.IN_USE)

#: What is not here can't be done.
TRANSITIONS: Mapping[tuple[State, Act], State] = {
    **{(state, Act.SEND): State.IN_REVIEW for state in (State.DRAFT, State.RETURNED)},
    (State.IN_REVIEW, Act.WITHDRAW): State.DRAFT,
    # What was vouched for is the version before: the new one is looked at again.
    **{(state, Act.CHANGE): State.DRAFT for state in State if state != State.RETIRED},
    (State.RETIRED, Act.CHANGE): State.RETIRED,
    # Nobody vouches for the shelf.
    **{(state, Act.FILE): state for state in State},
    (State.IN_REVIEW, Act.APPROVE): State.APPROVED,
    # Also afterwards: a fault that an exam has shown takes the approval back.
    **{(state, Act.RETURN): State.RETURNED for state in (State.IN_REVIEW, *_IN_FORCE)},
    **{(state, Act.USE): State.IN_USE for state in _IN_FORCE},
    **{(state, Act.RETIRE): State.RETIRED for state in State if state != State.RETIRED},
    (State.RETIRED, Act.RESTORE): State.DRAFT,
}

WHO: Mapping[Act, Part] = {
    Act.SEND: Part.AUTHOR,
    Act.WITHDRAW: Part.AUTHOR,
    Act.CHANGE: Part.AUTHOR,
    Act.FILE: Part.AUTHOR,
    Act.APPROVE: Part.REVIEWER,
    Act.RETURN: Part.REVIEWER,
    Act.USE: Part.SERVICE,
    Act.RETIRE: Part.AUTHOR,
    Act.RESTORE: Part.AUTHOR,
}


def state_of(stored: str, *, used: bool = False) -> State:
    """`used`: a confirmed sitting has the item's newest version."""
    found = State(stored)
    return TRANSITIONS.get((found, Act.USE), found) if used else found


def stored(state: State) -> str:
    return str(State.APPROVED if state == State.IN_USE else state)


def permitted(state: State, act: Act, parts: frozenset[Part]) -> bool:
    return (state, act) in TRANSITIONS and WHO[act] in parts


def leaving(act: Act) -> dict[str, str]:
    """Stored state → stored state that follows, of every state that the act changes."""
    moves = {stored(before): stored(after) for (before, done), after in TRANSITIONS.items() if done == act}
    return {before: after for before, after in moves.items() if before != after}
