"""What an exam is, as data: sections, items fixed or drawn, shuffle rules, forms, marking, what is shown afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from item_bank.content.model import Language, Markup

#: Names of `item_bank.content.rounding.POLICIES`.
Rounding = Literal["none-2dp", "half-up-1dp", "half-up-quarter", "half-up-half", "integer"]
Shown = Literal["never", "at_submission", "after_release"]


class FixedItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pinned item version. `points` overrides the item's own; `group` names the one-of group within the section."""

    version: int
    points: str | None = None
    group: str | None = None


class Draw(msgspec.Struct, frozen=True, omit_defaults=True):
    """`count` items drawn per form from a pool of pinned versions (the pool is resolved when the draw is edited).

    `chosen`: where forms were assembled, the items of each, so that nothing is left to chance; a form that has none of
    its own takes them in turn. `group` as of a fixed item."""

    count: int
    versions: tuple[int, ...]
    points: str | None = None
    label: str = ""
    group: str | None = None
    chosen: tuple[tuple[int, ...], ...] = ()


class Cell(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many items are wanted of a topic (with all below it) at a level of `spread.LEVELS`; of true/false clusters,
    how many statements. "" stands for any: without a level it is the topic's total, without a topic the level's."""

    count: int
    topic: str = ""
    level: str = ""


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a section is to be made of: `count` items of a kind of `spread.KINDS`, each worth `points` ("": its own).
    `group`: the one-of group that they make, where the section has such."""

    kind: str
    count: int
    points: str = ""
    cells: tuple[Cell, ...] = ()
    group: str | None = None


class Matrix(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the plans of all sections share. `topics`: the rows in their order; `bank`: the public id of the bank that
    items are taken from, of it those with `subject` and `grade` where they are named, and approved ones alone where
    that is asked; `levels`: points that the whole paper gives to a level; `by_points`: people write points, not counts.
    """

    topics: tuple[str, ...] = ()
    bank: str = ""
    subject: str = ""
    grade: str = ""
    approved: bool = False
    levels: Mapping[str, str] = msgspec.field(default_factory=dict)
    by_points: bool = False


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """`choose`: how many of the section's groups are scored ("choose one of": 1); None: everything is scored.
    `plans`: what the blueprint asks of it, for each group one; empty where items are put in by hand."""

    title: str
    instructions: Markup | None = None
    items: tuple[FixedItem, ...] = ()
    draws: tuple[Draw, ...] = ()
    shuffle_items: bool = True
    shuffle_options: bool = True
    choose: int | None = None
    plans: tuple[Plan, ...] = ()


class Afterwards(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a candidate sees after handing in, and when."""

    score: Shown = "after_release"
    responses: Shown = "after_release"
    key: Shown = "never"


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """The import and the test of its file that an exam was made of (`imported_exams.Planned.key`)."""

    run: str
    test: str


class ExamDefinition(msgspec.Struct, frozen=True, omit_defaults=True):
    """`forms`: how many numbered forms (mã đề) are drawn, numbered from `first_form`; `individual`: each candidate
    gets an order of their own within the form; `one_draw`: what is drawn is drawn once, so that all forms have the same
    items. Points are scaled so that the paper's maximum becomes `scale`
    (None: as they are)."""

    title: str
    sections: tuple[Section, ...] = ()
    instructions: Markup | None = None
    language: Language = "vi"
    subject: str = ""
    minutes: int = 45
    forms: int = 4
    first_form: int = 101
    individual: bool = False
    one_draw: bool = False
    scale: str | None = "10"
    rounding: Rounding = "none-2dp"
    #: Shares by number of right statements for clusters of that size (schools differ); None: each item's own table.
    cluster_table: tuple[str, ...] | None = None
    afterwards: Afterwards = Afterwards()
    origin: Origin | None = None
    matrix: Matrix | None = None
    schema: int = 1


def encode(definition: ExamDefinition) -> dict[str, object]:
    found: dict[str, object] = msgspec.to_builtins(definition)
    return found


@lru_cache(maxsize=256)
def afterwards_of(text: str | None) -> Afterwards:
    """Of a definition's JSON this part alone, which every candidate's result page asks for."""
    return msgspec.json.decode(text, type=Afterwards) if text else Afterwards()


def decode(value: object) -> ExamDefinition:
    return msgspec.convert(value, ExamDefinition)
