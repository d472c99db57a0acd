"""From marked attempts to a response matrix: persons in rows, item versions of all forms in columns. Needs numpy.

The policy for missing answers, stated on every page that shows figures: an item that is not in a candidate's form, an
alternative that was not scored and a response that still waits for a marker are *not presented* and enter no figure of
the item; items after the last one that was on the screen or answered are *not reached* and enter no figure of the item
but score 0 in the total; every other blank is *omitted* and scores 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exam_engine.scoring.rules import Slot, canonical
from item_bank.content.interactions import Response
from item_bank.statistics.responses import ItemDesign, Responses, classify, design_of


@dataclass(frozen=True, slots=True)
class Sat:
    """One attempt. `marks`: of its current result; `values`: slot → journal value that counts; `order`: slots as the
    candidate met them; `shown`: slot → seconds on the screen over all visits, None where the browser told none."""

    slots: Sequence[Slot]
    marks: Sequence[Mapping[str, Any]]
    values: Mapping[int, Any]
    order: Sequence[int]
    shown: Mapping[int, float] | None


@dataclass(frozen=True)
class Matrix:
    """responses: (n, k) with k = len(versions). given[i][j]: the canonical response of person i to item j, None where
    there is none. design: whether candidates drew items of their own; what waits for a marker makes no other design."""

    versions: tuple[int, ...]
    responses: Responses
    given: Sequence[Sequence[Response]]
    design: ItemDesign | None = None


def build(attempts: Sequence[Sat], versions: Sequence[int]) -> Matrix:
    """`versions`: the columns wanted; those that nobody met or that are worth nothing are left out."""
    worth = _maxima(attempts)
    kept = tuple(version for version in versions if worth.get(version, 0) > 0)
    column = {version: place for place, version in enumerate(kept)}
    n, k = len(attempts), len(kept)
    scores = np.full((n, k), np.nan)
    position = np.full((n, k), -1, dtype=np.int64)
    shown, handed_out = np.zeros((n, k), dtype=np.bool_), np.zeros((n, k), dtype=np.bool_)
    given: list[list[Response]] = [[None] * k for _ in attempts]
    for row, sat in enumerate(attempts):
        for place, slot in enumerate(sat.order):
            version, mark = sat.slots[slot].version, sat.marks[slot]
            if version in column:
                handed_out[row, column[version]] = True
            if version not in column or not mark["counted"] or mark["points"] is None:
                continue
            at = column[version]
            response = canonical(sat.slots[slot], sat.values.get(slot))
            position[row, at] = place
            shown[row, at] = sat.shown is not None and slot in sat.shown
            given[row][at] = response
            if response not in (None, "", [], {}):
                scores[row, at] = float(Fraction(mark["points"]))
    recorded = np.array([sat.shown is not None for sat in attempts], dtype=np.bool_)
    maxima = np.array([float(worth[version]) for version in kept])
    drawn = design_of(handed_out) is ItemDesign.DRAWN
    design = ItemDesign.DRAWN if drawn else ItemDesign.INCOMPLETE
    return Matrix(kept, _classified(scores, maxima, position, shown, recorded), given, design)


def _classified(
    scores: NDArray[np.float64],
    maxima: NDArray[np.float64],
    position: NDArray[np.int64],
    shown: NDArray[np.bool_],
    recorded: NDArray[np.bool_],
) -> Responses:
    """Persons with a record of what was shown by that record, the others by the end of their answers."""
    by_record = classify(scores, maxima, position=position, shown=shown)
    by_answers = classify(scores, maxima, position=position)
    status = np.where(recorded[:, None], by_record.status, by_answers.status)
    return Responses(by_record.scores, status, by_record.maxima)


def _maxima(attempts: Sequence[Sat]) -> dict[int, Fraction]:
    """Points of each version, none for one that was dropped; the forms of one exam agree about them."""
    found: dict[int, Fraction] = {}
    for slots in {id(sat.slots): sat.slots for sat in attempts}.values():
        for slot in slots:
            found.setdefault(slot.version, Fraction(0) if slot.ruling == "dropped" else slot.points)
    return found
