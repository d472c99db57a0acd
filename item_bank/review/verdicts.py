"""A reviewer's verdict on a version: whether it may be given now, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from item_bank.review.states import TRANSITIONS, Act, Part, State, permitted

Answer = Literal["yes", "no", "not_applicable"]

#: What a reviewer answers for, in this order; a bank asks all of it or some.
CHECKLIST = ("key", "one_best", "level", "language", "fairness", "pictures")
ANSWERS: tuple[Answer, ...] = ("yes", "no", "not_applicable")
MOST_REVIEWS = 5


@dataclass(frozen=True, slots=True)
class Rules:
    """A bank's. `reviews`: how many reviewers have to approve a version before a formal exam may have it; 0: none has
    to, though an author may still ask for one."""

    reviews: int = 0
    checklist: tuple[str, ...] = CHECKLIST

    @property
    def needed(self) -> int:
        return max(1, self.reviews)


@dataclass(frozen=True, slots=True)
class Given:
    """What a reviewer sends. `version`: the number of the version that was on the screen."""

    reviewer: int
    version: int
    act: Act
    answers: Mapping[str, str] = field(default_factory=dict)
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The item as it is when the verdict arrives. `writers`: of every version since the last approved one.
    `approvals`: the reviewers who approved this version since it was last sent. `hindrances`: why it can't be approved
    as it is (`item_bank.content.checking.unapprovable`)."""

    state: State
    version: int
    writers: frozenset[int] = frozenset()
    approvals: frozenset[int] = frozenset()
    hindrances: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """`missing`: how many more reviewers have to approve."""

    state: State
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Declined:
    """`reason` is a stable name; `hindrances` belong to `not_approvable`."""

    reason: Literal["outdated", "own_item", "reviewed_already", "reasons_missing", "checklist_open", "not_approvable"]
    hindrances: Sequence[str] = ()


def judged(standing: Standing, given: Given, rules: Rules) -> Accepted | Declined:
    """One return sends the item back, whatever others said before; approval takes as many reviewers as `rules` say."""
    if standing.version != given.version or not permitted(standing.state, given.act, frozenset({Part.REVIEWER})):
        return Declined("outdated")
    if given.reviewer in standing.writers:
        return Declined("own_item")
    if given.act == Act.RETURN:
        after = TRANSITIONS[standing.state, given.act]
        return Accepted(after) if given.reasons.strip() else Declined("reasons_missing")
    if given.reviewer in standing.approvals:
        return Declined("reviewed_already")
    if any(given.answers.get(name) not in ("yes", "not_applicable") for name in rules.checklist):
        return Declined("checklist_open")
    if standing.hindrances:
        return Declined("not_approvable", standing.hindrances)
    missing = rules.needed - len(standing.approvals | {given.reviewer})
    return Accepted(standing.state, missing) if missing > 0 else Accepted(TRANSITIONS[standing.state, Act.APPROVE])
