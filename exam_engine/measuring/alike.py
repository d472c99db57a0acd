"""Pairs of candidates of a file: whose answers agree more than their abilities explain, and who may have copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from exam_engine.measuring.choices import Fitted, fitted
from exam_engine.measuring.labelling import of_those
from exam_engine.measuring.marked import Marked
from item_bank.statistics.responses import Floats
from item_bank.statistics.similarity.k_index import k_indices
from item_bank.statistics.similarity.matches import Matches, copying, similarity
from item_bank.statistics.similarity.pairs import NumberedPairs, screened
from item_bank.statistics.similarity.poisson_binomial import Integers
from item_bank.statistics.similarity.survey import Index, Progress, survey

Found = dict[str, Any]
#: Eight bytes each.
MOST_PAIRS = 100_000_000


def alike(
    marked: Marked,
    rooms: Sequence[str | None] | None,
    index: Index,
    level: float,
    most: int = 20,
    progress: Progress | None = None,
) -> Found:
    """All pairs, or those within rooms, flagged by `index` with false discoveries held at `level`; also the `most`
    unlikeliest ones, flagged or not. Given nominal response models and EAP abilities."""
    n = len(marked.rows)
    pairs = NumberedPairs.within(np.zeros(n) if rooms is None else _apart(of_those(marked, rooms)))
    if not 0 < pairs.count <= MOST_PAIRS:
        nobody = "no two candidates share a room" if rooms is not None else "there is one candidate"
        what = "compare within rooms: --rooms" if pairs.count else nobody
        raise ValueError(f"{pairs.count} pairs; 1 to {MOST_PAIRS} are compared: {what}")
    fit = fitted(marked)
    model = (fit.choices.answers, fit.items, fit.theta)
    found = survey(*model, pairs, key=fit.choices.key, index=index, level=level, least=most, progress=progress)
    rows = _rows(marked, fit, found.nearest)
    for row, adjusted, flagged in zip(rows, found.adjusted, found.flagged, strict=True):
        row |= {"adjusted_p": adjusted, "flagged": bool(flagged), "reliable": fit.reliable}
    told = _told(marked, fit, index, level) | {"pairs": found.compared, "tested": found.tested}
    flagged = [row for row in rows if row["flagged"]]
    return told | {"n_flagged": found.n_flagged, "flagged": flagged, "lowest": rows[:most]}


def suspected(marked: Marked, pairs: Sequence[tuple[int, int]], index: Index, level: float) -> Found:
    """Named pairs (copier, source), by places in `marked`: tested given the source's answers, and with false
    discoveries held among the named ones only, so that one suspicion is judged by its own p value."""
    fit = fitted(marked)
    copier, source = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    model = (fit.choices.answers, fit.items, fit.theta)
    rows = _rows(marked, fit, similarity(*model, copier, source, key=fit.choices.key))
    tested = {"gbt": ("first_copied", "gbt_p"), "omega": ("first_copied", "omega_p"), "m4": ("m4_p",)}[index]
    p = np.array([_within(row, tested) for row in rows])
    judged = screened(p, level)
    for place, row in enumerate(rows):
        row |= {"p": p[place], "adjusted_p": judged.adjusted[place], "flagged": bool(judged.flagged[place])}
        row["reliable"] = fit.reliable
    flagged = [rows[place] for place in np.argsort(p, kind="stable") if judged.flagged[place]]
    told = _told(marked, fit, index, level) | {"pairs": len(rows), "tested": judged.tested}
    return told | {"n_flagged": len(flagged), "flagged": flagged, "named": rows}


def _told(marked: Marked, fit: Fitted, index: str, level: float) -> Found:
    return {
        "pairs": 0,
        "tested": 0,
        "index": index,
        "level": level,
        "left_out": [item for item in marked.items if item not in fit.choices.items],
        "converged": fit.converged,
        "reliable": fit.reliable,
        "warnings": list(fit.warnings),
    }


def _rows(marked: Marked, fit: Fitted, pairs: Matches) -> list[Found]:
    """Candidates are named by their row in the file, from 1, the line of names not counted."""
    names = ("compared", "matches", "right", "expected", "omega", "omega_p", "gbt_p", "m4_p")
    columns = {"first": marked.rows[pairs.first] + 1, "second": marked.rows[pairs.second] + 1}
    if marked.ids:
        ids = np.array(marked.ids, dtype=object)
        columns |= {"first_id": ids[pairs.first], "second_id": ids[pairs.second]}
    columns |= {name: getattr(pairs, name) for name in names}
    rows = [{name: column[place] for name, column in columns.items()} for place in range(pairs.first.size)]
    one, other = pairs.first, pairs.second
    for way, copier, source in (("first_copied", one, other), ("second_copied", other, one)):
        directed = _directed(marked, fit, copier, source)
        for place, row in enumerate(rows):
            row[way] = {name: column[place] for name, column in directed.items()}
    return rows


def _directed(marked: Marked, fit: Fitted, copier: Integers, source: Integers) -> dict[str, Floats | Integers]:
    """Each (pairs,), as if the one had copied from the other; K-indices where there is a key."""
    answers, key = fit.choices.answers, fit.choices.key
    given = copying(answers, fit.items, fit.theta, copier, source)
    columns = {name: getattr(given, name) for name in ("expected", "omega", "omega_p", "gbt_p")}
    if marked.keys and copier.size:
        found = k_indices(answers, key, copier, source, options=int(answers.max()) + 1)
        columns |= {"source_wrong": found.source_wrong, "same_wrong": found.matches}
        columns |= {name: getattr(found, name) for name in ("k", "k1", "k2", "s1", "s2")}
    return columns


def _within(row: Found, names: tuple[str, ...]) -> float:
    value: Any = row
    for name in names:
        value = value[name]
    return float(value)


def _apart(rooms: Sequence[str | None]) -> list[str]:
    """Who has no room shares none."""
    return [f"in {room}" if room is not None else f"alone {place}" for place, room in enumerate(rooms)]
