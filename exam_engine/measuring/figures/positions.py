"""Numbered forms that were put together: who took which, and whether items are as hard wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.files.forms import SCORED
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.named import Found
from item_bank.statistics.equating.pooling import PositionCheck, position_effects
from item_bank.statistics.responses import Status

#: Adjusted p below which an item is told to differ between forms.
DIFFERS = 0.01


def told(marked: Marked) -> Found:
    """Who took which form, and whether items are as hard wherever they stand: the check that replaces equating. Empty
    where there are no forms."""
    forms = marked.forms
    if forms is None:
        return {}
    responses = marked.responses
    places = forms.places[:, [forms.items.index(item) for item in marked.items]]
    complete = (responses.status != Status.NOT_PRESENTED).all(axis=1)
    form = forms.form[marked.rows]
    totals = responses.totals()
    sizes = [
        {"form": name, "n": int((form == one).sum()), "mean": float(totals[form == one].mean())}
        for one, name in enumerate(forms.names)
        if (form == one).any()
    ]
    kept, numbers = np.unique(form[complete], return_inverse=True)
    warnings = [SCORED] if forms.scored else []
    found: Found = {"forms": sizes, "position": None, "position_forms": [], "position_items": [], "warnings": warnings}
    if kept.size < 2:
        what = "position: fewer than two forms have candidates who were presented with every item"
        warnings.append(what)
        return {"forms": found}
    scores = np.nan_to_num(responses.scores[complete])
    check = position_effects(scores, numbers, places[kept])
    slope = {"slope": check.slope, "se": check.error, "first_to_last": check.slope * (len(marked.items) - 1)}
    found["position"] = {"n": check.n, **slope, "p": check.p}
    names = [forms.names[one] for one in kept]
    found["position_forms"] = names
    found["position_items"] = _items(marked.items, check, places[kept], names)
    warnings += _doubts(found["position_items"])
    return {"forms": found}


def _items(items: Sequence[str], check: PositionCheck, places: NDArray[np.int_], names: Sequence[str]) -> list[Found]:
    return [
        {
            "item": item,
            "positions": (places[:, place] + 1).tolist(),
            "means": list(one.means),
            "chi2": one.chi_square,
            "df": one.df,
            "p": one.p,
            "adjusted_p": one.adjusted,
            "differs_on": _apart(one.means, names) if one.adjusted < DIFFERS else None,
        }
        for place, (item, one) in enumerate(zip(items, check.items, strict=True))
    ]


def _apart(means: Sequence[float], names: Sequence[str]) -> str:
    """The form whose mean is furthest from the others."""
    return names[int(np.argmax(np.abs(np.array(means) - np.median(means))))]


def _doubts(rows: Sequence[Found]) -> list[str]:
    return [
        f"item {quoted(row['item'])} is not as hard on form {row['differs_on']} as on others: "
        "see its key, text and map there"
        for row in rows
        if row["differs_on"] is not None
    ]
