"""Questions with several right answers, as D2L (Brightspace) writes them.

Its conditions only count: D2L_Correct what was chosen rightly, D2L_Incorrect what wrongly. What the counts earn is said
by the number in its element `grading_type`: 0 everything or nothing, 1 right minus wrong, not below nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from item_bank.content.processing.declared import Node
from item_bank.formats.qti.names import Element, attribute, children, descendants, text_of
from item_bank.formats.qti12.conditions import all_of, call, certain, constant, processing_unsupported, variable

_RIGHT, _WRONG, _SCORE = "D2L_Correct", "D2L_Incorrect", "SCORE"
PERCENT = "100"


@dataclass(frozen=True, slots=True)
class Earned:
    """A condition for the score: what it asks, what it sets, and whether what follows is left out."""

    test: Node
    sets: Node
    stops: bool


def counts(condition: Element) -> bool:
    return bool(_counted(condition) & {_RIGHT, _WRONG})


def is_sum(condition: Element) -> bool:
    """What D2L makes of its counts: a score that is set to the name of a count, which no number is."""
    return any(text_of(one).startswith("D2L_") for one in children(condition, "setvar"))


def earned_by_counts(item: Element, counted: Sequence[tuple[Element, Node]]) -> list[Earned]:
    """`counted`: the conditions that count, with what they ask. Raises ReadProblem for other ways of grading."""
    rights = [test for element, test in counted if _RIGHT in _counted(element)]
    wrongs = [test for element, test in counted if _RIGHT not in _counted(element)]
    told = next(descendants(item, "grading_type"), None)
    way = text_of(told) if told is not None else "0"
    if way == "0":
        test = all_of([*rights, *(call("not", certain(one)) for one in wrongs)])
        return [Earned(test, call("setOutcomeValue", constant("float", PERCENT), identifier=_SCORE), stops=True)]
    if way != "1" or not rights:
        raise processing_unsupported(told if told is not None else item)
    share = call("divide", constant("float", PERCENT), constant("float", str(len(rights))))
    return [Earned(one, _changed("sum", share), stops=False) for one in rights] + [
        Earned(one, _changed("subtract", share), stops=False) for one in wrongs
    ]


def _changed(how: str, share: Node) -> Node:
    return call("setOutcomeValue", call(how, variable(_SCORE), share), identifier=_SCORE)


def _counted(condition: Element) -> set[str]:
    return {attribute(one, "varname") for one in children(condition, "setvar")}
