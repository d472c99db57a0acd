"""Bookmark method of a file of judgements: the ordered booklet, and the cut in points of the test."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exam_engine.measuring.figures.standards import bounded, judges
from exam_engine.measuring.files.anchoring import Known, read_parameters
from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.files.tables import FileUnusable, Table, listed
from exam_engine.measuring.named import Found
from item_bank.statistics import standards
from item_bank.statistics.standards import Page

STEPS = "the parameters do not say what categories earn: each counts as a point in the cut and the maximum. Give the "
STEPS += "JSON of “exam-engine analyse --model … --key …” for the cut in points of the test"


@dataclass(frozen=True, slots=True)
class Bank:
    """known: items with parameters. worth: the points that each of their categories earns, None where the file does not
    say it of every item. without: items of the file that have no parameters."""

    known: Mapping[str, Known]
    worth: tuple[tuple[float, ...], ...] | None
    without: tuple[str, ...]


def bank(path: Path, model: str) -> Bank:
    """model: of a table with thresholds; JSON says it itself. Raises FileUnusable."""
    known = read_parameters(path, None, model)
    rows = _rows(path)
    worth = [_worth(path, name, one, rows.get(name, {}).get("points")) for name, one in known.items()]
    complete = tuple(one for one in worth if one is not None)
    return Bank(
        known, complete if len(complete) == len(known) else None, tuple(one for one in rows if one not in known)
    )


def bookmark(table: Table | None, pages: str, ids: str | None, given: Bank, probability: float) -> Found:
    """The ordered booklet of these items; with a table, a row for each judge, the cut. pages: its column of the last
    page mastered. Raises ValueError where a judge's page is none of the booklet."""
    names, items = list(given.known), [one.item for one in given.known.values()]
    booklet = standards.booklet(items, probability)
    told: Found = {
        "probability": probability,
        "pages": [
            {"page": place, "item": names[page.item], "category": page.score, "theta": page.ability}
            for place, page in enumerate(booklet, 1)
        ],
        "warnings": _doubts(given, booklet, probability),
    }
    if table is None:
        return told
    worth = given.worth or tuple(tuple(range(item.categories)) for item in items)
    last = bounded(table, table.column(pages), len(booklet), whole=True).astype(int).tolist()
    found = standards.bookmark(items, last, probability, worth)
    judged = zip(judges(table, ids), last, found.by_judge, strict=True)
    return {
        "cut": found.points,
        "unit": "points" if given.worth else "categories",
        "theta": found.ability,
        "mean_theta": found.mean,
        "se": found.error,
        "maximum": sum(max(one) for one in worth),
        "judges": [{**name, "page": page, "theta": theta} for name, page, theta in judged],
        **told,
        "warnings": [*told["warnings"], *([] if given.worth else [STEPS])],
    }


def _rows(path: Path) -> dict[str, Found]:
    """Items of a calibration as it tells them; a table has their parameters only. Its form is known to be right."""
    if path.suffix.lower() != ".json":
        return {}
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    return {row["item"]: row for row in document.get("irt", document)["items"]}


def _worth(path: Path, name: str, known: Known, points: Any) -> tuple[float, ...] | None:
    if points is None:
        return None
    figures = isinstance(points, list) and all(isinstance(one, int | float) for one in points)
    if not figures or len(points) != len(known.categories):
        raise FileUnusable(f"{path}, item “{name}”: points: a number for each of {len(known.categories)} categories")
    return tuple(map(float, points))


def _doubts(given: Bank, booklet: Sequence[Page], probability: float) -> list[str]:
    """What of the test is on no page, by name."""
    found = []
    if given.without:
        what = f"{listed(map(quoted, given.without))}: no parameters, as all answers earned the same or there were none"
        found.append(f"{what}; on no page, and in neither cut nor maximum")
    there = {(page.item, page.score) for page in booklet}
    lost = [
        quoted(name) + ("" if known.item.categories == 2 else f" ({score})")
        for place, (name, known) in enumerate(given.known.items())
        for score in range(1, known.item.categories)
        if (place, score) not in there
    ]
    if lost:
        what = f"{listed(lost)}: on no page, as guessing alone gets there with probability {probability:.2g}, or nobody"
        found.append(f"{what} does; they count in cut and maximum")
    return found
