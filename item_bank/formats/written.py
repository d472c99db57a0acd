"""What a writer hands back: the file, and what of which item it does not hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeVar

import msgspec

from item_bank.content.markup import assets_in
from item_bank.content.model import Composite, Feedback, Item, Markup, TrueFalseCluster
from item_bank.content.rational import rational
from item_bank.content.ruled import TRUTHS
from item_bank.formats.model import N_, Reason
from item_bank.formats.qti.writing_package import Exported

T = TypeVar("T")
#: Neither XML nor a workbook can hold them.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Note:
    """item: its identifier. written: false where the item is not in the file at all."""

    item: str
    reason: Reason
    written: bool = True

    @property
    def code(self) -> str:
        return self.reason.code

    @property
    def text(self) -> str:
        return self.reason.text


@dataclass(frozen=True, slots=True)
class Written:
    data: bytes
    items: int
    notes: tuple[Note, ...] = ()


class NotHeldError(Exception):
    """The format cannot say this item, or not without changing what it asks or earns."""

    def __init__(self, code: str, message: str, **params: object) -> None:
        self.reason = Reason.of(code, message, line=None, place="", **params)
        super().__init__(self.reason.text)


@dataclass
class Notes:
    """Gathers what is not held, item by item."""

    found: list[Note] = field(default_factory=list)
    item: str = ""

    def tell(self, code: str, message: str, **params: object) -> None:
        self.note(Reason.of(code, message, line=None, place="", **params))

    def note(self, reason: Reason) -> None:
        note = Note(self.item, reason)
        if note not in self.found:
            self.found.append(note)

    def told(self) -> set[str]:
        """The codes of what was said of the item that is being written."""
        codes = set()
        for one in reversed(self.found):
            if one.item != self.item:
                break
            codes.add(one.code)
        return codes

    def leave_out(self, item: str, reason: Reason) -> None:
        """What was said of it before no longer matters."""
        self.found = [one for one in self.found if one.item != item]
        self.found.append(Note(item, reason, written=False))

    def each(self, items: Iterable[Exported], write: Callable[[Exported], T]) -> list[T]:
        """What `write` makes of every item; one that cannot be written is a note, and those made before it stay."""
        made: list[T] = []
        for one in items:
            self.item = one.identifier
            try:
                made.append(write(replace(one, item=writable(one.item))))
            except NotHeldError as problem:
                self.leave_out(one.identifier, problem.reason)
        return made


def clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def writable(item: Item) -> Item:
    """Without the characters that no XML can hold."""

    def cleaned(value: object) -> object:
        if isinstance(value, dict):
            return {name: cleaned(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [cleaned(inner) for inner in value]
        return clean(value) if isinstance(value, str) else value

    plain = msgspec.to_builtins(item)
    return item if (made := cleaned(plain)) == plain else msgspec.convert(made, Item)


def texts_of(item: Item) -> list[Markup]:
    """Every text of an item, in whatever depth it stands."""
    found: list[Markup] = []

    def look(value: object) -> None:
        if isinstance(value, Markup):
            found.append(value)
        elif isinstance(value, tuple):
            for one in value:
                look(one)
        elif hasattr(value, "__struct_fields__"):
            for name in value.__struct_fields__:
                look(getattr(value, name))

    look(item)
    return found


def pictures_of(item: Item) -> set[str]:
    """The digests of all that it shows."""
    parts = item.interaction.parts if isinstance(item.interaction, Composite) else ()
    shown = {digest for one in texts_of(item) for digest in assets_in(one)}
    return shown | {part.picture.asset for part in parts if part.picture and part.picture.asset}


def category_of(topic: str) -> str:
    """The path of a category: names parted by /, which is doubled within a name."""
    names = [" ".join(name.split()).replace("/", "//") for name in topic.split(" / ") if name.strip()]
    return "/".join(["$course$", "top", *names])


def percent(weight: Fraction) -> str:
    """A share as percentage with five places, as Moodle keeps them: 33.33333 is a third."""
    text = f"{float(weight * 100):.5f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True, slots=True)
class Pairs:
    """Texts, each with the one that belongs to it, and those that belong to none."""

    pairs: tuple[tuple[Markup, Markup], ...]
    others: tuple[Markup, ...] = ()
    shuffle: bool = True


def pairs_of_cluster(cluster: TrueFalseCluster, item: Item, notes: Notes) -> Pairs:
    """Statements with the words for true and false. Raises NotHeldError where both are right."""
    if any(one.either for one in cluster.statements):
        raise NotHeldError(
            "marking_not_held", N_("A statement takes both true and false, and a pair has one right side.")
        )
    count = len(cluster.statements)
    if any(rational(share) != Fraction(right, count) for right, share in enumerate(cluster.table)):
        message = N_("Each right statement earns the same there; its table of shares is not held.")
        notes.tell("table_not_held", message)
    yes, no = (Markup(word) for word in TRUTHS[item.language])
    pairs = tuple((one.markup, yes if one.correct else no) for one in cluster.statements)
    unused = tuple(word for word in (yes, no) if all(word != right for _statement, right in pairs))
    return Pairs(pairs, unused, shuffle=False)


def pairs_of_match(item: Item, composite: Composite) -> Pairs | None:
    """A composite that is one match, each of its choices worth the same at one target; None for any other."""
    declared = {one.identifier: one for one in composite.declarations}
    if len(composite.parts) != 1 or composite.parts[0].type != "match" or composite.drawing.rules:
        return None
    part = composite.parts[0]
    mapping = declared[part.id].mapping if part.id in declared else None
    if mapping is None or part.prompt or not part.targets:
        return None
    each = item.maximum / max(len(part.choices), 1)
    right = {entry.key: rational(entry.value) for entry in mapping.entries}
    known = {target.id: target for target in part.targets}
    pairs = []
    for choice in part.choices:
        mine = [name for name in known if right.pop(f"{choice.id} {name}", None) is not None]
        if len(mine) != 1:
            return None
        pairs.append((choice.markup, known[mine[0]].markup))
    even = all(rational(entry.value) == each for entry in mapping.entries)
    if right or not even or len(pairs) < 2:
        return None
    used = {words.html for _choice, words in pairs}
    others = tuple(one.markup for one in part.targets if one.markup.html not in used)
    return Pairs(tuple(pairs), others, shuffle=part.shuffle)


def without_places(stem: Markup) -> Markup:
    """The text of an item whose only part stands behind it."""
    place = re.compile(r'<(div|span) data-place="part:[0-9]+"></\1>')
    return Markup(re.sub(r"<p>\s*</p>$", "", place.sub("", stem.html)), stem.math)


def note_feedback(feedback: Sequence[Feedback], notes: Notes) -> None:
    if feedback:
        notes.tell("feedback_not_held", N_("Feedback that depends on the answer is not held for this kind."))
