"""Groups of a file: differential item functioning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from exam_engine.measuring.figures.modelling import abilities, fitted
from exam_engine.measuring.figures.sets import Sets, sets
from exam_engine.measuring.files.labelling import of_those
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.files.tables import listed
from exam_engine.measuring.named import Found
from item_bank.statistics import dif
from item_bank.statistics.dif.cautions import Caution
from item_bank.statistics.responses import Floats

NO_TOTAL = "--unpurified changes nothing: candidates who did not all meet the same items are matched on ability"
_IDENTITY = ("item", "focal", "reference_persons", "focal_persons", "in_anchor", "adjusted")


def differences(marked: Marked, groups: Sequence[str | None], focal: str | None, *, purified: bool = True) -> Found:
    """One row an item and focal group, and what to know of them; where the key has sets, one a set studied whole, too.
    With `focal` it alone is compared with the largest other group, and others have no part in it.
    Matched on the purified total, or on ability where candidates did not all meet the same items. Raises ValueError
    where there are no two groups."""
    groups = of_those(marked, groups)
    reference = _reference(groups, focal)
    groups = [one if focal is None or one in (focal, reference) else None for one in groups]
    scores, matching = _scores(marked), None
    of_model: tuple[str, ...] = ()
    if np.isnan(scores).any():
        model = fitted(marked, "rasch")
        matching, of_model = dif.ability_strata(abilities(model).theta), model.calibration.warnings
    how: Found = {"reference": reference, "matching": matching, "purified": purified}
    found = dif.analyse(scores, list(groups), **how)
    warnings = [*(one.text for one in _of(found, focal)), *of_model]
    warnings += [] if purified or matching is None else [NO_TOTAL]
    rows = [_row(marked.items, one) for one in found.items if focal in (None, one.focal)]
    named = sets(marked)
    whole, of_sets = _of_sets(marked.items, scores, groups, named, focal, how) if named else ([], [])
    warnings += [f"of sets: {one.text}" for one in of_sets if one.of_anchor]
    return {
        "reference": found.reference,
        "matched_on": "total" if matching is None else "ability",
        "purified": bool(found.purifications),
        **_purification(found, focal),
        "warnings": warnings,
        "items": rows,
        **({"sets": whole} if named else {}),
    }


def _purification(found: dif.Dif, focal: str | None) -> Found:
    """Over the groups that are told of: whether all anchors came to rest, and the most rounds that one took."""
    pure = [one for name, one in found.purifications.items() if focal in (None, name)]
    return {
        "purification_settled": all(one.converged for one in pure) if pure else None,
        "purification_rounds": max((one.iterations for one in pure), default=None),
    }


def _of_sets(
    items: Sequence[str], scores: Floats, groups: Sequence[str | None], named: Sets, focal: str | None, how: Found
) -> tuple[list[Found], list[Caution]]:
    """Each set as one item with the sum of its scores: its items share more than what candidates are matched on; and
    what to know of them."""
    inside = {place for places in named.values() for place in places}
    alone = [(place,) for place in range(len(items)) if place not in inside]
    found = dif.analyse(scores, list(groups), sets=[*named.values(), *alone], **how)
    names = list(named)
    rows = [one for one in found.items if one.item < len(names) and focal in (None, one.focal)]
    told = [
        {"set": row.pop("item"), "items": [items[place] for place in named[names[one.item]]], **row}
        for one, row in ((one, _row(names, one)) for one in rows)
    ]
    return told, _of(found, focal)


def _of(found: dif.Dif, focal: str | None) -> list[Caution]:
    return [one for one in found.warnings if focal in (None, one.focal)]


def _scores(marked: Marked) -> Floats:
    """Categories, blank and not reached as 0, not presented as missing: what marks are made of, cluster by cluster."""
    return np.where(marked.responses.presented, np.maximum(marked.categories, 0), np.nan)


def _reference(groups: Sequence[str | None], focal: str | None) -> str | None:
    """The largest of the others."""
    if focal is None:
        return None
    others = [one for one in groups if one not in (None, focal)]
    if focal not in groups:
        there = listed(sorted({one for one in groups if one is not None}))
        raise ValueError(f"nobody is in group {quoted(focal)}. Give --focal one of the groups that there are: {there}")
    if not others:
        what = f"everybody is in group {quoted(focal)}, and there is no other to compare it with"
        raise ValueError(f"{what}. Give --groups with at least two groups")
    return max(sorted(set(others), key=str), key=others.count)


def _row(names: Sequence[str], one: dif.ItemDif) -> Found:
    told = asdict(one)
    methods = {name: value for name, value in told.items() if name not in _IDENTITY and value is not None}
    return {**{name: told[name] for name in _IDENTITY}, "item": names[one.item], **methods}
