"""Keys: what is right, how many points it is worth, and how an answer earns them.

Marking for analysis of a file that comes from elsewhere; sittings of this service are marked by `scoring`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from exam_engine.measuring.files.numbers import number

#: What the letters of statements say.
TRUE = {"Đ": True, "T": True, "S": False, "F": False}
#: Of cells where the letter of an option belongs.
NO_LETTER = (
    "more than one letter, or none, counts as wrong and as no option. A code for no answer is told with --omitted"
)
_NUMBER_OF_OPTION = re.compile(r"\d|10", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    """kind: option: one of `answers`; number: equal to one of them; cluster: a letter Đ or S (T, F) for each statement;
    points: no answers, a marker's points stand in the cells.
    points: what the whole item is worth. table: of a cluster, the share of the points by how many are right, from 0.
    set: the passage, table or figure that the item shares with others; empty where it stands alone. guessed: nobody
    says the kind, and the key may be the number of an option or one that is typed: `kinds` decides by the answers."""

    item: str
    kind: str
    answers: tuple[str, ...]
    points: float = 1.0
    table: tuple[float, ...] = ()
    set: str = ""
    guessed: bool = False

    @property
    def categories(self) -> int:
        return len(self.answers[0]) + 1 if self.kind == "cluster" else 2

    def right(self, answer: str) -> int:
        """How many are right: of a cluster's statements, else 1 or 0. Raises ValueError for no letters of a cluster."""
        match self.kind:
            case "cluster":
                return _statements_right(self.answers[0], answer.upper())
            case "number":
                try:
                    given = number(answer)
                except ValueError:
                    return 0  # candidates write what they like
                return int(any(given == number(one) for one in self.answers))
        return int(answer.casefold() in (one.casefold() for one in self.answers))

    def blank(self, answer: str) -> bool:
        """Whether no statement of a cluster is judged, in an answer that `right` takes."""
        return self.kind == "cluster" and not any(one.isalpha() for one in answer)

    def earned(self, right: int) -> float:
        if self.kind == "cluster":
            return self.points * self.table[right]
        return self.points * right


def lettered(names: Sequence[str]) -> bool:
    return all(len(name) == 1 and name.isalpha() for name in names)


def may_be_option(answer: str) -> bool:
    """Whether it is a number as options are called by."""
    return bool(_NUMBER_OF_OPTION.fullmatch(answer))


def _statements_right(key: str, answer: str) -> int:
    if len(answer) != len(key) or set(answer) - set(TRUE) - set("-._ "):
        raise ValueError(
            f"a cluster of {len(key)} statements is answered with {len(key)} letters Đ or S, - for a blank"
        )
    return sum(one in TRUE and TRUE[one] == TRUE[right] for one, right in zip(answer, key, strict=True))
