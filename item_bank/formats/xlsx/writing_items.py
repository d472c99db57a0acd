"""Items → the rows of the XLSX template, for what its columns can say (docs/authoring/xlsx.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from item_bank.content.model import (
    Asset,
    Composite,
    Essay,
    Language,
    MultipleChoice,
    Numeric,
    Option,
    Passage,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
    digest,
)
from item_bank.content.rational import rational, rational_text
from item_bank.content.spread import FURTHER
from item_bank.formats import held
from item_bank.formats.model import N_
from item_bank.formats.office_pictures import OfficePictures
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.registry import Reading
from item_bank.formats.written import Notes, NotHeldError, Written, clean
from item_bank.formats.xlsx import format as xlsx
from item_bank.formats.xlsx.columns import COLUMNS, PASSAGE_COLUMNS
from item_bank.formats.xlsx.rows import MAX_ROWS
from item_bank.formats.xlsx.writing import Words, write_workbook
from item_bank.formats.xlsx.writing_cells import Cells, check
from item_bank.formats.xlsx.writing_pictures import Placed, with_pictures

_LETTERS = "ABCDEFGH"


@dataclass(slots=True)
class Row:
    """The cells of a row by column, and the pictures that lie on them."""

    one: Exported
    cells: dict[str, Words]
    pictures: list[tuple[str, Asset, str]] = field(default_factory=list)


def write_items(items: Iterable[Exported], asset: Callable[[str], Asset], language: Language = "vi") -> Written:
    """A workbook in the template's columns, read back before it goes out. Cells are texts, whatever they begin with;
    `asset`: the picture of a digest."""
    notes = Notes()
    writer = _Writer(asset, notes)
    rows = notes.each(items, writer.row)
    while True:
        data = _workbook(rows, list(writer.passages.values()), language)
        wrong = _unlike(data, rows, notes)
        if not wrong:
            return Written(data, len(rows), tuple(notes.found))
        rows = [row for at, row in enumerate(rows) if at not in wrong]


def _workbook(rows: Sequence[Row], passages: Sequence[Row], language: Language) -> bytes:
    data = write_workbook([row.cells for row in rows], [row.cells for row in passages], language)
    return with_pictures(data, {1: _placed(rows, list(COLUMNS)), 2: _placed(passages, list(PASSAGE_COLUMNS))})


def _placed(rows: Sequence[Row], columns: Sequence[str]) -> list[Placed]:
    """The first row holds the titles."""
    found: list[Placed] = []
    for number, row in enumerate(rows, 2):
        for at, (column, asset, alt) in enumerate(row.pictures):
            before = sum(other == column for other, _asset, _alt in row.pictures[:at])
            found.append(Placed(number, columns.index(column) + 1, asset, alt, before))
    return found


def _unlike(data: bytes, rows: Sequence[Row], notes: Notes) -> set[int]:
    """The places of rows that would be read as another item; what the others lose is told."""
    found = xlsx.read(data, Reading("items.xlsx"))
    wrong: set[int] = set()
    for place, (row, entry) in enumerate(zip(rows, found.report.items, strict=True)):
        notes.item = row.one.identifier
        mine = [] if entry.index is None else [found.items[entry.index]]
        alone = msgspec.structs.replace(
            found, items=tuple(mine), report=msgspec.structs.replace(found.report, items=(entry,))
        )
        try:
            held.check(row.one.item, alone, notes, passage=row.one.passage)
        except NotHeldError as problem:
            notes.leave_out(row.one.identifier, problem.reason)
            wrong.add(place)
    return wrong


class _Writer:
    def __init__(self, asset: Callable[[str], Asset], notes: Notes) -> None:
        self.asset, self.notes = OfficePictures(asset), notes
        self.passages: dict[str, Row] = {}
        self.count = 0

    def row(self, one: Exported) -> Row:
        """Raises NotHeldError."""
        if self.count >= MAX_ROWS:
            raise NotHeldError("too_many_items", N_("A sheet has at most %(limit)s rows."), limit=MAX_ROWS)
        one = self.asset.shown(one, self.notes)
        made = _Row(one, self.asset).row()
        if one.passage:
            made.cells["passage"] = self._passage(one, one.passage)
        self.count += 1
        return made

    def _passage(self, one: Exported, passage: Passage) -> str:
        name = f"P-{digest(passage)[:8]}"
        if name not in self.passages:
            writer = Cells(self.asset)
            cells: dict[str, Words] = {"id": name, "title": clean(passage.title)}
            cells["text"] = writer.text("text", passage.markup)
            check(cells)
            self.passages[name] = Row(one, cells, writer.pictures)
        return name


class _Row:
    def __init__(self, one: Exported, asset: Callable[[str], Asset]) -> None:
        self.one, self.item, self.cells = one, one.item, Cells(asset)

    def row(self) -> Row:
        """Raises NotHeldError."""
        item = self.item
        cells: dict[str, Words] = {
            "id": clean(item.title),
            "type": item.type,
            "stem": self.cells.text("stem", item.stem),
            **self._interaction(),
            "points": item.points,
            "level": clean(item.level),
            "topic": clean(item.topic),
            "grade": clean(item.grade),
            "subject": clean(item.subject),
            "rationale": self.cells.text("rationale", item.rationale) if item.rationale else "",
            "language": item.language,
            "tags": "; ".join(clean(tag) for tag in item.tags),
            "author": clean(item.author),
            "licence": clean(item.licence),
            **{name: clean(item.extra.get(name, "")) for name in FURTHER},
        }
        check(cells)
        return Row(self.one, cells, self.cells.pictures)

    def _interaction(self) -> Mapping[str, Words]:
        match self.item.interaction:
            case SingleChoice() as single:
                return self._options(single.options, single.shuffle)
            case MultipleChoice() as several:
                return self._several(several)
            case TrueFalseCluster() as cluster:
                return self._cluster(cluster)
            case Numeric() as number:
                tolerance = number.tolerance if rational(number.tolerance) else ""
                return {"key": "; ".join(number.accepted), "tolerance": tolerance}
            case ShortText() as short:
                return _typed(short)
            case Essay() as essay:
                return self._essay(essay)
            case Composite():
                raise NotHeldError(
                    "interaction_not_held", N_("The template has no column for this kind of interaction.")
                )

    def _options(self, options: Sequence[Option], shuffle: bool) -> Mapping[str, Words]:
        if len(options) > len(_LETTERS):
            raise NotHeldError(
                "too_many_options", N_("The template has columns for %(limit)s options."), limit=len(_LETTERS)
            )
        if any(rational(one.weight) not in (0, 1) for one in options):
            raise NotHeldError(
                "marking_not_held", N_("An option earns a part of the points, and the key names letters.")
            )
        cells = {letter: self.cells.text(letter, one.markup) for letter, one in zip(_LETTERS, options, strict=False)}
        key = "".join(letter for letter, one in zip(_LETTERS, options, strict=False) if rational(one.weight) == 1)
        return {**cells, "key": ", ".join(key), "fixed": "" if shuffle else "x"}

    def _several(self, choice: MultipleChoice) -> Mapping[str, Words]:
        if choice.partial or choice.also:
            raise NotHeldError("marking_not_held", N_("Several options earn all or nothing in the template."))
        return self._options(choice.options, choice.shuffle)

    def _cluster(self, cluster: TrueFalseCluster) -> Mapping[str, Words]:
        count = len(cluster.statements)
        if any(one.either for one in cluster.statements) or count > len(_LETTERS):
            raise NotHeldError(
                "marking_not_held", N_("A statement takes both true and false, or there are more than eight.")
            )
        cells = {
            letter: self.cells.text(letter, one.markup)
            for letter, one in zip(_LETTERS, cluster.statements, strict=False)
        }
        levels = [one.level for one in cluster.statements]
        told = "; ".join(levels) if all(levels) else ""
        return {**cells, "key": "".join("ĐS"[not one.correct] for one in cluster.statements), "levels": told}

    def _essay(self, essay: Essay) -> dict[str, str]:
        points = [rational_text(rational(one.points)) for one in essay.rubric]
        if any("/" in one for one in points):
            raise NotHeldError("marking_not_held", N_("Points of the rubric are no decimals."))
        lines = zip(points, essay.rubric, strict=True)
        return {"key": "\n".join(f"{worth}: {' '.join(one.text.split())}" for worth, one in lines)}


def _typed(short: ShortText) -> dict[str, str]:
    if short.case_sensitive or any(rational(one.weight) != 1 for one in short.accepted):
        raise NotHeldError(
            "marking_not_held", N_("Every accepted text earns everything there, and capitals do not count.")
        )
    if any("|" in one.text for one in short.accepted):
        raise NotHeldError("not_readable", N_("An accepted text holds |, which parts the accepted texts."))
    return {"key": " | ".join(one.text for one in short.accepted)}
