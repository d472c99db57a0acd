"""How a paper spreads over topics, kinds of questions and cognitive levels: what the matrix and the specification of
Công văn 7991/BGDĐT-GDTrH (17 December 2024, annexes) count, from the items that were really chosen.

A true/false item counts by its statements there, each at its own level; every other item counts as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from item_bank.content.folding import fold
from item_bank.content.marking import needs_a_person
from item_bank.content.model import Composite, Item, MultipleChoice, SingleChoice, TrueFalseCluster
from item_bank.content.rational import rational_or_none

#: The columns: kinds of questions, each at three levels.
KINDS = ("choice", "true_false", "short", "essay")
LEVELS = ("know", "understand", "apply")

_LEVEL_NAMES = {
    "know": ("biet", "nhan biet", "nb", "b", "knowing", "knowledge", "remember", "remembering", "muc 1"),
    "understand": ("hieu", "thong hieu", "th", "h", "understanding", "understand", "comprehension", "muc 2"),
    "apply": ("van dung", "van dung thap", "vd", "vdt", "applying", "apply", "application", "muc 3"),
}
#: Four levels became three: the fourth is applying, too.
_FOURTH = ("van dung cao", "vdc", "high application", "muc 4")
_LEVEL_OF = {name: level for level, names in _LEVEL_NAMES.items() for name in names} | dict.fromkeys(_FOURTH, "apply")
_PATH = re.compile(r"\s*(?:>|▸|›|→|\s/\s)\s*")
_CHOOSING = frozenset({"choice", "inline_choice", "hottext", "hotspot", "match", "order", "associate", "gap_match"})
#: What a teacher may say of an item in its further fields: what it asks for, and the competence it shows (NL).
REQUIREMENT, COMPETENCE = "requirement", "competence"
#: Groups of items of which a form has one at most, apart by semicolons; and how many of a hundred are expected to be
#: right, before anybody has answered.
ENEMIES, ESTIMATE = "enemies", "estimate"
#: Where it was taken from, in words.
SOURCE = "source"
FURTHER = (REQUIREMENT, COMPETENCE, ENEMIES, ESTIMATE, SOURCE)


@dataclass(frozen=True, slots=True)
class Asked:
    """An item of a paper; `label`: its number there, "3" or "II.3"; `points`: its worth there, on the paper's scale."""

    item: Item
    label: str
    points: Fraction


@dataclass(slots=True)
class Tally:
    """One cell: how many items or statements, what they are worth together, and which they are."""

    count: int = 0
    points: Fraction = Fraction(0)
    labels: list[str] = field(default_factory=list)
    competences: list[str] = field(default_factory=list)

    def add(self, points: Fraction, label: str, competence: str) -> None:
        self.count += 1
        self.points += points
        self.labels.append(label)
        if competence and competence not in self.competences:
            self.competences.append(competence)


@dataclass(slots=True)
class Row:
    """A unit of content. `cells`: by (kind, level); `requirements`: by level, each text once."""

    topic: str
    unit: str
    cells: dict[tuple[str, str], Tally] = field(default_factory=dict)
    requirements: dict[str, list[str]] = field(default_factory=dict)

    def count(self, level: str) -> int:
        return sum(tally.count for (_kind, at), tally in self.cells.items() if at == level)

    @property
    def points(self) -> Fraction:
        return sum((tally.points for tally in self.cells.values()), Fraction(0))


@dataclass(frozen=True, slots=True)
class Spread:
    """`rows` in the order in which their topics are met, units of one topic together; `unplaced`: labels of the items
    that have no cognitive level that this scheme knows, wholly or for some statements: the rows miss them."""

    rows: tuple[Row, ...]
    unplaced: tuple[str, ...]

    def total(self, kind: str | None = None, level: str | None = None) -> Tally:
        """Of the columns of a kind, a level, both or all."""
        found = Tally()
        for row in self.rows:
            for (own, at), tally in row.cells.items():
                if kind in (None, own) and level in (None, at):
                    found.count += tally.count
                    found.points += tally.points
        return found


