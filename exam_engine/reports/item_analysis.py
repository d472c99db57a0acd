"""Item analysis of a sitting: attempts and journal in, `item_bank.statistics`, plain JSON out. Runs in jobs only."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec
import numpy as np
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.delivery.answers import counting_answers
from exam_engine.delivery.entries import VIEWS
from exam_engine.kit.jobs import Progress
from exam_engine.reports import queries
from exam_engine.reports.answers_given import answers_given
from exam_engine.reports.enough import enough
from exam_engine.reports.matrix import Matrix, Sat, build
from exam_engine.scoring import marking, ruling_queries
from exam_engine.scoring.item_rulings import ruled_item
from exam_engine.scoring.numbering import versions_in_order
from exam_engine.scoring.queries import definition_of
from exam_engine.scoring.rules import Slot
from item_bank.content.model import Item, SingleChoice
from item_bank.statistics.classical import Analysis, analyse
from item_bank.storage import queries as storage

#: Attempts read from the journal at a time.
CHUNK = 500
#: Points are sums of floats here.
HAIR = 1e-9
#: Figures of fewer candidates say nothing.
FEWEST = 2


async def make(connection: AsyncConnection, sitting_id: int, progress: Progress | None = None) -> dict[str, Any]:
    matrix = await read_matrix(connection, sitting_id, progress)
    stored = await storage.versions_by_id(connection, matrix.versions)
    waiting = await queries.scripts_waiting(connection, sitting_id)
    rulings = await ruling_queries.in_force(connection, sitting_id)
    items = {version: ruled_item(one.content, rulings.get(version)) for version, one in stored.items()}
    # The loop of this process also sweeps: long sums go to a thread.
    made = await asyncio.to_thread(as_json, matrix, items, waiting)
    rested_on = [{"version": one.version, "kind": one.kind, "reason": one.reason} for one in rulings.values()]
    return made | {"rulings": rested_on}


async def read_matrix(connection: AsyncConnection, sitting_id: int, progress: Progress | None = None) -> Matrix:
    definition = definitions.decode(await definition_of(connection, sitting_id))
    rows = await queries.closed_with_results(connection, sitting_id)
    known = await marking.forms(connection, sitting_id, {row["form_id"]: row["form"] for row in rows})
    return await matrix_of(connection, rows, known, versions_in_order(definition), progress)


async def matrix_of(
    connection: AsyncConnection,
    rows: Sequence[RowMapping],
    known: Mapping[int, marking.KnownForm],
    versions: Sequence[int],
    progress: Progress | None = None,
) -> Matrix:
    """rows: the attempts, as `closed_with_results` gives them. versions: the columns, in order."""
    attempts: list[Sat] = []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        attempts += await _sat(connection, chunk, {form_id: form.slots for form_id, form in known.items()})
        if progress:
            await progress.report(len(attempts), len(rows))
    return build(attempts, versions)


async def _sat(
    connection: AsyncConnection, rows: Sequence[RowMapping], slots: Mapping[int, tuple[Slot, ...]]
) -> list[Sat]:
    ids = [row["id"] for row in rows]
    answers = await counting_answers(connection, ids)
    seen: dict[int, set[int]] = {}
    for attempt_id, value in await queries.values_of_kind(connection, ids, VIEWS):
        seen.setdefault(attempt_id, set()).update(view[0] for view in msgspec.json.decode(value))
    return [
        Sat(
            slots=slots[row["form_id"]],
            marks=row["marks"],
            values={slot: answer.value for slot, answer in answers.get(row["id"], {}).items()},
            order=[entry[0] for section in row["variant"]["sections"] for entry in section["items"]],
            seen=frozenset(seen[row["id"]]) if row["id"] in seen else None,
        )
        for row in rows
    ]


def as_json(matrix: Matrix, items: Mapping[int, Item], waiting: Mapping[int, int]) -> dict[str, Any]:
    """What `item_analysis.found` holds; figures that are not defined are null."""
    n = len(matrix.given)
    if n < FEWEST or not matrix.versions:
        return {"n": n, "items": [], "scores": None, "reliability": None}
    found = analyse(matrix.responses, design=matrix.design)
    rows = [_item(matrix, found, place, items[version], waiting) for place, version in enumerate(matrix.versions)]
    reliability = asdict(found.reliability)
    del reliability["if_deleted"]
    made: dict[str, Any] = _without_nan(
        {"n": n, "items": rows, "scores": asdict(found.scores), "reliability": reliability}
    )
    return made


def _item(matrix: Matrix, found: Analysis, place: int, item: Item, waiting: Mapping[int, int]) -> dict[str, Any]:
    version, figures = matrix.versions[place], found.items[place]
    reached = matrix.responses.reached[:, place]
    scores = np.nan_to_num(matrix.responses.scores[reached, place])
    totals = matrix.responses.totals()[reached]
    given = [matrix.given[row][place] for row in np.flatnonzero(reached).tolist()]
    return {
        "version": version,
        "waiting": waiting.get(version, 0),
        "full": int(np.count_nonzero(scores >= matrix.responses.maxima[place] - HAIR)),
        **asdict(figures),
        "omitted_share": figures.omitted_share,
        "not_reached_share": figures.not_reached_share,
        "choosing": isinstance(item.interaction, SingleChoice),
        "answers": answers_given(item, given, scores, totals, groups=3 if enough("thirds", len(given)) else 2),
    }


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
