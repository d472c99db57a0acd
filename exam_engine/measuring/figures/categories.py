"""Answers as response models number them: from 0 without gaps, and what each category stands for and earns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.files.marked import Marked
from item_bank.statistics.responses import Status

#: Points are compared to so many decimals.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Categorised:
    """marked: with `categories` numbered without gaps: a response model cannot tell where one that nobody has would
    begin. Of items whose parameters were given all that the parameters are of.
    values: per item what each category is: statements right of a cluster, else 0 and 1 with a key, points without.
    points: per item what each category earns."""

    marked: Marked
    values: tuple[tuple[float, ...], ...]
    points: tuple[tuple[float, ...], ...]


def categorised(marked: Marked, known: Mapping[str, tuple[float, ...]] | None = None) -> Categorised:
    """known: of items whose parameters were given, what each of their categories is. Raises ValueError for an answer
    that is none of them."""
    numbered = np.full_like(marked.categories, -1)
    values = []
    for place, item in enumerate(marked.items):
        column = marked.categories[:, place]
        there = column >= 0
        used, places = np.unique(column[there], return_inverse=True)
        occurring = tuple(round(_value(marked, place, code), _DIGITS) for code in used)
        scale = (known or {}).get(item, occurring)
        strange = set(occurring) - set(scale)
        if strange:
            told = ", ".join(f"{one:g}" for one in scale)
            raise ValueError(f"“{item}”: {min(strange):g} is none of the categories of its given parameters: {told}")
        numbered[there, place] = np.array([scale.index(one) for one in occurring], dtype=np.int64)[places]
        values.append(scale)
    points = tuple(
        tuple(_earned(marked, item, one) for one in each) for item, each in zip(marked.items, values, strict=True)
    )
    return Categorised(replace(marked, categories=numbered), tuple(values), points)


def reported(marked: Marked) -> NDArray[np.int64]:
    """For a report omitted and not reached are both wrong; not presented tells nothing."""
    return np.where((marked.categories < 0) & marked.responses.presented, 0, marked.categories)


def _value(marked: Marked, place: int, code: int) -> float:
    """With a key categories count what is right; without one they are ranks of points, and a blank earns none."""
    if marked.counts_right(marked.items[place]):
        return float(code)
    answered = (marked.categories[:, place] == code) & (marked.responses.status[:, place] == Status.ANSWERED)
    return float(marked.responses.scores[np.argmax(answered), place]) if answered.any() else 0.0


def _earned(marked: Marked, item: str, value: float) -> float:
    return marked.keys[item].earned(int(value)) if marked.counts_right(item) else value
