"""What a paper is made of: sections of fixed items and draws from pools. Items are named by the caller's own keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self


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
    """The options of an item in the author's order, which of them may move, and within which set (`Handler.option_ids`,
    `.movable`, `.sets`; without sets all are one)."""

    ids: Sequence[str]
    movable: Sequence[bool]
    sets: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """An item of a variant: where it stands follows from its place in the list; `options` is the order shown."""

    item: str
    options: tuple[str, ...] = ()
    alternative: str | None = None


@dataclass(frozen=True, slots=True)
class Arrangement:
    sections: tuple[tuple[Placed, ...], ...]


def N_(message: str) -> str:  # noqa: N802 - the customary name, which the message extractor looks for
    return message


class Problem(str):
    """An English sentence that still knows its msgid and parameters, so that a page can say it in another language."""

    message: str
    params: Mapping[str, object]

    def __new__(cls, message: str, **params: object) -> Self:
        found = super().__new__(cls, message % params)
        found.message, found.params = message, params
        return found

    __slots__ = ("message", "params")


@dataclass
class BlueprintError(Exception):
    """The blueprint can't be filled; `problems` says why, section by section, in English."""

    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(self.problems)


Pools = Mapping[str, Sequence[Entry]]


def problems(blueprint: Blueprint, pools: Pools) -> list[Problem]:
    """Why no form can be drawn, as far as it shows before drawing; empty when nothing does."""
    found = []
    fixed = [part.item for section in blueprint.sections for part in section.parts if isinstance(part, Entry)]
    twice = sorted({item for item in fixed if fixed.count(item) > 1})
    found += [Problem(N_("Item %(item)s stands twice."), item=item) for item in twice]
    for number, section in enumerate(blueprint.sections, start=1):
        alternatives = {part.alternative for part in section.parts}
        if section.choose is None and alternatives - {None}:
            message = N_("Section %(section)s has alternatives, but does not say how many are to be chosen.")
            found.append(Problem(message, section=number))
        drawn = any(isinstance(part, Draw) and part.alternative is None for part in section.parts)
        if section.choose is not None and drawn:
            message = N_("Section %(section)s: “choose one of” needs fixed items, each in a group; it can't draw.")
            found.append(Problem(message, section=number))
        elif section.choose is not None and (None in alternatives or not 0 < section.choose < len(alternatives)):
            message = N_(
                "Section %(section)s: every item must belong to an alternative, and some must remain unchosen."
            )
            found.append(Problem(message, section=number))
        for part in section.parts:
            if isinstance(part, Draw):
                found += _problems_of_draw(number, part, pools)
    return found


def _problems_of_draw(number: int, part: Draw, pools: Pools) -> list[Problem]:
    if part.count < 1:
        return [Problem(N_("Section %(section)s draws %(count)s items."), section=number, count=part.count)]
    if part.pool not in pools:
        message = N_("Section %(section)s draws from pool %(pool)s, which does not exist.")
        return [Problem(message, section=number, pool=part.pool)]
    size = len({entry.item for entry in pools[part.pool]})
    if size < part.count:
        message = N_("Section %(section)s draws %(count)s items, but its pool has %(size)s.")
        return [Problem(message, section=number, count=part.count, size=size)]
    return []
