"""What `exam-engine analyse` finds, as one document with stable keys (docs/statistics.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from exam_engine.measuring.marked import Marked
from item_bank.statistics.classical import Analysis, analyse
from item_bank.statistics.options import option_statistics
from item_bank.statistics.responses import Status

Found = dict[str, Any]
#: Of the row of those who met an item and chose nothing.
OMITTED = "omitted"


def classical(marked: Marked) -> Found:
    """Test and items: names as in `Analysis`, `item` first."""
    found: Analysis = analyse(marked.responses)
    test = {name: value for name, value in asdict(found.reliability).items() if name not in ("if_deleted", "n", "k")}
    items = [{"item": name, **asdict(one)} for name, one in zip(marked.items, found.items, strict=True)]
    return {"items": items, **test, "scores": asdict(found.scores)}


def distractors(marked: Marked, groups: int = 3) -> Found:
    """Item → one row an option, the key marked, omitted as the last row."""
    totals = marked.responses.totals()
    return {item: list(_options(marked, item, totals, groups)) for item in marked.chosen}


def _options(marked: Marked, item: str, totals: Any, groups: int) -> Iterator[Found]:
    place = marked.items.index(item)
    column, key = marked.chosen[item], marked.keys[item]
    status = marked.responses.status[:, place]
    met = status <= Status.OMITTED
    cells = np.array([*column.values, OMITTED], dtype=object)
    chosen = np.where(status == Status.OMITTED, OMITTED, cells[column.codes])[met]
    answered = sorted({column.values[code] for code in np.unique(column.codes[status == Status.ANSWERED])})
    options = [*answered, *([OMITTED] if (status == Status.OMITTED).any() else [])]
    if not met.any():
        return
    scores = np.nan_to_num(marked.responses.scores[met, place])
    for found in option_statistics(list(chosen), options, scores, totals[met], groups):
        row = asdict(found)
        yield {
            "option": row.pop("option"),
            "key": bool(key.right(str(found.option))) and found.option in answered,
            **row,
        }
