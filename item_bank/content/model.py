"""The item model: immutable values, encoded as JSON by msgspec and addressed by the digest of that JSON.

Rules of marking and validation live with each interaction in `item_bank.content.interactions`.
Points and weights are exact rationals written as text ("1/4", "0.25", "-1/3"), never binary floats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

import msgspec

from item_bank.content.processing.declared import Area, Declaration, Rules

Language = Literal["vi", "en"]


class Formula(msgspec.Struct, frozen=True, omit_defaults=True):
    """A formula as its author wrote it, beside the MathML that every page shows."""

    source: str
    notation: Literal["tex", "mathml", "omml"]
    mathml: str
    display: bool = False


class Markup(msgspec.Struct, frozen=True, omit_defaults=True):
    """Sanitised XHTML: formulas as `<span data-math="0"></span>`, pictures as `<img data-asset="DIGEST" alt="…"/>`."""

    html: str
    math: tuple[Formula, ...] = ()


class Asset(msgspec.Struct, frozen=True):
    """A picture (or other media), addressed by the SHA-256 of its bytes in hexadecimal."""

    digest: str
    media_type: str
    data: bytes

    @classmethod
    def of(cls, media_type: str, data: bytes) -> Asset:
        return cls(hashlib.sha256(data).hexdigest(), media_type, data)


class Passage(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text, table or picture that several items refer to."""

    markup: Markup
    title: str = ""


