"""Pairs of candidates of a file: answer similarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from exam_engine.measuring.labelling import of_those
from exam_engine.measuring.marked import Categories, Marked
from item_bank.statistics.irt.ability import expected_a_posteriori
from item_bank.statistics.irt.calibration import calibrate
from item_bank.statistics.responses import Floats, Status
from item_bank.statistics.similarity.k_index import k_indices
from item_bank.statistics.similarity.matches import Matches, similarity
from item_bank.statistics.similarity.pairs import all_pairs, pairs_within, screened

Found = dict[str, Any]
#: Three hundred bytes each while they are compared.
MOST_PAIRS = 5_000_000


@dataclass(frozen=True, slots=True)
class _Choices:
    """What was chosen, as category numbers, −1 = nothing: of options each one its own, of other items how many are
    right. key: the right category of each item."""

    items: tuple[str, ...]
    answers: Categories
    models: tuple[str, ...]
    key: tuple[int, ...]


def alike(marked: Marked, rooms: Sequence[str | None] | None, index: str, level: float) -> Found:
    """Pairs of candidates whose answers agree more than their abilities explain, the unlikeliest first.

    index: gbt, omega or m4, given nominal response models and EAP abilities; false discoveries held at `level` over
    all pairs, or over the pairs within rooms. K-indices of flagged pairs, each way, where there are keys.
    """
    choices = _choices(marked)
    found = calibrate(choices.answers, choices.models)
    theta = expected_a_posteriori(choices.answers, found.items, found.grid()).theta
    first, second = all_pairs(len(theta)) if rooms is None else pairs_within(_apart(of_those(marked, rooms)))
    if not 0 < first.size <= MOST_PAIRS:
        what = "compare within rooms: --rooms" if first.size else "no two candidates share a room"
        raise ValueError(f"{first.size} pairs; 1 to {MOST_PAIRS} are compared: {what}")
    pairs = similarity(choices.answers, found.items, theta, first, second, key=choices.key)
    p = getattr(pairs, f"{index}_p")
    judged = screened(p, level)
    order = np.flatnonzero(judged.flagged)
    order = order[np.argsort(p[order], kind="stable")]
    columns = _columns(pairs, judged.adjusted, marked)
    rows = [{name: column[place] for name, column in columns.items()} for place in order]
    if marked.keys and order.size:
        options = int(choices.answers.max()) + 1
        for way, copier, source in (("first_copied", first, second), ("second_copied", second, first)):
            found_k = k_indices(choices.answers, choices.key, copier[order], source[order], options=options)
            for number, row in enumerate(rows):
                row[way] = {name: getattr(found_k, name)[number] for name in ("k", "k1", "k2", "s1", "s2")}
    return {
        "pairs": int(first.size),
        "tested": judged.tested,
        "index": index,
        "level": level,
        "left_out": [item for item in marked.items if item not in choices.items],
        "converged": found.converged,
        "warnings": list(found.warnings),
        "flagged": rows,
    }


def _columns(pairs: Matches, adjusted: Floats, marked: Marked) -> Found:
    """Candidates are named by their row in the file, from 1, the line of names not counted."""
    names = ("compared", "matches", "right", "expected", "omega", "omega_p", "gbt_p", "m4_p")
    columns = {name: getattr(pairs, name) for name in names}
    return {
        "first": marked.rows[pairs.first] + 1,
        "second": marked.rows[pairs.second] + 1,
        **columns,
        "adjusted_p": adjusted,
    }


def _apart(rooms: Sequence[str | None]) -> list[str]:
    """Who has no room shares none."""
    return [f"in {room}" if room is not None else f"alone {place}" for place, room in enumerate(rooms)]


def _choices(marked: Marked) -> _Choices:
    """Without items on which nobody was right, or everybody the same: they tell nothing of a pair."""
    items, answers, models, key = [], [], [], []
    for place, item in enumerate(marked.items):
        column, right = _numbers(marked, place)
        if right is None or np.unique(column[column >= 0]).size < 2:
            continue
        items.append(item)
        answers.append(column)
        key.append(right)
        # Without a key numbers may be points or options: agreement is judged without an order, which suits both.
        many = "gpcm" if marked.keys else "nominal"
        models.append("nominal" if item in marked.chosen else "2pl" if column.max() < 2 else many)
    if len(items) < 2:
        raise ValueError("fewer than two items on which answers differ: there is nothing to compare")
    return _Choices(tuple(items), np.stack(answers, axis=1), tuple(models), tuple(key))


def _numbers(marked: Marked, place: int) -> tuple[Categories, int | None]:
    """(n,) categories that occur, from 0, and which of them is right (the highest, where there are no options)."""
    item = marked.items[place]
    answered = marked.responses.status[:, place] == Status.ANSWERED
    codes = marked.chosen[item].codes if item in marked.chosen else marked.categories[:, place]
    used, numbers = np.unique(codes[answered], return_inverse=True)
    column = np.full(answered.size, -1, dtype=np.int64)
    column[answered] = numbers
    if item not in marked.chosen:
        return column, used.size - 1
    names = [marked.chosen[item].values[code] for code in used]
    right = [number for number, name in enumerate(names) if marked.keys[item].right(name)]
    if not right:
        return column, None
    column[np.isin(column, right)] = right[0]  # several accepted answers are one: all are right
    _kept, again = np.unique(column[answered], return_inverse=True)
    column[answered] = again
    return column, int(np.searchsorted(_kept, right[0]))