def spread(asked: Iterable[Asked]) -> Spread:
    """Counts a paper. Each statement of a cluster is worth its equal share of the item's points."""
    rows: dict[tuple[str, str], Row] = {}
    unplaced: list[str] = []
    for one in asked:
        pieces = [(level_of(level), mark) for level, mark in _pieces(one.item)]
        if any(level is None for level, _mark in pieces):
            unplaced.append(one.label)
        topic, unit = topic_of(one.item)
        row = rows.setdefault((topic, unit), Row(topic, unit))
        for level, mark in pieces:
            if level is not None:
                _count(row, one, level, mark, Fraction(one.points, len(pieces)))
    met = list(dict.fromkeys(topic for topic, _unit in rows))
    ordered = sorted((row for row in rows.values() if row.cells), key=lambda row: met.index(row.topic))
    return Spread(tuple(ordered), tuple(unplaced))


def level_of(name: str) -> str | None:
    """The level of `LEVELS` that a name in Vietnamese, English or short (NB, TH, VD, VDC) means; None: another."""
    return _LEVEL_OF.get(fold(name))


def topic_of(item: Item) -> tuple[str, str]:
    """Topic and unit of content: "Hàm số > Hàm số bậc hai" names both, "Hàm số" the topic alone."""
    topic, *deeper = path_of(item.topic) or ("",)
    return topic, " – ".join(deeper)


def path_of(topic: str) -> tuple[str, ...]:
    """The parts of a topic from the widest: "Hàm số > Hàm số bậc hai" has two."""
    return tuple(part for part in _PATH.split(topic.strip()) if part)


def lies_in(topic: str, wider: str) -> bool:
    """Whether a topic is another or lies below it, capitals or not. Everything lies in ""."""
    own, above = path_of(topic.casefold()), path_of(wider.casefold())
    return own[: len(above)] == above


def kind_of(item: Item) -> str:
    """The kind of `KINDS` under which it is counted; items of several parts by what their candidate has to do."""
    told = item.interaction
    if isinstance(told, TrueFalseCluster):
        return "true_false"
    if needs_a_person(item):
        return "essay"
    choosing = isinstance(told, Composite) and bool(told.parts) and {part.type for part in told.parts} <= _CHOOSING
    return "choice" if choosing or isinstance(told, SingleChoice | MultipleChoice) else "short"


def estimate_of(item: Item) -> float | None:
    """The share of candidates that the author expects to be right, 0 to 1; None where nothing is said, or no share."""
    told = rational_or_none(item.extra.get(ESTIMATE, "").replace(",", ".").strip().removesuffix("%").strip())
    return float(told) / 100 if told is not None and 0 <= told <= 100 else None


def levels_of(item: Item) -> tuple[str | None, ...]:
    """Of the item, of a cluster one for each statement; None for one that is not stated, or that no scheme knows."""
    return tuple(level_of(level) for level, _mark in _pieces(item))


def _pieces(item: Item) -> Sequence[tuple[str, str]]:
    """What is counted of it: its level, and what its label gets behind the number."""
    if isinstance(item.interaction, TrueFalseCluster):
        statements = item.interaction.statements
        return [(one.level or item.level, chr(ord("a") + n)) for n, one in enumerate(statements)]
    return [(item.level, "")]


def _count(row: Row, one: Asked, level: str, mark: str, points: Fraction) -> None:
    competence = one.item.extra.get(COMPETENCE, "")
    tally = row.cells.setdefault((kind_of(one.item), level), Tally())
    tally.add(points, f"{one.label}{mark}", competence)
    wanted = one.item.extra.get(REQUIREMENT, "")
    if wanted and wanted not in row.requirements.setdefault(level, []):
        row.requirements[level].append(wanted)
