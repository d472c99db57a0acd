"""What an exam is, as data: sections, items fixed or drawn, shuffle rules, forms, marking, what is shown afterwards."""

from __future__ import annotations

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
    """`count` items drawn per form from a pool of pinned versions (the pool is resolved when the draw is edited)."""

    count: int
    versions: tuple[int, ...]
    points: str | None = None
    label: str = ""


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """`choose`: how many of the section's groups are scored ("choose one of": 1); None: everything is scored."""

    title: str
    instructions: Markup | None = None
    items: tuple[FixedItem, ...] = ()
    draws: tuple[Draw, ...] = ()
    shuffle_items: bool = True
    shuffle_options: bool = True
    choose: int | None = None


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
