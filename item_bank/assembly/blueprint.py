"""What a paper is made of: sections of fixed items and draws from pools. Items are named by the caller's own keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """An item that stands in every form, or in a pool.

    Items of one `group` (a common passage) stay together; with `keep_order` on any of them also in their own order
    (cloze). `alternative` names the "choose one of" group within a section that has `choose`. `points` is exact text.
    """

    item: str
    points: str = "1"
    group: str | None = None
    keep_order: bool = False
    alternative: str | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """`count` items from a pool, groups as a whole. Each is worth `points`, or what its pool entry says when None."""

    pool: str
    count: int
    points: str | None = None
    alternative: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """`choose`: how many of the alternatives are scored; None where there are none."""

    title: str = ""
    parts: Sequence[Entry | Draw] = ()
    shuffle_items: bool = False
    shuffle_options: bool = False
    choose: int | None = None


@dataclass(frozen=True, slots=True)
class Blueprint:
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class FormSection:
    """A section after drawing: its items in the author's order."""

    entries: tuple[Entry, ...]
    title: str = ""
    shuffle_items: bool = False
    shuffle_options: bool = False
    choose: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    sections: tuple[FormSection, ...]

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(entry.item for section in self.sections for entry in section.entries)


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of an item in the author's order, and which of them may move (`Handler.option_ids`, `.movable`)."""

    ids: Sequence[str]
    movable: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Placed:
    """An item of a variant: where it stands follows from its place in the list; `options` is the order shown."""

    item: str
    options: tuple[str, ...] = ()
    alternative: str | None = None


@dataclass(frozen=True, slots=True)
class Arrangement:
    sections: tuple[tuple[Placed, ...], ...]


@dataclass
class BlueprintError(Exception):
    """The blueprint can't be filled; `problems` says why, section by section, in English."""

    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(self.problems)


Pools = Mapping[str, Sequence[Entry]]


def problems(blueprint: Blueprint, pools: Pools) -> list[str]:
    """Why no form can be drawn, as far as it shows before drawing; empty when nothing does."""
    found = []
    fixed = [part.item for section in blueprint.sections for part in section.parts if isinstance(part, Entry)]
    found += [f"Item {item} stands twice." for item in sorted({item for item in fixed if fixed.count(item) > 1})]
    for number, section in enumerate(blueprint.sections, start=1):
        alternatives = {part.alternative for part in section.parts}
        if section.choose is None and alternatives - {None}:
            found.append(f"Section {number} has alternatives, but does not say how many are to be chosen.")
        if section.choose is not None and (None in alternatives or not 0 < section.choose < len(alternatives)):
            found.append(f"Section {number}: every item must belong to an alternative, and some must remain unchosen.")
        for part in section.parts:
            if not isinstance(part, Draw):
                continue
            if part.count < 1:
                found.append(f"Section {number} draws {part.count} items.")
            if part.pool not in pools:
                found.append(f"Section {number} draws from pool {part.pool}, which does not exist.")
            elif len({entry.item for entry in pools[part.pool]}) < part.count:
                found.append(f"Section {number} draws {part.count} items, but its pool has {len(pools[part.pool])}.")
    return found
