"""Categories between cuts by the scores that they hold: “below 5”, “5–<8”, “8 and above”."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from exam_engine.kit import languages
from exam_engine.kit.errors import _
from exam_engine.measuring.printing.flat import Row

#: Tables with a row and a column a category → what a row is.
_BY_CATEGORY = {"true_observed": "true", "observed_twice": "first form"}


def ranges(cuts: Sequence[float], number: Callable[[float], str], say: Callable[..., str]) -> list[str]:
    """cuts: least points of each category but the lowest, ascending. number: how one is written."""
    between = [f"{number(low)}–<{number(high)}" for low, high in pairwise(cuts)]
    below = say(_("below %(points)s"), points=number(cuts[0]))
    return [below, *between, say(_("%(points)s and above"), points=number(cuts[-1]))]


def by_range(tables: Mapping[str, Sequence[Row]], document: Mapping[str, Any]) -> dict[str, list[Row]]:
    """The tables of a document's classification with categories named instead of numbered."""
    cuts = ((document.get("classical") or {}).get("classification") or {}).get("cuts")
    named: dict[str, list[Row]] = {}
    for name, rows in tables.items():
        kind = next((kind for kind in _BY_CATEGORY if name.endswith(kind)), None)
        if cuts and kind:
            names = ranges(cuts, "{:g}".format, languages.translator("en"))
            named[name] = [
                {_BY_CATEGORY[kind]: one, **{other: row[str(place)] for place, other in enumerate(names, 1)}}
                for one, row in zip(names, rows, strict=True)
            ]
    return named
