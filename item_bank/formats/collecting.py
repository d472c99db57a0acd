"""What every reader does with an item once it is parsed: check it, keep its source, account for it in the report."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from item_bank.content import checking
from item_bank.content.composing import composed
from item_bank.content.model import Asset, Item, Passage
from item_bank.formats.model import (
    N_,
    Imported,
    ImportedItem,
    ImportReport,
    ItemReport,
    Outcome,
    ReadProblem,
    Reason,
)
from item_bank.formats.paper.decisions import NOTHING, decisions
from item_bank.formats.qti.test_model import Test
from item_bank.formats.registry import Reading

#: The largest banks of a subject have some 10,000 items in one package; each is read by itself, in 2 to 5 ms.
MAX_ITEMS = 20_000
#: Packages know how many files they have, and tell how far they are by themselves; elsewhere items are counted.
_COUNTED_BY_FILES = "qti_package"
_COUNTED_EVERY = 100
#: What is said of one item, and of a file as a whole; nobody reads more.
MOST_NOTES = 200


@dataclass(slots=True)
class Entry:
    """One item being read. Notes say what of the source is lost; pictures wait here until the item is accepted."""

    identifier: str = ""
    title: str = ""
    line: int | None = None
    place: str = ""
    notes: list[Reason] = field(default_factory=list)
    assets: dict[str, Asset] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    key: str = ""
    offers: tuple[str, ...] = ()
    suggestion: dict[str, str] = field(default_factory=dict)
    truth: str = ""

    def note(self, code: str, message: str, *, line: int | None = None, place: str = "", **params: object) -> None:
        reason = Reason.of(code, message, line=line or self.line, place=place or self.place, **params)
        self._add(reason)

    def remark(self, problem: ReadProblem, *, line: int | None = None) -> None:
        """What would refuse the item elsewhere is only said here."""
        reason = msgspec.structs.replace(problem.reason, line=problem.line or line or self.line)
        self._add(reason)

    def _add(self, reason: Reason) -> None:
        if len(self.notes) < MOST_NOTES and reason not in self.notes:
            self.notes.append(reason if len(self.notes) < MOST_NOTES - 1 else _more())

    def take(self, other: Entry) -> None:
        """Notes, pictures and passages of a reading of the same item that was good."""
        self.notes += other.notes
        self.assets |= other.assets
        self.passages += other.passages


class Collector:
    """Gathers a file's items, in order, into an `Imported`."""

    def __init__(self, format_name: str, reading: Reading, encoding: str = "") -> None:
        self.format = format_name
        self.reading = reading
        self.encoding = encoding
        self.problems: list[Reason] = []
        self._items: list[ImportedItem] = []
        self.entries: list[ItemReport] = []
        self.tests: list[Test] = []
        self._assets: dict[str, Asset] = {}
        self._passages: dict[bytes, Passage] = {}
        self._pending: dict[str, ImportedItem] = {}
        self._decided = decisions(reading.repairs)

    def add(self, entry: Entry, source: bytes, build: Callable[[Entry], Item | None]) -> None:
        """Builds one item; a ReadProblem of the builder refuses it, None drops it (the notes say why)."""
        if len(self.entries) >= MAX_ITEMS:
            raise ReadProblem("too_many_items", N_("The file has more than %(limit)s items."), limit=MAX_ITEMS)
        if self.format != _COUNTED_BY_FILES and len(self.entries) % _COUNTED_EVERY == 0:
            self.reading.progress(len(self.entries), 0)
        if self.left_out(entry):
            return
        try:
            item = build(entry)
            if item is None:
                self._account(entry, "dropped", entry.notes)
                return
            item = _normalised(item)
            _check(item)
        except ReadProblem as problem:
            self._account(entry, "refused", [*entry.notes, _located(problem.reason, entry)])
            return
        self._accept(entry, item, source)

    def left_out(self, entry: Entry) -> bool:
        """Whether a person decided against the item; then it is accounted for."""
        if not self._decided.get(entry.key or self._next_key(), NOTHING).leave:
            return False
        entry.offers = ("leave",)
        entry.note("left_out", N_("It was left out."))
        self._account(entry, "dropped", entry.notes)
        return True

    def _next_key(self) -> str:
        return str(len(self.entries) + 1)

    def doubt(self, entry: Entry, source: bytes, item: Item) -> None:
        """Accounts for an item that waits for a decision."""
        self.keep(entry.assets)
        for passage in entry.passages:
            self._passages[msgspec.json.encode(passage)] = passage
        self._pending[entry.key] = ImportedItem(_normalised(item), source, self.format, entry.identifier, entry.line)
        self._account(entry, "doubtful", entry.notes, item)

    def drop(self, entry: Entry) -> None:
        self._account(entry, "dropped", entry.notes)

    def keep(self, assets: dict[str, Asset]) -> None:
        self._assets.update(assets)

    def _accept(self, entry: Entry, item: Item, source: bytes) -> None:
        self.keep(entry.assets)
        for passage in entry.passages:
            self._passages[msgspec.json.encode(passage)] = passage
        self._items.append(ImportedItem(item, source, self.format, entry.identifier, entry.line))
        self._account(entry, "changed" if entry.notes else "kept", entry.notes, item)

    def _account(self, entry: Entry, outcome: Outcome, reasons: list[Reason], item: Item | None = None) -> None:
        self.entries.append(
            ItemReport(
                outcome=outcome,
                identifier=entry.identifier,
                title=entry.title,
                type=item.type if item else "",
                line=entry.line,
                place=entry.place,
                reasons=tuple(reasons),
                index=len(self._items) - 1 if item and outcome in ("kept", "changed") else None,
                key=entry.key or self._next_key(),
                offers=entry.offers,
                suggestion=entry.suggestion,
                truth=entry.truth,
            )
        )

    def finish(self) -> Imported:
        tests = tuple(test.report() for test in self.tests)
        problems = self.problems if len(self.problems) < MOST_NOTES else [*self.problems[: MOST_NOTES - 1], _more()]
        report = ImportReport(
            self.reading.file_name, self.format, self.encoding, tuple(self.entries), tuple(problems), tests
        )
        return Imported(
            tuple(self._items),
            tuple(self._passages.values()),
            tuple(self._assets.values()),
            report,
            self._pending,
            tuple(self.tests),
        )


def _more() -> Reason:
    return Reason.of("more_to_say", N_("There is more to say, which is not listed."))


def _normalised(item: Item) -> Item:
    """All text NFC, so that a name or key typed elsewhere compares equal."""
    if unicodedata.is_normalized("NFC", msgspec.json.encode(item).decode()):
        return item  # as nearly every item is, and told by one look

    def nfc(value: object) -> object:
        if isinstance(value, str):
            return composed(value)
        if isinstance(value, dict):
            return {key: nfc(inner) for key, inner in value.items()}
        return [nfc(inner) for inner in value] if isinstance(value, list | tuple) else value

    return msgspec.convert(nfc(msgspec.to_builtins(item)), Item)


def _check(item: Item) -> None:
    if found := checking.problems(item):
        raise ReadProblem("not_usable", N_("The item cannot be used: %(problems)s"), problems=found)


def _located(reason: Reason, entry: Entry) -> Reason:
    line = reason.line if reason.line is not None else entry.line
    return msgspec.structs.replace(reason, line=line, place=reason.place or entry.place)
