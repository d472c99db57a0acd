"""Cut scores of a file of judgements: modified Angoff, contrasting groups."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.numbers import number, numbers
from exam_engine.measuring.files.tables import Column, FileUnusable, Table, listed
from exam_engine.measuring.named import Found
from item_bank.statistics import standards
from item_bank.statistics.responses import Floats

SMALL = "with --percent no rating is above 1 per cent: if judges rated from 0 to 1, leave --percent out"
#: In place of an error of the cut.
_WHY = {
    standards.NoRegression.PARTED: "nobody who is not competent scores above one who is: the cut is the middle of the "
    "gap between them, any in the gap is as good, and it has no standard error",
    standards.NoRegression.NOT_DISCRIMINATING: "the competent do not score higher than the others: no score tells them "
    "apart, and there is no cut. Check what --competent names, and the scores",
    standards.NoRegression.NO_CONVERGENCE: "the regression did not come to rest: its cut is not to be relied on. Get "
    "judgements of more candidates",
}


def angoff(table: Table, columns: Sequence[Column], ids: str | None, percent: bool, marked: Marked | None) -> Found:
    """table: a row for each judge. percent: ratings are from 0 to 100. marked: answers of candidates, for the points
    and facilities of items, and for how many reach the cut. Raises FileUnusable."""
    most = 100.0 if percent else 1.0
    ratings = np.stack([bounded(table, column, most) for column in columns], axis=1) / most
    places = [_place(table, column.name, marked.items) for column in columns] if marked else []
    maxima = marked.responses.maxima[places] if marked else np.ones(len(columns))
    points = marked.responses.marked()[:, places] if marked else None
    facilities = _facilities(marked)[places] if marked else None
    found = standards.angoff(ratings, maxima, facilities)
    names = judges(table, ids)
    judged = zip(found.by_judge, found.agreement, found.with_facility, strict=True)
    keys = ("item", "points", "expected", "spread", "facility")
    shares = [None] * len(columns) if facilities is None else facilities.tolist()
    rows = zip((one.name for one in columns), maxima.tolist(), found.expected, found.spread, shares, strict=True)
    unlikely = percent and ratings.max() <= 1 / most
    return {
        "cut": found.cut,
        "se": found.error,
        "maximum": float(maxima.sum()),
        "candidates": None if points is None else _reaching(points.sum(axis=1), found.cut),
        "judges": [
            {**name, **dict(zip(("cut", "agreement", "with_facility"), row, strict=True))}
            for name, row in zip(names, judged, strict=True)
        ],
        "items": [dict(zip(keys, row, strict=True)) for row in rows],
        "warnings": [SMALL] if unlikely else [],
    }


def contrasting_groups(table: Table, total: str, judged: str, competent: str) -> Found:
    """table: a row for each candidate. judged: its column of the judgement, in which `competent` says so, an empty
    cell that there is none. Raises FileUnusable."""
    column = table.column(judged)
    if competent not in column.values:
        there = listed(value for value in column.values if value)
        raise FileUnusable(f"{table.path}, column “{judged}”: nobody is “{competent}”. There are {there}.")
    known = np.array([value != "" for value in column.values])[column.codes]
    scores = bounded(table, table.column(total), np.inf)
    masters = np.array([value == competent for value in column.values])[column.codes]
    found = standards.contrasting_groups(scores[known], masters[known])
    names = ("n", "masters", "cut", "fewest_errors", "errors", "discriminating", "converged", "iterations", "reason")
    told = {name: getattr(found, name) for name in names}
    warnings = [_WHY[found.reason]] if found.reason else []
    return {**told, "se": found.error, "candidates": _reaching(scores, found.cut), "warnings": warnings}


def _facilities(marked: Marked) -> Floats:
    """(k,) as `analyse` tells them: omitted earns nothing, not reached is left out; NaN where nobody got there."""
    responses = marked.responses
    reached = responses.reached.sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(responses.points().sum(axis=0) / reached / responses.maxima)


def _reaching(totals: Floats, cut: float) -> Found | None:
    """How many candidates have the cut or more: what it would lead to. Of totals of different items nothing."""
    if np.isnan(totals).any() or np.isnan(cut):
        return None
    reached = int((totals >= cut - 1e-9).sum())
    return {"n": totals.size, "reaching": reached, "share": reached / totals.size}


def judges(table: Table, ids: str | None) -> list[Found]:
    named = table.ids(table.column(ids)) if ids else []
    return [{**({"judge": named[row]} if ids else {}), "row": row + 1} for row in range(table.n)]


def _place(table: Table, name: str, items: Sequence[str]) -> int:
    if name not in items:
        raise FileUnusable(f"{table.path}: “{name}” is rated, but is no item of the responses")
    return items.index(name)


def bounded(table: Table, column: Column, most: float, *, whole: bool = False) -> Floats:
    """From 0, or, where whole, from 1, to `most`. Raises FileUnusable for a cell that holds none."""
    least, kind = (1, "a whole number") if whole else (0, "a number")
    upper = f" to {most:g}" if np.isfinite(most) else " up"

    def one(cell: str) -> float:
        with suppress(ValueError):
            value = number(cell)
            if least <= value <= most and not (whole and value != round(value)):
                return value
        raise ValueError(f"“{cell}”: {kind} from {least}{upper} is needed")

    return numbers(table, column, one)
