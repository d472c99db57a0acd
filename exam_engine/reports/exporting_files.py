"""The files that candidates of a sitting handed in, as a folder: one of their own for each candidate."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import file_queries
from exam_engine.delivery.answers import Answer, counting_answers
from exam_engine.reports import queries
from exam_engine.reports.finding import definition_of
from exam_engine.scoring import marking
from exam_engine.scoring.numbering import versions_in_order
from exam_engine.scoring.rules import Slot
from item_bank.content.interactions.parts.handed import HandedFile, handed_in

#: What some system does not take in a name.
_ODD = re.compile(r'[<>:"/\\|?*\x00-\x1f]|^\.+')
#: Of a name; systems take 255 bytes, the numbers before it among them.
_MOST_BYTES = 200


async def write_files(connection: AsyncConnection, sitting: RowMapping, folder: Path) -> int:
    """`folder/CANDIDATE/ITEM-PLACE-NAME`; the numbers of items are those of the tables. How many were written."""
    order = versions_in_order(definition_of(sitting))
    attempts = await queries.closed_with_results(connection, sitting["id"])
    known = await marking.forms(connection, sitting["id"], {row["form_id"]: row["form"] for row in attempts})
    written = 0
    for row in attempts:  # one attempt at a time: its files may be all that fits into memory
        answers = (await counting_answers(connection, [row["id"]])).get(row["id"], {})
        for item, place, file in _named(known[row["form_id"]].slots, answers, order):
            found = await file_queries.file_of(connection, row["id"], file.digest)
            if found is not None:
                target = folder / _plain(str(row["number"])) / f"{item}-{place}-{_plain(file.name)}"
                await asyncio.to_thread(_write, target, found[1])
                written += 1
    return written


def _named(slots: tuple[Slot, ...], answers: Mapping[int, Answer], order: Any) -> Iterator[tuple[int, int, HandedFile]]:
    """Number of the item, place within its answer, file."""
    for number, answer in sorted(answers.items()):
        for place, file in enumerate(handed_in(answer.value), 1):
            yield order.index(slots[number].version) + 1, place, file


def _plain(name: str) -> str:
    """Of a candidate's own choosing: cut in its middle where no system takes so many bytes, the ending stays."""
    plain = _ODD.sub("_", name).rstrip(". ") or "_"
    encoded = plain.encode()
    if len(encoded) <= _MOST_BYTES:
        return plain
    return encoded[: _MOST_BYTES - 10].decode(errors="ignore") + encoded[-10:].decode(errors="ignore")


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
