"""Groups of a file: differential item functioning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from exam_engine.measuring.labelling import of_those
from exam_engine.measuring.marked import Marked
from exam_engine.measuring.modelling import abilities, fitted
from item_bank.statistics import dif
from item_bank.statistics.responses import Floats

Found = dict[str, Any]
NO_TOTAL = "--unpurified changes nothing: candidates who did not all meet the same items are matched on ability"
_IDENTITY = ("item", "focal", "reference_persons", "focal_persons", "in_anchor", "adjusted")


def differences(marked: Marked, groups: Sequence[str | None], focal: str | None, *, purified: bool = True) -> Found:
    """One row an item and focal group, and what to know of them. Matched on the purified total, or on ability where
    candidates did not all meet the same items. Raises ValueError where there are no two groups."""
    groups = of_those(marked, groups)
    scores, matching = _scores(marked), None
    if np.isnan(scores).any():
        matching = dif.ability_strata(abilities(fitted(marked, "rasch")).theta)
    found = dif.analyse(scores, list(groups), reference=_reference(groups, focal), matching=matching, purified=purified)
    warnings = [one.text for one in found.warnings if focal in (None, one.focal)]
    warnings += [] if purified or matching is None else [NO_TOTAL]
    rows = [_row(marked, one) for one in found.items if focal in (None, one.focal)]
    return {
        "reference": found.reference,
        "matched_on": "total" if matching is None else "ability",
        "purified": bool(found.purifications),
        "warnings": warnings,
        "items": rows,
    }


def _scores(marked: Marked) -> Floats:
    """Categories, blank and not reached as 0, not presented as missing: what marks are made of, cluster by cluster."""
    return np.where(marked.responses.presented, np.maximum(marked.categories, 0), np.nan)


def _reference(groups: Sequence[str | None], focal: str | None) -> str | None:
    """The largest of the others."""
    if focal is None:
        return None
    others = [one for one in groups if one not in (None, focal)]
    if focal not in groups or not others:
        names = ", ".join(sorted({one for one in groups if one is not None}))
        raise ValueError(f"“{focal}” and another group are to be compared; the groups are {names}")
    return max(sorted(set(others), key=str), key=others.count)


def _row(marked: Marked, one: dif.ItemDif) -> Found:
    told = asdict(one)
    methods = {name: value for name, value in told.items() if name not in _IDENTITY and value is not None}
    return {**{name: told[name] for name in _IDENTITY}, "item": marked.items[one.item], **methods}
