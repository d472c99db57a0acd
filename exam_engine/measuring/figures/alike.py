"""Pairs of candidates of a file: whose answers agree more than their abilities explain, and who may have copied."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.figures.choices import Fitted, fitted
from exam_engine.measuring.files.labelling import of_those
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.named import Found
from item_bank.statistics.responses import Floats
from item_bank.statistics.similarity.k_index import k_indices
from item_bank.statistics.similarity.matches import Matches, copying, similarity
from item_bank.statistics.similarity.pairs import NumberedPairs, Screening, screened
from item_bank.statistics.similarity.poisson_binomial import Integers
from item_bank.statistics.similarity.survey import Index, Progress, survey

Pair = tuple[int, int]
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


def suspected(marked: Marked, pairs: Sequence[Pair], index: Index, level: float) -> Found:
    """Named pairs (copier, source), by places in `marked`: tested given the source's answers, and with false
    discoveries held among the named ones only, so that one suspicion is judged by its own p value."""
    fit = fitted(marked)
    p = _given_source(fit, pairs, index)
    rows = _judged(marked, fit, pairs, p, screened(p, level), np.arange(len(pairs)))
    flagged = [rows[place] for place in np.argsort(p, kind="stable") if rows[place]["flagged"]]
    told = _told(marked, fit, index, level) | {"pairs": len(pairs), "tested": int(np.isfinite(p).sum())}
    return told | {"n_flagged": len(flagged), "flagged": flagged, "named": rows}


def beside(marked: Marked, neighbours: Sequence[Pair], index: Index, level: float, most: int = 20) -> Found:
    """Neighbours: each tested as copier of the other (M4: each two once), false discoveries held among them."""
    both = [*neighbours, *((second, first) for first, second in neighbours)]
    pairs = list(neighbours) if index == "m4" else both
    fit = fitted(marked)
    p = _given_source(fit, pairs, index)
    judged = screened(p, level)
    n_flagged = int(judged.flagged.sum())
    nearest = np.argsort(p, kind="stable")[: min(max(n_flagged, most), judged.tested)]
    rows = _judged(marked, fit, pairs, p, judged, nearest)
    told = _told(marked, fit, index, level) | {"pairs": len(pairs), "tested": judged.tested}
    flagged = [row for row in rows if row["flagged"]]
    return told | {"n_flagged": n_flagged, "flagged": flagged, "lowest": rows[:most]}


def _given_source(fit: Fitted, pairs: Sequence[Pair], index: Index) -> Floats:
    """(pairs,) p values of (copier, source). M4 has no direction."""
    copier, source = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    model = (fit.choices.answers, fit.items, fit.theta)
    if index == "m4":
        return similarity(*model, copier, source, key=fit.choices.key).m4_p
    found = copying(*model, copier, source)
    return found.gbt_p if index == "gbt" else found.omega_p


def _judged(
    marked: Marked, fit: Fitted, pairs: Sequence[Pair], p: Floats, judged: Screening, told: NDArray[np.intp]
) -> list[Found]:
    """Rows of the pairs to be told."""
    copier, source = np.array(pairs, dtype=np.int64).reshape(-1, 2)[told].T
    model = (fit.choices.answers, fit.items, fit.theta)
    rows = _rows(marked, fit, similarity(*model, copier, source, key=fit.choices.key))
    for place, row in zip(told, rows, strict=True):
        row |= {"p": p[place], "adjusted_p": judged.adjusted[place], "flagged": bool(judged.flagged[place])}
        row["reliable"] = fit.reliable
    return rows


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


def _apart(rooms: Sequence[str | None]) -> list[str]:
    """Who has no room shares none."""
    return [f"in {room}" if room is not None else f"alone {place}" for place, room in enumerate(rooms)]
