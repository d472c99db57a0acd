"""An import as its page shows it: every item as pupils will see it, doubtful ones first, with the ways to mend them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import importing
from exam_engine.authoring.duplicates import told_in_bank
from exam_engine.authoring.showing import Shown, shown
from exam_engine.kit.errors import Refused
from exam_engine.kit.errors import _ as N_
from item_bank.content.missing import pictures
from item_bank.content.model import Item, MultipleChoice, Passage, SingleChoice, digest
from item_bank.formats.model import Imported, ImportedItem, ImportReport, ItemReport, Reason

#: More are listed without their look; a bank of thousands is no test to look through.
SHOWN_AT_MOST = 200
#: Reading takes 2 ms an item: a page that reads thousands would let people wait.
READ_AGAIN_AT_MOST = 1_000
#: What is said beside a doubt and waits for nobody.
_REMARKS = frozenset({"group_mark", "key_bold", "number_gap", "points_left_out", "stem_gap", "unit_dropped"})
#: A question that is there already, in the bank or further up in the file, is not added again.
_KNOWN = frozenset({"same_in_bank", "same_in_file"})
KIND_LABELS = {
    "choice": N_("Make it a choice of one"),
    "multiple": N_("Make it a choice of several"),
    "cluster": N_("Make it statements, true or false"),
    "short": N_("Make it a short answer"),
    "essay": N_("Make it an essay"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """`number` counts the items of the file from 1; `decided`: something of it was decided here.
    `next_key`: of the question behind it, where that can be joined to it."""

    number: int
    entry: ItemReport
    item: Item | None
    shown: Shown | None
    source: str
    decided: bool
    next_key: str = ""

    @property
    def doubts(self) -> list[Reason]:
        """What somebody has to decide."""
        doubtful = self.entry.outcome == "doubtful"
        return [one for one in self.entry.reasons if doubtful and one.code not in _REMARKS]

    @property
    def remarks(self) -> list[Reason]:
        return [one for one in self.entry.reasons if one not in self.doubts]

    @property
    def picture_missing(self) -> bool:
        return self.shown is not None and self.item is not None and any(one.missing for one in pictures(self.item))

    @property
    def letters(self) -> bool:
        return self.item is not None and isinstance(self.item.interaction, SingleChoice | MultipleChoice)


@dataclass(frozen=True, slots=True)
class ImportPage:
    report: ImportReport
    doubtful: list[Card]
    ready: list[Card]
    out: list[Card]

    @property
    def known(self) -> int:
        """Of those that are ready: how many are no new question."""
        return sum(any(one.code in _KNOWN for one in card.entry.reasons) for card in self.ready)


async def import_page(connection: AsyncConnection, run: RowMapping, stored: ImportReport) -> ImportPage:
    """From the stored file as decided so far; once it is confirmed, with the report of then. Of a large file, and when
    the file can't be read any more, from the stored report alone."""
    if len(stored.items) > READ_AGAIN_AT_MOST or "job" in run["report"]:
        return _listed(stored)
    try:
        imported = await importing.read_run(run)
    except Refused:
        return _listed(stored)
    if not run["confirmed"]:
        imported = await told_in_bank(connection, run["bank_id"], imported)
    elif len(stored.items) == len(imported.report.items):
        imported = msgspec.structs.replace(imported, report=stored)
    return _arranged(imported.report, list(_cards(imported, run["repairs"])))


async def final_report(connection: AsyncConnection, run: RowMapping, stored: ImportReport) -> ImportReport:
    return stored if run["confirmed"] else (await import_page(connection, run, stored)).report


def _listed(stored: ImportReport) -> ImportPage:
    return _arranged(stored, [Card(n, entry, None, None, "", False) for n, entry in enumerate(stored.items, 1)])


def _arranged(report: ImportReport, cards: list[Card]) -> ImportPage:
    def those(*outcomes: str) -> list[Card]:
        return [card for card in cards if card.entry.outcome in outcomes]

    return ImportPage(report, those("doubtful"), those("kept", "changed"), those("refused", "dropped"))


def _cards(imported: Imported, repairs: dict[str, Any]) -> Iterable[Card]:
    passages = {digest(passage): passage for passage in imported.passages}
    following = [one.key if one.key.isdigit() else "" for one in imported.report.items[1:]]
    for number, (entry, next_key) in enumerate(zip(imported.report.items, [*following, ""], strict=True), 1):
        held = imported.items[entry.index] if entry.index is not None else imported.pending.get(entry.key)
        visible = held if number <= SHOWN_AT_MOST or entry.outcome == "doubtful" else None
        yield Card(
            number,
            entry,
            held.item if held else None,
            _shown(visible, passages),
            _editable(imported, held),
            entry.key in repairs,
            next_key,
        )


def _shown(held: ImportedItem | None, passages: dict[str, Passage]) -> Shown | None:
    return None if held is None else shown(held.item, passages.get(held.item.passage or ""))


def _editable(imported: Imported, held: ImportedItem | None) -> str:
    """The source lines of an item, where the format lets a person write them anew."""
    if held is None or imported.report.format not in ("text", "docx"):
        return ""
    return held.source.decode("utf-8", "replace")
