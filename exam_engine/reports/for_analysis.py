"""A marked sitting as the files that `exam-engine analyse` reads: answers by candidate and item, and their key.

The figures of both are the same: what was not presented, not reached and omitted is told apart as on the pages, and an
item that a key cannot mark (weights, tolerances, decisions, a marker) has its points in the cells. Needs numpy.
"""

from __future__ import annotations

import asyncio
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit import audit
from exam_engine.kit.cells import Sheet, Value, as_csv
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.identity import SYSTEM
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import Translator
from exam_engine.kit.settings import Settings
from exam_engine.reports import queries
from exam_engine.reports.finding import definition_of
from exam_engine.reports.item_analysis import matrix_of
from exam_engine.reports.matrix import Matrix
from exam_engine.reports.slots import described
from exam_engine.scoring import marking
from exam_engine.scoring.numbering import versions_in_order
from exam_engine.scoring.rules import Slot
from item_bank.content.interactions.options import letters
from item_bank.content.model import Numeric, SingleChoice, TrueFalseCluster
from item_bank.content.rational import rational
from item_bank.statistics.responses import Status

#: What a cell holds; one that was omitted is empty.
NOT_PRESENTED, NOT_REACHED = ".", "R"
#: Fields of a key, as `analyse` knows them.
FIELDS = ("item", "key", "points", "kind", "table", "set")


async def export_for_analysis(
    settings: Settings, sitting: str, target: Path, *, locale: str = "vi"
) -> Mapping[str, Any]:
    """The command: writes responses.csv and key.csv into the folder `target`, and tells how they are analysed."""
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with transaction(engine) as connection:
            found = await queries.sitting_in_scope(connection, sitting, ("",))
            if found is None or found["first_attempt_id"] is None:
                raise not_found()
            responses, key = await sheets(connection, found, translator(locale))
            await audit.record(
                connection, SYSTEM, "exported", "sitting", found["id"],
                unit_id=found["unit_id"], what="analysis", format="csv", rows=len(responses.rows),
            )  # fmt: skip
            files = {target / "responses.csv": responses, target / "key.csv": key}
            await asyncio.to_thread(_write, target, {file: as_csv(one, locale) for file, one in files.items()})
    finally:
        await engine.dispose()
    answers, keys = files
    words = ["exam-engine", "analyse", answers, "--key", keys, "--id", responses.heads[0], "--empty", "omitted"]
    words += ["--not-presented", NOT_PRESENTED, "--not-reached", NOT_REACHED]
    return {"sitting": sitting, "files": [str(one) for one in files], "rows": len(responses.rows)} | {
        "analyse": shlex.join(map(str, words))
    }


def _write(folder: Path, files: Mapping[Path, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in files.items():
        file.write_bytes(data)


async def sheets(connection: AsyncConnection, sitting: RowMapping, _: Translator) -> tuple[Sheet, Sheet]:
    """Responses and key, items named as in the export of responses. Raises Refused where nothing was marked."""
    rows = await queries.closed_with_results(connection, sitting["id"])
    known = await marking.forms(connection, sitting["id"], {row["form_id"]: row["form"] for row in rows})
    order = versions_in_order(definition_of(sitting))
    if not rows:
        raise Refused("nothing_marked", 409, _NOTHING_MARKED)
    matrix = await matrix_of(connection, rows, known, order)
    slots = {slot.version: slot for form in known.values() for slot in form.slots}
    names = {version: _("Item %(n)s", n=order.index(version) + 1) for version in matrix.versions}
    keys = {version: _key(slots[version]) for version in matrix.versions}
    body = [
        [row["number"], *_cells(matrix, place, [(slots[one], keys[one]) for one in matrix.versions])]
        for place, row in enumerate(rows)
    ]
    told = [[row[field] for field in FIELDS] for row in key_sheet(slots, matrix.versions, names)]
    return Sheet("responses", [_("Candidate number"), *names.values()], body), Sheet("key", FIELDS, told)


def key_sheet(slots: Mapping[int, Slot], versions: Sequence[int], names: Mapping[int, str]) -> list[dict[str, Value]]:
    """FIELDS of each item, as a file of keys has them; empty where one says nothing."""
    shared = _sets([slots[version] for version in versions])
    rows: list[dict[str, Value]] = []
    for version in versions:
        slot = slots[version]
        told: dict[str, Value] = dict.fromkeys(FIELDS, "")
        told |= {"item": names[version], "points": _number(slot.points)}
        told |= {"set": shared.get(slot.item.passage or "", ""), **_key(slot)}
        rows.append(told)
    return rows


_NOTHING_MARKED = _("No responses have been marked yet.")


def _cells(matrix: Matrix, row: int, items: Sequence[tuple[Slot, Mapping[str, str]]]) -> list[Value]:
    found: list[Value] = []
    for place, (slot, key) in enumerate(items):
        match Status(int(matrix.responses.status[row, place])):
            case Status.NOT_PRESENTED:
                found.append(NOT_PRESENTED)
            case Status.NOT_REACHED:
                found.append(NOT_REACHED)
            case Status.OMITTED:
                found.append("")
            case _ if key["kind"] == "points":
                found.append(_number(float(matrix.responses.scores[row, place])))
            case _:
                found.append(described(slot.item, matrix.given[row][place]))
    return found


def _key(slot: Slot) -> dict[str, str]:
    """Of an item that right or wrong answers earn points as `analyse` gives them; else its points are given."""
    match slot.item.interaction:
        case _ if slot.ruling:
            pass
        case SingleChoice(options=options) if {rational(one.weight) for one in options} == {0, 1}:
            named = zip(letters(len(options)), options, strict=True)
            return {"kind": "option", "key": "|".join(letter for letter, one in named if rational(one.weight))}
        case TrueFalseCluster(statements=statements, table=table) if _plain(statements, table):
            right = described(slot.item, {one.id: one.correct for one in statements})
            return {"kind": "cluster", "key": right, "table": " ".join(str(_number(Fraction(one))) for one in table)}
        case Numeric(accepted=accepted, tolerance=tolerance, literal=False) if not rational(tolerance):
            return {"kind": "number", "key": "|".join(accepted)}
    return {"kind": "points"}


def _plain(statements: Sequence[Any], table: Sequence[str]) -> bool:
    """Each statement has one answer, and all right ones earn the whole."""
    shares = [rational(one) for one in table]
    rising = all(low <= high for low, high in pairwise(shares))
    return not any(one.either for one in statements) and rising and shares[0] >= 0 and shares[-1] == 1


def _sets(slots: Sequence[Slot]) -> dict[str, str]:
    """Passage → a short name, of those that several items share."""
    counts = Counter(slot.item.passage for slot in slots if slot.item.passage)
    return {passage: f"P{place}" for place, passage in enumerate((one for one in counts if counts[one] > 1), 1)}


def _number(value: Fraction | float) -> Decimal:
    """Twelve places: figures of a paper are the same with them."""
    return Decimal(f"{float(value):.12f}").normalize() + 0
