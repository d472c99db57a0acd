"""What a reader hands back: items, passages, pictures, and a report that accounts for everything in the file.

Messages are English msgids with named parameters, which a page translates: `reason.told(_)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

from item_bank.content.model import Asset, Item, Passage
from item_bank.content.sentence import N_ as N_  # noqa: PLC0414 - the readers take it from here
from item_bank.content.sentence import Sentence

if TYPE_CHECKING:
    from item_bank.formats.qti.test_model import Test

#: kept: as written · changed: usable, but something of the source is not in the item · doubtful: a person has to decide
#: something first · dropped: no item (a description, or left out) · refused: an item that this program would have to
#: guess at, or that cannot be marked.
Outcome = Literal["kept", "changed", "doubtful", "dropped", "refused"]
OUTCOMES: tuple[Outcome, ...] = ("kept", "changed", "doubtful", "dropped", "refused")

#: `_("… %(n)s …", n=3)` of one language.
Translate = Callable[..., str]


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence that fills a place of another one and is translated by itself."""

    message: str
    params: Mapping[str, str] = msgspec.field(default_factory=dict)
    parts: Mapping[str, tuple[Part, ...]] = msgspec.field(default_factory=dict)

    def told(self, translate: Translate) -> str:
        return _told(self, translate)


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something is not as in the source. `line` counts from 1; `place` is a cell where that says more."""

    code: str
    message: str
    params: Mapping[str, str] = msgspec.field(default_factory=dict)
    line: int | None = None
    place: str = ""
    #: The places of the message that are filled with sentences; `params` has the same in English.
    parts: Mapping[str, tuple[Part, ...]] = msgspec.field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.message % self.params

    def told(self, translate: Translate) -> str:
        return _told(self, translate)

    @classmethod
    def of(cls, code: str, message: str, *, line: int | None = None, place: str = "", **params: object) -> Reason:
        return cls(code, message, _english(params), line, place, _parts(params))


def _told(said: Reason | Part, translate: Translate) -> str:
    inner = {name: " ".join(part.told(translate) for part in parts) for name, parts in said.parts.items()}
    return translate(said.message, **{**said.params, **inner})


def _english(params: Mapping[str, object]) -> dict[str, str]:
    return {
        name: " ".join(map(str, value)) if isinstance(value, list) else str(value) for name, value in params.items()
    }


def _parts(params: Mapping[str, object]) -> dict[str, tuple[Part, ...]]:
    lists = {name: value if isinstance(value, list) else [value] for name, value in params.items()}
    return {name: tuple(map(_part, value)) for name, value in lists.items() if value and isinstance(value[0], Sentence)}


def _part(said: Sentence) -> Part:
    return Part(said.msgid, _english(said.params), _parts(said.params))


class ReadProblem(Exception):
    """The file as a whole (or one item, when a reader catches it) cannot be used."""

    def __init__(self, code: str, message: str, *, line: int | None = None, place: str = "", **params: object) -> None:
        self.reason = Reason.of(code, message, line=line, place=place, **params)
        super().__init__(self.reason.text)

    @property
    def code(self) -> str:
        return self.reason.code

    @property
    def line(self) -> int | None:
        return self.reason.line


class HostileFile(ReadProblem):
    """The file is built to harm whoever opens it (a bomb, an entity, a path out of the archive)."""


class ItemReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fate of one item of the file. `index` is its place in `Imported.items` when it is kept or changed.

    `key` names the item in the decisions that mend it; `offers` are the ways to mend it (`exam_decisions.OFFERS`),
    `suggestion` the decision that a click accepts; `truth` a cluster's signs, `TF?!`, where some are open.
    """

    outcome: Outcome
    identifier: str = ""
    title: str = ""
    type: str = ""
    line: int | None = None
    place: str = ""
    reasons: tuple[Reason, ...] = ()
    index: int | None = None
    key: str = ""
    offers: tuple[str, ...] = ()
    suggestion: Mapping[str, str] = msgspec.field(default_factory=dict)
    truth: str = ""


class TestReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """A test of the file in numbers, and what of it is not carried out here."""

    __test__ = False  # pytest takes the name for a test

    identifier: str
    title: str = ""
    place: str = ""
    parts: int = 0
    sections: int = 0
    items: int = 0
    reasons: tuple[Reason, ...] = ()


class ImportReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry per item of the file, in the file's order, and what concerns the file as a whole."""

    file_name: str
    format: str
    encoding: str = ""
    items: tuple[ItemReport, ...] = ()
    problems: tuple[Reason, ...] = ()
    tests: tuple[TestReport, ...] = ()

    def counts(self) -> dict[Outcome, int]:
        """Items by outcome; `doubtful` only where a reader knows doubts."""
        found = {outcome: sum(entry.outcome == outcome for entry in self.items) for outcome in OUTCOMES}
        return {outcome: count for outcome, count in found.items() if count or outcome != "doubtful"}


class ImportedItem(msgspec.Struct, frozen=True):
    """An item beside the bytes it was read from, verbatim."""

    item: Item
    source: bytes
    source_format: str
    identifier: str = ""
    line: int | None = None


class Imported(msgspec.Struct, frozen=True):
    """Nothing here is stored yet: reading is the dry run. `passages` and `assets` are those the items refer to.

    `pending`: key of a doubtful item → the item as far as it is understood, for the page that asks. `tests` name their
    items by file and identifier.
    """

    items: tuple[ImportedItem, ...]
    passages: tuple[Passage, ...]
    assets: tuple[Asset, ...]
    report: ImportReport
    pending: Mapping[str, ImportedItem] = msgspec.field(default_factory=dict)
    tests: tuple[Test, ...] = ()
