"""What a list of items is narrowed to, as conditions on `item` and, for words, on its newest version."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, or_

from item_bank.content.folding import fold
from item_bank.storage.tables import item, item_version

#: So many words of a search count.
MOST_WORDS = 10
#: Shorter words have no three letters that an index could find inside a word: they are looked for where words begin.
_INSIDE = 3

#: Asks for the items that have no such label.
WITHOUT = "-"

Figures = Literal["", "none", "some", "flagged"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means all; of a label `WITHOUT` means those that have none. Every word of `text` has to occur, whatever its
    accents. `topics`: any of these. `author`: the person who wrote the newest version. `figures`: whether candidates
    have met what the item asks now, or its last analysis has a hint. `hardest`, `easiest`: the share of points that
    they earned lies between, 0 to 1."""

    text: str = ""
    types: Collection[str] = ()
    statuses: Collection[str] = ()
    subject: str = ""
    grade: str = ""
    topic: str = ""
    topics: Collection[str] | None = None
    level: str = ""
    language: str = ""
    tag: str = ""
    author: int | None = None
    figures: Figures = ""
    hardest: float | None = None
    easiest: float | None = None

    @property
    def words(self) -> list[str]:
        return fold(self.text.replace("\x00", "")).split()[:MOST_WORDS]


def is_newest() -> ColumnElement[bool]:
    """Of a version that is joined with its item."""
    return item.c.version_id == item_version.c.id


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """All of them, on an item that is joined with its newest version."""
    return [*of_labels(filters), *of_words(filters)]


def of_words(filters: Filters) -> list[ColumnElement[bool]]:
    """On `item_version`."""
    return [_occurs(word) for word in filters.words]


def of_labels(filters: Filters) -> list[ColumnElement[bool]]:
    """On `item` alone."""
    found = [
        item.c[name] == ("" if value == WITHOUT else value)
        for name in ("subject", "grade", "topic", "level", "language")
        if (value := getattr(filters, name))
    ]
    if filters.topics is not None:
        found.append(item.c.topic.in_(filters.topics))
    if filters.types:
        found.append(item.c.type.in_(filters.types))
    if filters.statuses:
        found.append(item.c.status.in_(filters.statuses))
    if filters.tag:
        found.append(item.c.tags.contains([filters.tag]))
    if filters.author is not None:
        found.append(item.c.author_id == filters.author)
    return [*found, *_of_figures(filters)]


def _of_figures(filters: Filters) -> list[ColumnElement[bool]]:
    found = {
        "none": item.c.answered == 0,
        "some": item.c.answered > 0,
        "flagged": item.c.flagged,
    }
    conditions = [found[filters.figures]] if filters.figures else []
    if filters.hardest is not None:
        conditions.append(item.c.facility >= filters.hardest)
    if filters.easiest is not None:
        conditions.append(item.c.facility <= filters.easiest)
    return conditions


def _occurs(word: str) -> ColumnElement[bool]:
    search = item_version.c.search
    if len(word) >= _INSIDE:
        return search.contains(word, autoescape=True)
    return or_(search.startswith(word, autoescape=True), search.contains(f" {word}", autoescape=True))
