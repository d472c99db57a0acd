"""Item analysis of a sitting: attempts and journal in, `item_bank.statistics`, plain JSON out. Runs in jobs only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import numpy as np
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.delivery.answers import counting_answers
from exam_engine.delivery.entries import VIEWS
from exam_engine.kit.jobs import Progress
from exam_engine.measuring.plain import plain
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


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a sitting's figures are made of. rows: closed attempts as `closed_with_results` gives them, attempts and the
    rows of the matrix in their order. numbers: item version → its number in the exam. rulings: by version."""

    rows: Sequence[RowMapping]
    attempts: Sequence[Sat]
    matrix: Matrix
    slots: Mapping[int, Slot]
    numbers: Mapping[int, int]
    items: Mapping[int, Item]
    waiting: Mapping[int, int]
    rulings: Sequence[Mapping[str, Any]]


async def make(connection: AsyncConnection, sitting_id: int, progress: Progress | None = None) -> dict[str, Any]:
    return found_in(await gather(connection, sitting_id, progress))


async def gather(connection: AsyncConnection, sitting_id: int, progress: Progress | None = None) -> Gathered:
    order = versions_in_order(definitions.decode(await definition_of(connection, sitting_id)))
    rows = await queries.closed_with_results(connection, sitting_id)
    known = await marking.forms(connection, sitting_id, {row["form_id"]: row["form"] for row in rows})
    attempts = await _attempts(connection, rows, known, progress)
    matrix = build(attempts, order)
    stored = await storage.versions_by_id(connection, matrix.versions)
    rulings = await ruling_queries.in_force(connection, sitting_id)
    return Gathered(
        rows=rows,
        attempts=attempts,
        matrix=matrix,
        slots={slot.version: slot for form in known.values() for slot in form.slots},
        numbers={version: number for number, version in enumerate(order, 1)},
        items={version: ruled_item(one.content, rulings.get(version)) for version, one in stored.items()},
        waiting=await queries.scripts_waiting(connection, sitting_id),
        rulings=[{"version": one.version, "kind": one.kind, "reason": one.reason} for one in rulings.values()],
    )


def found_in(gathered: Gathered) -> dict[str, Any]:
    """What `item_analysis.found` holds: long sums, for a thread."""
    return as_json(gathered.matrix, gathered.items, gathered.waiting) | {"rulings": list(gathered.rulings)}


async def matrix_of(
    connection: AsyncConnection,
    rows: Sequence[RowMapping],
    known: Mapping[int, marking.KnownForm],
    versions: Sequence[int],
) -> Matrix:
    """rows: the attempts, as `closed_with_results` gives them. versions: the columns, in order."""
    return build(await _attempts(connection, rows, known), versions)


async def _attempts(
    connection: AsyncConnection,
    rows: Sequence[RowMapping],
    known: Mapping[int, marking.KnownForm],
    progress: Progress | None = None,
) -> list[Sat]:
    attempts: list[Sat] = []
    slots = {form_id: form.slots for form_id, form in known.items()}
    for start in range(0, len(rows), CHUNK):
        attempts += await _sat(connection, rows[start : start + CHUNK], slots)
        if progress:
            await progress.report(len(attempts), len(rows))
    return attempts


async def _sat(
    connection: AsyncConnection, rows: Sequence[RowMapping], slots: Mapping[int, tuple[Slot, ...]]
) -> list[Sat]:
    ids = [row["id"] for row in rows]
    answers = await counting_answers(connection, ids)
    shown: dict[int, dict[int, float]] = {}
    for attempt_id, value in await queries.values_of_kind(connection, ids, VIEWS):
        seconds = shown.setdefault(attempt_id, {})
        for slot, since, until in msgspec.json.decode(value):
            seconds[slot] = seconds.get(slot, 0.0) + max(0.0, until - since) / 1000
    return [
        Sat(
            slots=slots[row["form_id"]],
            marks=row["marks"],
            values={slot: answer.value for slot, answer in answers.get(row["id"], {}).items()},
            order=[entry[0] for section in row["variant"]["sections"] for entry in section["items"]],
            shown=shown.get(row["id"]),
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
    made: dict[str, Any] = plain({"n": n, "items": rows, "scores": asdict(found.scores), "reliability": reliability})
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
