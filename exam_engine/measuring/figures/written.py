"""What candidates wrote: their judgements of the statements of clusters, and the numbers that they typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass, replace
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.files.keys import Key
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.numbers import number
from exam_engine.measuring.files.tables import Column
from exam_engine.measuring.named import Found
from item_bank.statistics import clusters
from item_bank.statistics.item_moments import Scored
from item_bank.statistics.options import OMITTED, OptionStatistics, coded_options, outdoes
from item_bank.statistics.responses import Floats, Status

#: Typed answers told of an item, the most frequent first, beside the right ones.
MOST_FREQUENT = 10
#: An answer that fewer gave is chance, and no reason to doubt the key.
FEWEST = 5
#: The name of the row of those who chose no option, or wrote nothing.
OMITTED_ROW = "omitted"


@dataclass(frozen=True, slots=True)
class _Given:
    """What those who reached an item answered. cells: (n,) codes of `column`, −1 = nothing. scores, totals: (n,) points
    on the item and the criterion; rest: (n,) the criterion without the item."""

    key: Key
    column: Column
    cells: NDArray[np.intp]
    scores: Floats
    totals: Floats
    rest: Floats


def statements(marked: Marked, scored: Scored, groups: int = 3) -> Found:
    """Cluster → a row a statement."""
    return _of_kind(marked, scored, "cluster", lambda given: _statements(given, groups))


def numbers(marked: Marked, scored: Scored, groups: int = 3) -> Found:
    """Item with typed numbers → its most frequent answers, the right ones, and omitted as the last."""
    return _of_kind(marked, scored, "number", lambda given: _numbers(given, groups))


def _of_kind(marked: Marked, scored: Scored, kind: str, told: Callable[[_Given], list[Found]]) -> Found:
    found = {}
    for place, item in enumerate(marked.items):
        if item in marked.written and marked.keys[item].kind == kind and scored.reached[:, place].any():
            column, who = marked.written[item], scored.who_reached(place)
            answered = marked.responses.status[who, place] == Status.ANSWERED
            cells = np.where(answered, column.codes[who], -1)
            rest = scored.without(place)[who]
            points, totals = scored.points[who, place], scored.criterion[who]
            found[item] = told(_Given(marked.keys[item], column, cells, points, totals, rest))
    return found


def _statements(given: _Given, groups: int) -> list[Found]:
    letters = given.key.answers[0]
    judged = [[_judged(given.key, place, value) for place in range(len(letters))] for value in given.column.values]
    # The last row is found by −1: nothing of the cluster was answered.
    right = np.array([*judged, [np.nan] * len(letters)])[given.cells]
    found = clusters.statements(right, given.scores, given.totals, groups, given.rest)
    return [
        {
            "statement": ascii_lowercase[place] if len(letters) <= len(ascii_lowercase) else str(place + 1),
            "key": letters[place],
            "suspect": one.key_suspect,
            "n": one.n,
            "omitted": one.omitted,
            "share": one.right,
            "share_error": one.right_error,
            "shares": one.shares,
            "rest": one.rest,
            "rest_error": one.rest_error,
            "against": one.against,
            "against_shares": one.against_shares,
            "against_rest": one.against_rest,
        }
        for place, one in enumerate(found)
    ]


def _judged(key: Key, place: int, answer: str) -> float:
    """1 = as the key, 0 = against it, NaN = blank, and of a cell that is no answer, which nobody's code points to."""
    letters = key.answers[0]
    if len(answer) != len(letters) or not answer[place].isalpha():
        return float("nan")
    return float(replace(key, answers=(letters[place],)).right(answer[place]))


def _numbers(given: _Given, groups: int) -> list[Found]:
    """Spellings of one number are one answer, told in the most frequent of them."""
    values, key = given.column.values, given.key
    known, counts = _answers(values), Counter(given.cells.tolist())
    names: dict[Hashable, str] = {}
    for place in sorted(range(len(values)), key=lambda one: -counts[one]):
        if counts[place]:
            names.setdefault(known[place], values[place])
    for answer in key.answers:
        names.setdefault(number(answer), answer)
    right = tuple(answer for answer, name in names.items() if key.right(name))
    places = {answer: place for place, answer in enumerate(names)}
    # The last is found by −1; values that nobody wrote in the item are in no cell.
    of_cells = np.array([*(places.get(answer, OMITTED) for answer in known), OMITTED])
    found = coded_options(of_cells[given.cells], tuple(names), given.totals, given.rest, right, groups)
    ordered = sorted(found.options, key=lambda one: -one.n)
    told = [one for place, one in enumerate(ordered) if place < MOST_FREQUENT or one.option in right]
    rests = [one.rest for one in told if one.option in right]
    rows = []
    for one in told:
        is_key = one.option in right
        suspect = not is_key and one.n >= FEWEST and outdoes(one.rest, rests, found.n)
        rows.append(_row(names[one.option], one, key=is_key, suspect=suspect))
    return [*rows, *([_row(OMITTED_ROW, found.omitted, key=False, suspect=False)] if found.omitted.n else [])]


def _answers(cells: Sequence[str]) -> list[float | str]:
    """The number that each cell is, or its text where it is none."""
    found: list[float | str] = []
    for cell in cells:
        try:
            found.append(number(cell))
        except ValueError:
            found.append(cell.casefold())
    return found


def _row(name: str, one: OptionStatistics, *, key: bool, suspect: bool) -> Found:
    figures = {name: value for name, value in asdict(one).items() if name != "option"}
    return {"answer": name, "key": key, "suspect": suspect, **figures}