class Option(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    markup: Markup
    pinned: bool = False
    weight: str = "0"
    feedback: Markup | None = None


class SingleChoice(msgspec.Struct, frozen=True, tag="single_choice", tag_field="type", omit_defaults=True):
    """Exactly one option may be chosen; it earns its weight (a share of the item's points; the key has 1)."""

    options: tuple[Option, ...]
    shuffle: bool = True


class MultipleChoice(msgspec.Struct, frozen=True, tag="multiple_choice", tag_field="type", omit_defaults=True):
    """Several options may be chosen. `partial`: the weights of those chosen are added, kept between 0 and 1;
    otherwise all options with a positive weight and no others earn the full points. `also`: further sets of option
    ids that earn them, too."""

    options: tuple[Option, ...]
    partial: bool = False
    min_choices: int = 0
    max_choices: int | None = None
    shuffle: bool = True
    also: tuple[tuple[str, ...], ...] = ()


class Statement(msgspec.Struct, frozen=True, omit_defaults=True):
    """One statement of a cluster; carries its own cognitive level (Công văn 7991 counts statements, not items).
    `either`: true and false both count as right."""

    id: str
    markup: Markup
    correct: bool
    level: str = ""
    either: bool = False


#: Share of the points by number of right statements, 0 to 4 (QĐ 764/QĐ-BGDĐT, Part II).
GRADUATION_TABLE = ("0", "1/10", "1/4", "1/2", "1")


class TrueFalseCluster(msgspec.Struct, frozen=True, tag="true_false_cluster", tag_field="type", omit_defaults=True):
    """Statements a–d, each true or false, never reordered; `table[n]` is the share of the points for n right ones."""

    statements: tuple[Statement, ...]
    table: tuple[str, ...] = GRADUATION_TABLE


class Numeric(msgspec.Struct, frozen=True, tag="numeric", tag_field="type", omit_defaults=True):
    """A short number. Compared as exact decimals with each accepted value, within the tolerance;
    `literal` compares the characters instead. `max_chars` 4 is the graduation answer sheet (DOMAIN §3.1)."""

    accepted: tuple[str, ...]
    tolerance: str = "0"
    literal: bool = False
    max_chars: int = 4


class AcceptedText(msgspec.Struct, frozen=True, omit_defaults=True):
    text: str
    weight: str = "1"


class ShortText(msgspec.Struct, frozen=True, tag="short_text", tag_field="type", omit_defaults=True):
    """A word or phrase, compared after NFC, trimmed, with single spaces; `*` in an accepted text matches anything."""

    accepted: tuple[AcceptedText, ...]
    case_sensitive: bool = False
    max_chars: int = 200


class RubricPoint(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    text: str
    points: str


class Essay(msgspec.Struct, frozen=True, tag="essay", tag_field="type", omit_defaults=True):
    """Marked by hand against rubric points, whose sum is the item's own maximum when there are any."""

    rubric: tuple[RubricPoint, ...] = ()
    max_words: int | None = None
    lines: int = 12


class PartChoice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something to choose, order, drag or drop on. `most`, `least`: how often it may and must be matched (0: any).
    `when`: the template variable and value, "NAME=VALUE" or "NAME!=VALUE", of the variants that show it."""

    id: str
    markup: Markup
    pinned: bool = False
    most: int = 1
    least: int = 0
    when: str = ""


class Picture(msgspec.Struct, frozen=True, omit_defaults=True):
    """What spots and points lie on; sizes in its own pixels, 0 where the source does not say."""

    asset: str
    width: int = 0
    height: int = 0
    alt: str = ""


class Spot(msgspec.Struct, frozen=True, omit_defaults=True):
    """An area of the part's picture that may be chosen or dropped on; `label` is what is read aloud."""

    id: str
    area: Area
    label: str = ""
    most: int = 1
    least: int = 0


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One interaction of a composite item: `type` names its file in `content/interactions/parts`, `id` its response.

    choices: what is chosen, ordered or dragged. targets: the other side of a match. text: a text with places for gaps
    or hot words. least, most: how many choices or associations (most 0: any). settings: of the kind, as text.
    """

    id: str
    type: str
    prompt: Markup | None = None
    choices: tuple[PartChoice, ...] = ()
    targets: tuple[PartChoice, ...] = ()
    text: Markup | None = None
    picture: Picture | None = None
    spots: tuple[Spot, ...] = ()
    least: int = 0
    most: int = 0
    shuffle: bool = False
    settings: Mapping[str, str] = msgspec.field(default_factory=dict)


class Feedback(msgspec.Struct, frozen=True, omit_defaults=True):
    """Shown (or with `show` false: hidden) when the outcome holds the identifier."""

    outcome: str
    identifier: str
    markup: Markup
    show: bool = True
    title: str = ""


class Composite(msgspec.Struct, frozen=True, tag="composite", tag_field="type", omit_defaults=True):
    """Any number of interactions inside the item's text, marked by rules of the item's own (`content/processing`).

    The stem has a place for each part, `<div data-place="part:0">`, and where `drawing` has the rules by which variants
    of a parametric item get their numbers, also for variables (`variable:NAME`) and for what only some variants show
    (`when:NAME=VALUE`). `adaptive`: its maker meant it to be answered step by step.
    """

    parts: tuple[Part, ...]
    declarations: tuple[Declaration, ...]
    rules: Rules = Rules()
    drawing: Rules = Rules()
    feedback: tuple[Feedback, ...] = ()
    adaptive: bool = False


Interaction = SingleChoice | MultipleChoice | TrueFalseCluster | Numeric | ShortText | Essay | Composite


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item as it is written, reviewed and pinned. `passage` is the digest of a `Passage`."""

    stem: Markup
    interaction: Interaction
    title: str = ""
    language: Language = "vi"
    passage: str | None = None
    rationale: Markup | None = None
    points: str = "1"
    subject: str = ""
    grade: str = ""
    topic: str = ""
    level: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    licence: str = ""
    extra: Mapping[str, str] = msgspec.field(default_factory=dict)
    schema: int = 1

    @property
    def type(self) -> str:
        return type(self.interaction).__struct_config__.tag  # type: ignore[return-value]

    @property
    def maximum(self) -> Fraction:
        return Fraction(self.points)


_encoder = msgspec.json.Encoder(order="deterministic")
_DECODERS = {of: msgspec.json.Decoder(of) for of in (Item, Passage)}


def encode(value: Item | Passage) -> bytes:
    """The canonical JSON of an item or passage: deterministic key order, UTF-8, the same for equal values."""
    # What may be left out is told by identity, not by value ("vi" from a form is not the default "vi"): read once, a
    # value holds what it will hold whenever it is read again.
    return _encoder.encode(_DECODERS[type(value)].decode(_encoder.encode(value)))


def digest(value: Item | Passage) -> str:
    """The address of an item version or passage: SHA-256 of its canonical JSON, hexadecimal."""
    return hashlib.sha256(encode(value)).hexdigest()


def as_json(value: Any) -> Any:
    """The value as plain JSON types, for a jsonb column."""
    return msgspec.to_builtins(value)
