"""What a candidate sees of the own result, and when: the exam's policy applied. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from exam_engine.authoring.definition import Afterwards, Shown


@dataclass(frozen=True, slots=True)
class Disclosed:
    """`provisional`: automatic marks that nobody has confirmed by releasing them."""

    score: bool
    responses: bool
    key: bool
    provisional: bool

    @property
    def anything(self) -> bool:
        return self.score or self.responses or self.key


NOTHING = Disclosed(score=False, responses=False, key=False, provisional=True)


def disclosed(policy: Afterwards, *, closed: bool, released: bool) -> Disclosed:
    """Nothing before the attempt has ended; what the policy never shows stays hidden after the release, too."""
    if not closed:
        return NOTHING

    def shows(when: Shown) -> bool:
        return when == "at_submission" or (when == "after_release" and released)

    return Disclosed(shows(policy.score), shows(policy.responses), shows(policy.key), provisional=not released)
